#pragma once
// The walk over every reachable state of a small world, nearest first, so that the history that it prints of
// a broken law is a shortest.
//
// A World has: Setup (name, narrate), State (now, broken, story), and the functions first_state(setup),
// moves_of(setup, state) and fingerprint(setup, state).

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "hash.hpp"

namespace model {

enum class Kind : char {
  look,    // reads only
  write,   // to the API server
  call,    // changes EC2
  resync,  // a read of everything
  rest,    // time passes, nothing to do
  other,   // trouble, or someone else's doing
};

// In a quiet world nothing of the kind `other` happens, every call is answered, and the operator acts as soon
// as it can. Two such worlds are looked at: one whose reads show the truth, and one whose reads lag as long
// as they may.
inline constexpr unsigned kQuietTruth = 1;
inline constexpr unsigned kQuietLag = 2;

template <class State>
struct Next {
  State state;
  Kind kind = Kind::other;
  unsigned quiet = 0;
};

// Everything that may happen next in a state: one step of the operator with each of its possible endings, and
// all that the world may do on its own.
template <class State>
struct Moves {
  std::vector<Next<State>> next;
  bool resting = false;            // the operator has nothing to do in this state
  bool may_look = false;           // it waits for something that only a look can show
  bool may_retry = false;          // EC2 refuses it what it needs; it asks again now and then
  const char* unwished = nullptr;  // if it rests here for good: what is not as wished
};

struct Result {
  std::string name;
  std::size_t states = 0;
  std::size_t transitions = 0;
  int depth = 0;
  int longest_quiet = 0;  // moves that a quiet world needs at most to come to rest
  double seconds = 0;
  bool complete = false;  // every state was seen, and so a quiet world judged from each
  std::string broken;     // the law; empty: none
  std::string history;    // how it came to that
};

std::string line_of(const Result& result);

inline constexpr std::uint32_t kNone = 0xFFFFFFFF;
inline constexpr std::size_t kPage = 45;  // lines of a printed history
inline constexpr int kQuietBound = 150;   // moves within which a quiet world has to rest

struct PrintHash {
  std::size_t operator()(const Fingerprint& print) const { return print.a; }
};

// What is kept of a state after its moves were made.
struct Node {
  std::uint32_t parent = kNone;
  std::uint16_t move = 0;  // of the parent's
  std::uint32_t quiet[2] = {kNone, kNone};
  Kind kind[2] = {Kind::rest, Kind::rest};
  bool may_look = false;
  bool may_retry = false;
  const char* unwished = nullptr;
};

template <class World>
class Walk {
 public:
  using Setup = typename World::Setup;
  using State = typename World::State;
  using Moves = model::Moves<State>;
  using Next = model::Next<State>;

  Walk(const Setup& setup, std::size_t most_states) : setup_(setup), most_(most_states) {}

  Result run() {
    const auto start = std::chrono::steady_clock::now();
    result_.name = setup_.name;
    explore();
    if (result_.complete) check_quiet(0), check_quiet(1);
    result_.states = nodes_.size();
    result_.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return result_;
  }

 private:
  void explore() {
    std::vector<std::pair<std::uint32_t, State>> level;
    const State first = World::first_state(setup_);
    known_.emplace(World::fingerprint(setup_, first), 0);
    nodes_.emplace_back();
    level.emplace_back(0, first);
    while (!level.empty()) {
      std::vector<std::pair<std::uint32_t, State>> deeper;
      for (auto& [index, state] : level) {
        if (!expand(index, state, deeper)) return;
        state = State();  // a level may be large
      }
      level = std::move(deeper);
      ++result_.depth;
    }
    result_.complete = true;
  }

  bool expand(std::uint32_t index, const State& state, std::vector<std::pair<std::uint32_t, State>>& deeper) {
    Moves moves = World::moves_of(setup_, state);
    nodes_[index].may_look = moves.may_look;
    nodes_[index].may_retry = moves.may_retry;
    nodes_[index].unwished = moves.unwished;
    for (std::size_t move = 0; move < moves.next.size(); ++move) {
      Next& next = moves.next[move];
      ++result_.transitions;
      const auto [found, is_new] =
          known_.emplace(World::fingerprint(setup_, next.state), static_cast<std::uint32_t>(nodes_.size()));
      if (is_new) {
        Node node;
        node.parent = index;
        node.move = static_cast<std::uint16_t>(move);
        nodes_.push_back(node);
      }
      if (next.quiet & kQuietTruth) nodes_[index].quiet[0] = found->second, nodes_[index].kind[0] = next.kind;
      if (next.quiet & kQuietLag) nodes_[index].quiet[1] = found->second, nodes_[index].kind[1] = next.kind;
      if (!next.state.broken.empty()) {
        result_.broken = next.state.broken;
        auto path = path_to(index);
        path.push_back(static_cast<std::uint16_t>(move));
        result_.history = tell(path, -1, 0);
        return false;
      }
      if (is_new) deeper.emplace_back(found->second, std::move(next.state));
    }
    return nodes_.size() <= most_;
  }

  // Every state leads, in a quiet world, to a circle in which nothing is written and nothing is changed in
  // EC2.
  void check_quiet(int world) {
    std::vector<int> steps(nodes_.size(), -1);  // to the circle
    std::vector<std::uint32_t> trail;
    std::vector<char> on_trail(nodes_.size(), 0);
    for (std::uint32_t start = 0; start < nodes_.size(); ++start) {
      trail.clear();
      std::uint32_t at = start;
      while (steps[at] < 0 && !on_trail[at]) {
        on_trail[at] = 1;
        trail.push_back(at);
        if (nodes_[at].quiet[world] == kNone) return fail(start, world, "a quiet world stands still");
        at = nodes_[at].quiet[world];
      }
      int length = steps[at];
      if (steps[at] < 0) {
        const auto circle = std::find(trail.begin(), trail.end(), at);
        if (const char* why = bad_circle(circle, trail.end(), world)) return fail(start, world, why);
        for (auto i = circle; i != trail.end(); ++i) steps[*i] = 0;
        trail.erase(circle, trail.end());
        length = 0;
      }
      for (auto i = trail.rbegin(); i != trail.rend(); ++i) steps[*i] = ++length;
      for (const auto i : trail) on_trail[i] = 0;
      result_.longest_quiet = std::max(result_.longest_quiet, length);
      if (length > kQuietBound) return fail(start, world, "a quiet world takes too long to rest");
    }
  }

  template <class It>
  const char* bad_circle(It begin, It end, int world) {
    bool passes = false;
    bool looks = false;
    bool may_look = false;
    bool may_retry = false;
    for (auto i = begin; i != end; ++i) may_retry = may_retry || nodes_[*i].may_retry;
    for (auto i = begin; i != end; ++i) {
      const Node& node = nodes_[*i];
      if (node.unwished) return node.unwished;
      if (node.kind[world] == Kind::call && !may_retry)
        return "EC2 is changed again and again in a quiet world";
      if (node.kind[world] == Kind::write && !may_retry)
        return "the object is written again and again in a quiet world";
      passes = passes || node.kind[world] == Kind::rest || node.kind[world] == Kind::resync;
      looks = looks || node.kind[world] == Kind::look;
      may_look = may_look || node.may_look;
    }
    if (!passes) return "looks without end in one moment";
    if (looks && !may_look) return "looks again and again though all is as wished";
    return nullptr;
  }

  void fail(std::uint32_t from, int world, const char* why) {
    if (!result_.broken.empty()) return;
    result_.broken = why;
    result_.history = tell(path_to(from), world, 25);
  }

  std::vector<std::uint16_t> path_to(std::uint32_t index) const {
    std::vector<std::uint16_t> path;
    for (; nodes_[index].parent != kNone; index = nodes_[index].parent) path.push_back(nodes_[index].move);
    std::reverse(path.begin(), path.end());
    return path;
  }

  // The same moves again, this time with words; and then some moves of a quiet world.
  std::string tell(const std::vector<std::uint16_t>& path, int world, int quiet_moves) const {
    Setup narrating = setup_;
    narrating.narrate = true;
    std::vector<std::string> lines;
    State state = World::first_state(setup_);
    const int start = state.now;
    const auto step = [&](Next& next) {
      lines.push_back("  " + std::to_string(next.state.now - start) + "\t" + next.state.story);
      state = std::move(next.state);
    };
    for (const auto move : path) step(World::moves_of(narrating, state).next[move]);
    if (quiet_moves > 0) lines.push_back("  --- from here on the world is quiet");
    for (int i = 0; i < quiet_moves; ++i) {
      Moves moves = World::moves_of(narrating, state);
      for (auto& next : moves.next)
        if (next.quiet & (1u << world)) {
          step(next);
          break;
        }
    }
    if (lines.size() > kPage) lines.erase(lines.begin(), lines.end() - kPage);
    std::string text;
    for (const auto& line : lines) text += line + "\n";
    return text;
  }

  const Setup& setup_;
  std::size_t most_;
  Result result_;
  std::vector<Node> nodes_;
  std::unordered_map<Fingerprint, std::uint32_t, PrintHash> known_;
};

// Ends at the first broken law, or when more than `most_states` are known.
template <class World>
Result walk(const typename World::Setup& setup, std::size_t most_states) {
  return Walk<World>(setup, most_states).run();
}

}  // namespace model
