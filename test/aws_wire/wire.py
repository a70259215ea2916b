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


def tag_spec(tags):
    return [{"ResourceType": "elastic-ip", "Tags": tags}]


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
    "pools, all": ("ec2", "DescribePublicIpv4Pools", {"MaxResults": 10}),
    "pools by id, next page": ("ec2", "DescribePublicIpv4Pools", {
        "PoolIds": ["ipv4pool-ec2-1", "ipv4pool-ec2-2"], "MaxResults": 10, "NextToken": "t"}),
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
