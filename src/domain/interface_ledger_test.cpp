#include "domain/interface_ledger.hpp"

#include <gtest/gtest.h>

#include "fakes/eni_world.hpp"

namespace domain {
namespace {

using fakes::at;
using fakes::attached;
using fakes::interface;
using namespace std::chrono_literals;

const std::string kEni = "eni-1";

class AnInterfaceLedger : public testing::Test {
 protected:
  AnInterfaceLedger() { read(0s, interface()); }
  void read(Span when, const InterfaceView& shown) { ledger.read_by_id({kEni}, {shown}, at(when)); }
  const InterfaceView& view() const { return ledger.find(kEni)->view; }

  InterfaceLedger ledger{2min};
};

TEST_F(AnInterfaceLedger, does_not_believe_a_step_back_to_before_the_attachment) {
  ledger.attaching(kEni, "eni-attach-i-1", "i-1", 1, at(1s));
  read(2s, interface());
  EXPECT_TRUE(view().attaching());
  read(3s, attached(interface(), "i-1", "attached"));
  EXPECT_FALSE(view().attaching());
  read(4s, interface());
  EXPECT_TRUE(view().attached());
}

TEST_F(AnInterfaceLedger, sees_the_end_of_a_detaching_though_it_is_as_before_the_attachment) {
  ledger.attaching(kEni, "eni-attach-i-1", "i-1", 1, at(1s));
  ledger.detaching(kEni, at(10s));
  EXPECT_TRUE(view().detaching());
  read(11s, attached(interface(), "i-1", "attached"));
  EXPECT_TRUE(view().detaching());
  read(12s, attached(interface(), "i-1", "attaching"));  // the same state, for our writes
  EXPECT_TRUE(view().detaching());
  read(13s, interface());
  EXPECT_FALSE(view().attached());
}

TEST_F(AnInterfaceLedger,
       believes_that_an_attachment_is_over_that_ec2_does_not_know_and_a_later_read_does_not_show) {
  ledger.assigned(kEni, {"10.0.0.9"}, at(1s));
  const InterfaceView free = view();
  ledger.attaching(kEni, "eni-attach-i-1", "i-1", 1, at(2s));
  const InterfaceView made = view();
  ledger.attachment_unknown(kEni, at(5s));
  EXPECT_TRUE(view().attached());
  read(4s, free);
  EXPECT_TRUE(view().attached()) << "sent before EC2 was asked";
  read(6s, interface());
  EXPECT_TRUE(view().attached()) << "as it was before it got that address";
  read(7s, free);
  EXPECT_FALSE(view().attached());
  read(8s, made);
  EXPECT_TRUE(view().attached()) << "EC2 was only late";
  read(9s, free);
  EXPECT_TRUE(view().attached()) << "and that is from before";
}

TEST_F(AnInterfaceLedger, does_not_go_back_to_an_attachment_that_was_over_when_the_next_one_was_made) {
  ledger.attaching(kEni, "eni-attach-i-1", "i-1", 1, at(1s));
  const InterfaceView made = view();
  ledger.attachment_unknown(kEni, at(2s));
  read(3s, interface());
  ledger.attaching(kEni, "eni-attach-i-2", "i-2", 1, at(4s));
  read(5s, made);
  EXPECT_EQ(view().instance_id, "i-2");
}

TEST_F(AnInterfaceLedger, knows_what_is_attached_to_an_instance) {
  ledger.attaching(kEni, "eni-attach-i-1", "i-1", 1, at(1s));
  EXPECT_EQ(ledger.by_instance("i-1").size(), 1u);
  ledger.detached(kEni, at(2s));
  EXPECT_TRUE(ledger.by_instance("i-1").empty());
  EXPECT_EQ(view().device_index, -1);
}

TEST_F(AnInterfaceLedger, does_not_believe_in_old_attributes) {
  ledger.described(kEni, "new", at(1s));
  read(2s, interface());
  EXPECT_EQ(view().description, "new");
  ledger.grouped(kEni, {"sg-2"}, at(3s));
  ledger.assigned(kEni, {"10.0.0.2", "10.0.0.1"}, at(4s));
  EXPECT_EQ(view().addresses.size(), 2u);
  ledger.unassigned(kEni, {"10.0.0.2"}, at(5s));
  EXPECT_EQ(view().addresses.size(), 1u);
  read(6s, interface());
  EXPECT_EQ(view().security_group_ids, std::set<std::string>{"sg-2"});
}

TEST_F(AnInterfaceLedger, believes_in_an_elastic_ip_on_an_address_at_once) {
  ledger.described(kEni, "", at(1s));
  auto with = interface();
  with.description = "by hand";
  with.addresses.front().allocation_id = "eipalloc-1";
  read(2s, with);
  EXPECT_EQ(view().find("10.0.0.1")->allocation_id, "eipalloc-1");
}

}  // namespace
}  // namespace domain
