"""Makers of people who have left aid, through the real services, and of their reviews in each state.

All of it is written down today about the months before, so that no clock need be moved until aftercare.
"""

from datetime import timedelta
from typing import Any
from uuid import UUID

from kessos_case.access.models import User
from kessos_case.cases.models import Case
from kessos_case.core import clock
from kessos_case.core.months import month_of
from kessos_case.employment import service as employment
from kessos_case.graduation import service
from tests.factories import Make, cases, casework

UPT, DINSOS = "PSTW-BONDOWOSO", "DINSOS-35"
ENOUGH = 2_600_000  # rupiah a month, for one person
# Of the household after two years; the maker's own answers are as good as a scale allows.
HOUSEHOLD = {"savings": 2_000_000, "monthly_spending": 1_500_000, "monthly_income": ENOUGH, "income_sources": 2}


def today() -> Any:
    """The office's day."""
    return clock.office_day(clock.now())


def works(make: Make, by: User, case: Case, *, days: int = 200, periods: tuple[int, ...] = (30, 90, 180)) -> UUID:
    """A business that began so many days ago, verified and checked by visits."""
    begun = today() - timedelta(days=days)
    with make.acting(by) as session:
        made = employment.propose_placement(
            session, case_id=case.id, kind="own_business", business="Warung soto", occupation="pedagang",
            starts_on=begun,
        )  # fmt: skip
        employment.verify_placement(session, made.id, method="visit", on=begun)
        for period in periods:
            employment.check_placement(
                session, made.id, on=begun + timedelta(days=period), still_active=True, method="visit", period=period
            )
    return made.id


def stops_working(
    make: Make, by: User, placement_id: UUID, *, days_ago: int = 0, reason: str = "business_closed"
) -> None:
    """The business ended so many days ago."""
    with make.acting(by) as session:
        on = today() - timedelta(days=days_ago)
        employment.record_ending(session, placement_id, on=on, reason=reason)


def earns(make: Make, by: User, client_id: UUID, *, months: int = 3, amount: int = ENOUGH) -> None:
    """So much in each of the last closed months, by a wage slip; the last month also by a visit."""
    last = month_of(today()) - 1
    with make.acting(by) as session:
        employment.state_income(
            session, client_id, from_month=last - months + 1, to_month=last, amount=amount * months, source="wage_slip"
        )
        employment.state_income(session, client_id, from_month=last, to_month=last, amount=amount, source="visit")


def is_well(make: Make, by: User, case: Case, **household: Any) -> None:
    """All three instruments, answered by somebody who is well."""
    casework.assessment(make, by, case.id, "social_functioning")
    casework.assessment(make, by, case.id, "gse10")
    casework.assessment(make, by, case.id, "household_skills", **HOUSEHOLD | household)


def says(make: Make, by: User, client_id: UUID, *, agrees: bool = True, reason: str | None = None) -> service.VoiceCard:
    """What the person said when he was asked today."""
    with make.acting(by) as session:
        return service.record_voice(session, client_id, asked_on=today(), agrees=agrees, reason=reason)


def settled(make: Make, by: User, *, but: frozenset[str] | set[str] = frozenset(), **client: Any) -> Case:
    """A person who meets everything, `but` what is named: work, income, health, plan, voice."""
    case = cases.open_case(make, by, make.client(by, **client).id)
    if "plan" not in but:
        plan = casework.approved_plan(make, by, case.id)
        casework.closed_goal(make, by, plan.goals[0].id, "met", None)
    casework.assessment(make, by, case.id, "gse10", **{f"gse_{number}": 2 for number in range(1, 11)})
    if "work" not in but:
        works(make, by, case)
    if "income" not in but:
        earns(make, by, case.client_id)
    if "health" not in but:
        is_well(make, by, case)
    if "voice" not in but:
        says(make, by, case.client_id)
    return case


def review(make: Make, by: User, case: Case | None = None) -> service.ReviewCard:
    """The review of a person who meets everything."""
    about = case or settled(make, by)
    with make.acting(by) as session:
        return service.open_review(session, about.id)[0]


def recommended(make: Make, by: User, case: Case | None = None) -> service.ReviewCard:
    """A review that its caseworker recommends."""
    made = review(make, by, case)
    with make.acting(by) as session:
        return service.recommend(session, made.id, note="Sudah mandiri.")


def provisional(make: Make, by: User, leader: User, case: Case | None = None, **said: Any) -> service.ReviewCard:
    """A review with a provisional verdict of this supervisor."""
    made = recommended(make, by, case)
    with make.acting(leader) as session:
        return service.give_provisional(session, made.id, **said)


def cared_for(make: Make, by: User, case: Case, months: tuple[int, ...] = (1, 3, 6, 9, 12)) -> None:
    """Aftercare as it stands at its end: the visits made, and everything looked at anew."""
    for month in months:
        cases.visit(make, by, case.client_id, on=today(), aftercare_month=month)
    earns(make, by, case.client_id)
    is_well(make, by, case)
    says(make, by, case.client_id)


def co_signer(make: Make, organisation: str = DINSOS) -> User:
    """Who gives a second signature from another office."""
    return make.user("co_signer", organisation=organisation)


def named(make: Make, leader: User, review_id: UUID, signer: User) -> service.ReviewCard:
    """A review that is given to this co-signer."""
    with make.acting(leader) as session:
        found = service.review_for(session, review_id, lock=True)
        return service.change_review(session, found, {"co_signer_id": signer.id})


def confirmed(make: Make, review_id: UUID, *signers: User) -> service.ReviewCard:
    """A review that these people confirm, one after the other."""
    shown = None
    for signer in signers:
        with make.acting(signer) as session:
            shown = service.confirm(session, review_id)
    assert shown is not None
    return shown
