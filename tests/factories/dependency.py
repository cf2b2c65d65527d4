"""Makers of people on long aid, their scores and flags, as nights and people of a UPT would make them."""

from collections import Counter
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from kessos_case.access.models import User
from kessos_case.cases.models import Case
from kessos_case.clients.service import give_access
from kessos_case.core import clock, db
from kessos_case.core.ids import new_id
from kessos_case.core.months import format_month, month_of
from kessos_case.dependency import queries, service
from kessos_case.dependency.models import DependencyFlag
from kessos_case.dependency.rules import FlagCause, FlagKind, FlagState
from tests.factories import Make, cases
from tests.factories.aid import disbursement

# Consumption for a household that says nothing of a disability.
PROGRAMME = "BLT-DD"


def today() -> date:
    """The office's date."""
    return clock.office_day(clock.now())


def aid_for(make: Make, by: User, client_id: UUID | None, months: int, *, until: int = 1, **stated: Any) -> None:
    """Aid for so many months in a row, the last of them so many months before the present one."""
    last = month_of(today()) - until
    first = last - months + 1
    for begin in range(first, last + 1, 12):
        end = min(begin + 11, last)
        defaults = {"programme": PROGRAMME, "amount": 300_000 * (end - begin + 1), "paid_on": today()}
        span = f"{format_month(begin)}..{format_month(end)}"
        disbursement(make, by, client_id, span, **defaults | stated)


def person(make: Make, by: User, **stated: Any) -> UUID:
    """A person of working age."""
    return make.client(by, **{"birth_date": date(1990, 5, 17), "birth_date_precision": "day"} | stated).id


def long_aided(make: Make, by: User, *, months: int = 59, **stated: Any) -> Case:
    """The open case of a person who has been on aid for so many months up to now."""
    case = cases.open_case(make, by, person(make, by), **{"category": "PPKS-24"} | stated)
    if months:
        aid_for(make, by, case.client_id, months)
    return case


def scored(client_id: UUID, as_of: date | None = None) -> Counter[str]:
    """What a night finds of one person; of today unless another day is named."""
    with db.transaction(db.system("test")) as session:
        return service.score_people(session, as_of or today(), client_id, client_id)


def night_of_flags(organisation_id: UUID, as_of: date | None = None) -> Counter[str]:
    """What a night does with the flags of an office."""
    with db.transaction(db.system("test")) as session:
        return service.flag_office(session, as_of or today(), organisation_id)


def raised(case: Case, kind: FlagKind = FlagKind.SCORE, cause: FlagCause = FlagCause.BAND_ENTERED) -> UUID:
    """A flag of a scored person, raised today without a night."""
    with db.transaction(db.system("test")) as session:
        (score,) = session.scalars(queries.newest_scores(case.client_id, 1))
        made = DependencyFlag(
            id=new_id(), client_id=case.client_id, case_id=case.id, organisation_id=case.organisation_id, kind=kind,
            cause=cause, state=FlagState.RAISED, score_as_of=score.as_of, score_recorded_at=score.recorded_at,
            points=score.points, band=score.band, lines=score.lines, raised_on=today(),
            due_on=today() + timedelta(days=14), expires_on=today() + timedelta(days=30),
        )  # fmt: skip
        session.add(made)
        return made.id


def flagged(make: Make, by: User, leader: User | None = None, **stated: Any) -> service.FlagCard:
    """The flag of a new person on long aid at the office of this user, as its supervisor sees it."""
    reviewer = leader or make.user("supervisor", organisation=stated.pop("organisation", cases.BONDOWOSO))
    case = long_aided(make, by, **stated)
    scored(case.client_id)
    night_of_flags(case.organisation_id)
    return flag_of(make, reviewer, case.client_id)


def flag_of(make: Make, by: User, client_id: UUID) -> service.FlagCard:
    """The newest flag of a person as this user sees it."""
    with make.acting(by) as session:
        found = service.dependency_of(session, client_id).flags[0]
        return service.flag_view(session, found.id)


def reviewed(make: Make, by: User, flag_id: UUID, **said: Any) -> service.FlagCard:
    """A flag after a supervisor has said that it is right to look, and what else is stated."""
    defaults = {} if "decision" in said and "opinion" not in said else {"opinion": "agree", "reason": "Lama menunggu"}
    with make.acting(by) as session:
        return service.review_flag(session, flag_id, **defaults | said)


def seen(make: Make, by: User, client_id: UUID) -> service.DependencyCard:
    """Where a person stands, as this user sees it."""
    with make.acting(by) as session:
        return service.dependency_of(session, client_id)


def reached_by(by: User, client_id: UUID) -> None:
    """The office of this user reaches the person because of a referral."""
    with db.transaction(db.system("test")) as session:
        give_access(session, client_id, "referral", organisation_id=by.organisation_id)


def exemption(make: Make, by: User, client_id: UUID, **stated: Any) -> service.ExemptionCard:
    """A person who objects to being scored, from today on."""
    defaults = {"ground": "objection", "source": "statement", "from_on": today()}
    with make.acting(by) as session:
        return service.record_exemption(session, client_id, **defaults | stated)
