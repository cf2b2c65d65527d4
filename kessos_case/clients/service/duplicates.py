"""Who may already be registered: candidates across the whole province, shown only as far as the actor may see them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from kessos_case.access.models import Organisation
from kessos_case.clients import queries
from kessos_case.clients.models import Client, DuplicateReview
from kessos_case.clients.rules import ASK_FROM, SHOW_FROM, Likeness, duplicate_score, search_forms
from kessos_case.clients.service.cards import ClientCard, card
from kessos_case.core.db import Session
from kessos_case.core.ids import new_id
from kessos_case.core.keys import keyring


@dataclass(frozen=True)
class Candidate:
    """A record that may be the same person. `client` only where the actor reaches it, else `held_by` names the offices."""

    client_id: UUID
    ref: str
    score: int
    reasons: tuple[str, ...]
    client: ClientCard | None
    held_by: tuple[str, ...]
    is_hidden: bool

    def shown(self) -> dict[str, Any]:
        """What may be answered of it: the whole person, or a reference without any name."""
        about: dict[str, Any] = {"ref": self.ref, "score": self.score, "reasons": list(self.reasons)}
        if self.client:
            return about | {"id": str(self.client.id), "name": self.client.label, "held_by": list(self.held_by)}
        return about | {"held_by": list(self.held_by)}


def ref_of(client_id: UUID) -> str:
    """A name for a record that says nothing: not the id, which tells the minute of registration."""
    return keyring().index("client_ref", str(client_id)).hex()[:24]


def candidates_for(session: Session, wanted: queries.Wanted, exclude: UUID | None = None) -> list[Candidate]:
    """The likely doubles, best first. `is_hidden` ones are for their own team and must not be answered."""
    scored = [
        (row.client_id, *duplicate_score(_likeness(row)), row.is_restricted, row.organisation_ids)
        for row in queries.alike(session, wanted)
        if row.client_id != exclude
    ]
    likely = sorted((entry for entry in scored if entry[1] >= ASK_FROM), key=lambda entry: (-entry[1], entry[0]))
    return candidates_from(session, likely[:20])


def candidates_from(
    session: Session, found: Sequence[tuple[UUID, int, Sequence[str], bool, Sequence[UUID]]]
) -> list[Candidate]:
    """Candidates of (client id, score, reasons, restricted, holding organisations), as far as this actor sees them."""
    ids = [entry[0] for entry in found]
    reached = {client.id: client for client in session.scalars(sa.select(Client).where(Client.id.in_(ids)))}
    names = _names(session, {holder for entry in found for holder in entry[4]})
    return [
        Candidate(
            client_id=client_id,
            ref=ref_of(client_id),
            score=score,
            reasons=tuple(reasons),
            client=card(session, reached[client_id], in_list=True) if client_id in reached else None,
            held_by=tuple(sorted(names[holder] for holder in holders if holder in names)),
            is_hidden=restricted and client_id not in reached,
        )
        for client_id, score, reasons, restricted, holders in found
    ]


def described_as(session: Session, called: Sequence[str], region_code: str) -> list[tuple[UUID, int, tuple[str, ...]]]:
    """People who may be the one described by names or nicknames and a place: id, score, reasons, best first.

    A description has neither NIK nor birth date, so less likeness suffices than at registration.
    """
    forms = search_forms(called[0], called[1:]) if called else ()
    if not forms:
        return []
    rows = queries.alike(session, queries.Wanted(forms=forms, region_code=region_code), 20)
    scored = [(row.client_id, *duplicate_score(_likeness(row))) for row in rows]
    return sorted((entry for entry in scored if entry[1] >= SHOW_FROM), key=lambda entry: (-entry[1], entry[0]))


def held_by(session: Session, ids: Sequence[UUID]) -> dict[UUID, tuple[bool, list[UUID]]]:
    """For each id whether the person is restricted now, and which organisations hold him."""
    return {row.client_id: (row.is_restricted, row.organisation_ids) for row in queries.held(session, ids)}


def raise_reviews(session: Session, client_id: UUID, candidates: Iterable[Candidate]) -> None:
    """Leave each pair for a human to settle; a pair that was raised before stays as it is."""
    rows = [
        {
            "id": new_id(),
            "client_id": client_id,
            "other_client_id": candidate.client_id,
            "score": candidate.score,
            "reasons": list(candidate.reasons),
            "raised_at": session.now,
            "raised_by": session.actor.user_id,
        }
        for candidate in candidates
    ]
    if rows:
        session.execute(sa.dialects.postgresql.insert(DuplicateReview).on_conflict_do_nothing(), rows)


def _likeness(row: Any) -> Likeness:
    return Likeness(
        name=row.name_similarity,
        nik_equal=row.nik_equal,
        nik_near=row.nik_near,
        phone_equal=row.phone_equal,
        birth_date_equal=row.birth_date_equal,
        birth_year_equal=row.birth_year_equal,
        district_equal=row.district_equal,
    )


def _names(session: Session, ids: set[UUID]) -> Mapping[UUID, str]:
    if not ids:
        return {}
    found = session.execute(sa.select(Organisation.id, Organisation.name).where(Organisation.id.in_(ids)))
    return {row.id: row.name for row in found}
