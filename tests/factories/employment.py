"""Makers of work and income, as a caseworker would record them."""

from datetime import date
from typing import Any
from uuid import UUID

from kessos_case.access.models import User
from kessos_case.access.service import add_organisation
from kessos_case.cases.models import Case
from kessos_case.core import db
from kessos_case.core.months import parse_month
from kessos_case.employment import service
from tests.factories import OPERATOR, Make, fresh_id


def employer(make: Make) -> UUID:
    """A company."""
    with db.transaction(OPERATOR) as session:
        return add_organisation(session, kind="company", code=f"CV-{fresh_id().hex[-8:]}", name="CV Las Jaya").id


def placement(make: Make, by: User, case: Case, **stated: Any) -> service.PlacementCard:
    """A job as a welder that begins on 5 January 2026."""
    defaults = {"kind": "job", "occupation": "tukang las", "starts_on": date(2026, 1, 5), "monthly_income": 2_600_000}
    if stated.get("kind", "job") != "own_business" and "employer_id" not in stated:
        defaults["employer_id"] = employer(make)
    with make.acting(by) as session:
        return service.propose_placement(session, case_id=case.id, **defaults | stated)


def verified(make: Make, by: User, placement_id: UUID, **stated: Any) -> service.PlacementCard:
    """Work that somebody went to see on 12 January 2026."""
    with make.acting(by) as session:
        return service.verify_placement(session, placement_id, **{"method": "visit", "on": date(2026, 1, 12)} | stated)


def work(make: Make, by: User, case: Case, **stated: Any) -> service.PlacementCard:
    """A job that goes on, verified by a visit."""
    return verified(make, by, placement(make, by, case, **stated).id)


def checked(make: Make, by: User, placement_id: UUID, **stated: Any) -> service.PlacementCard:
    """A visit on 9 February 2026 that found the person at work."""
    defaults = {"on": date(2026, 2, 9), "still_active": True, "method": "visit", "monthly_income": 2_600_000}
    with make.acting(by) as session:
        return service.check_placement(session, placement_id, **defaults | stated)


def ended(make: Make, by: User, placement_id: UUID, **stated: Any) -> service.PlacementCard:
    """Work that was given up on 20 February 2026."""
    with make.acting(by) as session:
        return service.record_ending(session, placement_id, **{"on": date(2026, 2, 20), "reason": "resigned"} | stated)


def income(make: Make, by: User, client_id: UUID, months: str = "2026-02", **stated: Any) -> service.IncomeCard:
    """What was earned in `2026-02` or `2025-12..2026-02`, by wage slip."""
    first, _, last = months.partition("..")
    defaults = {"amount": 2_600_000, "source": "wage_slip"}
    months_of = {"from_month": parse_month(first), "to_month": parse_month(last or first)}
    with make.acting(by) as session:
        return service.state_income(session, client_id, **defaults | months_of | stated)
