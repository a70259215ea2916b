#pragma once
// Values to JSON and back, one codec per kind of value. A struct is known by Boost.Describe: its members are
// named there, once, and by the same names in JSON. Times are milliseconds since 1970 and spans milliseconds,
// under names that end in "_ms".

#include <boost/describe.hpp>
#include <boost/json.hpp>
#include <boost/mp11.hpp>
#include <boost/pfr.hpp>
#include <chrono>
#include <concepts>
#include <map>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "ec2_double/table.hpp"

namespace ec2_double {

// Where in the JSON a value stands, and since when what is read there is so.
struct Place {
  std::string path;
  Time now;

  Place member(std::string_view name) const {
    return {path.empty() ? std::string(name) : path + "." + std::string(name), now};
  }
  Place element(std::size_t index) const { return {path + "[" + std::to_string(index) + "]", now}; }
  [[noreturn]] void refuse(const std::string& why) const { throw std::invalid_argument(path + ": " + why); }
};

// write(value) gives JSON. read(json, value, place) changes the value, and throws std::invalid_argument with
// the path of what is wrong.
template <class T>
struct Codec;

template <class T>
boost::json::value write(const T& value) {
  return Codec<T>::write(value);
}

template <class T>
void read(const boost::json::value& from, T& into, const Place& place) {
  Codec<T>::read(from, into, place);
}

template <class T>
using Members = boost::describe::describe_members<T, boost::describe::mod_public>;

template <class T>
concept Described = std::is_class_v<T> && boost::describe::has_describe_members<T>::value;
template <class T>
concept Row = Described<T> && requires(const T& row) {
  { row.id } -> std::convertible_to<std::string>;
};

inline const boost::json::object& object_at(const boost::json::value& from, const Place& place) {
  const auto* object = from.if_object();
  if (object == nullptr) place.refuse("an object is wanted");
  return *object;
}

inline const boost::json::array& array_at(const boost::json::value& from, const Place& place) {
  const auto* array = from.if_array();
  if (array == nullptr) place.refuse("a list is wanted");
  return *array;
}

template <>
struct Codec<bool> {
  static boost::json::value write(bool value) { return value; }
  static void read(const boost::json::value& from, bool& into, const Place& place) {
    const auto* value = from.if_bool();
    if (value == nullptr) place.refuse("true or false is wanted");
    into = *value;
  }
};

template <class T>
requires std::is_arithmetic_v<T>
struct Codec<T> {
  static boost::json::value write(T value) { return value; }
  static void read(const boost::json::value& from, T& into, const Place& place) {
    boost::system::error_code error;
    into = from.to_number<T>(error);
    if (error) place.refuse(std::is_integral_v<T> ? "a whole number is wanted" : "a number is wanted");
  }
};

template <>
struct Codec<std::string> {
  static boost::json::value write(const std::string& value) { return boost::json::value(value); }
  static void read(const boost::json::value& from, std::string& into, const Place& place) {
    const auto* value = from.if_string();
    if (value == nullptr) place.refuse("a text is wanted");
    into = *value;
  }
};

template <>
struct Codec<Span> {
  static boost::json::value write(Span value) {
    return std::chrono::floor<std::chrono::milliseconds>(value).count();
  }
  static void read(const boost::json::value& from, Span& into, const Place& place) {
    std::int64_t milliseconds = 0;
    Codec<std::int64_t>::read(from, milliseconds, place);
    into = std::chrono::milliseconds(milliseconds);
  }
};

template <>
struct Codec<Time> {
  static boost::json::value write(Time value) { return Codec<Span>::write(value.time_since_epoch()); }
  static void read(const boost::json::value& from, Time& into, const Place& place) {
    Span since{};
    Codec<Span>::read(from, since, place);
    into = Time(since);
  }
};

template <class T>
struct Codec<std::optional<T>> {
  static boost::json::value write(const std::optional<T>& value) {
    return value ? ec2_double::write(*value) : boost::json::value();
  }
  static void read(const boost::json::value& from, std::optional<T>& into, const Place& place) {
    if (from.is_null()) return into.reset();
    if (!into) into.emplace();
    ec2_double::read(from, *into, place);
  }
};

template <class T>
struct Codec<std::vector<T>> {
  static boost::json::value write(const std::vector<T>& values) {
    boost::json::array list;
    for (const auto& value : values) list.push_back(ec2_double::write(value));
    return list;
  }
  static void read(const boost::json::value& from, std::vector<T>& into, const Place& place) {
    const auto& list = array_at(from, place);
    into.assign(list.size(), T{});
    for (std::size_t i = 0; i < list.size(); ++i) ec2_double::read(list[i], into[i], place.element(i));
  }
};

// What is read is added.
template <>
struct Codec<std::set<std::string>> {
  static boost::json::value write(const std::set<std::string>& values) {
    return Codec<std::vector<std::string>>::write({values.begin(), values.end()});
  }
  static void read(const boost::json::value& from, std::set<std::string>& into, const Place& place) {
    std::vector<std::string> values;
    Codec<std::vector<std::string>>::read(from, values, place);
    into.insert(values.begin(), values.end());
  }
};

// An object by keys; what is read takes the place of what was there.
template <class T, class Less>
struct Codec<std::map<std::string, T, Less>> {
  static boost::json::value write(const std::map<std::string, T, Less>& values) {
    boost::json::object object;
    for (const auto& [key, value] : values) object[key] = ec2_double::write(value);
    return object;
  }
  static void read(const boost::json::value& from, std::map<std::string, T, Less>& into, const Place& place) {
    into.clear();
    for (const auto& [key, value] : object_at(from, place))
      ec2_double::read(value, into[key], place.member(key));
  }
};

// The id of one row of a list.
inline std::string row_id(const boost::json::value& from, const Place& place) {
  std::string id;
  const auto* given = object_at(from, place).if_contains("id");
  if (given != nullptr) Codec<std::string>::read(*given, id, place.member("id"));
  if (id.empty()) place.member("id").refuse("each row needs one");
  return id;
}

// Rows are a list; one that is read changes the row of its id, in the fields that it names, or is a new one.
template <Row T, class Less>
struct Codec<std::map<std::string, T, Less>> {
  static boost::json::value write(const std::map<std::string, T, Less>& rows) {
    boost::json::array list;
    for (const auto& [id, row] : rows) list.push_back(ec2_double::write(row));
    return list;
  }
  static void read(const boost::json::value& from, std::map<std::string, T, Less>& into, const Place& place) {
    const auto& list = array_at(from, place);
    for (std::size_t i = 0; i < list.size(); ++i)
      ec2_double::read(list[i], into[row_id(list[i], place.element(i))], place.element(i));
  }
};

template <class T>
struct Codec<Table<T>> {
  static boost::json::value write(const Table<T>& table) {
    boost::json::array list;
    for (const auto* row : table.all()) list.push_back(ec2_double::write(*row));
    return list;
  }
  static void read(const boost::json::value& from, Table<T>& into, const Place& place) {
    const auto& list = array_at(from, place);
    for (std::size_t i = 0; i < list.size(); ++i) {
      const auto* present = into.latest(row_id(list[i], place.element(i)));
      T row = present == nullptr ? T{} : *present;
      ec2_double::read(list[i], row, place.element(i));
      into.put(std::move(row), place.now);
    }
  }
};

template <Described T>
struct Codec<T> {
  static constexpr bool complete() {
    if constexpr (std::is_aggregate_v<T>)
      return boost::pfr::tuple_size_v<T> == boost::mp11::mp_size<Members<T>>::value;
    return true;
  }
  static_assert(complete(), "a member is missing in the description of this struct");

  template <class Member>
  using TypeOf = std::remove_cvref_t<decltype(std::declval<T&>().*Member::pointer)>;

  template <class Member>
  static std::string name() {
    const bool timed = std::is_same_v<TypeOf<Member>, Time> || std::is_same_v<TypeOf<Member>, Span>;
    return std::string(Member::name) + (timed ? "_ms" : "");
  }

  static boost::json::value write(const T& value) {
    boost::json::object object;
    boost::mp11::mp_for_each<Members<T>>(
        [&](auto member) { object[name<decltype(member)>()] = ec2_double::write(value.*member.pointer); });
    return object;
  }
  // Members that are not named keep their values.
  static void read(const boost::json::value& from, T& into, const Place& place) {
    for (const auto& [key, value] : object_at(from, place)) {
      bool known = false;
      boost::mp11::mp_for_each<Members<T>>([&](auto member) {
        if (name<decltype(member)>() != key) return;
        known = true;
        ec2_double::read(value, into.*member.pointer, place.member(key));
      });
      if (!known) place.member(key).refuse("unknown");
    }
  }
};

}  // namespace ec2_double
