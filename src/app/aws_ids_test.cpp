#include "app/aws_ids.hpp"

#include <gtest/gtest.h>

namespace {

TEST(InstanceId, IsTheLastPartOfAnAwsProviderId) {
  EXPECT_EQ(app::instance_id_of("aws:///us-east-1a/i-0abc"), "i-0abc");
  for (const char* other : {"", "gce://p/z/i-1", "aws:///us-east-1a/fargate-ip-10", "kind://docker/x"})
    EXPECT_EQ(app::instance_id_of(other), "") << other;
}

TEST(BranchEni, IsReadFromTheAnnotation) {
  EXPECT_EQ(app::branch_eni_of(R"([{"eniId":"eni-1","privateIp":"10.0.0.9","vlanId":1}])"), "eni-1");
  for (const char* bad : {"", "[]", "{", "[1]", R"([{"eniId":5}])", R"([{"eniId":"x"}])"})
    EXPECT_EQ(app::branch_eni_of(bad), "") << bad;
}

}  // namespace
