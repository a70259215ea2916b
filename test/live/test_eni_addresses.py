"""The private addresses of an ENI: as many as its spec says, in an order that stays, and none is taken from an EIP."""

from __future__ import annotations

import pytest

from account import Foreign, effects
from eips import Eips, mutations, wait_reads
from enis import Enis, private_ips
from ground import Double, Ground, Operator
from objects import DEADLINE

pytestmark = pytest.mark.usefixtures("impatient")  # before the namespace, so that it cleans up as well
by_address = pytest.mark.only_on("double", reason="moto associates with the primary address of an interface alone")


def wait_count(enis: Enis, count: int, name: str = "my-eni") -> list[str]:
    """Until it has so many addresses, in the status and in EC2; those of the status."""
    enis.wait_interface(name, f"{count} addresses", lambda found: len(private_ips(found)) == count)
    enis.ground.wait(
        lambda: len(enis.status(name)["privateIPAddresses"]) == count, DEADLINE, f"{count} addresses in the status"
    )
    enis.check(name)
    return enis.status(name)["privateIPAddresses"]


# Up and down


def test_the_count_grows_and_new_addresses_come_last(enis: Enis, ground: Ground) -> None:
    before = enis.created(secondaryPrivateIPAddressCount=1)["privateIPAddresses"]
    enis.apply("my-eni", secondaryPrivateIPAddressCount=4)
    after = enis.wait_created()["privateIPAddresses"]
    enis.check_free()
    assert after[:2] == before and len(after) == 5


def test_the_count_shrinks_from_the_end(enis: Enis, ground: Ground) -> None:
    before = enis.created(secondaryPrivateIPAddressCount=4)["privateIPAddresses"]
    since = ground.proxy.mark()
    enis.apply("my-eni", secondaryPrivateIPAddressCount=1)
    assert enis.wait_created()["privateIPAddresses"] == before[:2]
    enis.check_free()
    assert mutations(ground, since) == ["UnassignPrivateIpAddresses"]
    enis.apply("my-eni")  # no count is none
    assert enis.wait_created()["privateIPAddresses"] == before[:1]
    assert private_ips(enis.check_free()) == before[:1]


def test_the_count_changes_while_it_is_attached(enis: Enis, ground: Ground) -> None:
    enis.pod("web")
    before = enis.attached(secondaryPrivateIPAddressCount=1)
    since = ground.proxy.mark()
    enis.apply("my-eni", "web", secondaryPrivateIPAddressCount=3)
    assert len(enis.wait_attached()["privateIPAddresses"]) == 4
    enis.apply("my-eni", "web", secondaryPrivateIPAddressCount=2)
    after = enis.wait_attached()
    assert len(after["privateIPAddresses"]) == 3
    assert after["attachment"] == before["attachment"]
    assert mutations(ground, since) == ["AssignPrivateIpAddresses", "UnassignPrivateIpAddresses"]


def test_an_address_that_somebody_takes_away_is_made_up_for(enis: Enis, ground: Ground) -> None:
    """Those that are left keep their order, the new one comes last."""
    before = enis.created(secondaryPrivateIPAddressCount=3)["privateIPAddresses"]
    lost = before[1]
    ground.ec2().unassign_private_ip_addresses(
        NetworkInterfaceId=enis.status()["networkInterfaceID"], PrivateIpAddresses=[lost]
    )
    left = [ip for ip in before if ip != lost]

    def made_up() -> bool:
        said = enis.status()["privateIPAddresses"]
        assert said[:3] == left and len(said) == 4, said
        return True

    ground.wait(made_up, DEADLINE, "another address")
    enis.check_free()


@by_address
def test_the_order_stays_when_ec2_shows_another(enis: Enis, ground: Ground, double: Double) -> None:
    before = enis.created(secondaryPrivateIPAddressCount=3)
    first, *others = before["privateIPAddresses"]
    turned = [first, *reversed(others)]
    double.seed({"network_interfaces": [{"id": before["networkInterfaceID"], "private_ip_addresses": turned}]})
    assert private_ips(enis.interface()) == turned
    enis.apply("my-eni", secondaryPrivateIPAddressCount=4, description="look")
    after = enis.wait_created()["privateIPAddresses"]
    assert after[:4] == before["privateIPAddresses"] and len(after) == 5


def test_order_and_interface_survive_a_restart(impatient: Operator, enis: Enis, ground: Ground) -> None:
    before = enis.created(secondaryPrivateIPAddressCount=3)
    impatient.kill9()
    since = ground.proxy.mark()
    impatient.start()
    wait_reads(ground, 3, "DescribeNetworkInterfaces")
    assert enis.status()["privateIPAddresses"] == before["privateIPAddresses"]
    assert not mutations(ground, since)


# EIPs by name and index


@by_address
def test_an_eip_on_each_address_of_an_eni(enis: Enis, eips: Eips, ground: Ground) -> None:
    ips = enis.created(secondaryPrivateIPAddressCount=2)["privateIPAddresses"]
    eips.apply("no-index", assignment={"eni": "my-eni"})
    for index in (1, 2):
        eips.apply(f"index-{index}", assignment={"eni": "my-eni", "eniPrivateIPAddressIndex": index})
    for name, ip in zip(["no-index", "index-1", "index-2"], ips):
        status = eips.wait(name, "assigned")
        address = eips.address(name)
        assert address["PrivateIpAddress"] == ip
        assert address["NetworkInterfaceId"] == enis.status()["networkInterfaceID"]
        assert status["assignment"]["eni"] == "my-eni" and status["assignment"]["privateIPAddress"] == ip
        assert eips.get(name)["spec"]["assignment"].get("privateIPAddress") is None  # the wish stays the user's


def test_an_eip_is_assigned_to_an_eni(enis: Enis, eips: Eips, ground: Ground) -> None:
    """Attached to nothing or attached: it is the same to the address."""
    ips = enis.created()["privateIPAddresses"]
    eips.apply("my-eip", assignment={"eni": "my-eni", "eniPrivateIPAddressIndex": 0})
    status = eips.wait("my-eip", "assigned")
    assert status["networkInterfaceId"] == eips.address()["NetworkInterfaceId"] == enis.status()["networkInterfaceID"]
    assert eips.address()["PrivateIpAddress"] == ips[0]
    eips.kubectl_wait("my-eip")
    enis.pod("web")
    enis.apply("my-eni", "web")
    enis.wait_attached()
    assert eips.wait("my-eip", "assigned")["associationId"] == status["associationId"]
    eips.patch("my-eip", {"spec": {"assignment": None}})
    eips.wait("my-eip", "allocated")
    eips.check_free("my-eip")


def test_an_eip_may_come_before_its_eni(enis: Enis, eips: Eips, ground: Ground) -> None:
    eips.apply("my-eip", assignment={"eni": "my-eni"})
    eips.wait_reason("my-eip", "ENINotFound")
    assert eips.wait("my-eip", "assigning")
    status = enis.created()
    eips.wait("my-eip", "assigned")
    assert eips.address()["NetworkInterfaceId"] == status["networkInterfaceID"]


@by_address
def test_an_index_that_the_eni_does_not_have_is_waited_for(enis: Enis, eips: Eips) -> None:
    enis.created(secondaryPrivateIPAddressCount=1)
    eips.apply("my-eip", assignment={"eni": "my-eni", "eniPrivateIPAddressIndex": 2})
    eips.wait_reason("my-eip", "ENIIndexOutOfRange")
    assert eips.condition("my-eip", "Stalled")["status"] == "True"
    eips.wait("my-eip", "assigning")
    enis.apply("my-eni", secondaryPrivateIPAddressCount=2)
    eips.wait("my-eip", "assigned")
    assert eips.address()["PrivateIpAddress"] == enis.status()["privateIPAddresses"][2]
    assert eips.condition("my-eip", "Stalled")["status"] == "False"


@by_address
def test_an_eip_moves_when_the_addresses_of_its_eni_change(enis: Enis, eips: Eips, ground: Ground) -> None:
    """Another address is at its index once somebody has taken the one before away."""
    ips = enis.created(secondaryPrivateIPAddressCount=3)["privateIPAddresses"]
    eips.apply("my-eip", assignment={"eni": "my-eni", "eniPrivateIPAddressIndex": 2})
    eips.wait("my-eip", "assigned")
    assert eips.address()["PrivateIpAddress"] == ips[2]
    ground.ec2().unassign_private_ip_addresses(
        NetworkInterfaceId=enis.status()["networkInterfaceID"], PrivateIpAddresses=[ips[1]]
    )

    def moved() -> bool:
        wanted = enis.status()["privateIPAddresses"][2]
        assert wanted == ips[3], enis.status()
        assert eips.address()["PrivateIpAddress"] == wanted, eips.address()
        return True

    ground.wait(moved, DEADLINE, "the address on what is now at its index")
    assert eips.wait("my-eip", "assigned")["assignment"]["privateIPAddress"] == ips[3]


@by_address
def test_an_eip_goes_from_index_to_index_by_an_edit(enis: Enis, eips: Eips) -> None:
    ips = enis.created(secondaryPrivateIPAddressCount=1)["privateIPAddresses"]
    eips.apply("my-eip", assignment={"eni": "my-eni", "eniPrivateIPAddressIndex": 1})
    before = eips.wait("my-eip", "assigned")
    assert eips.address()["PrivateIpAddress"] == ips[1]
    eips.apply("my-eip", assignment={"eni": "my-eni"})
    after = eips.wait("my-eip", "assigned")
    assert eips.address()["PrivateIpAddress"] == ips[0]
    assert after["publicIPAddress"] == before["publicIPAddress"]


@by_address
def test_an_eip_is_free_when_its_eni_is_deleted_and_on_the_next_of_the_name(enis: Enis, eips: Eips) -> None:
    enis.created()
    eips.apply("my-eip", assignment={"eni": "my-eni"})
    before = eips.wait("my-eip", "assigned")
    enis.kubectl("delete", "eni", "my-eni")
    assert not enis.interfaces()
    eips.wait_reason("my-eip", "ENINotFound")
    eips.wait("my-eip", "assigning")
    eips.check_free("my-eip")
    status = enis.created()
    after = eips.wait("my-eip", "assigned")
    assert eips.address()["NetworkInterfaceId"] == status["networkInterfaceID"]
    assert after["publicIPAddress"] == before["publicIPAddress"]


@by_address
@pytest.mark.parametrize("by", ["podName", "eni"])
def test_who_names_the_object_comes_before_who_names_its_address(
    enis: Enis, eips: Eips, ground: Ground, by: str
) -> None:
    enis.pod("web")
    ip = enis.attached()["privateIPAddresses"][0]
    if by == "podName":
        ip = ground.get("pod", "web", enis.namespace)["status"]["podIP"]
    eips.apply("by-address", assignment={"privateIPAddress": ip})
    eips.wait("by-address", "assigned")
    assert eips.address("by-address")["PrivateIpAddress"] == ip
    eips.apply("by-name", assignment={by: "web" if by == "podName" else "my-eni"})
    eips.wait("by-name", "assigned")
    assert eips.address("by-name")["PrivateIpAddress"] == ip
    eips.wait_reason("by-address", "TargetTaken")
    eips.wait("by-address", "assigning")
    eips.check_free("by-address")


# What an EIP is on, or wants


@by_address
@pytest.mark.parametrize("target", ["eni", "privateIPAddress"])
def test_shrinking_stops_at_an_address_that_holds_an_eip(
    enis: Enis, eips: Eips, ground: Ground, target: str
) -> None:
    ips = enis.created(secondaryPrivateIPAddressCount=3)["privateIPAddresses"]
    on_third = {"eni": "my-eni", "eniPrivateIPAddressIndex": 2} if target == "eni" else {"privateIPAddress": ips[2]}
    eips.apply("my-eip", assignment=on_third)
    eips.wait("my-eip", "assigned")
    association = eips.address()["AssociationId"]
    enis.apply("my-eni", secondaryPrivateIPAddressCount=0)
    said = enis.wait_reason("my-eni", "AddressInUse")
    assert ips[2] in said["message"] and said["status"] == "False"
    assert enis.condition("my-eni", "Stalled")["status"] == "True"
    assert wait_count(enis, 3) == ips[:3]
    wait_reads(ground, 4, "DescribeNetworkInterfaces")
    assert eips.address()["AssociationId"] == association and len(private_ips(enis.interface())) == 3
    # It goes on by itself once the address is free.
    eips.kubectl("delete", "eip", "my-eip")
    assert enis.wait_created()["privateIPAddresses"] == ips[:1]


@by_address
def test_shrinking_stops_at_an_address_that_an_eip_wants(enis: Enis, eips: Eips, ground: Ground) -> None:
    """The one that comes second on it is not on it, and counts all the same."""
    ips = enis.created(secondaryPrivateIPAddressCount=2)["privateIPAddresses"]
    held = ground.proxy.rule("AssociateAddress", do="refuse", status=503, code="RequestLimitExceeded")
    eips.apply("my-eip", assignment={"eni": "my-eni", "eniPrivateIPAddressIndex": 2})
    held.wait_hit(DEADLINE)
    since = ground.proxy.mark()
    enis.apply("my-eni", secondaryPrivateIPAddressCount=1)
    enis.wait_reason("my-eni", "AddressInUse")
    wait_reads(ground, 3, "DescribeNetworkInterfaces")
    assert "UnassignPrivateIpAddresses" not in mutations(ground, since)
    held.remove()
    eips.wait("my-eip", "assigned", DEADLINE * 2)
    assert eips.address()["PrivateIpAddress"] == ips[2]


@by_address
def test_shrinking_leaves_a_foreign_elastic_ip_alone(enis: Enis, ground: Ground) -> None:
    status = enis.created(secondaryPrivateIPAddressCount=2)
    ips = status["privateIPAddresses"]
    with Foreign(ground) as foreign:
        foreign.put_on(ips[2], eni=status["networkInterfaceID"])
        since = ground.double.mark()
        enis.apply("my-eni", secondaryPrivateIPAddressCount=1)
        enis.wait_reason("my-eni", "AddressInUse")
        wait_reads(ground, 3, "DescribeNetworkInterfaces")
        assert foreign.shown()["PrivateIpAddress"] == ips[2] and not effects(ground, since)
    assert enis.wait_created(timeout=DEADLINE * 2)["privateIPAddresses"] == ips[:2]
    assert effects(ground, since) == ["UnassignPrivateIpAddresses"]
