"""Makers of vacancies, applications, questions to employers and businesses, as the people of a UPT would do it."""

from datetime import date
from typing import Any
from uuid import UUID

from kessos_case.access.models import User
from kessos_case.cases.models import Case
from kessos_case.core import db
from kessos_case.employment import service
from tests.factories import Make
from tests.factories.casework import in_days
from tests.factories.employment import employer, placement

SOMEWHERE = "203.0.113.9"


def vacancy(make: Make, by: User, **stated: Any) -> service.VacancyCard:
    """Two places for seamstresses in Jember, open for three months."""
    defaults = {
        "kind": "job", "occupation": "penjahit", "requirements": None, "region_code": "35.09", "places": 2,
        "wage_from": 2_500_000, "wage_to": 3_000_000, "closes_on": in_days(90),
    }  # fmt: skip
    if "employer_id" not in stated:
        stated = stated | {"employer_id": employer(make)}
    with make.acting(by) as session:
        return service.add_vacancy(session, **defaults | stated)


def application(
    make: Make, by: User, case: Case, wanted: service.VacancyCard, **stated: Any
) -> service.ApplicationCard:
    """The person of a case asks for this work today."""
    with make.acting(by) as session:
        return service.apply_for(session, case.id, vacancy_id=wanted.id, **stated)


def moved(make: Make, by: User, application_id: UUID, verb: str, **said: Any) -> service.ApplicationCard:
    """What came of an application; who is hired begins on 9 March 2026."""
    starts = {"starts_on": date(2026, 3, 9)} if verb == "hire" else {}
    with make.acting(by) as session:
        return service.move_application(session, application_id, verb=verb, **starts | said)


def vacancy_now(make: Make, by: User, vacancy_id: UUID) -> service.VacancyCard:
    """A vacancy as this user sees it."""
    with make.acting(by) as session:
        return service.read_vacancy(session, vacancy_id)


def consent_to_contact(make: Make, by: User, work: service.PlacementCard) -> UUID:
    """The person allows that this employer is asked."""
    allowed = {"purpose": "employer_contact", "receiver_organisation_id": work.employer_id}
    found: UUID = make.consent(by, work.client_id, **allowed).id
    return found


def inquiry(make: Make, by: User, work: service.PlacementCard, **stated: Any) -> service.MadeInquiry:
    """A link by which the employer answers."""
    with make.acting(by) as session:
        return service.ask_employer(session, work.id, **stated)


def opened(link: service.MadeInquiry, address: str = SOMEWHERE) -> service.Question:
    """What the holder of the link sees."""
    with db.transaction(db.nobody()) as session:
        return service.open_question(session, link.token, address)


def answered(link: service.MadeInquiry, answer: str = "works", address: str = SOMEWHERE, **said: Any) -> None:
    """What the holder answers."""
    with db.transaction(db.nobody()) as session:
        service.answer_question(session, link.token, address, answer=answer, **said)


def business(make: Make, by: User, case: Case, **stated: Any) -> service.PlacementCard:
    """A stall that began on 1 November 2025."""
    defaults = {"kind": "own_business", "business": "Warung kopi", "occupation": "jualan kopi"}
    return placement(make, by, case, **defaults | {"starts_on": date(2025, 11, 1)} | stated)


def month(make: Make, by: User, placement_id: UUID, of: int, **stated: Any) -> Any:
    """A month of which the books were seen."""
    defaults = {"turnover": 3_000_000, "profit": 900_000, "evidence": "books"}
    with make.acting(by) as session:
        return service.record_month(session, placement_id, month=of, **defaults | stated)
