"""AllocateAddress and ReleaseAddress."""

from __future__ import annotations

import re
from typing import Any

from expect import by, refused
from marks import moto_differs, source, unconfirmed
from scene import UNKNOWN_ADDRESS, Scene
from sources import ELASTIC_IPS, ERRORS, QUOTAS, TAGS, TERRAFORM_ERRORS, api, issue, measured
from stand_ins import REGION, StandIn

POOL = "ipv4pool-ec2-0123456789abcdef0"
RANGE = [f"203.0.113.{number}" for number in range(16, 20)]
LOCAL_GROUP = "us-east-1-bos-1"  # that of a local zone


def bring_pool(stand_in: StandIn, count: int = len(RANGE), **more: Any) -> None:
    stand_in.seed({"pools": [{"id": POOL, "first_address": RANGE[0], "address_count": count, **more}]})


@source(api("AllocateAddress"))
def test_an_allocation_has_an_id_and_a_public_address(ec2: Any) -> None:
    """An allocated address has an allocation id, a public IPv4 address and the domain vpc."""
    made = ec2.allocate_address(Domain="vpc")
    assert re.fullmatch(r"eipalloc-[0-9a-f]{17}", made["AllocationId"])
    assert re.fullmatch(r"[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+", made["PublicIp"])
    assert made["Domain"] == "vpc"


@source(api("AllocateAddress"))
@moto_differs("returns neither", "KeyError: 'PublicIpv4Pool'")
def test_an_allocation_names_its_pool_and_its_border_group(ec2: Any) -> None:
    """The answer names the pool of the address, amazon, and its network border group, by default the Region's."""
    made = ec2.allocate_address(Domain="vpc")
    assert (made["PublicIpv4Pool"], made["NetworkBorderGroup"]) == ("amazon", REGION)


@source(api("AllocateAddress"), measured("api/test_addresses"))
@moto_differs("takes any domain", "not refused")
def test_an_unknown_domain_is_refused(ec2: Any) -> None:
    """A domain that EC2 does not know is refused."""
    with refused("InvalidParameterValue"):
        ec2.allocate_address(Domain="moon")


@source(api("AllocateAddress"))
def test_tags_can_be_given_with_the_allocation(ec2: Any) -> None:
    """TagSpecifications tag the new address."""
    tags = [{"Key": "owner", "Value": "one"}, {"Key": "empty", "Value": ""}]
    made = ec2.allocate_address(Domain="vpc", TagSpecifications=[{"ResourceType": "elastic-ip", "Tags": tags}])
    shown = ec2.describe_addresses(AllocationIds=[made["AllocationId"]])["Addresses"][0]
    assert sorted(shown["Tags"], key=lambda tag: tag["Key"]) == sorted(tags, key=lambda tag: tag["Key"])


@source(api("TagSpecification"), api("AllocateAddress"))
@unconfirmed("the code InvalidParameterValue")
@moto_differs("takes any resource type", "not refused")
def test_tags_for_another_type_of_resource_are_refused(ec2: Any) -> None:
    """The resource type of the tags must be the one that the action makes."""
    tags = [{"ResourceType": "network-interface", "Tags": [{"Key": "owner", "Value": "one"}]}]
    with refused("InvalidParameterValue"):
        ec2.allocate_address(Domain="vpc", TagSpecifications=tags)


@source(TAGS)
@unconfirmed("the code InvalidParameterValue")
@moto_differs("keeps the last value", "not refused")
def test_a_tag_key_given_twice_is_refused(ec2: Any) -> None:
    """A resource has each tag key once."""
    tags = [{"Key": "owner", "Value": "one"}, {"Key": "owner", "Value": "two"}]
    with refused("InvalidParameterValue"):
        ec2.allocate_address(Domain="vpc", TagSpecifications=[{"ResourceType": "elastic-ip", "Tags": tags}])


@source(QUOTAS, ERRORS, issue("opstrace/opstrace", 273))
@moto_differs("has no quota", "not refused")
def test_a_region_has_five_addresses_by_default(ec2: Any) -> None:
    """The sixth address is refused, and one more can be had when one was released."""
    made = [ec2.allocate_address(Domain="vpc") for _ in range(5)]
    with refused("AddressLimitExceeded"):
        ec2.allocate_address(Domain="vpc")
    ec2.release_address(AllocationId=made[2]["AllocationId"])
    ec2.allocate_address(Domain="vpc")


@source(QUOTAS)
@moto_differs("has no quota", "not refused")
def test_addresses_of_ones_own_do_not_count(ec2: Any, stand_in: StandIn) -> None:
    """Addresses that were brought to EC2 do not count against the quota."""
    bring_pool(stand_in)
    for _ in RANGE:
        ec2.allocate_address(Domain="vpc", PublicIpv4Pool=POOL)
    for _ in range(5):
        ec2.allocate_address(Domain="vpc")
    with refused("AddressLimitExceeded"):
        ec2.allocate_address(Domain="vpc")


@source(api("AllocateAddress"), api("Address"))
@moto_differs("ignores PublicIpv4Pool", "not of the pool")
def test_an_address_comes_from_the_pool_that_is_named(scene: Scene, stand_in: StandIn) -> None:
    """With PublicIpv4Pool, EC2 chooses an address of that pool, and DescribeAddresses shows the pool."""
    bring_pool(stand_in)
    shown = scene.see_address(scene.address(PublicIpv4Pool=POOL))
    assert shown["PublicIp"] in RANGE, "not of the pool"
    assert shown["PublicIpv4Pool"] == POOL


@source(api("AllocateAddress"))
@moto_differs("returns it", "returned")
def test_the_answer_leaves_out_an_address_of_ones_own(scene: Scene, stand_in: StandIn) -> None:
    """PublicIp is not in the answer when the address is from a pool of the account; it is to be read."""
    bring_pool(stand_in)
    assert not scene.address(PublicIpv4Pool=POOL).get("PublicIp"), "returned"


@source(TERRAFORM_ERRORS)
@unconfirmed("which of the two codes")
@moto_differs("ignores PublicIpv4Pool", "not refused")
def test_an_unknown_pool_is_refused(ec2: Any) -> None:
    """A pool that the account does not have is not found."""
    with refused("InvalidPublicIpv4PoolID.NotFound", "InvalidPoolID.NotFound"):
        ec2.allocate_address(Domain="vpc", PublicIpv4Pool=POOL)


@source(ERRORS)
@unconfirmed("the status 503 among those of server errors")
@moto_differs("ignores PublicIpv4Pool", "not refused")
def test_a_used_up_pool_is_a_server_error(ec2: Any, stand_in: StandIn) -> None:
    """When a pool has no address left, that is a server error."""
    bring_pool(stand_in, count=1)
    ec2.allocate_address(Domain="vpc", PublicIpv4Pool=POOL)
    with refused("InsufficientAddressCapacity", status=503):
        ec2.allocate_address(Domain="vpc", PublicIpv4Pool=POOL)


@source(api("AllocateAddress"))
@moto_differs("does not show the pool", "KeyError: 'PublicIpv4Pool'")
def test_one_exact_address_comes_from_its_pool(scene: Scene, stand_in: StandIn) -> None:
    """With Address, and no pool, EC2 gives exactly that address of one of the account's pools."""
    bring_pool(stand_in)
    shown = scene.see_address(scene.address(Address=RANGE[2]))
    assert shown["PublicIp"] == RANGE[2]
    assert shown["PublicIpv4Pool"] == POOL


@unconfirmed("the code InvalidIPAddress.InUse")
@moto_differs("allocates the same address again", "not refused")
def test_an_exact_address_is_given_once(scene: Scene, stand_in: StandIn) -> None:
    """An exact address that is allocated already is refused."""
    bring_pool(stand_in)
    scene.address(Address=RANGE[2])
    with refused("InvalidIPAddress.InUse"):
        scene.address(Address=RANGE[2])


@source(ELASTIC_IPS, api("AllocateAddress"))
def test_a_released_address_can_be_had_back(scene: Scene) -> None:
    """An address that was released, and that nobody else got, is recovered by naming it; its tags are gone."""
    made = scene.address(TagSpecifications=[{"ResourceType": "elastic-ip", "Tags": [{"Key": "a", "Value": "b"}]}])
    scene.ec2.release_address(AllocationId=made["AllocationId"])
    again = scene.see_address(scene.address(Address=made["PublicIp"]))
    assert again["PublicIp"] == made["PublicIp"]
    assert not again.get("Tags")


@source(ELASTIC_IPS, api("AllocateAddress"))
@unconfirmed("the code AuthFailure")
@moto_differs("gives any address that is asked for", "not refused")
def test_an_address_of_another_account_is_refused(ec2: Any, stand_in: StandIn) -> None:
    """An address that another account has got can't be recovered."""
    stand_in.seed({"others_addresses": ["198.18.7.7"]})
    with refused("AuthFailure"):
        ec2.allocate_address(Domain="vpc", Address="198.18.7.7")


@source(api("AllocateAddress"))
@moto_differs("ignores NetworkBorderGroup", "KeyError: 'NetworkBorderGroup'")
def test_an_address_is_limited_to_a_border_group(scene: Scene) -> None:
    """With NetworkBorderGroup the address is of that group, and DescribeAddresses shows it."""
    made = scene.address(NetworkBorderGroup=LOCAL_GROUP)
    assert scene.see_address(made)["NetworkBorderGroup"] == LOCAL_GROUP


@unconfirmed("that it is refused, and with InvalidParameterValue")
@moto_differs("ignores NetworkBorderGroup", "not refused")
def test_an_unknown_border_group_is_refused(ec2: Any) -> None:
    """A network border group that the Region does not have is refused."""
    with refused("InvalidParameterValue"):
        ec2.allocate_address(Domain="vpc", NetworkBorderGroup="us-east-1-moon-1")


@source(api("ReleaseAddress"), measured("api/test_addresses"))
def test_a_released_address_is_gone(ec2: Any) -> None:
    """After its release an address is not found; nor is it when it is released once more."""
    made = ec2.allocate_address(Domain="vpc")
    ec2.release_address(AllocationId=made["AllocationId"])
    with refused("InvalidAllocationID.NotFound"):
        ec2.describe_addresses(AllocationIds=[made["AllocationId"]])
    assert not ec2.describe_addresses(Filters=by("allocation-id", made["AllocationId"]))["Addresses"]
    with refused("InvalidAllocationID.NotFound"):
        ec2.release_address(AllocationId=made["AllocationId"])


@source(measured("api/test_addresses"))
def test_an_unknown_address_can_not_be_released(ec2: Any) -> None:
    """To release an id that never was is refused. (The list of codes has InvalidAddressID.NotFound for it.)"""
    with refused("InvalidAllocationID.NotFound"):
        ec2.release_address(AllocationId=UNKNOWN_ADDRESS)


@source(measured("api/test_addresses"))
@moto_differs("releases it", "not refused")
def test_an_address_of_a_vpc_is_not_released_by_its_public_ip(ec2: Any) -> None:
    """ReleaseAddress with PublicIp is refused for an address of a VPC, and so are both names at once."""
    made = ec2.allocate_address(Domain="vpc")
    with refused("InvalidParameterValue"):
        ec2.release_address(PublicIp=made["PublicIp"])
    with refused("InvalidParameterCombination"):
        ec2.release_address(PublicIp=made["PublicIp"], AllocationId=made["AllocationId"])


@unconfirmed("the code MissingParameter")
def test_a_release_of_nothing_is_refused(ec2: Any) -> None:
    """ReleaseAddress needs an address."""
    with refused("MissingParameter"):
        ec2.release_address()


@source(api("ReleaseAddress"), ERRORS)
@moto_differs("releases it all the same", "not refused")
def test_an_associated_address_is_not_released(scene: Scene) -> None:
    """Outside of the default VPC an associated address can't be released; the association stays."""
    address, interface = scene.address(), scene.interface()
    scene.associate(address, interface)
    with refused("InvalidIPAddress.InUse"):
        scene.ec2.release_address(AllocationId=address["AllocationId"])
    assert scene.see_address(address)["NetworkInterfaceId"] == interface["NetworkInterfaceId"]


@source(api("ReleaseAddress"))
@moto_differs("ignores NetworkBorderGroup", "not refused")
def test_a_release_in_the_wrong_border_group_is_refused(ec2: Any) -> None:
    """With a NetworkBorderGroup that is not the address's own, the address is not found."""
    made = ec2.allocate_address(Domain="vpc")
    with refused("InvalidAddress.NotFound"):
        ec2.release_address(AllocationId=made["AllocationId"], NetworkBorderGroup=LOCAL_GROUP)


@source(api("ReleaseAddress"))
def test_a_release_in_the_right_border_group_is_done(ec2: Any) -> None:
    """With its own NetworkBorderGroup the address is released."""
    made = ec2.allocate_address(Domain="vpc")
    ec2.release_address(AllocationId=made["AllocationId"], NetworkBorderGroup=REGION)
    assert not ec2.describe_addresses(Filters=by("public-ip", made["PublicIp"]))["Addresses"]
