"""Become a mentor, say anew what for, and stop. A mentor is kept by the UPT that he graduated from."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from kessos_case.access.service import record
from kessos_case.alumni import queries
from kessos_case.alumni.models import Mentor
from kessos_case.alumni.rules import MentoringOutcome, Missing, missing_to_begin
from kessos_case.alumni.service.settling import hold_beside, let_go, retire
from kessos_case.cases.service import case_offices
from kessos_case.clients.models import Client, Consent
from kessos_case.clients.service import client_for, data_key, give_access, sealed, write_timeline
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session, as_system
from kessos_case.core.errors import Conflict, Forbidden, Invalid, NotFound, RuleBroken, field_error
from kessos_case.core.ids import new_id
from kessos_case.reference.service import region_exists

# The ground on which his UPT reaches him after his case has ended.
GROUND = "mentoring"


@dataclass(frozen=True)
class MentorCard:
    """A mentor as his own office sees him. `holds` is whether he may be asked today, `left` for how many more."""

    id: UUID
    version: int
    client_id: UUID
    organisation_id: UUID
    skills: list[str]
    free_for: list[str]
    business: str | None
    region_code: str
    most_at_once: int
    since_on: date
    until_on: date | None
    left: int
    holds: bool


_SAME = (
    "id", "version", "client_id", "organisation_id", "region_code", "most_at_once", "since_on", "until_on",
)  # fmt: skip
CHANGED = ("skills", "free_for", "business", "region_code", "most_at_once")


def begin_mentor(
    session: Session,
    client_id: UUID,
    *,
    skills: Iterable[str],
    free_for: Iterable[str],
    business: str | None = None,
    region_code: str | None = None,
    most_at_once: int = 1,
) -> MentorCard:
    """Write down that a graduate helps others: in which trades, what for, where, and how many at a time.

    Raises NotFound for a person beyond reach, RuleBroken with all that is missing (a graduation and a consent that
    hold), Forbidden for one who graduated elsewhere, Invalid naming each wrong field.
    """
    hold_beside(session, client_id)
    client = client_for(session, client_id, lock=True)
    # One whose consent came and went may be asked anew, before the program has come round.
    let_go(session, client.id)
    office, consent = _allowed(session, client)
    mentor_id, place = new_id(), region_code or client.region_code
    _check_region(session, place)
    mentor = Mentor(
        id=mentor_id, client_id=client.id, organisation_id=office, consent_id=consent.id,
        skills=_trades(skills), free_for=sorted(set(free_for)), region_code=place, most_at_once=most_at_once,
        business_sealed=sealed(client, business, _place(mentor_id)), since_on=office_day(session.now), until_on=None,
        recorded_at=session.now, recorded_by=session.actor.user_id,
    )  # fmt: skip
    session.add(mentor)
    session.flush()
    give_access(session, client.id, GROUND, organisation_id=mentor.organisation_id)
    write_timeline(session, client.id, "mentor_begun", mentor.id)
    record(session, "record", "mentor", mentor.id, clients=[client.id])
    return card(session, mentor)


def change_mentor(session: Session, mentor: Mentor, changes: dict[str, Any]) -> MentorCard:
    """Say anew what he is free for. Raises Conflict when he has stopped, Invalid for an unknown place."""
    _must_go_on(mentor)
    if "region_code" in changes:
        _check_region(session, changes["region_code"])
    stated = dict(changes)
    if "business" in stated:
        client = client_for(session, mentor.client_id)
        mentor.business_sealed = sealed(client, stated.pop("business"), _place(mentor.id))
    if "skills" in stated:
        stated["skills"] = _trades(stated["skills"])
    for name, value in stated.items():
        setattr(mentor, name, value)
    session.flush()
    record(session, "change", "mentor", mentor.id, clients=[mentor.client_id], fields=sorted(changes))
    return card(session, mentor)


def end_mentor(session: Session, mentor_id: UUID) -> MentorCard:
    """He does not want to any more: what goes on with him ends too, in this transaction. The same again changes nothing."""
    mentor = mentor_for(session, mentor_id, lock=True)
    if mentor.until_on is None:
        with as_system(session, "alumni.end_mentor"):
            retire(session, mentor, MentoringOutcome.STOPPED)
        record(session, "end", "mentor", mentor.id, clients=[mentor.client_id])
    return card(session, mentor)


def mentor_for(session: Session, mentor_id: UUID, *, lock: bool = False) -> Mentor:
    """The one door to a mentor, for the office that keeps him; with `lock` whom he helps is held too (`hold_beside`).

    Raises NotFound, also for another office's.
    """
    found = session.get(Mentor, mentor_id)
    if found and lock:
        hold_beside(session, found.client_id)
        found = session.get(Mentor, mentor_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFound("There is no such mentor.")
    return found


def read_mentor(session: Session, mentor_id: UUID) -> MentorCard:
    """Look at a mentor of the own office; the look is in the audit trail."""
    return _read(session, mentor_for(session, mentor_id))


def read_mentor_of(session: Session, client_id: UUID) -> MentorCard:
    """The person as a mentor: the present time, else the last. Raises NotFound beyond reach, and when he never was one."""
    client = client_for(session, client_id)
    found = session.scalars(queries.mentors_of(client.id)).first()
    if found is None:
        raise NotFound("This person is no mentor.")
    return _read(session, found)


def mentor_of(session: Session, client_id: UUID) -> MentorCard | None:
    """The person as a mentor now, for a page that writes the look down itself."""
    found = _present(session, client_id)
    return card(session, found) if found else None


def lacks_to_begin(session: Session, client: Client) -> list[Missing]:
    """What a person lacks to become a mentor; for the form that shows it before it is filled in."""
    return missing_to_begin(
        is_graduate=session.scalar(queries.graduation(client.id)) is not None,
        has_consent=_consent(session, client.id) is not None,
        is_alive=client.died_on is None,
        is_mentor=False,
    )


def as_stated(session: Session, mentor: Mentor) -> dict[str, Any]:
    """What a request may change, for comparing versions."""
    shown = card(session, mentor)
    return {name: getattr(shown, name) for name in CHANGED}


def card(session: Session, mentor: Mentor) -> MentorCard:
    """The mentor as shown to the office that keeps him."""
    holds, left = session.execute(queries.standing(mentor.id, office_day(session.now))).one()
    key = data_key(client_for(session, mentor.client_id)) if mentor.business_sealed else None
    return MentorCard(
        **{name: getattr(mentor, name) for name in _SAME},
        skills=list(mentor.skills), free_for=list(mentor.free_for), left=left, holds=holds,
        business=key.open(mentor.business_sealed, _place(mentor.id)) if key and mentor.business_sealed else None,
    )  # fmt: skip


def _read(session: Session, mentor: Mentor) -> MentorCard:
    record(session, "read", "mentor", mentor.id, clients=[mentor.client_id])
    return card(session, mentor)


def _present(session: Session, client_id: UUID) -> Mentor | None:
    return session.scalar(queries.mentors_of(client_id).where(Mentor.until_on.is_(None)))


def _allowed(session: Session, client: Client) -> tuple[UUID, Consent]:
    """The office that keeps him, and the consent on which he becomes one. Raises RuleBroken, Forbidden."""
    review, consent = session.scalar(queries.graduation(client.id)), _consent(session, client.id)
    missing = missing_to_begin(
        is_graduate=review is not None, has_consent=consent is not None, is_alive=client.died_on is None,
        is_mentor=_present(session, client.id) is not None,
    )  # fmt: skip
    if missing or review is None or consent is None:
        raise RuleBroken("This person cannot become a mentor now.", errors=[entry.as_error() for entry in missing])
    if review.organisation_id not in case_offices(session):
        raise Forbidden("A mentor is kept by the UPT that he graduated from.", code="foreign_graduate")
    return review.organisation_id, consent


def _consent(session: Session, client_id: UUID) -> Consent | None:
    """His consent that anybody may be told his name: whom he will meet nobody knows yet."""
    to_anybody = Consent.receiver_organisation_id.is_(None)
    return session.scalars(queries.consents(client_id, office_day(session.now)).where(to_anybody)).first()


def _trades(skills: Iterable[str]) -> list[str]:
    """Trades in small letters, so that `Menjahit` and `menjahit` are one."""
    return sorted({skill.casefold() for skill in skills})


def _check_region(session: Session, code: str | None) -> None:
    if code is None or not region_exists(session, code):
        raise Invalid("The mentor has mistakes.", errors=[field_error("region_code", "not_found", "No such place.")])


def _must_go_on(mentor: Mentor) -> None:
    if mentor.until_on is not None:
        raise Conflict("This person is no mentor any more.", code="wrong_state")


def _place(mentor_id: UUID) -> str:
    return f"mentors:business:{mentor_id}"
