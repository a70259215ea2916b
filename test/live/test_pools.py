"""Where an address comes from: the account's own ranges, one exact address, one that was given back by accident."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest

from account import Foreign, calls_of_operator, edit
from eips import DEADLINE, Eips, on_nothing
from ground import Ground

pytestmark = [
    pytest.mark.only_on("secondary", reason="moto has no pools; how pods get their addresses is no matter here"),
    pytest.mark.usefixtures("impatient"),  # before the namespace, so that it cleans up as well
]
_numbers = itertools.count(1)


class Pools:
    """Ranges that the account has brought to EC2; parts of them are in use by others."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.held: list[Foreign] = []

    def add(self, size: int, taken: int = 0) -> str:
        number = next(_numbers)
        pool = f"ipv4pool-ec2-{number:017x}"
        self.ground.offer_pool(pool, f"100.64.{number}.0", size)
        self.held += [Foreign(self.ground, PublicIpv4Pool=pool).__enter__() for _ in range(taken)]
        return pool

    @staticmethod
    def address(pool: str, number: int) -> str:
        return f"100.64.{int(pool.rpartition('-')[2], 16)}.{number}"


@pytest.fixture
def pools(ground: Ground, namespace: str) -> Iterator[Pools]:
    made = Pools(ground)
    yield made
    for foreign in made.held:
        foreign.__exit__()


def released_by_hand(eips: Eips, name: str) -> str:
    """Its public address, which is free again, and the operator does not know it yet."""
    address = eips.address(name)
    ec2 = eips.ground.ec2()
    if not on_nothing(address):
        ec2.disassociate_address(AssociationId=address["AssociationId"])
    ec2.release_address(AllocationId=address["AllocationId"])
    return address["PublicIp"]


def refused(ground: Ground, since: int) -> list[str]:
    """What EC2 has answered to allocations that it refused."""
    return [call["error"] for call in calls_of_operator(ground, since, "AllocateAddress") if call["error"]]


# Pools


def test_the_pool_with_the_most_free_addresses_is_chosen(eips: Eips, pools: Pools) -> None:
    """Neither the first, nor the largest one."""
    small, free, large = pools.add(4, taken=1), pools.add(8, taken=2), pools.add(16, taken=14)
    status = eips.allocated(publicIPv4Pools=[small, free, large])
    assert eips.address()["PublicIpv4Pool"] == free
    assert status["publicIPAddress"] == eips.address()["PublicIp"] == pools.address(free, 2)


def test_eips_that_are_created_at_once_find_room_in_all_pools(eips: Eips, pools: Pools) -> None:
    """The pool that is the emptiest for all of them has not enough for all of them."""
    one, other = pools.add(3), pools.add(2)
    names = [f"eip-{number}" for number in range(5)]
    eips.apply_many(dict.fromkeys(names), publicIPv4Pools=[one, other])
    eips.wait_all("allocated", 5, DEADLINE * 3)
    assert sorted(eips.address(name)["PublicIpv4Pool"] for name in names) == sorted([one] * 3 + [other] * 2)


def test_an_address_of_a_pool_is_read_back(eips: Eips, ground: Ground, pools: Pools) -> None:
    """EC2 does not say in its answer which address it is."""
    pool = pools.add(4, taken=1)
    since = ground.proxy.mark()
    status = eips.allocated(publicIPv4Pool=pool)
    (call,) = ground.proxy.calls("AllocateAddress", since)
    assert call.status == 200 and b"publicIp>" not in call.body
    assert status["publicIPAddress"] == eips.address()["PublicIp"] == pools.address(pool, 1)
    ip = eips.pod()
    eips.patch("my-eip", {"spec": {"assignment": {"podName": "web"}}})
    eips.wait("my-eip", "assigned")
    eips.check_on("my-eip", ip)


@pytest.mark.parametrize("field", ["publicIPv4Pool", "publicIPv4Pools"])
def test_a_full_pool_is_said_and_used_when_there_is_room_again(eips: Eips, pools: Pools, field: str) -> None:
    pool = pools.add(2, taken=2)
    eips.apply("my-eip", **{field: pool if field == "publicIPv4Pool" else [pool]})
    eips.wait_reason("my-eip", "InsufficientAddressCapacity")
    assert eips.condition("my-eip", "Stalled")["status"] == "True"
    eips.wait("my-eip", "allocating")
    pools.held.pop().release()
    if field == "publicIPv4Pool":
        edit(eips, "my-eip")  # the other one shows that it goes on by itself
    eips.wait("my-eip", "allocated", DEADLINE * 2)
    assert eips.address()["PublicIpv4Pool"] == pool
    assert eips.condition("my-eip", "Stalled")["status"] == "False"


@pytest.mark.parametrize("field", ["publicIPv4Pool", "publicIPv4Pools"])
def test_a_pool_that_is_not_there_is_said(eips: Eips, ground: Ground, pools: Pools, field: str) -> None:
    unknown = "ipv4pool-ec2-0ffffffffffffffff"
    since = ground.double.mark()
    eips.apply("my-eip", **{field: unknown if field == "publicIPv4Pool" else [pools.add(2, taken=2), unknown]})
    assert unknown in eips.wait_reason("my-eip", "PoolNotFound")["message"]
    assert eips.condition("my-eip", "Stalled")["status"] == "True"
    assert len(refused(ground, since)) <= 1 and not eips.addresses()


# One exact address


def test_an_exact_address_of_ones_own_range(eips: Eips, pools: Pools) -> None:
    pool = pools.add(8)
    exact = pools.address(pool, 5)
    assert eips.allocated(publicIPv4Address=exact)["publicIPAddress"] == exact
    assert eips.address()["PublicIpv4Pool"] == pool


def test_an_exact_address_that_is_in_use_is_waited_for(eips: Eips, ground: Ground, pools: Pools) -> None:
    pool = pools.add(8, taken=1)
    exact = pools.address(pool, 0)
    since = ground.double.mark()
    eips.apply("my-eip", publicIPv4Address=exact)
    eips.ground.wait(lambda: refused(ground, since), DEADLINE, "a refusal")
    eips.wait_reason("my-eip", "AddressNotAvailable")
    assert exact in eips.condition("my-eip", "Ready")["message"] and not eips.addresses()
    pools.held.pop().release()
    edit(eips, "my-eip")
    assert eips.wait("my-eip", "allocated", DEADLINE * 2)["publicIPAddress"] == exact


def test_an_exact_address_of_another_account_is_said(eips: Eips, ground: Ground, pools: Pools) -> None:
    exact = pools.address(pools.add(1), 200)
    ground.double.seed({"others_addresses": [exact]})
    eips.apply("my-eip", publicIPv4Address=exact)
    eips.wait_reason("my-eip", "NotPermitted", "AddressNotAvailable")
    assert eips.condition("my-eip", "Stalled")["status"] == "True" and not eips.addresses()


# Recovered


@pytest.mark.parametrize("of", ["Amazon's", "one's own"])
def test_an_address_that_was_released_by_hand_is_recovered(eips: Eips, pools: Pools, of: str) -> None:
    pool = {} if of == "Amazon's" else {"publicIPv4Pool": pools.add(4)}
    before = eips.allocated(**pool)
    public_ip = released_by_hand(eips, "my-eip")
    eips.ground.wait(lambda: eips.status().get("allocationId") != before["allocationId"], DEADLINE, "the new id")
    assert eips.wait("my-eip", "allocated")["publicIPAddress"] == public_ip
    assert eips.address()["PublicIp"] == public_ip


@pytest.mark.parametrize("by", ["another account", "somebody in the account"])
def test_an_address_that_was_released_and_taken_by_others_is_replaced(
    eips: Eips, ground: Ground, pools: Pools, by: str
) -> None:
    eips.allocated()
    public_ip = released_by_hand(eips, "my-eip")
    if by == "another account":
        ground.double.seed({"others_addresses": [public_ip]})
    else:
        pools.held.append(Foreign(ground, Address=public_ip).__enter__())
    ground.wait(lambda: eips.addresses(), DEADLINE * 2, "another address")
    ground.wait(lambda: eips.status().get("publicIPAddress") != public_ip, DEADLINE, "that the status says so")
    eips.wait("my-eip", "allocated")
    assert eips.address()["PublicIp"] != public_ip
    warnings = ground.wait(lambda: eips.events("my-eip", "Warning"), DEADLINE, "a warning event")
    assert any(public_ip in event["message"] for event in warnings), warnings
