"""A walk through the usage of k8s-aws-operator, for a person to watch: `make demo`, or `make demo KEEP=1` to play on.

Kubernetes is real, its nodes and EC2 are stand-ins (EC2=double, or EC2=moto which shows less); everything runs on this machine and is
gone afterwards. The walk checks what it shows, and ends with an error when something is not as promised.
"""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY / "test/ground"))

import manifests  # noqa: E402
from ground import Ground, GroundError, Operator, WaitTimeout, wait_for  # noqa: E402
from stage import Broken, Kubelet, Screen  # noqa: E402

SHOWN = ("KUBECONFIG", "AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION", "PATH")


class Demo:
    def __init__(self, ground: Ground, screen: Screen) -> None:
        self.ground = ground
        self.screen = screen
        # A folder in which the commands can be typed as they are shown.
        self.folder = ground.directory / "demo"
        self.folder.mkdir()
        for name in ("config", "deploy", "docs"):
            (self.folder / name).symlink_to(REPOSITORY / name)

    # The means

    def run(self, line: str) -> str:
        """Show a command, run it, show its output."""
        self.screen.command(line)
        result = subprocess.run(
            line, shell=True, cwd=self.folder, env=self.ground.environment(), stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=180, check=False,
        )  # fmt: skip
        self.screen.output(result.stdout)
        if result.returncode:
            raise Broken(f"`{line}` ended with exit code {result.returncode}")
        return result.stdout

    def file(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text)
        self.run(f"cat {name}")

    def wait_state(self, state: str, name: str = "my-eip") -> None:
        self.run(f"kubectl wait eip/{name} --for=jsonpath='{{.status.state}}'={state} --timeout=60s")

    def ec2(self) -> list[dict[str, Any]]:
        """Show what EC2 itself holds."""
        addresses = self.ground.addresses()
        rows = [("PUBLIC IP", "ALLOCATION ID", "ON PRIVATE IP", "NETWORK INTERFACE", "OWNER")]
        for address in addresses:
            tags = {tag["Key"]: tag["Value"] for tag in address.get("Tags", [])}
            rows.append(
                (
                    address["PublicIp"], address["AllocationId"], address.get("PrivateIpAddress") or "-",
                    address.get("NetworkInterfaceId") or "-", tags.get("owner", "-"),
                )
            )  # fmt: skip
        self._ec2_table("describe_addresses", rows, "no address")
        return addresses

    def ec2_interfaces(self) -> list[dict[str, Any]]:
        """Show which network interfaces EC2 has for ENI objects."""
        interfaces = self.ground.network.ec2.describe_network_interfaces(
            Filters=[{"Name": "tag-key", "Values": ["aws.k8s.logmein.com/uid"]}]
        )["NetworkInterfaces"]
        rows = [("NETWORK INTERFACE", "STATUS", "INSTANCE", "PRIVATE IPS")]
        for interface in interfaces:
            instance = interface.get("Attachment", {}).get("InstanceId", "-")
            ips = ", ".join(address["PrivateIpAddress"] for address in interface["PrivateIpAddresses"])
            rows.append((interface["NetworkInterfaceId"], interface["Status"], instance, ips))
        self._ec2_table("describe_network_interfaces", rows, "no network interface of an ENI object")
        return interfaces

    def _ec2_table(self, call: str, rows: list[tuple[str, ...]], nothing: str) -> None:
        self.screen.aside(f"\nEC2's own view (boto3, {call}):")
        if len(rows) == 1:
            self.screen.output(f"  {nothing}")
            return
        widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
        for row in rows:
            self.screen.output("  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())

    def promise(self, holds: Any, text: str) -> None:
        if not holds:
            raise Broken(f"promised, but not so: {text}")
        self.screen.promise(text)

    def pod_ip(self, name: str) -> str:
        return self.ground.wait_pod_ip(name, "default", timeout=60)

    # The walk

    def install(self) -> Operator:
        self.screen.heading("Install")
        self.run("kubectl get nodes -o custom-columns=NAME:.metadata.name,INSTANCE:.spec.providerID")
        self.run("kubectl apply -f config/crd/bases/")
        self.run("kubectl wait --for=condition=Established crd --all --timeout=60s")
        self.run("kubectl apply -f deploy/")
        self.screen.say(
            "The nodes of this cluster are simulated and run no containers. So the operator's Deployment is scaled to 0,"
            " and its program runs beside the cluster, with the service account and the rights that deploy/ has made."
        )
        self.run("kubectl -n kube-system scale deployment k8s-aws-operator --replicas=0")
        operator = self.ground.operator(name="operator")
        self.promise(operator.health("/readyz") == 200, f"the operator is ready: {operator.binary.name} -kubeconfig=...")
        return operator

    def allocate(self) -> str:
        self.screen.heading("Allocate an EIP")
        taken_from = {"moto": "127.0.0.0/8", "double": "198.18.0.0/15"}[self.ground.stand_in]
        self.screen.say(f"(The stand-in for EC2 takes its public addresses from {taken_from}.)")
        self.file("example.yaml", manifests.ALLOCATE)
        self.run("kubectl apply -f example.yaml")
        self.wait_state("allocated")
        shown = self.run("kubectl get eip my-eip")
        (address,) = self.ec2()
        self.promise(address["PublicIp"] in shown, "one address, which the table shows and EC2 has")
        return address["PublicIp"]

    def assign(self, public_ip: str) -> None:
        self.screen.heading("Assign it to a pod")
        self.run("kubectl run some-pod --image=docker.io/library/nginx:stable")
        ip = self.pod_ip("some-pod")
        self.run("kubectl get pod some-pod -o wide")
        self.file("example.yaml", manifests.ASSIGN)
        self.run("kubectl apply -f example.yaml")
        self.wait_state("assigned")
        shown = self.run("kubectl get eip my-eip")
        (address,) = self.ec2()
        self.promise("some-pod" in shown and address["PublicIp"] == public_ip, "it is the same address")
        self.promise(address["PrivateIpAddress"] == ip, f"in EC2 it is on {ip}, the address of the pod")
        self.ground.wait(self._events, 60, "an event")
        self.run("kubectl get events --field-selector=involvedObject.kind=EIP -o custom-columns=REASON:.reason,MESSAGE:.message")

    def _events(self) -> list[Any]:
        return [event for event in self.ground.list("events", "default") if event["involvedObject"]["kind"] == "EIP"]

    def move(self, public_ip: str) -> None:
        self.screen.heading("The pod moves to another node")
        old = self.pod_ip("some-pod")
        here = self.ground.get("pod", "some-pod", "default")["spec"]["nodeName"]
        there, self.unvisited = (node.name for node in self.ground.nodes if node.name != here)
        self.run("kubectl delete pod some-pod")
        self.screen.say("Without its pod the address is taken off at once: the next pod with that private address must not get it.")
        self.run("kubectl wait eip/my-eip --for=jsonpath='{.status.state}'=assigning --timeout=60s")
        self.promise(self.ground.address_of(old) is None, f"nothing is on {old} any more")
        self._run_pod("some-pod", there)
        new = self.pod_ip("some-pod")
        self.wait_state("assigned")
        self.run("kubectl get eip my-eip -o wide")
        (address,) = self.ec2()
        self.promise(
            (address["PublicIp"], address["PrivateIpAddress"]) == (public_ip, new),
            f"the same address, now on {new} on the other node",
        )

    def _run_pod(self, name: str, node: str) -> None:
        overrides = '{"spec":{"nodeSelector":{"kubernetes.io/hostname":"' + node + '"}}}'
        self.run(f"kubectl run {name} --image=docker.io/library/nginx:stable --overrides={shlex.quote(overrides)}")

    def unassign(self, public_ip: str) -> None:
        self.screen.heading("Unassign it: remove the section and apply again")
        self.file("example.yaml", manifests.ALLOCATE)
        self.run("kubectl apply -f example.yaml")
        self.wait_state("allocated")
        self.run("kubectl get eip my-eip")
        (address,) = self.ec2()
        self.promise(
            address["PublicIp"] == public_ip and not address.get("AssociationId"), "the address is kept, and on nothing"
        )

    def release(self) -> None:
        self.screen.heading("Release it")
        self.run("kubectl delete eip my-eip")
        self.promise(not self.ec2(), "EC2 does not hold (and bill) it any longer")
        self.run("kubectl delete pod some-pod")

    def exact(self) -> None:
        self.screen.heading("Ask for one exact address, of an own range for example")
        self.ground.offer_address("198.51.100.7")
        self.file("exact.yaml", manifests.EXACT)
        self.run("kubectl apply -f exact.yaml")
        self.wait_state("allocated", "exact")
        self.run("kubectl get eip exact")
        (address,) = self.ec2()
        self.promise(address["PublicIp"] == "198.51.100.7", "EC2 gave that address")
        self.run("kubectl delete eip exact")

    # What moto has not

    def pools(self) -> None:
        self.screen.heading("An address of one of your own ranges")
        nearly_full, roomy = "ipv4pool-ec2-00000000000000001", "ipv4pool-ec2-00000000000000002"
        self.ground.offer_pool(nearly_full, "203.0.113.0", 4)
        self.ground.offer_pool(roomy, "203.0.113.128", 8)
        taken = [self.ground.ec2().allocate_address(PublicIpv4Pool=nearly_full)["AllocationId"] for _ in range(3)]
        self.screen.say(f"The account has two pools. Of {nearly_full} others have taken 3 of 4 addresses.")
        self.file("pooled.yaml", manifests.POOLS)
        self.run("kubectl apply -f pooled.yaml")
        self.wait_state("allocated", "pooled")
        self.run("kubectl get eip pooled")
        (ours,) = [address for address in self.ec2() if address["AllocationId"] not in taken]
        self.promise(ours["PublicIpv4Pool"] == roomy, f"it is of {roomy}, which has more free addresses")
        self.run("kubectl delete eip pooled")
        for allocation in taken:
            self.ground.ec2().release_address(AllocationId=allocation)

    def in_use(self) -> None:
        self.screen.heading("A pod that has somebody else's Elastic IP")
        # What is on a target, the operator knows from a read that may be 5 s old: no EIP has been on this node.
        self._run_pod("busy-pod", self.unvisited)
        ip = self.pod_ip("busy-pod")
        ec2 = self.ground.ec2()
        theirs = ec2.allocate_address(Domain="vpc")
        ec2.associate_address(
            AllocationId=theirs["AllocationId"], NetworkInterfaceId=self.ground.eni_of(ip), PrivateIpAddress=ip
        )
        self.screen.say(f"A colleague has put {theirs['PublicIp']} on {ip} by hand. EC2 would displace it if it was asked to.")
        self.file("patient.yaml", manifests.BUSY)
        self.run("kubectl apply -f patient.yaml")
        waits = "'{.status.conditions[?(@.type==\"Ready\")].reason}'=TargetInUse"
        self.run(f"kubectl wait eip/patient --for=jsonpath={waits} --timeout=60s")
        self.run("kubectl get eip patient -o wide")
        self.ec2()
        on_pod = self.ground.address_of(ip) or {}
        self.promise(on_pod.get("AllocationId") == theirs["AllocationId"], "theirs stays; ours is allocated, and waits")
        self.screen.say("The colleague takes it off again.")
        ec2.disassociate_address(AssociationId=on_pod["AssociationId"])
        ec2.release_address(AllocationId=theirs["AllocationId"])
        self.run("kubectl annotate eip patient look=again")
        self.wait_state("assigned", "patient")
        (address,) = self.ec2()
        self.promise(address["PrivateIpAddress"] == ip, f"now ours is on {ip}, a secondary address of its interface")
        self.run("kubectl delete eip patient")
        self.run("kubectl delete pod busy-pod")

    def per_pod(self) -> None:
        self.screen.heading("One EIP for each pod of a StatefulSet")
        self.screen.say(
            "An init container makes the EIP and waits until it is on its pod; see docs/examples/. On a real node the"
            " kubelet runs it; here the demo does, with the token of the pod."
        )
        self.run("kubectl apply -f docs/examples/statefulset.yaml")
        self.run("kubectl rollout status statefulset/web --timeout=60s")
        self._wait_pods()
        shown = self.run("kubectl get eips")
        before = {address["PrivateIpAddress"]: address["PublicIp"] for address in self.ec2()}
        self.promise(len(before) == 2 and "web-1" in shown, "each pod has an address of its own")
        public_ip = before[self.pod_ip("web-0")]
        self.run("kubectl delete pod web-0")
        self._wait_pods()
        self.run("kubectl get eips")
        after = {address["PrivateIpAddress"]: address["PublicIp"] for address in self.ec2()}
        self.promise(after[self.pod_ip("web-0")] == public_ip, f"the next web-0 has the address of the former, {public_ip}")
        self.run("kubectl delete -f docs/examples/statefulset.yaml")
        self.run("kubectl delete eip web-0 web-1")

    def _wait_pods(self) -> None:
        """Until the EIPs of both pods are assigned to the pods that are there now."""

        def assigned() -> bool:
            for name in ("web-0", "web-1"):
                status = self.ground.get("eip", name, "default")["status"]
                uid = self.ground.get("pod", name, "default")["metadata"]["uid"]
                assert (status["state"], status["assignment"]["podUID"]) == ("assigned", uid), status
            return True

        wait_for(assigned, 90, "EIPs of web-0 and web-1 assigned")

    def interface(self) -> None:
        self.screen.heading("A network interface of its own, with an EIP on it")
        node = self.ground.nodes[0]
        network = self.ground.network
        subnet = network.ec2.create_subnet(VpcId=network.vpc_id, CidrBlock="10.0.128.0/24", AvailabilityZone=node.zone)
        self.screen.say(
            "An ENI is attached to the instance that its pod runs on, which has to be in the availability zone of the ENI's"
            " subnet. The example needs the ids of a subnet and of a security group that are there."
        )
        overrides = '{"spec":{"nodeSelector":{"topology.kubernetes.io/zone":"' + node.zone + '"}}}'
        self.run(f"kubectl run my-pod --image=docker.io/library/nginx:stable --overrides={shlex.quote(overrides)}")
        changes = (
            f"s/subnet-0123456789abcdef0/{subnet['Subnet']['SubnetId']}/; s/sg-0123456789abcdef0/{network.security_group}/"
        )
        self.run(f"sed {shlex.quote(changes)} docs/examples/eni.yaml > eni.yaml")
        self.run("cat eni.yaml")
        self.run("kubectl apply -f eni.yaml")
        self.run("kubectl wait eni/my-eni --for=condition=Ready --timeout=60s")
        shown = self.run("kubectl get eni my-eni -o wide")
        (interface,) = self.ec2_interfaces()
        here = self.ground.get("pod", "my-pod", "default")["spec"]["nodeName"]
        instance = next(node.instance_id for node in self.ground.nodes if node.name == here)
        self.promise(
            interface["NetworkInterfaceId"] in shown and interface["Attachment"]["InstanceId"] == instance,
            f"one network interface, attached to {instance}, the instance of the pod",
        )
        self.file("on-my-eni.yaml", manifests.ON_ENI)
        self.run("kubectl apply -f on-my-eni.yaml")
        self.wait_state("assigned", "on-my-eni")
        self.run("kubectl get eip on-my-eni -o wide")
        (address,) = self.ec2()
        second = self.ground.get("eni", "my-eni", "default")["status"]["privateIPAddresses"][1]
        self.promise(
            (address["NetworkInterfaceId"], address["PrivateIpAddress"]) == (interface["NetworkInterfaceId"], second),
            f"in EC2 it is on {second}, the second address of the ENI",
        )
        self.run("kubectl delete eip on-my-eni")
        self.run("kubectl delete eni my-eni")
        self.promise(not self.ec2_interfaces(), "EC2 has detached and deleted the network interface")
        self.run("kubectl delete pod my-pod")

    def association(self) -> None:
        self.screen.heading("An address for somebody who may not edit it")
        self.run("kubectl run my-pod --image=docker.io/library/nginx:stable")
        self.file("example.yaml", manifests.ALLOCATE)
        self.run("kubectl apply -f example.yaml")
        self.run("kubectl apply -f docs/examples/eipassociation-rbac.yaml")
        answer = self.run("kubectl auth can-i patch eips.aws.k8s.logmein.com --as=alice || true")
        self.promise(answer.strip() == "no", "alice may not edit EIPs")
        self.file("association.yaml", manifests.ASSOCIATION)
        self.run("kubectl apply -f association.yaml --as=alice")
        self.run("kubectl wait eipassociation/my-eip-to-my-pod --for=condition=Ready --timeout=60s --as=alice")
        self.run("kubectl get eipassociations --as=alice")
        self.run("kubectl get eip my-eip")
        (address,) = self.ec2()
        self.promise(address.get("PrivateIpAddress") == self.pod_ip("my-pod"), "in EC2 it is on the pod that alice has named")
        self.run("kubectl delete eipassociation my-eip-to-my-pod --as=alice")
        self.wait_state("allocated")
        (kept,) = self.ec2()
        self.promise(
            kept["PublicIp"] == address["PublicIp"] and not kept.get("AssociationId"), "the EIP keeps its address, on nothing"
        )
        self.run("kubectl delete eip my-eip")
        self.run("kubectl delete pod my-pod")

    def end(self, operator: Operator, keep: bool) -> None:
        self.screen.heading("The end")
        self.promise(not self.ec2(), "EC2 holds no address")
        if not keep:
            self.promise(operator.stop() == 0, "the operator ends with 0 when it is asked to stop")

    # Afterwards

    def play(self, operator: Operator) -> None:
        environment = self.ground.environment()
        self.screen.heading("It is yours now")
        self.screen.say("Everything keeps running until you press Ctrl-C here. In another terminal:")
        lines = [f"export {key}={self._quoted(key, environment[key])}" for key in SHOWN]
        self.screen.output("\n" + "\n".join([*lines, f"cd {shlex.quote(str(self.folder))}"]))
        self.screen.say("For example:")
        self.screen.output(
            textwrap.indent(
                "kubectl apply -f example.yaml\n"
                "kubectl get eips --watch\n"
                "kubectl run some-pod --image=docker.io/library/nginx:stable\n"
                """kubectl patch eip my-eip --type=merge -p '{"spec":{"assignment":{"podName":"some-pod"}}}'\n"""
                "kubectl describe eip my-eip\n"
                "kubectl explain eip.spec\n"
                "kubectl apply -f docs/examples/deployment.yaml && kubectl rollout restart deployment/web\n"
                "aws ec2 describe-addresses          # if you have it; everything goes to the stand-in\n"
                f"curl -s localhost:{operator.metrics_port}/metrics | grep -i ec2\n"
                f"tail -f {operator.component.log}",
                "  ",
            )
        )
        self.screen.say("Stop it with Ctrl-C.")
        try:
            while operator.running:
                self.ground.check()
                time.sleep(1)
            raise Broken("the operator has ended")
        except KeyboardInterrupt:
            self.screen.say("Stopping; nothing of it stays.")

    @staticmethod
    def _quoted(key: str, value: str) -> str:
        own = os.environ.get("PATH", "")
        if key == "PATH" and own and value.endswith(own):
            return shlex.quote(value.removesuffix(own)) + '"$PATH"'  # before what the other terminal has
        return shlex.quote(value)


def walk(ground: Ground, screen: Screen, keep: bool) -> None:
    demo = Demo(ground, screen)
    kubelet = Kubelet(ground)
    kubelet.start()
    try:
        operator = demo.install()
        public_ip = demo.allocate()
        demo.assign(public_ip)
        demo.move(public_ip)
        demo.unassign(public_ip)
        demo.release()
        demo.exact()
        if ground.stand_in == "double":
            demo.pools()
            demo.in_use()
        demo.per_pod()
        if ground.stand_in == "double":
            demo.interface()
        demo.association()
        demo.end(operator, keep)
        if keep:
            demo.play(operator)
    finally:
        kubelet.stop()


def main() -> int:
    keep = os.environ.get("KEEP", "") not in ("", "0", "no", "false")
    signal.signal(signal.SIGINT, signal.default_int_handler)  # also where whoever started us ignores it
    screen = Screen()
    start = time.monotonic()
    screen.say(
        "k8s-aws-operator, on a cluster of its own: real Kubernetes servers with simulated nodes, and a stand-in for EC2."
        " It needs no AWS account and costs nothing."
    )
    try:
        screen.say("Starting etcd, the API server, the controller manager, the scheduler, the nodes and the stand-in ...")
        with Ground(ec2=os.environ.get("EC2") or "double") as ground:
            screen.aside(f"up after {time.monotonic() - start:.0f} s")
            try:
                walk(ground, screen, keep)
            except (Broken, GroundError, WaitTimeout) as error:
                print(f"\nNOT AS PROMISED: {error}", file=sys.stderr)
                for operator in ground.operators:
                    print(f"\nThe end of the operator's log:\n{operator.log_tail(30)}", file=sys.stderr)
                return 1
    except KeyboardInterrupt:
        print("\nstopped", file=sys.stderr)
        return 130
    except GroundError as error:
        print(f"demo: {error}", file=sys.stderr)
        return 1
    screen.say(
        f"That was all, in {time.monotonic() - start:.0f} s."
        + ("" if keep else " `make demo KEEP=1` does the same and leaves it running for you to play with.")
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
