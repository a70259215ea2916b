"""DescribePublicIpv4Pools: addresses that the account has brought to EC2."""

from __future__ import annotations

from typing import Any

from expect import by, refused
from marks import NO_SUCH_ACTION, source, unconfirmed
from scene import Scene
from sources import ERRORS, TERRAFORM_ERRORS, api
from stand_ins import REGION, StandIn

POOL = "ipv4pool-ec2-0123456789abcdef0"


def bring(stand_in: StandIn, count: int = 1, **more: Any) -> list[str]:
    """This many pools of four addresses each."""
    pools = [
        {"id": f"{POOL[:-2]}{number:02d}", "first_address": f"203.0.113.{number * 8}", "address_count": 4, **more}
        for number in range(count)
    ]
    stand_in.seed({"pools": pools})
    return [str(pool["id"]) for pool in pools]


def pools(ec2: Any, **arguments: Any) -> list[str]:
    return [pool["PoolId"] for pool in ec2.describe_public_ipv4_pools(**arguments)["PublicIpv4Pools"]]


@source(api("PublicIpv4Pool"))
@NO_SUCH_ACTION
def test_a_pool_shows_its_ranges_and_what_is_free(ec2: Any, stand_in: StandIn) -> None:
    """A pool shows description, border group, tags, its ranges and how many addresses are there and are available."""
    [pool] = bring(stand_in, description="ours", tags={"owner": "one"})
    shown = ec2.describe_public_ipv4_pools(PoolIds=[pool])["PublicIpv4Pools"][0]
    assert (shown["Description"], shown["NetworkBorderGroup"]) == ("ours", REGION)
    assert (shown["TotalAddressCount"], shown["TotalAvailableAddressCount"]) == (4, 4)
    assert shown["Tags"] == [{"Key": "owner", "Value": "one"}]
    assert shown["PoolAddressRanges"] == [
        {
            "FirstAddress": "203.0.113.0", "LastAddress": "203.0.113.3",
            "AddressCount": 4, "AvailableAddressCount": 4,
        }
    ]  # fmt: skip


@source(api("PublicIpv4Pool"))
@NO_SUCH_ACTION
def test_an_allocation_takes_from_what_is_free(scene: Scene, stand_in: StandIn) -> None:
    """An allocated address is not available any more, and is again when it is released."""
    [pool] = bring(stand_in)

    def free() -> tuple[int, int]:
        shown = scene.ec2.describe_public_ipv4_pools(PoolIds=[pool])["PublicIpv4Pools"][0]
        return shown["TotalAvailableAddressCount"], shown["PoolAddressRanges"][0]["AvailableAddressCount"]

    made = scene.address(PublicIpv4Pool=pool)
    scene.address(Address="203.0.113.3")
    assert free() == (2, 2)
    scene.ec2.release_address(AllocationId=made["AllocationId"])
    assert free() == (3, 3)


@source(api("DescribePublicIpv4Pools"))
@NO_SUCH_ACTION
def test_an_account_has_no_pool_at_first(ec2: Any) -> None:
    """Amazon's own pool is not among the pools of an account."""
    assert pools(ec2) == []


@source(TERRAFORM_ERRORS)
@unconfirmed("which of the two codes")
@NO_SUCH_ACTION
def test_an_unknown_pool_is_not_found(ec2: Any, stand_in: StandIn) -> None:
    """An unknown pool among known ones fails the call."""
    with refused("InvalidPublicIpv4PoolID.NotFound", "InvalidPoolID.NotFound"):
        ec2.describe_public_ipv4_pools(PoolIds=[*bring(stand_in), "ipv4pool-ec2-0aaaaaaaaaaaaaaaa"])


@source(api("DescribePublicIpv4Pools"))
@NO_SUCH_ACTION
def test_pools_are_filtered_by_tags(ec2: Any, stand_in: StandIn) -> None:
    """DescribePublicIpv4Pools has filters by tag and by the key of a tag."""
    first, second = bring(stand_in, 2)
    stand_in.seed({"pools": [{"id": first, "tags": {"owner": "one"}}, {"id": second, "tags": {"owner": "two"}}]})
    assert pools(ec2, Filters=by("tag:owner", "two")) == [second]
    assert sorted(pools(ec2, Filters=by("tag-key", "owner"))) == [first, second]
    assert pools(ec2, Filters=by("tag-key", "nobody")) == []


@source(api("DescribePublicIpv4Pools"))
@NO_SUCH_ACTION
def test_pools_come_in_pages_of_at_most_ten(ec2: Any, stand_in: StandIn) -> None:
    """MaxResults is 1 to 10; NextToken leads through all pools, each once."""
    brought = bring(stand_in, 12)
    found: list[str] = []
    token: dict[str, str] = {}
    sizes = []
    while True:
        answer = ec2.describe_public_ipv4_pools(MaxResults=5, **token)
        found += [pool["PoolId"] for pool in answer["PublicIpv4Pools"]]
        sizes.append(len(answer["PublicIpv4Pools"]))
        if "NextToken" not in answer:
            break
        token = {"NextToken": answer["NextToken"]}
    assert (sorted(found), sizes) == (brought, [5, 5, 2])


@source(api("DescribePublicIpv4Pools"), ERRORS)
@unconfirmed("which of the codes")
@NO_SUCH_ACTION
def test_a_page_of_more_than_ten_pools_is_refused(ec2: Any) -> None:
    """More than 10 pools can't be asked for at once."""
    with refused("InvalidParameterValue", "InvalidMaxResults"):
        ec2.describe_public_ipv4_pools(MaxResults=11)


@unconfirmed("how many a page has when MaxResults is not given")
@NO_SUCH_ACTION
def test_without_max_results_a_page_has_ten_pools(ec2: Any, stand_in: StandIn) -> None:
    """Without MaxResults a page is as long as one can be."""
    bring(stand_in, 12)
    answer = ec2.describe_public_ipv4_pools()
    assert len(answer["PublicIpv4Pools"]) == 10
    assert "NextToken" in answer


@source(ERRORS)
@unconfirmed("which of the codes")
@NO_SUCH_ACTION
def test_a_token_that_is_none_is_refused(ec2: Any) -> None:
    """A NextToken that was not given out is refused."""
    with refused("InvalidNextToken", "InvalidPaginationToken", "InvalidParameterValue"):
        ec2.describe_public_ipv4_pools(NextToken="next", MaxResults=5)
