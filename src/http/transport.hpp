#pragma once
// The port to the network: send a request, or open a byte stream.

#include <memory>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "base/task.hpp"
#include "http/message.hpp"

namespace http {

// The body of an answer that does not end by itself (a watch). Destroying it ends the transfer.
class ByteStream {
 public:
  virtual ~ByteStream() = default;
  virtual int status() const = 0;
  virtual const Headers& headers() const = 0;
  // The next bytes; nothing when the peer ended the stream in good order (which proves nothing about
  // completeness); a fault when it was cut. A stop unwinds the caller and leaves the stream usable only for
  // destruction.
  virtual base::Task<base::Result<std::optional<std::string>>> next() = 0;
};

class Transport {
 public:
  virtual ~Transport() = default;
  // Every HTTP status is an answer. A fault means that none came: its effect_possible is false exactly when
  // the request surely was not sent (no connection, no name, no TLS). A stop withdraws the request.
  virtual base::Task<base::Result<Response>> send(Request request) = 0;
  virtual base::Task<base::Result<std::unique_ptr<ByteStream>>> open(Request request) = 0;
};

}  // namespace http
