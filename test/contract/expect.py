"""How cases say that EC2 refuses something."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import ClientError


class NotRefused(AssertionError):
    """EC2 was expected to refuse a call and did not."""


@contextmanager
def refused(*codes: str, status: int = 400) -> Iterator[None]:
    """The call within is refused with one of these codes and this HTTP status."""
    try:
        yield
    except ClientError as error:
        code, answered = error.response["Error"]["Code"], error.response["ResponseMetadata"]["HTTPStatusCode"]
        if code not in codes or answered != status:
            message = error.response["Error"].get("Message", "")
            raise AssertionError(
                f"refused with ({code}), status {answered}, not with {' or '.join(codes)}, status {status}: {message}"
            ) from error
    else:
        raise NotRefused(f"not refused, but expected {' or '.join(codes)}")


def by(name: str, *values: str) -> list[dict[str, object]]:
    """One filter, as `Filters` takes it."""
    return [{"Name": name, "Values": list(values)}]
