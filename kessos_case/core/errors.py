"""What a service says when it refuses. Each class has a stable code; web/errors.py makes the HTTP answer of it."""

from collections.abc import Iterable, Mapping
from typing import Any


class KessosError(Exception):
    """A refusal that a caller can understand. `errors` lists everything that is wrong, not only the first."""

    code = "error"

    def __init__(
        self, detail: str = "", *, errors: Iterable[Mapping[str, Any]] = (), code: str | None = None, **extra: Any
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.errors = [dict(error) for error in errors]
        self.code = code or type(self).code
        self.extra = extra


class Invalid(KessosError):
    """What was sent cannot be understood: `errors` has `{field, code, detail}` for each mistake."""

    code = "invalid"


class Unauthenticated(KessosError):
    """We do not know who is asking."""

    code = "unauthenticated"


class Forbidden(KessosError):
    """The thing may be seen, but not this done to it."""

    code = "forbidden"


class NotFound(KessosError):
    """Not there, or not there for this actor: the two are never told apart."""

    code = "not_found"


class Conflict(KessosError):
    """Another fact stands in the way."""

    code = "conflict"


class Crossed(Conflict):
    """Two waited for each other, and PostgreSQL gave this one up: nothing of it stands, and it may be done again as it is."""


class RuleBroken(KessosError):
    """A guard of a state machine refuses; `errors` names all that is missing."""

    code = "rule_broken"


class Stale(KessosError):
    """The resource has changed since it was read; `errors` shows both values of each field that differs."""

    code = "stale"


class PreconditionRequired(KessosError):
    """A change without If-Match would overwrite what another person wrote."""

    code = "precondition_required"


class TooManyRequests(KessosError):
    """Asked too often; `retry_after` seconds in `extra`."""

    code = "too_many_requests"


class Unavailable(KessosError):
    """A part that this needs is down; nothing was done."""

    code = "unavailable"


def field_error(field: str, code: str, detail: str, **extra: Any) -> dict[str, Any]:
    """One entry of `errors`: the field as a dotted path, a stable code and a sentence for a person."""
    return {"field": field, "code": code, "detail": detail, **extra}
