#pragma once
// What happened in a history, as lines that a person can follow.

#include <string>
#include <vector>

#include "simulation/timeline.hpp"

namespace simulation {

class Story {
 public:
  explicit Story(const Timeline& timeline) : timeline_(timeline), begin_(timeline.now()) {}

  // `who`: user, ec2, kube, operator, cluster. What is `central` belongs to the story of every object.
  void tell(std::string_view who, std::string what, bool central = false);

  // The lines that name one of these, and the central ones; not more than `most`, of which the last matter
  // more.
  std::string about(const std::vector<std::string>& names, std::size_t most) const;
  std::string whole() const { return about({""}, lines_.size()); }
  // Of all lines: two histories with the same mark went the same way.
  std::uint64_t mark() const { return mark_; }

 private:
  struct Line {
    std::string text;
    bool central = false;
  };

  const Timeline& timeline_;
  base::SteadyTime begin_;
  std::vector<Line> lines_;
  std::uint64_t mark_ = 0;
};

}  // namespace simulation
