#include "kube_double/listing.hpp"

#include <charconv>

namespace kube_double {
namespace {

// What a continue token holds. Opaque to clients; the real one is base64 of JSON.
struct Mark {
  Version version = 0;  // 0: of whatever is there now
  std::string after;    // the last key of the page before
};

std::string token_of(const Mark& mark) {
  return "v" + std::to_string(mark.version) + "." + mark.after;
}

Mark mark_of(std::string_view token) {
  Mark mark;
  const auto dot = token.find('.');
  if (token.empty() || token.front() != 'v' || dot == std::string_view::npos)
    throw bad_request("invalid continue token: continue key is not valid: it can't be read");
  const auto [end, error] = std::from_chars(token.data() + 1, token.data() + dot, mark.version);
  if (error != std::errc() || end != token.data() + dot)
    throw bad_request("invalid continue token: continue key is not valid: it can't be read");
  mark.after = token.substr(dot + 1);
  return mark;
}

std::size_t limit_of(const Route& route) {
  const auto text = route.asked("limit");
  std::size_t limit = 0;
  if (!text.empty()) std::from_chars(text.data(), text.data() + text.size(), limit);
  return limit;
}

// What a list shows of an object: the built-in kinds leave out their kind there, and are stored with it
// first.
std::string_view item_of(const Resource& resource, const Object& object, std::size_t kind_size) {
  const std::string_view text = object->text();
  return resource.custom ? text : text.substr(kind_size);
}

}  // namespace

Version version_in(std::string_view text) {
  Version version = 0;
  if (text.empty()) return version;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), version);
  if (error != std::errc() || end != text.data() + text.size())
    throw bad_request("invalid resource version: resourceVersion: Invalid value: \"" + std::string(text) +
                      "\": strconv.ParseUint: parsing \"" + std::string(text) + "\": invalid syntax");
  return version;
}

std::string list_text(const Model& model, const Route& route, Version shown) {
  const auto& resource = *route.resource;
  const auto& store = model.store();
  const auto limit = limit_of(route);
  Mark from;
  Version version = shown > 0 ? std::max(shown, store.compacted()) : store.newest();
  if (const auto token = route.asked("continue"); !token.empty()) {
    from = mark_of(token);
    version = from.version > 0 ? from.version : store.newest();
    if (from.version > 0 && version < store.compacted()) throw list_expired(token_of({0, from.after}));
  } else if (const auto asked = version_in(route.asked("resourceVersion")); asked > 0) {
    if (asked > store.newest()) throw version_too_large(asked, store.newest());
    const auto match = route.asked("resourceVersionMatch");
    if (match == "Exact" || (match.empty() && limit > 0)) {
      if (asked < store.compacted())
        throw Refusal{410, "Expired", "The resourceVersion for the provided list is too old.", {}, {}, {}};
      version = asked;
    } else {
      version = std::max(version, asked);
    }
  }
  Store::Rows past;
  const auto* rows = &store.rows(resource.number);
  if (version < store.newest() && store.after(resource.number, version) != store.log(resource.number).end()) {
    past = store.as_of(resource.number, version);
    rows = &past;
  }
  const auto prefix = route.ns.empty() ? std::string() : route.ns + '/';
  auto row = from.after.empty() ? rows->lower_bound(prefix) : rows->upper_bound(from.after);
  const auto kind_size = std::string_view(R"("kind":"","apiVersion":"",)").size() + resource.kind.size() +
                         resource.api_version().size();
  std::string items, last;
  std::size_t count = 0, remaining = 0;
  for (; row != rows->end() && row->first.starts_with(prefix); ++row) {
    if (limit > 0 && count == limit) {
      ++remaining;
      continue;
    }
    if (count++ > 0) items += ',';
    if (resource.custom) {
      items += row->second->text();
    } else {
      items += '{';
      items += item_of(resource, row->second, kind_size + 1);
    }
    last = row->first;
  }
  std::string text = R"({"kind":")" + resource.kind + R"(List","apiVersion":")" + resource.api_version() +
                     R"(","metadata":{"resourceVersion":")" + std::to_string(version) + '"';
  if (remaining == 0 && resource.custom) text += R"(,"continue":"")";
  if (remaining > 0)
    text += R"(,"continue":)" + json::serialize(json::string(token_of({version, last}))) +
            R"(,"remainingItemCount":)" + std::to_string(remaining);
  return text + R"(},"items":[)" + items + "]}";
}

}  // namespace kube_double
