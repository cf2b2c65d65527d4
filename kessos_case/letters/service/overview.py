"""A person's letters, and what a letter can be written about now: for the page, in a handful of statements."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from kessos_case.clients.rules import Confidentiality, called, is_restricted
from kessos_case.clients.service import client_for
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session
from kessos_case.letters import queries
from kessos_case.letters.rules import LetterKind
from kessos_case.letters.service.issuing import LetterCard, listed_letters
from kessos_case.referrals.service import offices_for

# As many as a page shows; nobody has more in a lifetime.
MOST = 100


@dataclass(frozen=True)
class Subject:
    """A thing that a letter can be written about; `letter` is the valid one that there is."""

    kind: LetterKind
    id: UUID
    label: str
    on: date | None
    letter: LetterCard | None


@dataclass(frozen=True)
class LettersView:
    """The page of a person's letters."""

    client_id: UUID
    label: str
    is_hidden: bool
    is_erased: bool
    subjects: list[Subject]
    letters: list[LetterCard]
    names: dict[UUID, str]


def letters_view(session: Session, client_id: UUID) -> LettersView:
    """The letters of a person, newest first, and what can be written. Raises NotFound beyond reach."""
    client = client_for(session, client_id)
    letters, *things = queries.letters_and_subjects(session, client.id, MOST)
    cards = listed_letters(session, client, sorted(letters, key=lambda one: (one.issued_at, one.id), reverse=True))
    offers, _plans, courses, _reviews, _cases = things
    ids = [one for offer in offers for one in (offer.service_id, offer.organisation_id)]
    ids += [enrolment.course_id for enrolment in courses] + [card.issued_by for card in cards]
    names = queries.names(session, [*ids, *(card.organisation_id for card in cards)])
    return LettersView(
        client_id=client.id,
        label=called(client.id, client.name, client.temporary_label),
        is_hidden=is_restricted(Confidentiality(client.confidentiality)),
        is_erased=client.data_key is None,
        subjects=_subjects(
            session, things, names, {(card.kind, card.subject_id): card for card in cards if not card.revoked_at}
        ),
        letters=cards,
        names=names,
    )


def _subjects(
    session: Session, things: Sequence[list[Any]], names: dict[UUID, str], valid: dict[tuple[str, UUID], LetterCard]
) -> list[Subject]:
    """Accepted offers, and what is the own office's: plan, courses, graduation."""
    offers, plans, courses, reviews, cases = things
    own = offices_for(session, "letter", "issue")
    office_of = {case.id: case.organisation_id for case in cases}
    found = [
        (
            LetterKind.REFERRAL,
            one.id,
            f"{names.get(one.service_id, '')}, {names.get(one.organisation_id, '')}",
            one.answered_at,
        )
        for one in offers
    ]
    found += [
        (LetterKind.PLAN, one.id, str(one.number), one.decided_at) for one in plans if office_of.get(one.case_id) in own
    ]
    found += [
        (LetterKind.CERTIFICATE, one.id, names.get(one.course_id, ""), one.completed_on)
        for one in courses
        if one.organisation_id in own
    ]
    found += [(LetterKind.GRADUATION, one.id, "", one.confirmed_on) for one in reviews if one.organisation_id in own]
    return [Subject(kind, row_id, label, _day(on), valid.get((kind, row_id))) for kind, row_id, label, on in found]


def _day(moment: Any) -> date | None:
    return office_day(moment) if hasattr(moment, "hour") else moment
