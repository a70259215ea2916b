#pragma once
// A refusal of the API server as a Fault: the table from HTTP status and metav1.Status reason to a kind.
// https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/

#include <string>
#include <string_view>

#include "base/fault.hpp"
#include "http/message.hpp"

namespace kube {

// For any answer but 2xx. The code is the reason ("NotFound", "AlreadyExists", "Conflict", "Invalid" ...), or
// "HTTP 502" when the body is no Status; the message is the server's. `mutating`: a 5xx may then have had its
// effect.
base::Fault fault_of(const http::Response& response, bool mutating);

// For the Status inside a watch's ERROR event.
base::Fault fault_of_status(int code, std::string reason, std::string message);

}  // namespace kube
