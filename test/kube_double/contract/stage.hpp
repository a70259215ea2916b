#pragma once
// Where the contract is played: on the double, or on a real API server if KUBE_CONTRACT_KUBECONFIG names its
// kubeconfig. The cases see a Transport and nothing else of it.

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/scope.hpp"
#include "http/transport.hpp"

namespace kube_double {

class Stage {
 public:
  virtual ~Stage() = default;
  virtual http::Transport& transport() = 0;
  virtual base::Clock& clock() = 0;
  virtual std::string server() const = 0;  // https://host:port
  // Runs what can run, and lets a little time pass.
  virtual void pass() = 0;
  // Makes the server forget what it remembers of the past.
  virtual void compact() = 0;

  // Lets time pass until it is so; false after half a minute.
  bool until(const std::function<bool()>& so);

  template <class T>
  T run(base::Task<T> task) {
    std::optional<T> result;
    boost::asio::co_spawn(context, std::move(task), [&](const std::exception_ptr& thrown, T value) {
      if (thrown) std::rethrow_exception(thrown);
      result.emplace(std::move(value));
    });
    if (!until([&] { return result.has_value(); })) throw std::runtime_error("no answer");
    return std::move(*result);
  }

  boost::asio::io_context context;
};

std::unique_ptr<Stage> make_stage();

}  // namespace kube_double
