#pragma once
// One process of the operator: app::Operator on a context of its own, which can be killed between any two of
// its steps.

#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "app/operator.hpp"
#include "simulation/chance.hpp"
#include "simulation/ports.hpp"

namespace simulation {

class Process {
 public:
  struct Setup {
    std::string name;
    app::Options options;
    base::Duration skew{};  // of its wall clock
    base::LogLevel log_level = base::LogLevel::error;
    std::function<void(base::LogLevel, const std::string& line)> log;
    Chance chance{0};
  };

  Process(const Timeline& timeline, Network& network, Setup setup);
  ~Process();
  Process(const Process&) = delete;

  // Runs one step, from an await to the next; false if none is ready.
  bool step();
  std::optional<base::SteadyTime> next_due() const { return clock_.next_due(); }
  void wake_due() { clock_.wake_due(); }

  void stop();  // as SIGTERM does
  void kill();  // as SIGKILL does: nothing of it runs any more
  bool over() const { return life_->over; }
  std::optional<int> exit_code() const { return exit_code_; }  // of one that ended by itself
  const std::string& name() const { return life_->name; }
  std::uint64_t steps() const { return steps_; }

 private:
  // A context that lets go of everything that waits in it. Its owner may live on.
  struct Context : boost::asio::io_context {
    void abandon() {
      stop();
      shutdown();
    }
  };

  std::shared_ptr<Life> life_;
  Context context_;
  ProcessClock clock_;
  std::unique_ptr<base::Logger> log_;
  KubePort kube_;
  Ec2Port ec2_;
  NoPort imds_;
  std::optional<app::Operator> operator_;
  boost::asio::cancellation_signal stop_;
  std::optional<int> exit_code_;
  std::uint64_t steps_ = 0;
};

}  // namespace simulation
