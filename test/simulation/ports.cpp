#include "simulation/ports.hpp"

#include "kube_double/transport.hpp"
#include "kube_double/watch_stream.hpp"

namespace simulation {
namespace {

using base::Result;
using base::Task;
using Stream = std::unique_ptr<http::ByteStream>;

base::Fault no_service() {
  return {base::FaultKind::unavailable, "", "there is no such service", false, {}};
}

template <class T>
Task<Result<T>> exchange_on(Network* network, http::Request request, std::shared_ptr<const Life> life,
                            boost::asio::any_io_executor executor) {
  const auto exchange = std::make_shared<Exchange<T>>(std::move(executor));
  network->carry(request, std::move(life), std::weak_ptr(exchange));
  while (!exchange->answer) co_await exchange->came.wait();
  co_return std::move(*exchange->answer);
}

}  // namespace

Task<Result<http::Response>> Ec2Port::send(http::Request request) {
  return exchange_on<http::Response>(&network_, std::move(request), life_, executor_);
}

Task<Result<Stream>> Ec2Port::open(http::Request) {
  co_return no_service();
}

Task<Result<http::Response>> KubePort::send(http::Request request) {
  auto answer = co_await exchange_on<Network::KubeAnswer>(&network_, std::move(request), life_, executor_);
  if (!answer) co_return std::move(answer).error();
  co_return kube_double::response_of(**answer);
}

Task<Result<Stream>> KubePort::open(http::Request request) {
  auto answer = co_await exchange_on<Network::KubeAnswer>(&network_, std::move(request), life_, executor_);
  if (!answer) co_return std::move(answer).error();
  co_return kube_double::stream_of(network_.kube, std::move(**answer), clock_, executor_);
}

Task<Result<http::Response>> NoPort::send(http::Request) {
  co_return no_service();
}

Task<Result<Stream>> NoPort::open(http::Request) {
  co_return no_service();
}

}  // namespace simulation
