"""Makers of lines in the aid ledger."""

from datetime import date
from typing import Any
from uuid import UUID

from kessos_case.access.models import User
from kessos_case.aid import service
from kessos_case.core.months import parse_month
from tests.factories import Make


def disbursement(
    make: Make, by: User, client_id: UUID | None, months: str = "2026-01", **stated: Any
) -> service.LineCard:
    """What a consumption programme gave a person, or a `household_id`, for `2026-01` or `2026-01..2026-03`."""
    first, _, last = months.partition("..")
    defaults = {
        "programme": "ASPD-JATIM", "amount": 300_000, "paid_on": date(2026, 2, 2),
        "from_month": parse_month(first), "to_month": parse_month(last or first),
    }  # fmt: skip
    with make.acting(by) as session:
        return service.record_disbursement(session, client_id=client_id, **defaults | stated)[0]


def reversal(make: Make, by: User, line: service.LineCard, **stated: Any) -> service.LineCard:
    """All of a line taken back, for all of its months."""
    defaults = {
        "from_month": line.from_month, "to_month": line.to_month, "amount": line.amount, "paid_on": line.paid_on,
        "reason": "returned",
    }  # fmt: skip
    with make.acting(by) as session:
        return service.reverse_line(session, disbursement_id=line.id, **defaults | stated)[0]
