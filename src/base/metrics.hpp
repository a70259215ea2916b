#pragma once
// The process's metrics. Hold the reference that a call returns: an increment is then a few nanoseconds.
// Series exist at zero from the start, so that rates and alerts work from the first scrape.

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <map>
#include <string>
#include <vector>

namespace base {

using Labels = std::map<std::string, std::string>;

class Metrics {
 public:
  prometheus::Counter& counter(const std::string& name, const std::string& help, const Labels& labels = {}) {
    return prometheus::BuildCounter().Name(name).Help(help).Register(registry_).Add(labels);
  }
  prometheus::Gauge& gauge(const std::string& name, const std::string& help, const Labels& labels = {}) {
    return prometheus::BuildGauge().Name(name).Help(help).Register(registry_).Add(labels);
  }
  prometheus::Histogram& histogram(const std::string& name, const std::string& help, const Labels& labels,
                                   const std::vector<double>& buckets) {
    return prometheus::BuildHistogram().Name(name).Help(help).Register(registry_).Add(labels, buckets);
  }
  prometheus::Registry& registry() { return registry_; }

 private:
  prometheus::Registry registry_;
};

}  // namespace base
