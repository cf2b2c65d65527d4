"""Certificates of a whole batch: who passed and has one, written for all at once, and printed as one file."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from kessos_case.access.service import record
from kessos_case.clients.service import client_for, data_key, labels
from kessos_case.core import pdf
from kessos_case.core.db import Session
from kessos_case.core.errors import Conflict
from kessos_case.core.paging import Page, PageRequest, page
from kessos_case.letters import queries
from kessos_case.letters.models import Letter
from kessos_case.letters.rules import LetterKind
from kessos_case.letters.service.issuing import LetterCard, card, content_of, issue
from kessos_case.letters.service.printing import PrintedLetter, shown_content
from kessos_case.training.models import Enrolment
from kessos_case.training.service import batch_for, must_follow, own_offices

# As many as one page shows and one file holds.
MOST = 50


@dataclass(frozen=True)
class Certified:
    """Somebody who passed, and his valid certificate, where there is one."""

    enrolment_id: UUID
    client_id: UUID
    label: str
    certificate_no: str | None
    letter: LetterCard | None


def certificates(session: Session, batch_id: UUID, cursor: str | None = None) -> Page:
    """Those of the own office who passed a batch, by the time of their request; the look is in the trail.

    Raises NotFound, Forbidden `scope` for another UPT's batch.
    """
    found = _passed(session, batch_id, cursor)
    people: Sequence[Enrolment] = found.items
    record(session, "list", "letter", batch_id, clients=list(dict.fromkeys(one.client_id for one in people)))
    called = labels(session, [one.client_id for one in people])
    letters = {one.subject_id: card(one) for one in _letters(session, people)}
    lines = [
        Certified(one.id, one.client_id, called[one.client_id].text, one.certificate_no, letters.get(one.id))
        for one in people
    ]
    return Page(lines, found.next_cursor)


def issue_certificates(session: Session, batch_id: UUID, cursor: str | None = None) -> int:
    """Write the certificates of these people; who has one that still says the same keeps it. Returns how many are new.

    A person whose record was erased has none. Raises as `certificates`.
    """
    made = 0
    # In the order of people, as whoever writes for several must: each is locked.
    for enrolment in sorted(_passed(session, batch_id, cursor).items, key=lambda one: one.client_id):
        if data_key(client_for(session, enrolment.client_id)) is not None:
            made += issue(session, LetterKind.CERTIFICATE, enrolment.id)[1]
    return made


def printed_certificates(session: Session, batch_id: UUID, cursor: str | None = None) -> PrintedLetter:
    """The valid certificates of these people as one file, one after the other; each look is in the trail.

    Raises as `certificates`, Conflict `none_issued`, Unavailable when it cannot be set.
    """
    people = _passed(session, batch_id, cursor).items
    letters = sorted(_letters(session, people), key=lambda one: (one.issued_at, one.id))
    contents: list[dict[str, Any]] = []
    for letter in letters:
        content = content_of(letter, data_key(client_for(session, letter.client_id)))
        if content is not None:
            record(session, "print", "letter", letter.id, clients=[letter.client_id])
            contents.append(shown_content(content, is_revoked=False))
    if not contents:
        raise Conflict("No certificate was written yet.", code="none_issued")
    at = int(max(letter.issued_at for letter in letters).timestamp())
    made = pdf.typeset("letters/typst/letters.typ", {"letters": contents}, at)
    return PrintedLetter(made, f"sertifikat-{str(batch_id)[-8:]}.pdf")


def _passed(session: Session, batch_id: UUID, cursor: str | None) -> Page:
    batch = batch_for(session, batch_id)
    must_follow(session, batch.organisation_id)
    asked = PageRequest(f"certificates:{batch_id}", MOST, cursor)
    select = queries.passed_in(batch_id, own_offices(session))
    return page(session, select, [Enrolment.requested_at, Enrolment.id], asked)


def _letters(session: Session, people: Sequence[Enrolment]) -> Sequence[Letter]:
    return queries.valid_among(session, LetterKind.CERTIFICATE, [one.id for one in people])
