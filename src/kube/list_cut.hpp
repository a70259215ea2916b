#pragma once
// Cuts a page of a list, and a line of a watch, into the JSON text of each object, with simdjson and a parser
// that lives no longer than the call: no document of the list is ever held.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "kube/meta.hpp"

namespace kube {

struct Page {
  std::string resource_version;
  std::string continue_token;           // empty: the last page
  std::vector<std::string_view> items;  // into the body
};

// `body` grows its capacity by simdjson's padding and must outlive the items.
base::Result<Page> cut_page(std::string& body);

enum class WatchEvent { added, modified, deleted, bookmark, error };

struct WatchLine {
  WatchEvent event = WatchEvent::error;
  std::string_view object;  // into the line
  Meta identity;            // names, uid, version, times; only the version for a bookmark
  int code = 0;             // of an error, with its reason and message
  std::string reason;
  std::string message;
};

// `line` has http::LineSplitter's reserve behind it.
base::Result<WatchLine> cut_watch_line(std::string_view line);

// Names, uid, version and times of an object, as far as they can be read; for one that its own reader
// refused.
Meta read_identity(std::string_view json);

}  // namespace kube
