#pragma once
// The users of the cluster and the people with access to the account: one does something now and then.

#include <map>
#include <string>
#include <vector>

#include "simulation/cluster.hpp"
#include "simulation/facts.hpp"

namespace simulation {

class Users {
 public:
  Users(World& world, Cluster& cluster);

  void step();
  // Everything of ours is deleted, and may go.
  void delete_all();
  std::uint64_t steps() const { return steps_; }

 private:
  using Move = void (Users::*)();
  struct Choice {
    int weight;
    Move move;
  };
  static const std::vector<Choice>& choices();

  void create_eip();
  void delete_eip();
  void recreate_eip();
  void edit_assignment();
  void edit_tags();
  void edit_source();
  void create_pod();
  void delete_pod();
  void replace_pod();
  void finish_pod();
  void change_pod_ip();
  void drain_node();
  void back_up();
  void restore();
  void delete_namespace();
  // users_of_enis.cpp
  void create_eni();
  void edit_eni();
  void delete_eni();
  json::array security_groups();
  void detach_by_hand();
  void change_groups_by_hand();
  void delete_interface_by_hand();
  // of associations
  void create_association();
  void edit_association();
  void delete_association();
  // users_of_1_4_1.cpp
  void bring_along_1_4_1();
  std::string bring_address(int number);
  void bring_eip(int number);
  void bring_association(const std::string& ns, const std::string& eip, const std::string& pod);
  void bring_eni();
  // by_hand.cpp
  void take_off_by_hand();
  void move_by_hand();
  void release_by_hand();
  void tag_by_hand();
  void put_other_address_on_pod();
  void take_other_address_off();

  std::string any_namespace() { return chance_.one_of(namespaces_); }
  json::object assignment();
  json::object eip_spec(const std::string& ns);
  bool ensure_namespace(const std::string& ns);
  kube_double::Outcome<kube_double::Object> create(const json::object& object);
  std::string told(const kube_double::Outcome<kube_double::Object>& outcome) const;
  void tell(const std::string& what) { world_.story.tell("user", what); }
  std::optional<EipFacts> any_eip();
  std::optional<PodFacts> any_pod();
  std::optional<ec2_double::Address> any_address();
  void touched(const std::string& id) { world_.touched[id] = world_.now(); }

  World& world_;
  Cluster& cluster_;
  Chance chance_;
  std::vector<std::string> namespaces_{"shop", "team"};
  std::vector<std::string> names_{"a", "b", "c"};
  std::vector<std::string> enis_{"x", "y"};
  std::vector<std::string> pods_{"web-0", "web-1", "job"};
  std::map<std::pair<std::string, std::string>, json::object> backup_;  // by resource and key
  int made_ = 0;
  std::uint64_t steps_ = 0;
};

}  // namespace simulation
