#!/usr/bin/env python3
"""Request bodies as botocore's own serialisers make them, for src/aws/query_test.cpp.

    wire.py            writes golden.json beside this file
    wire.py --check    exits 1, with a diff, if golden.json is not what the installed botocore makes

Order of keys: botocore keeps the order in which the parameters are given (Action and Version first). The cases below
give them in the order in which src/aws/query.cpp writes them, so the bodies are compared byte for byte. Only the order
is ours to choose (EC2 does not care); names, numbering and encoding are botocore's.

Filter values are given already escaped: what "*" means to EC2 is not botocore's business.
"""
import difflib
import json
import pathlib
import sys

import botocore
from botocore.awsrequest import AWSRequest
from botocore.loaders import Loader
from botocore.model import ServiceModel
from botocore.serialize import create_serializer

GOLDEN = pathlib.Path(__file__).with_name("golden.json")

TAGS = [{"Key": "aws.k8s.logmein.com/uid", "Value": "0d6c1f0e-3c6a-4b66-9c0e-5b1c1f0a7a11"},
        {"Key": "empty", "Value": ""},
        {"Key": "owner", "Value": "team a & b = 100% *ü~/+"}]


def tag_spec(tags, resource_type="elastic-ip"):
    return [{"ResourceType": resource_type, "Tags": tags}]


def by(name, *values):
    return [{"Name": name, "Values": list(values)}]


# name: (service, action, parameters in our order)
CASES = {
    "allocate, nothing set": ("ec2", "AllocateAddress", {"Domain": "vpc"}),
    "allocate with tags": ("ec2", "AllocateAddress", {"Domain": "vpc", "TagSpecifications": tag_spec(TAGS)}),
    "allocate an exact address": ("ec2", "AllocateAddress", {"Domain": "vpc", "Address": "203.0.113.7"}),
    "allocate from a pool": ("ec2", "AllocateAddress", {
        "Domain": "vpc", "PublicIpv4Pool": "ipv4pool-ec2-012345", "TagSpecifications": tag_spec(TAGS[:1])}),
    "associate": ("ec2", "AssociateAddress", {
        "AllocationId": "eipalloc-1", "NetworkInterfaceId": "eni-1", "PrivateIpAddress": "10.0.0.5",
        "AllowReassociation": False}),
    "associate, moving": ("ec2", "AssociateAddress", {
        "AllocationId": "eipalloc-1", "NetworkInterfaceId": "eni-1", "AllowReassociation": True}),
    "disassociate": ("ec2", "DisassociateAddress", {"AssociationId": "eipassoc-1"}),
    "release": ("ec2", "ReleaseAddress", {"AllocationId": "eipalloc-1"}),
    "release in a border group": ("ec2", "ReleaseAddress", {
        "AllocationId": "eipalloc-1", "NetworkBorderGroup": "us-west-2-lax-1"}),
    "create tags": ("ec2", "CreateTags", {"Resources": ["eipalloc-1"], "Tags": TAGS}),
    "delete tags": ("ec2", "DeleteTags", {"Resources": ["eipalloc-1"], "Tags": [{"Key": "a b"}, {"Key": "c/d"}]}),
    "addresses by id": ("ec2", "DescribeAddresses", {"Filters": by("allocation-id", "eipalloc-1", "eipalloc-2")}),
    "addresses by tag": ("ec2", "DescribeAddresses", {
        "Filters": by("tag:aws.k8s.logmein.com/uid", "a\\*b\\?c\\\\d", "ü")}),
    "interfaces by address": ("ec2", "DescribeNetworkInterfaces", {
        "Filters": by("addresses.private-ip-address", "10.0.0.5", "10.0.0.6"), "MaxResults": 1000}),
    "interfaces, next page": ("ec2", "DescribeNetworkInterfaces", {
        "Filters": by("attachment.instance-id", "i-1"), "MaxResults": 1000, "NextToken": "a+b/c=="}),
    "pools": ("ec2", "DescribePublicIpv4Pools", {"MaxResults": 10}),
    "pools, next page": ("ec2", "DescribePublicIpv4Pools", {"MaxResults": 10, "NextToken": "t"}),
    "instances": ("ec2", "DescribeInstances", {"Filters": by("instance-id", "i-1", "i-2"), "MaxResults": 1000}),
    "instances, next page": ("ec2", "DescribeInstances", {
        "Filters": by("instance-id", "i-1"), "MaxResults": 1000, "NextToken": "t"}),
    "instance types": ("ec2", "DescribeInstanceTypes", {
        "Filters": by("instance-type", "m5.large", "c6in.32xlarge"), "MaxResults": 100}),
    "instance types, next page": ("ec2", "DescribeInstanceTypes", {
        "Filters": by("instance-type", "m5.large"), "MaxResults": 100, "NextToken": "t"}),
    "subnets": ("ec2", "DescribeSubnets", {"Filters": by("subnet-id", "subnet-1", "subnet-2"), "MaxResults": 1000}),
    "subnets, next page": ("ec2", "DescribeSubnets", {
        "Filters": by("subnet-id", "subnet-1"), "MaxResults": 1000, "NextToken": "t"}),
    "groups by id": ("ec2", "DescribeSecurityGroups", {
        "Filters": by("group-id", "sg-1", "sg-2"), "MaxResults": 1000}),
    "groups by name in a VPC, next page": ("ec2", "DescribeSecurityGroups", {
        "Filters": by("group-name", "web & db", "a\\*") + by("vpc-id", "vpc-1"), "MaxResults": 1000,
        "NextToken": "t"}),
    "create an interface": ("ec2", "CreateNetworkInterface", {"SubnetId": "subnet-1", "ClientToken": "token-1"}),
    "create an interface with everything": ("ec2", "CreateNetworkInterface", {
        "SubnetId": "subnet-1", "Description": "of a & b", "Groups": ["sg-1", "sg-2"],
        "SecondaryPrivateIpAddressCount": 3, "TagSpecifications": tag_spec(TAGS, "network-interface"),
        "ClientToken": "0d6c1f0e-3c6a-4b66-9c0e-5b1c1f0a7a11-1"}),
    "attach": ("ec2", "AttachNetworkInterface", {
        "NetworkInterfaceId": "eni-1", "InstanceId": "i-1", "DeviceIndex": 2, "NetworkCardIndex": 0}),
    "detach": ("ec2", "DetachNetworkInterface", {"AttachmentId": "eni-attach-1"}),
    "delete an interface": ("ec2", "DeleteNetworkInterface", {"NetworkInterfaceId": "eni-1"}),
    "modify groups": ("ec2", "ModifyNetworkInterfaceAttribute", {
        "NetworkInterfaceId": "eni-1", "Groups": ["sg-1", "sg-2"]}),
    "modify the description": ("ec2", "ModifyNetworkInterfaceAttribute", {
        "NetworkInterfaceId": "eni-1", "Description": {"Value": "new, ü"}}),
    "take the description away": ("ec2", "ModifyNetworkInterfaceAttribute", {
        "NetworkInterfaceId": "eni-1", "Description": {"Value": ""}}),
    "assign addresses": ("ec2", "AssignPrivateIpAddresses", {
        "NetworkInterfaceId": "eni-1", "SecondaryPrivateIpAddressCount": 2}),
    "unassign addresses": ("ec2", "UnassignPrivateIpAddresses", {
        "NetworkInterfaceId": "eni-1", "PrivateIpAddresses": ["10.0.0.6", "10.0.0.7"]}),
    "caller identity": ("sts", "GetCallerIdentity", {}),
    "web identity": ("sts", "AssumeRoleWithWebIdentity", {
        "RoleArn": "arn:aws:iam::123456789012:role/eip", "RoleSessionName": "k8s-aws-operator",
        "WebIdentityToken": "head.pay_load-1.sig=\n"}),
}


def make():
    loader = Loader()
    models = {name: ServiceModel(loader.load_service_model(name, "service-2"), name) for name in ("ec2", "sts")}
    bodies = {}
    for name, (service, action, parameters) in CASES.items():
        model = models[service]
        serializer = create_serializer(model.metadata["protocol"])
        request = serializer.serialize_to_request(parameters, model.operation_model(action))
        prepared = AWSRequest(method=request["method"], url="https://example.invalid/", data=request["body"],
                              headers=request["headers"]).prepare()
        assert prepared.headers["Content-Type"] == "application/x-www-form-urlencoded; charset=utf-8"
        body = prepared.body
        bodies[name] = body.decode() if isinstance(body, bytes) else body
    return json.dumps(bodies, indent=1, ensure_ascii=False) + "\n"


def main():
    made = make()
    if sys.argv[1:] == ["--check"]:
        have = GOLDEN.read_text()
        if have != made:
            sys.stderr.writelines(difflib.unified_diff(have.splitlines(True), made.splitlines(True), "golden.json",
                                                       "botocore " + botocore.__version__))
            return 1
        print(f"golden.json is what botocore {botocore.__version__} makes: {len(CASES)} bodies")
        return 0
    if sys.argv[1:]:
        sys.stderr.write(__doc__)
        return 2
    GOLDEN.write_text(made)
    return 0


if __name__ == "__main__":
    sys.exit(main())
