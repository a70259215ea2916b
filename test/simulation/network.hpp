#pragma once
// What lies between the operator's processes and the two servers: requests and answers take their time, and a
// request of a process that is killed arrives or does not.

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/notify.hpp"
#include "ec2_double/double.hpp"
#include "http/transport.hpp"
#include "kube_double/server.hpp"
#include "simulation/chance.hpp"
#include "simulation/timeline.hpp"

namespace simulation {

// A process as the network sees it.
struct Life {
  std::string name;
  bool over = false;
};

// An answer that is waited for. It lives in the frame of who waits: a process that is killed takes it along.
template <class T>
struct Exchange {
  explicit Exchange(boost::asio::any_io_executor executor) : came(std::move(executor)) {}
  std::optional<base::Result<T>> answer;
  base::Notify came;

  void deliver(base::Result<T> result) {
    if (!answer) answer = std::move(result);
    came.notify_all();
  }
};

class Network {
 public:
  Network(Timeline& timeline, ec2_double::Double& ec2, kube_double::Server& kube, Chance chance)
      : ec2(ec2), kube(kube), timeline_(timeline), chance_(chance) {}
  Network(const Network&) = delete;

  using ToEc2 = Exchange<http::Response>;
  using KubeAnswer = std::shared_ptr<kube_double::Answer>;
  using ToKube = Exchange<KubeAnswer>;
  void carry(const http::Request& request, std::shared_ptr<const Life> from, std::weak_ptr<ToEc2> back);
  void carry(const http::Request& request, std::shared_ptr<const Life> from, std::weak_ptr<ToKube> back);

  ec2_double::Double& ec2;
  kube_double::Server& kube;
  // Called with a request of the operator as it reaches its server: around it, to see what it does.
  std::function<void(const Life& from, const std::function<void()>& serve)> around_ec2;
  std::function<void(const Life& from, const kube_double::Request& request,
                     const std::function<void()>& serve)>
      around_kube;
  bool ec2_unreachable = false;  // no connection can be made
  bool kube_unreachable = false;
  base::Duration slowest = std::chrono::milliseconds(3);  // each way

 private:
  template <class T>
  bool refuse(bool unreachable, const std::weak_ptr<Exchange<T>>& back);
  template <class T>
  void deliver(base::Duration after, std::weak_ptr<Exchange<T>> back, base::Result<T> result);
  base::Duration travel() { return chance_.between(std::chrono::microseconds(100), slowest); }
  bool arrives(const Life& from) { return !from.over || chance_.with(0.5); }

  Timeline& timeline_;
  Chance chance_;
};

}  // namespace simulation
