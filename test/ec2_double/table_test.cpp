#include "ec2_double/table.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace ec2_double {
namespace {

using namespace std::chrono_literals;

struct Thing {
  std::string id;
  int value = 0;
};

const Time kStart{std::chrono::hours(500'000)};

int seen(const Table<Thing>& table, Time now, std::uint64_t draw, Span delay = 10s) {
  const auto* thing = table.seen("a", View(now, delay, draw));
  return thing == nullptr ? 0 : thing->value;
}

// What calls of that moment see.
std::set<int> all_seen(const Table<Thing>& table, Time now) {
  std::set<int> values;
  for (std::uint64_t draw = 0; draw < 200; ++draw) values.insert(seen(table, now, draw));
  return values;
}

TEST(Table, AWriteIsSeenByAllWhenTheDelayIsOver) {
  Table<Thing> table;
  table.put({"a", 1}, kStart);
  table.put({"a", 2}, kStart + 20s);
  EXPECT_EQ(all_seen(table, kStart + 20s), std::set{1});
  EXPECT_EQ(all_seen(table, kStart + 25s), (std::set{1, 2}));
  EXPECT_EQ(all_seen(table, kStart + 30s), std::set{2});
  EXPECT_EQ(table.latest("a")->value, 2);
}

TEST(Table, ANewRowMayNotBeThereYetAndADeletedOneStill) {
  Table<Thing> table;
  table.put({"a", 1}, kStart);
  EXPECT_EQ(all_seen(table, kStart + 5s), (std::set{0, 1}));
  table.erase("a", kStart + 20s);
  EXPECT_EQ(all_seen(table, kStart + 25s), (std::set{0, 1}));
  EXPECT_EQ(all_seen(table, kStart + 30s), std::set{0});
  EXPECT_EQ(table.latest("a"), nullptr);
  EXPECT_TRUE(table.all().empty());
}

TEST(Table, ALaterReadMayStepBack) {
  Table<Thing> table;
  table.put({"a", 1}, kStart);
  table.put({"a", 2}, kStart + 20s);
  int steps_back = 0;
  for (std::uint64_t draw = 1; draw < 100; ++draw)
    if (seen(table, kStart + 25s, draw - 1) == 2 && seen(table, kStart + 26s, draw) == 1) ++steps_back;
  EXPECT_GT(steps_back, 0);
}

TEST(Table, OneCallSeesItsResourcesAtDifferentTimesAndTheSameCallTheSame) {
  const View view(kStart, 10s, 7);
  std::set<Time> times;
  for (const auto* id : {"a", "b", "c", "d"}) {
    times.insert(view.as_of(id));
    EXPECT_LE(view.as_of(id), kStart);
    EXPECT_GT(view.as_of(id), kStart - 10s);
    EXPECT_EQ(view.as_of(id), View(kStart, 10s, 7).as_of(id));
  }
  EXPECT_EQ(times.size(), 4u);
  EXPECT_EQ(View(kStart, 0s, 7).as_of("a"), kStart);
}

TEST(Table, AViewSeesTheVersionOfItsTimeAmongMany) {
  Table<Thing> table;
  for (int i = 0; i < 100; ++i) table.put({"a", i}, kStart + i * 1s);
  for (std::uint64_t draw = 0; draw < 50; ++draw) {
    const View view(kStart + 99s, 60s, draw);
    const auto second = std::chrono::floor<std::chrono::seconds>(view.as_of("a") - kStart).count();
    EXPECT_EQ(table.seen("a", view)->value, second);
  }
}

}  // namespace
}  // namespace ec2_double
