#include "simulation/process.hpp"

#include <spdlog/details/null_mutex.h>
#include <spdlog/sinks/base_sink.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>

namespace simulation {
namespace {

// Hands each line on, without the time of the machine in front of it.
class LineSink final : public spdlog::sinks::base_sink<spdlog::details::null_mutex> {
 public:
  explicit LineSink(std::function<void(base::LogLevel, const std::string&)> take) : take_(std::move(take)) {}

 private:
  void sink_it_(const spdlog::details::log_msg& message) override {
    const std::string line(message.payload.data(), message.payload.size());
    const auto level = message.level >= spdlog::level::err ? base::LogLevel::error : base::LogLevel::info;
    if (take_) take_(level, line.substr(line.find(' ') + 1));
  }
  void flush_() override {}

  std::function<void(base::LogLevel, const std::string&)> take_;
};

aws::Environment environment() {
  return aws::Environment(std::map<std::string, std::string>{{"AWS_ACCESS_KEY_ID", "AKIAOPERATOR"},
                                                             {"AWS_SECRET_ACCESS_KEY", "secret"},
                                                             {"AWS_EC2_METADATA_DISABLED", "true"}});
}

}  // namespace

Process::Process(const Timeline& timeline, Network& network, Setup setup)
    : life_(std::make_shared<Life>(Life{setup.name})),
      clock_(timeline, context_.get_executor(), setup.skew),
      log_(std::make_unique<base::Logger>(setup.log_level, base::LogFormat::text,
                                          std::make_shared<LineSink>(std::move(setup.log)))),
      kube_(network, life_, clock_, context_.get_executor()),
      ec2_(network, life_, context_.get_executor()) {
  kube::ApiOptions api;
  api.server = "https://kube.simulation";
  app::Surroundings around{context_.get_executor(), clock_,         *log_,      kube_, ec2_, imds_, api,
                           environment(),           aws::read_file, setup.name, {}};
  around.draw = [chance = std::make_shared<Chance>(setup.chance)] { return chance->fraction(); };
  operator_.emplace(std::move(setup.options), std::move(around));
  boost::asio::co_spawn(
      context_, operator_->run(),
      boost::asio::bind_cancellation_slot(stop_.slot(), [this](std::exception_ptr, int code) {
        exit_code_ = code;
        life_->over = true;
      }));
}

Process::~Process() {
  kill();
}

bool Process::step() {
  if (life_->over) return false;
  if (context_.poll_one() == 0) return false;
  ++steps_;
  return true;
}

void Process::stop() {
  if (!life_->over) stop_.emit(boost::asio::cancellation_type::terminal);
}

void Process::kill() {
  if (!operator_) return;
  life_->over = true;
  context_.abandon();
  operator_.reset();
}

}  // namespace simulation
