#pragma once
// The transports of one process of the operator, onto the network of the simulation.

#include "simulation/network.hpp"

namespace simulation {

class Ec2Port final : public http::Transport {
 public:
  Ec2Port(Network& network, std::shared_ptr<const Life> life, boost::asio::any_io_executor executor)
      : network_(network), life_(std::move(life)), executor_(std::move(executor)) {}

  base::Task<base::Result<http::Response>> send(http::Request request) override;
  base::Task<base::Result<std::unique_ptr<http::ByteStream>>> open(http::Request request) override;

 private:
  Network& network_;
  std::shared_ptr<const Life> life_;
  boost::asio::any_io_executor executor_;
};

class KubePort final : public http::Transport {
 public:
  KubePort(Network& network, std::shared_ptr<const Life> life, base::Clock& clock,
           boost::asio::any_io_executor executor)
      : network_(network), life_(std::move(life)), clock_(clock), executor_(std::move(executor)) {}

  base::Task<base::Result<http::Response>> send(http::Request request) override;
  base::Task<base::Result<std::unique_ptr<http::ByteStream>>> open(http::Request request) override;

 private:
  Network& network_;
  std::shared_ptr<const Life> life_;
  base::Clock& clock_;
  boost::asio::any_io_executor executor_;
};

// There is no instance metadata.
class NoPort final : public http::Transport {
 public:
  base::Task<base::Result<http::Response>> send(http::Request request) override;
  base::Task<base::Result<std::unique_ptr<http::ByteStream>>> open(http::Request request) override;
};

}  // namespace simulation
