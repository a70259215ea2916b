#include "simulation/story.hpp"

#include <algorithm>
#include <cstdio>

#include "ec2_double/draw.hpp"

namespace simulation {
namespace {

constexpr std::size_t kWidest = 230;

std::string time_text(base::Duration span) {
  const auto all = std::chrono::duration_cast<std::chrono::microseconds>(span).count();
  char text[40];
  std::snprintf(text, sizeof text, "%3lld:%02lld.%06lld", static_cast<long long>(all / 60'000'000),
                static_cast<long long>(all / 1'000'000 % 60), static_cast<long long>(all % 1'000'000));
  return text;
}

// "shop/a" in "team/shop/ab" is another name.
bool names(const std::string& text, const std::string& name) {
  const auto part_of_name = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '/';
  };
  for (auto at = text.find(name); at != std::string::npos; at = text.find(name, at + 1)) {
    const auto end = at + name.size();
    const bool begins = at == 0 || !part_of_name(text[at - 1]);
    const bool ends = end == text.size() || !part_of_name(text[end]);
    if (name.empty() || (begins && ends)) return true;
  }
  return false;
}

}  // namespace

void Story::tell(std::string_view who, std::string what, bool central) {
  std::string text = time_text(timeline_.now() - begin_) + "  ";
  text += who;
  text.append(who.size() < 9 ? 9 - who.size() : 1, ' ');
  text += what;
  if (text.size() > kWidest) text.replace(kWidest, std::string::npos, "...");
  mark_ = ec2_double::mix(mark_ ^ ec2_double::hash(text));
  lines_.push_back({std::move(text), central});
}

std::string Story::about(const std::vector<std::string>& subjects, std::size_t most) const {
  std::vector<const std::string*> chosen;
  for (const auto& line : lines_) {
    const bool named = std::any_of(subjects.begin(), subjects.end(),
                                   [&](const auto& name) { return names(line.text, name); });
    if (named || line.central) chosen.push_back(&line.text);
  }
  std::string text;
  const std::size_t first = std::min<std::size_t>(most / 4, chosen.size());
  const std::size_t skipped = chosen.size() > most ? chosen.size() - most : 0;
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    if (skipped > 0 && i == first) text += "   ... " + std::to_string(skipped) + " lines ...\n";
    if (skipped == 0 || i < first || i >= first + skipped) text += *chosen[i] + "\n";
  }
  return text;
}

}  // namespace simulation
