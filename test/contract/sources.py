"""Where a case knows from what EC2 does."""

from __future__ import annotations

_REFERENCE = "https://docs.aws.amazon.com/AWSEC2/latest/APIReference"
_GUIDE = "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide"
_DEVELOPERS = "https://docs.aws.amazon.com/ec2/latest/devguide"

ERRORS = f"{_REFERENCE}/errors-overview.html"
REQUESTS = f"{_REFERENCE}/Query-Requests.html"
ELASTIC_IPS = f"{_GUIDE}/elastic-ip-addresses-eip.html"
INTERFACES = f"{_GUIDE}/using-eni.html"
SECONDARY_ADDRESSES = f"{_GUIDE}/MultipleIP.html"
PREFIXES = f"{_GUIDE}/ec2-prefix-eni.html"
PUBLIC_ADDRESSES = f"{_GUIDE}/using-instance-addressing.html"
TAGS = f"{_GUIDE}/Using_Tags.html"
FILTERS = f"{_GUIDE}/Using_Filtering.html"
TERMINATION = f"{_GUIDE}/terminating-instances.html"
SUBNETS = "https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html"
QUOTAS = "https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html"
IDEMPOTENCY = f"{_DEVELOPERS}/ec2-api-idempotency.html"
THROTTLING = f"{_DEVELOPERS}/ec2-api-throttling.html"
TERRAFORM_ERRORS = (
    "https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/ec2/errors.go"
)


def api(name: str) -> str:
    """The page of an action or of a type of EC2's API reference."""
    return f"{_REFERENCE}/API_{name}.html"


def sts(action: str) -> str:
    return f"https://docs.aws.amazon.com/STS/latest/APIReference/API_{action}.html"


def issue(repository: str, number: int) -> str:
    """A report of what EC2 answered."""
    return f"https://github.com/{repository}/issues/{number}"


def measured(suite: str) -> str:
    """OpenStack's EC2 API compares itself with Amazon: its functional suite was run on both."""
    return (
        "https://github.com/openstack-archive/ec2-api/blob/master/ec2api/tests/functional/"
        f"{suite}.py"
    )


def name_of(link: str) -> str:
    """A short text for a link in a table, its own for each link."""
    page = link.rsplit("/", 1)[-1]
    if "/issues/" in link:
        repository = link.split("github.com/")[1].split("/issues/")[0]
        return f"{repository}#{page}"
    if "github.com" in link:
        return f"{'OpenStack' if 'openstack' in link else 'Terraform'} {page}"
    return page.removesuffix(".html").removeprefix("API_")
