"""If-Match and ETag: who changes a thing says which version he saw; a stale one is told what differs."""

from typing import Any

from flask import request

from kessos_case.core.errors import PreconditionRequired, Stale, field_error


def expected_version() -> int:
    """The version in If-Match. Raises PreconditionRequired when it is missing or not a version."""
    text = request.headers.get("If-Match", "").strip().removeprefix("W/").strip('"')
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise PreconditionRequired('Send the version that you changed: `If-Match: "3"`.')
    return int(text)


def check_version(version: int, expected: int, wanted: dict[str, Any], current: dict[str, Any]) -> None:
    """Raises Stale with both values of each differing field when the resource is no longer the one that was read."""
    if version == expected:
        return
    differing = [
        field_error(field, "stale", "Changed by someone else.", yours=value, theirs=current.get(field))
        for field, value in wanted.items()
        if value != current.get(field)
    ]
    raise Stale(f"Version {expected} was read, {version} is stored.", errors=differing)


def etag(version: int) -> dict[str, str]:
    """The header that names this version."""
    return {"ETag": f'"{version}"'}
