#include "kube/list_cut.hpp"

#include "base/time_text.hpp"
#include "http/line_splitter.hpp"
#include "kube/ondemand.hpp"

namespace kube {

static_assert(http::LineSplitter::kReserve >= simdjson::SIMDJSON_PADDING);

namespace ondemand {

error_code read(sj::value value, std::string& out) {
  sj::json_type type;
  if (const auto error = value.type().get(type)) return error;
  if (type != sj::json_type::string) return simdjson::SUCCESS;
  std::string_view text;
  if (const auto error = value.get_string().get(text)) return error;
  out = text;
  return simdjson::SUCCESS;
}

error_code read(sj::value value, bool& out) {
  sj::json_type type;
  if (const auto error = value.type().get(type)) return error;
  if (type != sj::json_type::boolean) return simdjson::SUCCESS;
  return value.get_bool().get(out);
}

error_code read(sj::value value, std::int64_t& out) {
  sj::json_type type;
  if (const auto error = value.type().get(type)) return error;
  if (type != sj::json_type::number) return simdjson::SUCCESS;
  return value.get_int64().get(out);
}

error_code read_meta_member(std::string_view key, sj::value value, Meta& meta) {
  if (key == "name") return read(value, meta.name);
  if (key == "namespace") return read(value, meta.ns);
  if (key == "uid") return read(value, meta.uid);
  if (key == "resourceVersion") return read(value, meta.resource_version);
  if (key == "creationTimestamp" || key == "deletionTimestamp") {
    std::string text;
    if (const auto error = read(value, text)) return error;
    if (const auto at = base::parse_rfc3339(text)) {
      if (key == "creationTimestamp") {
        meta.creation = *at;
      } else {
        meta.deletion = at;
      }
    }
  }
  return simdjson::SUCCESS;
}

base::Fault broken(error_code error) {
  return {base::FaultKind::invalid, "JSON",
          std::string("not readable as JSON: ") + simdjson::error_message(error), false, std::nullopt};
}

namespace {

error_code read_identity(sj::value object, Meta& meta) {
  return each_member(object, [&](std::string_view key, sj::value value) {
    if (key != "metadata") return simdjson::SUCCESS;
    return each_member(
        value, [&](std::string_view name, sj::value member) { return read_meta_member(name, member, meta); });
  });
}

error_code read_status(sj::value object, WatchLine& line) {
  return each_member(object, [&](std::string_view key, sj::value value) {
    if (key == "reason") return read(value, line.reason);
    if (key == "message") return read(value, line.message);
    if (key != "code") return simdjson::SUCCESS;
    std::int64_t code = 0;
    const auto error = read(value, code);
    line.code = static_cast<int>(code);
    return error;
  });
}

error_code cut(sj::value root, Page& page, bool& has_items) {
  return each_member(root, [&](std::string_view key, sj::value value) {
    if (key == "metadata")
      return each_member(value, [&](std::string_view name, sj::value member) {
        if (name == "resourceVersion") return read(member, page.resource_version);
        if (name == "continue") return read(member, page.continue_token);
        return simdjson::SUCCESS;
      });
    if (key != "items") return simdjson::SUCCESS;
    has_items = true;
    return each_item(value, [&](sj::value item) {
      std::string_view text;
      const auto error = simdjson::to_json_string(item).get(text);
      if (!error) page.items.push_back(text);
      return error;
    });
  });
}

// Parses `text` where it is, and calls read(root).
template <class Read>
error_code in_place(std::string_view text, Read read) {
  sj::parser parser;
  sj::document document;
  const simdjson::padded_string_view padded(text.data(), text.size(),
                                            text.size() + simdjson::SIMDJSON_PADDING);
  if (const auto error = parser.iterate(padded).get(document)) return error;
  sj::value root;
  if (const auto error = document.get_value().get(root)) return error;
  return read(root);
}

}  // namespace
}  // namespace ondemand

base::Result<Page> cut_page(std::string& body) {
  body.reserve(body.size() + simdjson::SIMDJSON_PADDING);
  Page page;
  bool has_items = false;
  if (const auto error =
          ondemand::in_place(body, [&](auto root) { return ondemand::cut(root, page, has_items); }))
    return ondemand::broken(error);
  // "items": null is how Go writes an empty list; a body without it is no list, and would empty the store.
  if (!has_items || page.resource_version.empty())
    return base::Fault{base::FaultKind::invalid, "JSON", "the answer is no list", false, std::nullopt};
  return page;
}

base::Result<WatchLine> cut_watch_line(std::string_view text) {
  WatchLine line;
  std::string type;
  auto error = ondemand::in_place(text, [&](auto root) {
    return ondemand::each_member(root, [&](std::string_view key, simdjson::ondemand::value value) {
      if (key == "type") return ondemand::read(value, type);
      if (key == "object") return simdjson::to_json_string(value).get(line.object);
      return simdjson::SUCCESS;
    });
  });
  if (error) return ondemand::broken(error);
  if (type == "ADDED") {
    line.event = WatchEvent::added;
  } else if (type == "MODIFIED") {
    line.event = WatchEvent::modified;
  } else if (type == "DELETED") {
    line.event = WatchEvent::deleted;
  } else if (type == "BOOKMARK") {
    line.event = WatchEvent::bookmark;
  } else if (type != "ERROR") {
    return base::Fault{base::FaultKind::invalid, "JSON", "unknown watch event \"" + type + "\"", false,
                       std::nullopt};
  }
  if (line.object.empty())
    return base::Fault{base::FaultKind::invalid, "JSON", "a watch event without its object", false,
                       std::nullopt};
  error = ondemand::in_place(line.object, [&](auto root) {
    return line.event == WatchEvent::error ? ondemand::read_status(root, line)
                                           : ondemand::read_identity(root, line.identity);
  });
  if (error) return ondemand::broken(error);
  return line;
}

Meta read_identity(std::string_view json) {
  Meta meta;
  (void)ondemand::read_copy(json, [&](auto root) { return ondemand::read_identity(root, meta); });
  return meta;
}

}  // namespace kube
