#include "simulation/network.hpp"

#include <curl/curl.h>

#include "ec2_double/transport.hpp"
#include "http/curl_faults.hpp"

namespace simulation {
namespace {

base::Fault fault(int curl_code, bool maybe_sent) {
  return http::fault_of({.code = curl_code,
                         .place = "the network",
                         .detail = {},
                         .verify_result = 0,
                         .os_error = 0,
                         .maybe_sent = maybe_sent});
}

kube_double::Request asked(const http::Request& request, const std::string& client) {
  kube_double::Request asked{client, request.method, request.url, {}, request.body};
  for (const auto& [name, value] : request.headers)
    if (name == "Content-Type") asked.content_type = value;
  return asked;
}

}  // namespace

template <class T>
bool Network::refuse(bool unreachable, const std::weak_ptr<Exchange<T>>& back) {
  if (unreachable) deliver<T>(travel(), back, fault(CURLE_COULDNT_CONNECT, false));
  return unreachable;
}

template <class T>
void Network::deliver(base::Duration after, std::weak_ptr<Exchange<T>> back, base::Result<T> result) {
  timeline_.after(after, [back = std::move(back), result = std::move(result)] {
    if (const auto exchange = back.lock()) exchange->deliver(result);
  });
}

void Network::carry(const http::Request& request, std::shared_ptr<const Life> from,
                    std::weak_ptr<ToEc2> back) {
  if (refuse(ec2_unreachable, back)) return;
  const auto sent = timeline_.now();
  timeline_.after(travel(), [this, request, sent, from = std::move(from), back = std::move(back)] {
    if (!arrives(*from)) return;
    const auto now = timeline_.wall_now();
    ec2_double::Answer answer;
    around_ec2(*from, [&] { answer = ec2.handle(ec2_double::signed_request(request, now), now); });
    const auto due = timeline_.now() + answer.latency + travel();
    if (answer.fate == ec2_double::Answer::Fate::hang || due >= sent + request.timeout)
      deliver<http::Response>(sent + request.timeout - timeline_.now(), back,
                              fault(CURLE_OPERATION_TIMEDOUT, true));
    else
      deliver<http::Response>(due - timeline_.now(), back, ec2_double::response_of(answer));
  });
}

void Network::carry(const http::Request& request, std::shared_ptr<const Life> from,
                    std::weak_ptr<ToKube> back) {
  if (refuse(kube_unreachable, back)) return;
  const auto sent = timeline_.now();
  timeline_.after(travel(), [this, request, sent, from = std::move(from), back = std::move(back)] {
    if (!arrives(*from)) return;
    const auto what = asked(request, from->name);
    auto answer = std::make_shared<kube_double::Answer>();
    around_kube(*from, what, [&] { *answer = kube.handle(what); });
    const auto due = timeline_.now() + answer->latency + travel();
    if (answer->fate == kube_double::Answer::Fate::hang || due >= sent + request.timeout) {
      deliver<KubeAnswer>(sent + request.timeout - timeline_.now(), back,
                          fault(CURLE_OPERATION_TIMEDOUT, true));
      return;
    }
    timeline_.at(due, [this, answer, back] {
      const auto exchange = back.lock();
      if (!exchange) return;
      if (answer->later) kube.settle();
      const auto last = answer->later ? answer->later : answer;
      if (last->fate == kube_double::Answer::Fate::cut)
        exchange->deliver(fault(CURLE_GOT_NOTHING, true));
      else
        exchange->deliver(last);
    });
  });
}

}  // namespace simulation
