#pragma once
// What all Describe... calls have in common: resources by id or all, then filters, then a page.

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ec2_double/actions.hpp"

namespace ec2_double {

using FilterValues = std::optional<std::vector<std::string>>;

// Leaves those that fit the call's filters. `values_of` says what a resource has under a filter's name, see
// matches(), also for a T{}: a wrong name is an error where there are none.
template <class T, class ValuesOfRow>
void keep_fitting(const Call& call, std::vector<const T*>& rows, ValuesOfRow values_of) {
  const auto filters = call.params.filters();
  const auto fits = [&](const T& row) {
    return matches(filters, [&](std::string_view name) -> FilterValues { return values_of(row, name); });
  };
  if (rows.empty()) fits(T{});
  std::erase_if(rows, [&](const T* row) { return !fits(*row); });
}

// The resources that the call asks for by id, each once, or all, that fit its filters. `known` finds one by
// its id, or throws.
template <class T, class ValuesOfRow>
std::vector<const T*> wanted_rows(const Call& call, const Table<T>& table, std::string_view ids_key,
                                  const T& (*known)(const Call&, const std::string&), ValuesOfRow values_of) {
  std::vector<const T*> rows;
  const auto ids = call.params.list(ids_key);
  for (const auto& id : ids) {
    const T* row = &known(call, id);
    if (std::find(rows.begin(), rows.end(), row) == rows.end()) rows.push_back(row);
  }
  if (ids.empty()) rows = table.all_seen(call.view);
  keep_fitting(call, rows, values_of);
  return rows;
}

// The page of them that the call asks for, see page().
template <class T>
std::vector<T> page_of(Call& call, const std::vector<T>& rows, std::string_view ids_key, int most = 1000) {
  const auto range = page(call, rows.size(), 5, most, !call.params.list(ids_key).empty());
  const auto first = rows.begin() + static_cast<std::ptrdiff_t>(range.first);
  return {first, first + static_cast<std::ptrdiff_t>(range.count)};
}

}  // namespace ec2_double
