"""The API server, or the way to it, goes silent without a word: the operator notices, lives on, and catches up.

TCP notices nothing here, since the other kernel still acknowledges. What notices is the operator's own deadline of a
request (30 s; of a watch that brings nothing, 150 s), so each test makes the operator write something.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from eips import DEADLINE, IMPATIENT, Eips, mutations
from forwarder import Forwarder
from ground import Ground, Operator
from ground.pki import write_kubeconfig
from objects import API_VERSION

PATIENCE = 2 * DEADLINE  # two deadlines of the operator pass before all is well again


def watch_cuts(operator: Operator) -> dict[str, float]:
    """Per watched kind: how many of its watches ended other than in good order."""
    return {name: value for name, value in operator.metrics().items() if name.startswith("kube_watch_cuts_total")}


def all_cut_since(operator: Operator, before: dict[str, float]) -> bool:
    now = watch_cuts(operator)
    assert len(before) == 5 and all(now[name] > value for name, value in before.items()), f"{before}, now {now}"
    return True


def test_a_frozen_api_server_is_noticed_and_what_was_missed_is_made_up_for(
    impatient: Operator, eips: Eips, ground: Ground
) -> None:
    ip = eips.pod()
    before = eips.assigned()
    cuts = watch_cuts(impatient)
    since = ground.proxy.mark()
    with ThreadPoolExecutor(max_workers=1) as waiting:
        ground.freeze("kube-apiserver")
        try:
            ground.ec2().disassociate_address(AssociationId=before["associationId"])
            ground.wait(lambda: impatient.health("/readyz") != 200, PATIENCE, "the operator to miss its server")
            assert impatient.health("/healthz") == 200
            assert "can't follow a resource" in impatient.logs()
            all_cut_since(impatient, cuts)
            # The object still says assigned and can't be made to say otherwise.
            assert not mutations(ground, since)
            path = f"/apis/{API_VERSION}/namespaces/{eips.namespace}/eips"
            created = waiting.submit(ground.api.request, "POST", path, eips.manifest("new-eip"), timeout=PATIENCE)
        finally:
            ground.thaw("kube-apiserver")
        assert created.result()[0] == 201
    ground.wait(lambda: impatient.health("/readyz") == 200, PATIENCE, "ready again")
    ground.wait(lambda: ground.address_of(ip), DEADLINE, "the address back on the pod")
    ground.wait(lambda: eips.status()["associationId"] != before["associationId"], DEADLINE, "the new association")
    eips.wait("my-eip", "assigned")
    eips.check_on("my-eip", ip)
    eips.wait("new-eip", "allocated")


@pytest.fixture
def forwarder(ground: Ground) -> Iterator[Forwarder]:
    forwarder = Forwarder(ground.api.port)
    yield forwarder
    forwarder.close()


@pytest.fixture
def behind_forwarder(
    ground: Ground, forwarder: Forwarder, own_operator: Callable[..., Operator]
) -> Operator:
    """An operator whose connections to the API server all go through the forwarder."""
    operator = own_operator(flags=IMPATIENT, start=False)
    server = f"https://127.0.0.1:{forwarder.port}"
    write_kubeconfig(operator.kubeconfig, server, ground.pki.ca, token_file=operator.token_file)
    return operator.start()


def test_connections_that_silently_pass_nothing_any_more_are_given_up(
    behind_forwarder: Operator, forwarder: Forwarder, eips: Eips, ground: Ground
) -> None:
    ip = eips.pod()
    before = eips.assigned()
    cuts = watch_cuts(behind_forwarder)
    accepted = forwarder.accepted
    assert forwarder.silence()
    eips.apply("new-eip")  # no watch tells the operator
    ground.ec2().disassociate_address(AssociationId=before["associationId"])  # its own look does, and it writes
    eips.wait("new-eip", "allocated", PATIENCE)
    assert forwarder.accepted > accepted
    all_cut_since(behind_forwarder, cuts)
    ground.wait(lambda: eips.status()["associationId"] != before["associationId"], DEADLINE, "the new association")
    eips.wait("my-eip", "assigned")
    eips.check_on("my-eip", ip)
    assert behind_forwarder.health("/readyz") == 200
