"""Reads of mentors and of whom they met. Who may be shown as a mentor is asked anew in each of them."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from kessos_case.access.models import Organisation
from kessos_case.alumni.models import Mentor, Mentoring
from kessos_case.alumni.rules import MentoringState
from kessos_case.cases.models import Case
from kessos_case.clients.models import Client, Consent
from kessos_case.clients.rules import ConsentPurpose
from kessos_case.core.db import Session
from kessos_case.graduation.models import GraduationReview, Relapse
from kessos_case.graduation.rules import ReviewState
from kessos_case.reference.models import Region

# A regency in a region code: `35.09` of `35.09.12.2003`.
REGENCY = 5


def consent_in_force(day: date) -> sa.ColumnElement[bool]:
    """Does this consent to mentoring hold on the day?"""
    return sa.and_(
        Consent.purpose == ConsentPurpose.MENTORING,
        Consent.withdrawn_at.is_(None),
        Consent.given_on <= day,
        Consent.expires_on.is_(None) | (Consent.expires_on >= day),
    )


def holds(day: date) -> sa.ColumnElement[bool]:
    """May this mentor be shown and asked: he goes on, is alive, his own consent holds and so does his graduation."""
    return sa.and_(
        Mentor.until_on.is_(None),
        sa.exists().where(Consent.id == Mentor.consent_id, consent_in_force(day)),
        sa.exists().where(Client.id == Mentor.client_id, Client.died_on.is_(None)),
        graduated(Mentor.client_id),
    )


def graduated(client_id: Any) -> sa.ColumnElement[bool]:
    """Has this person a provisional or confirmed graduation, and no relapse after it?"""
    return sa.exists().where(GraduationReview.client_id == client_id, _stands())


def graduation(client_id: UUID) -> sa.Select[GraduationReview]:
    """The newest review that makes this person a graduate."""
    select = sa.select(GraduationReview).where(GraduationReview.client_id == client_id, _stands())
    return select.order_by(GraduationReview.opened_at.desc(), GraduationReview.id.desc()).limit(1)


def _stands() -> sa.ColumnElement[bool]:
    since = sa.func.coalesce(GraduationReview.confirmed_on, GraduationReview.provisional_on)
    fell_back = sa.exists().where(Relapse.review_id == GraduationReview.id, Relapse.happened_on > since)
    return GraduationReview.state.in_((ReviewState.PROVISIONAL, ReviewState.CONFIRMED)) & ~fell_back


def running(mentor_id: Any) -> sa.ScalarSelect[int]:
    """How many a mentor helps, or is asked to help, now."""
    select = sa.select(sa.func.count()).select_from(Mentoring)
    return select.where(Mentoring.mentor_id == mentor_id, Mentoring.state != MentoringState.ENDED).scalar_subquery()


def left() -> sa.ColumnElement[int]:
    """For how many more a mentor is free."""
    return sa.func.greatest(Mentor.most_at_once - running(Mentor.id), 0)


def found(day: date, wanted: Mapping[str, Any]) -> sa.Select[Any]:
    """Mentors who may be asked, of every office, without who they are: (mentor, office, name of the regency, left)."""
    columns: list[Any] = [Mentor, Organisation.name, Region.name, left()]
    select = (
        sa.select(*columns)
        .join(Organisation, Organisation.id == Mentor.organisation_id)
        .join(Region, Region.code == sa.func.left(Mentor.region_code, REGENCY))
        .where(holds(day))
    )
    if wanted.get("free_for"):
        select = select.where(Mentor.free_for.contains([wanted["free_for"]]))
    if wanted.get("skill"):
        words = sa.func.array_to_string(Mentor.skills, ", ")
        select = select.where(words.icontains(wanted["skill"], autoescape=True))
    if wanted.get("region"):
        select = select.where(Mentor.region_code.startswith(wanted["region"][:REGENCY], autoescape=True))
    return select


def mentors_of(client_id: UUID) -> sa.Select[Mentor]:
    """The times that a person was a mentor, the present one first."""
    return sa.select(Mentor).where(Mentor.client_id == client_id).order_by(Mentor.since_on.desc(), Mentor.id.desc())


def consents(client_id: UUID, day: date) -> sa.Select[Consent]:
    """The consents to mentoring of a person that hold, the newest first."""
    select = sa.select(Consent).where(Consent.client_id == client_id, consent_in_force(day), Consent.about_id.is_(None))
    return select.order_by(Consent.recorded_at.desc(), Consent.id.desc())


def mentorings(wanted: Mapping[str, Any], offices: Collection[UUID]) -> sa.Select[Mentoring]:
    """Mentorings with a part of these offices; of a case or in a state where that is asked for."""
    either = Mentoring.organisation_id.in_(offices) | Mentoring.mentor_organisation_id.in_(offices)
    select = sa.select(Mentoring).where(either)
    for name in ("case_id", "state"):
        if wanted.get(name):
            select = select.where(getattr(Mentoring, name) == wanted[name])
    return select


def running_between(mentor_id: UUID, client_id: UUID) -> sa.Select[UUID]:
    """What goes on, or is being asked, between these two."""
    return sa.select(Mentoring.id).where(
        Mentoring.mentor_id == mentor_id, Mentoring.client_id == client_id, Mentoring.state != MentoringState.ENDED
    )


def _client_consents(day: date) -> sa.ColumnElement[bool]:
    """Lets the person of a mentoring tell his name to the office of the mentor?"""
    receiver = Consent.receiver_organisation_id
    return sa.exists().where(
        Consent.client_id == Mentoring.client_id, consent_in_force(day), Consent.about_id.is_(None),
        receiver.is_(None) | (receiver == Mentoring.mentor_organisation_id),
    )  # fmt: skip


def about(mentorings: Iterable[Mentoring], day: date) -> sa.Select[Any]:
    """(id, skills of the mentor, both offices by name, may the mentor be shown, consents the person), for the program."""
    theirs, home = orm.aliased(Organisation), orm.aliased(Organisation)
    consents = _client_consents(day)
    is_alive = sa.exists().where(Client.id == Mentoring.client_id, Client.died_on.is_(None))
    columns: list[Any] = [
        Mentoring.id, Mentor.skills, home.name.label("office"), theirs.name.label("mentor_office"),
        holds(day).label("mentor_holds"), (consents & is_alive).label("client_consents"),
    ]  # fmt: skip
    return (
        sa.select(*columns)
        .join(Mentor, Mentor.id == Mentoring.mentor_id)
        .join(home, home.id == Mentoring.organisation_id)
        .join(theirs, theirs.id == Mentoring.mentor_organisation_id)
        .where(Mentoring.id.in_([one.id for one in mentorings]))
    )


def to_let_go(day: date) -> sa.CompoundSelect[UUID]:
    """Everybody of whom `over` or `no_longer` has something to say."""
    return sa.union(
        sa.select(Mentoring.client_id).where(_is_over(day)), sa.select(Mentor.client_id).where(_is_no_longer(day))
    )


def over(day: date, client_ids: Collection[UUID]) -> sa.Select[Any]:
    """(mentoring, its person is dead, his consent holds) of what goes on with these people and should not, held.

    For a reason of theirs: the person died, took his consent back after he had agreed, or his case was closed.
    """
    columns: list[Any] = [Mentoring, _is_dead(Mentoring.client_id), _is_consented(day)]
    select = sa.select(*columns).where(_is_over(day), Mentoring.client_id.in_(client_ids))
    return select.order_by(Mentoring.id).with_for_update(of=Mentoring)


def no_longer(day: date, client_ids: Collection[UUID]) -> sa.Select[Any]:
    """(mentor, he is dead, his consent holds) of those of these people who go on and should not, held.

    Consent, graduation or life has ended.
    """
    has_consent = sa.exists().where(Consent.id == Mentor.consent_id, consent_in_force(day))
    columns: list[Any] = [Mentor, _is_dead(Mentor.client_id), has_consent]
    select = sa.select(*columns).where(_is_no_longer(day), Mentor.client_id.in_(client_ids))
    return select.order_by(Mentor.id).with_for_update(of=Mentor)


def cases_beside(*client_ids: UUID) -> sa.Select[UUID]:
    """The cases of what goes on with these people, on either side."""
    either = Mentoring.client_id.in_(client_ids) | Mentoring.mentor_client_id.in_(client_ids)
    return sa.select(Mentoring.case_id).where(either, Mentoring.state != MentoringState.ENDED)


def going_on(mentor_id: UUID) -> sa.Select[Mentoring]:
    """What goes on with this mentor."""
    select = sa.select(Mentoring).where(Mentoring.mentor_id == mentor_id, Mentoring.state != MentoringState.ENDED)
    return select.order_by(Mentoring.id).with_for_update()


def standing(mentor_id: UUID, day: date) -> sa.Select[Any]:
    """(may he be asked today, for how many more is he free)."""
    columns: list[Any] = [holds(day), left()]
    return sa.select(*columns).where(Mentor.id == mentor_id)


def outcomes(session: Session) -> dict[str, int]:
    """How many mentorings ended how, of all offices."""
    columns: list[Any] = [Mentoring.outcome, sa.func.count()]
    select = sa.select(*columns).where(Mentoring.state == MentoringState.ENDED)
    return {row[0]: row[1] for row in session.execute(select.group_by(Mentoring.outcome))}


def caseworker(case_id: UUID) -> sa.Select[UUID | None]:
    """Who follows this case."""
    return sa.select(Case.caseworker_id).where(Case.id == case_id)


def _is_over(day: date) -> sa.ColumnElement[bool]:
    # Who graduated goes on with his mentor; a case that was closed for a reason ends it.
    given_up = sa.exists().where(Case.id == Mentoring.case_id, Case.close_reason.is_not(None))
    over = _is_dead(Mentoring.client_id) | ~_is_consented(day) | given_up
    return (Mentoring.state != MentoringState.ENDED) & over


def _is_no_longer(day: date) -> sa.ColumnElement[bool]:
    return Mentor.until_on.is_(None) & ~holds(day)


def _is_consented(day: date) -> sa.ColumnElement[bool]:
    return Mentoring.client_agreed_on.is_(None) | _client_consents(day)


def _is_dead(client_id: Any) -> sa.Exists:
    return sa.exists().where(Client.id == client_id, Client.died_on.is_not(None))
