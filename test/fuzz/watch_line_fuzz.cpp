// Lines of a watch: pods, nodes, EIPs, bookmarks and ERROR events.
//
// Promises: a line that is taken has its object's identity, and its object says the same in a line of its
// own; a pod or a node that simdjson reads in one pass is the one that Boost.JSON reads of the same document.

#include <boost/json.hpp>
#include <string>

#include "app/eip_codec.hpp"
#include "fuzz.hpp"
#include "http/line_splitter.hpp"
#include "kube/json.hpp"
#include "kube/list_cut.hpp"
#include "kube/node.hpp"
#include "kube/pod.hpp"
#include "kube/status.hpp"

namespace {

bool same_identity(const kube::Meta& a, const kube::Meta& b) {
  return a.key() == b.key() && a.uid == b.uid && a.resource_version == b.resource_version &&
         a.creation == b.creation && a.deletion == b.deletion;
}

kube::Meta identity_in(kube::Json object) {
  const auto metadata = object["metadata"];
  kube::Meta meta;
  meta.name = metadata["name"].string_or("");
  meta.ns = metadata["namespace"].string_or("");
  meta.uid = metadata["uid"].string_or("");
  meta.resource_version = metadata["resourceVersion"].string_or("");
  meta.creation = metadata["creationTimestamp"].time().value_or(base::WallTime{});
  meta.deletion = metadata["deletionTimestamp"].time();
  return meta;
}

std::vector<std::string> ips_in(kube::Json status) {
  std::vector<std::string> ips;
  for (const auto& item : status["podIPs"].items())
    if (auto ip = item["ip"].string_or(""); !ip.empty()) ips.push_back(std::move(ip));
  if (auto ip = status["podIP"].string_or(""); ips.empty() && !ip.empty()) ips.push_back(std::move(ip));
  return ips;
}

// `text` is what Boost.JSON wrote of `object`: no key comes twice, where the two readers differ rightly.
void check_pod(kube::Json object, const std::string& text) {
  const auto identity = identity_in(object);
  const auto pod = kube::decode_pod(text);
  fuzz::require(pod.has_value() == !identity.name.empty(), "a pod is read if and only if it has a name");
  if (!pod) return;
  fuzz::require(same_identity(pod->meta, identity), "the pod's identity");
  fuzz::require(pod->pod_ips == ips_in(object["status"]), "the pod's addresses");
  fuzz::require(pod->phase == object["status"]["phase"].string_or(""), "the pod's phase");
  fuzz::require(pod->node_name == object["spec"]["nodeName"].string_or(""), "the pod's node");
  fuzz::require(pod->host_network == object["spec"]["hostNetwork"].boolean_or(false), "the pod's network");
  const auto annotations = object["metadata"]["annotations"];
  fuzz::require(pod->pod_eni == annotations["vpc.amazonaws.com/pod-eni"].string_or(""),
                "the branch annotation");
  const auto profile = object["metadata"]["labels"]["eks.amazonaws.com/fargate-profile"];
  fuzz::require(pod->fargate == !profile.missing(), "the Fargate label");
}

void check_node(kube::Json object, const std::string& text) {
  const auto identity = identity_in(object);
  const auto node = kube::decode_node(text);
  fuzz::require(node.has_value() == !identity.name.empty(), "a node is read if and only if it has a name");
  if (!node) return;
  fuzz::require(same_identity(node->meta, identity), "the node's identity");
  fuzz::require(node->provider_id == object["spec"]["providerID"].string_or(""), "the node's machine");
  std::vector<std::string> ips;
  for (const auto& item : object["status"]["addresses"].items())
    if (auto ip = item["address"].string_or(""); item["type"].string_or("") == "InternalIP" && !ip.empty())
      ips.push_back(std::move(ip));
  fuzz::require(node->internal_ips == ips, "the node's addresses");
}

void decode(std::string_view object, fuzz::Draw& draw) {
  switch (draw.below(3)) {
    case 0:
      (void)kube::decode_pod(object);
      break;
    case 1:
      (void)kube::decode_node(object);
      break;
    default:
      (void)app::decode_eip(object);
  }
  const auto document = kube::parse_json(object);
  if (!document || !document->root().is_object()) return;
  const auto text = boost::json::serialize(*document->root().value());
  if (draw.below(2) == 0) {
    check_pod(document->root(), text);
  } else {
    check_node(document->root(), text);
  }
}

void take(std::string_view text, fuzz::Draw& draw) {
  const auto line = kube::cut_watch_line(text);
  if (!line) {
    fuzz::require(!line.error().message.empty(), "a fault says what is wrong");
    return;
  }
  if (line->event == kube::WatchEvent::error) {
    const auto fault = kube::fault_of_status(line->code, line->reason, line->message);
    fuzz::require(!fault.code.empty() && !fault.effect_possible,
                  "an ERROR event is a fault without an effect");
    return;
  }
  const std::string object(line->object);
  fuzz::require(same_identity(line->identity, kube::read_identity(object)),
                "the object's identity is the line's");
  http::LineSplitter again;
  fuzz::require(again.feed(R"({"type":"ADDED","object":)" + object + "}\n"), "a short line");
  if (object.find('\n') == std::string::npos) {
    const auto alone = kube::cut_watch_line(*again.next());
    fuzz::require(alone && alone->event == kube::WatchEvent::added && alone->object == object &&
                      same_identity(alone->identity, line->identity),
                  "the object in a line of its own is the same");
  }
  decode(object, draw);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = fuzz::text_of(data, size);
  fuzz::Draw draw(text);
  http::LineSplitter lines;
  if (!lines.feed(text) || !lines.feed("\n")) return 0;
  while (const auto line = lines.next())
    if (!line->empty()) take(*line, draw);
  return 0;
}
