#include "simulation/history.hpp"

#include <algorithm>
#include <deque>

#include "simulation/chronicle.hpp"
#include "simulation/others.hpp"

namespace simulation {
namespace {

using namespace std::chrono_literals;

// A history has some hundred thousand steps; what goes far beyond, or on and on in one moment, never ends.
constexpr std::uint64_t kMostSteps = 3'000'000;
constexpr std::uint64_t kMostStepsOfAMoment = 50'000;
constexpr auto kResync = 5min;
constexpr auto kSettling = 45min;  // a contended address is held back for 16 minutes
constexpr auto kQuiet = 16min;     // three resyncs
constexpr auto kEmptying = 12min;
constexpr std::size_t kMostWritesOfASpan = 120;
constexpr std::size_t kPage = 60;

bool changes(std::string_view action) {
  return !action.starts_with("Describe") && !action.starts_with("Get") && !action.starts_with("AssumeRole");
}

class History {
 public:
  History(std::uint64_t seed, const Telling& telling)
      : telling_(telling), world_(seed), chance_(world_.chance.fork("history")) {
    settle_others(world_);
    cluster_ = std::make_unique<Cluster>(world_);
    users_ = std::make_unique<Users>(world_, *cluster_);
    world_.network.around_ec2 = [this](const Life& from, const std::function<void()>& serve) {
      ec2_call(from, serve);
    };
    world_.network.around_kube = [this](const Life& from, const kube_double::Request& request,
                                        const std::function<void()>& serve) {
      kube_request(from, request, serve);
    };
  }

  Told tell() {
    const auto begin = world_.timeline.now();
    storm();
    if (violations_.empty()) calm();
    Told told;
    told.seed = world_.seed;
    told.statistics = statistics_;
    told.statistics.histories = 1;
    told.statistics.violations = violations_.empty() ? 0 : 1;  // histories that broke a law
    told.statistics.user_steps = users_->steps();
    if (weather_) told.statistics.faults = weather_->faults();
    told.statistics.time = world_.timeline.now() - begin;
    for (auto& process : processes_) process->kill();
    told.violations = violations_;
    told.mark = world_.story.mark();
    if (telling_.whole)
      told.story = world_.story.whole();
    else if (!violations_.empty())
      told.story = page();
    return told;
  }

 private:
  // The drama.

  void storm() {
    const auto length = chance_.between(2min, 8min);
    const auto end = world_.timeline.now() + length;
    weather_ = std::make_unique<Weather>(world_, length);
    const int steps = chance_.between(5, 60);
    for (int i = 0; i < steps; ++i) {
      // Some things happen in the same second.
      const auto at = chance_.between(base::Duration::zero(), length);
      const int burst = chance_.with(0.3) ? chance_.between(2, 4) : 1;
      for (int k = 0; k<burst; ++k, i += k> 0)
        world_.timeline.after(at + chance_.between(0s, 2s), [this] { users_->step(); });
    }
    const int rollouts = chance_.with(0.6) ? 0 : chance_.between(1, 2);
    for (int i = 0; i < rollouts; ++i)
      world_.timeline.after(chance_.between(10s, length), [this] { roll_out(); });
    const int kills = chance_.with(0.4) ? 0 : chance_.between(1, 3);
    for (int i = 0; i < kills; ++i)
      world_.timeline.after(chance_.between(1s, length), [this] {
        if (auto* process = any_process()) kill(*process, "at some time");
      });
    for (const auto& [id, uid] : world_.left) chronicle_.left_by_1_4_1(id, world_.now());
    tick();
    start_process();
    run_until(end);
  }

  void calm() {
    calm_ = true;
    fuses_.clear();
    weather_->calm();
    world_.ec2.world.settings.quotas.addresses = 30;
    world_.story.tell("calm", "all faults end", true);
    while (running() > 1) {
      auto* old = any_process();
      stop(*old);
      run_until(world_.timeline.now() + 40s);
      if (!old->over()) kill(*old, "since it does not stop");
      if (!violations_.empty()) return;
    }
    run_until(world_.timeline.now() + kSettling - kQuiet);
    if (!violations_.empty()) return;
    quiet_ = true;
    run_until(world_.timeline.now() + kQuiet);
    quiet_ = false;
    if (!violations_.empty()) return;
    note(judge(ending()));
    if (!violations_.empty()) return;
    users_->delete_all();
    run_until(world_.timeline.now() + kEmptying);
    if (violations_.empty()) note(judge_emptied(ending()));
  }

  void tick() {
    cluster_->tick();
    world_.timeline.after(calm_ ? 5s : 1s, [this] { tick(); });
  }

  void start_process() {
    Process::Setup setup;
    setup.name = "operator-" + std::to_string(++statistics_.processes);
    chronicle_.began(setup.name, world_.now());
    setup.options.metrics.off = true;
    setup.options.health.off = true;
    setup.options.region = kRegion;
    setup.options.cluster_name = kCluster;
    setup.options.resync = kResync;
    if (chance_.with(0.2)) setup.options.ec2_rate_factor = 0.04;  // so that calls wait for their turn
    setup.skew = chance_.with(0.3) ? chance_.between(-2s, 2s) : 0s;
    setup.chance = world_.chance.fork(setup.name);
    if (telling_.whole) setup.log_level = base::LogLevel::debug;
    setup.log = [this, name = setup.name](base::LogLevel level, const std::string& line) {
      if (telling_.whole) world_.story.tell(name, line);
      if (level == base::LogLevel::error && line.find(" bug ") != std::string::npos)
        note({{"no bug is thrown", line, {}}});
    };
    world_.story.tell("operator", setup.name + " starts", true);
    auto& started = *processes_.emplace_back(
        std::make_unique<Process>(world_.timeline, world_.network, std::move(setup)));
    if (calm_ || chance_.with(0.5)) return;
    // It is killed after some steps, or when a call of its has had its effect and is not answered yet.
    if (chance_.with(0.5)) {
      static const std::vector<int> kScales{30, 100, 400, 1'500};
      fuses_[&started].steps = static_cast<std::uint64_t>(chance_.between(1, chance_.one_of(kScales)));
    } else {
      fuses_[&started].effects = static_cast<std::uint64_t>(chance_.between(1, 4));
    }
  }

  void kill(Process& process, const std::string& why) {
    if (process.over()) return;
    world_.story.tell("operator", process.name() + " is killed " + why, true);
    process.kill();
    ++statistics_.kills;
    ended(process);
  }

  void ended(const Process& process) {
    fuses_.erase(&process);
    stopping_.erase(&process);
    world_.timeline.after(chance_.between(0s, 15s), [this] {
      if (running() == stopping_.size()) start_process();
    });
  }

  void stop(Process& process) {
    world_.story.tell("operator", process.name() + " is asked to stop", true);
    stopping_.insert(&process);
    process.stop();
  }

  // A rolling update: the new process starts before the old one stops.
  void roll_out() {
    auto* old = any_process();
    start_process();
    if (old == nullptr) return;
    world_.timeline.after(chance_.between(0s, 20s), [this, old] {
      if (old->over()) return;
      stop(*old);
      world_.timeline.after(30s, [this, old] { kill(*old, "at the end of its grace period"); });
    });
  }

  Process* any_process() {
    for (auto& process : processes_)
      if (!process->over()) return process.get();
    return nullptr;
  }
  std::size_t running() const {
    return static_cast<std::size_t>(std::count_if(processes_.begin(), processes_.end(),
                                                  [](const auto& process) { return !process->over(); }));
  }

  // The machine.

  void run_until(base::SteadyTime end) {
    while (violations_.empty()) {
      run_ready();
      auto next = end;
      if (const auto due = world_.timeline.next()) next = std::min(next, *due);
      for (const auto& process : processes_)
        if (!process->over())
          if (const auto due = process->next_due()) next = std::min(next, *due);
      if (const auto due = world_.kube.settle())
        next = std::min(next, world_.timeline.now() + (*due - world_.now()));
      if (next > world_.timeline.now()) steps_of_moment_ = 0;
      const bool over = next >= end && world_.timeline.now() >= end;
      if (over) return;
      world_.timeline.move_to(next);
      world_.timeline.run_due();
      for (const auto& process : processes_)
        if (!process->over()) process->wake_due();
    }
  }

  void run_ready() {
    bool any = true;
    while (any && violations_.empty()) {
      any = false;
      for (std::size_t i = 0; i < processes_.size(); ++i) {
        auto& process = *processes_[i];
        while (violations_.empty() && process.step()) {
          any = true;
          count_step(process);
        }
        if (process.exit_code() && !ended_.contains(&process)) has_ended(process);
      }
    }
  }

  void count_step(Process& process) {
    ++statistics_.operator_steps;
    if (++steps_of_moment_ > kMostStepsOfAMoment)
      note({{"no livelock", process.name() + " does not come to rest in one moment", {}}});
    if (statistics_.operator_steps > kMostSteps)
      note({{"no livelock", process.name() + " works without end", {}}});
    const auto fuse = fuses_.find(&process);
    if (fuse != fuses_.end() && fuse->second.steps > 0 && --fuse->second.steps == 0)
      kill(process, "at one of its steps");
  }

  void has_ended(Process& process) {
    ended_.insert(&process);
    world_.story.tell("operator", process.name() + " ends with code " + std::to_string(*process.exit_code()),
                      true);
    if (*process.exit_code() == app::kExitBug)
      note({{"no bug is thrown", process.name() + " ended by a bug", {}}});
    ended(process);
  }

  // The witnesses.

  void ec2_call(const Life& from, const std::function<void()>& serve) {
    ++statistics_.ec2_calls;
    const auto calls = world_.ec2.calls.size();
    const Holdings before = Holdings::of(world_.ec2.world);
    serve();
    if (world_.ec2.calls.size() == calls) return;
    const auto call = world_.ec2.calls.back();
    world_.ec2.calls.clear();
    if (!changes(call.action)) {
      if (telling_.whole) tell_call(from, call);
      return;
    }
    tell_call(from, call);
    if (call.error == "InvalidAssociationID.NotFound") chronicle_.denied(text_of(call), before, world_.now());
    if (!call.effect) return;
    ++statistics_.effects;
    const Holdings after = Holdings::of(world_.ec2.world);
    const Facts facts = facts_of(world_.kube);
    const auto visibility = world_.ec2.world.settings.visibility;
    Past past(world_.objects, world_.touched, world_.now(), visibility + 75s, kResync);
    chronicle_.tell(past, from.name, visibility);
    chronicle_.changed(from.name, before, after, world_.now());
    const Effect effect{call, before, after, facts};
    note(judge(effect, past));
    note(judge_interfaces(effect, past));
    if (telling_.law) note(telling_.law(effect, past));
    if (quiet_) note({{"a quiet world stays quiet", "EC2 call " + call.action, {text_of(call)}}});
    light_fuse(from);
  }

  void light_fuse(const Life& from) {
    for (auto& process : processes_) {
      const auto fuse = fuses_.find(process.get());
      if (process->name() != from.name || fuse == fuses_.end() || fuse->second.effects == 0) continue;
      if (--fuse->second.effects == 0) kill(*process, "before it hears of that");
    }
  }

  void kube_request(const Life& from, const kube_double::Request& request,
                    const std::function<void()>& serve) {
    ++statistics_.kube_requests;
    const auto before = world_.kube.version();
    serve();
    if (world_.kube.requests.empty()) return;
    const auto logged = world_.kube.requests.back();
    world_.kube.requests.clear();
    if (telling_.whole)
      world_.story.tell("kube", from.name + " " + logged.verb + " " + logged.resource + " " + logged.ns +
                                    "/" + logged.name + " " + std::to_string(logged.status) + " " +
                                    logged.fault + " " + request.body);
    if (world_.kube.version() == before || logged.verb == "get" || logged.verb == "list") return;
    ++statistics_.writes;
    count_write(logged);
    if (logged.resource == "eips/status") chronicle_.wrote_status(logged.ns + "/" + logged.name, from.name);
    if (logged.resource != "events") tell_write(from, logged);
    if (quiet_ && !asks_in_vain(logged))
      note({{"a quiet world stays quiet",
             "Kubernetes: " + logged.verb + " " + logged.resource + " " + logged.ns + "/" + logged.name,
             {logged.ns + "/" + logged.name}}});
  }

  // However much happens, and whoever else writes there: an object is not written at full speed.
  void count_write(const kube_double::Logged& logged) {
    auto& latest = writes_of_[logged.resource + " " + logged.ns + "/" + logged.name];
    latest.push_back(world_.timeline.now());
    if (latest.size() <= kMostWritesOfASpan) return;
    latest.pop_front();
    if (latest.front() + 10s > world_.timeline.now())
      note({{"the API server is not flooded",
             logged.ns + "/" + logged.name + " is written more than " + std::to_string(kMostWritesOfASpan) +
                 " times in 10 s",
             {logged.ns + "/" + logged.name}}});
  }

  // An object that EC2 refuses an address asks now and then again, and each time says so before.
  bool asks_in_vain(const kube_double::Logged& logged) {
    if (logged.resource != "eips/status") return false;
    const auto object = world_.kube.find({"eips", logged.ns, logged.name});
    return object && lacks_what_ec2_refuses(eip_facts(object->value));
  }

  static std::string text_of(const ec2_double::LoggedCall& call) {
    for (const auto* name :
         {"AllocationId", "ResourceId.1", "AssociationId", "AttachmentId", "NetworkInterfaceId"})
      if (const auto found = call.parameters.find(name); found != call.parameters.end()) return found->second;
    return "";
  }

  void tell_call(const Life& from, const ec2_double::LoggedCall& call) {
    std::string text = from.name + " " + call.action + " " + text_of(call);
    if (call.action == "AllocateAddress" || call.action == "CreateNetworkInterface") {
      for (const auto& [key, value] : call.parameters)
        if (key.ends_with(".Value")) text += " " + value;
      for (const auto* interface : world_.ec2.world.network_interfaces.all())
        for (const auto& [key, value] : interface->tags)
          if (call.effect && key == kUidTag && text.find(value) != std::string::npos)
            text += " -> " + interface->id;
      for (const auto* address : world_.ec2.world.addresses.all())
        for (const auto& [key, value] : address->tags)
          if (call.effect && key == kUidTag && text.find(value) != std::string::npos)
            text += " -> " + address->id;
    }
    if (const auto found = call.parameters.find("PrivateIpAddress"); found != call.parameters.end())
      text += " to " + found->second;
    if (!call.error.empty()) text += ": " + call.error;
    if (!call.fault.empty()) text += " [" + call.fault + (call.effect ? ", has its effect]" : "]");
    world_.story.tell("ec2", text);
  }

  void tell_write(const Life& from, const kube_double::Logged& logged) {
    std::string text =
        from.name + " " + logged.verb + " " + logged.resource + " " + logged.ns + "/" + logged.name;
    const auto object =
        logged.resource.starts_with("eips") ? world_.kube.find({"eips", logged.ns, logged.name}) : nullptr;
    if (object) {
      const auto eip = eip_facts(object->value);
      text += ": " + (eip.state.empty() ? std::string("no state") : eip.state) + " " + eip.allocation_id;
      if (eip.assignment) text += " on " + eip.assignment->private_ip;
      if (const auto* ready = eip.condition("Ready"))
        text += std::string(ready->holds ? " Ready " : " not Ready ") + ready->reason;
      if (kube_double::object_at(object->value, "status").contains("intent")) text += " with intent";
      if (!eip.finalizer) text += " without finalizer";
    }
    const auto interface =
        logged.resource.starts_with("enis") ? world_.kube.find({"enis", logged.ns, logged.name}) : nullptr;
    if (interface) {
      const auto eni = eni_facts(interface->value);
      text += ": " + eni.interface + (eni.instance.empty() ? "" : " on " + eni.instance);
      for (const auto& ip : eni.private_ips) text += " " + ip;
      if (const auto* ready = eni.condition("Ready"))
        text += std::string(ready->holds ? " Ready " : " not Ready ") + ready->reason;
      if (kube_double::object_at(interface->value, "status").contains("intent")) text += " with intent";
      if (!eni.finalizer) text += " without finalizer";
    }
    if (!logged.fault.empty()) text += " [" + logged.fault + "]";
    world_.story.tell("kube", text);
  }

  Ending ending() {
    held_ = Holdings::of(world_.ec2.world);
    facts_ = facts_of(world_.kube);
    return {held_, facts_, world_.orphaned, world_.left, world_.now()};
  }

  void note(const Violations& found) { violations_.insert(violations_.end(), found.begin(), found.end()); }

  std::string page() {
    const auto& first = violations_.front();
    auto names = first.subjects;
    for (const auto& name : first.subjects) {
      const auto object = world_.objects.find(name);
      if (object != world_.objects.end()) names.push_back(object->second);
    }
    const Facts facts = facts_of(world_.kube);
    for (const auto& eip : facts.eips) {
      if (std::find(names.begin(), names.end(), eip.key()) == names.end()) continue;
      if (!eip.allocation_id.empty()) names.push_back(eip.allocation_id);
      if (eip.wish && !eip.wish->pod_name.empty()) names.push_back(eip.ns + "/" + eip.wish->pod_name);
    }
    for (const auto& eni : facts.enis) {
      if (std::find(names.begin(), names.end(), eni.key()) == names.end()) continue;
      if (!eni.interface.empty()) names.push_back(eni.interface);
      if (!eni.pod_name.empty()) names.push_back(eni.ns + "/" + eni.pod_name);
    }
    std::erase(names, "");
    return world_.story.about(names, kPage);
  }

  struct Fuse {
    std::uint64_t steps = 0;
    std::uint64_t effects = 0;
  };

  Telling telling_;
  World world_;
  Chance chance_;
  std::unique_ptr<Cluster> cluster_;
  std::unique_ptr<Users> users_;
  std::unique_ptr<Weather> weather_;
  std::vector<std::unique_ptr<Process>> processes_;
  std::map<const Process*, Fuse> fuses_;  // never iterated
  std::set<const Process*> stopping_;
  std::set<const Process*> ended_;
  bool calm_ = false;
  bool quiet_ = false;
  std::map<std::string, std::deque<base::SteadyTime>> writes_of_;
  Chronicle chronicle_;
  std::uint64_t steps_of_moment_ = 0;
  Statistics statistics_;
  Violations violations_;
  Holdings held_;
  Facts facts_;
};

}  // namespace

void Statistics::add(const Statistics& other) {
  histories += other.histories;
  violations += other.violations;
  user_steps += other.user_steps;
  operator_steps += other.operator_steps;
  faults += other.faults;
  processes += other.processes;
  kills += other.kills;
  effects += other.effects;
  writes += other.writes;
  ec2_calls += other.ec2_calls;
  kube_requests += other.kube_requests;
  time += other.time;
}

Told tell_history(std::uint64_t seed, const Telling& telling) {
  return History(seed, telling).tell();
}

}  // namespace simulation
