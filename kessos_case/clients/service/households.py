"""Who stands on one family card (KK), and from when to when: joining, moving, leaving. A month counts for one household only.

A card is found in the whole province, whoever holds its people, so that one family is one household (ADR 0014).
"""

from datetime import date, datetime, time
from uuid import UUID, uuid4

import sqlalchemy as sa

from kessos_case.access.service import record
from kessos_case.clients import queries
from kessos_case.clients.models import Client, Household, HouseholdMember
from kessos_case.clients.rules import Stay, StayMistake, born_from, gives_way, mistakes_in_stay, normalise_kk
from kessos_case.clients.service.access import write_timeline
from kessos_case.clients.service.household_cards import (
    BY,
    MembershipCard,
    card,
    household_for,
    key_place,
    kk_place,
    membership_for,
)
from kessos_case.clients.service.later import reconsider_graduation
from kessos_case.clients.service.registry import client_for
from kessos_case.core.clock import OFFICE_ZONE, office_day
from kessos_case.core.db import Session, as_system
from kessos_case.core.errors import Conflict, Invalid, field_error
from kessos_case.core.ids import new_id
from kessos_case.core.keys import keyring
from kessos_case.core.months import Month, first_day, format_month, last_day, month_of


def join_household(
    session: Session,
    client_id: UUID,
    *,
    relation: str,
    from_month: Month,
    to_month: Month | None = None,
    kk: str | None = None,
    household_id: UUID | None = None,
    moving: bool = False,
) -> MembershipCard:
    """Write down that a person lives in a household from a month on: that of a KK, one by its id, else a new one.

    With `moving` the household that he stands in until then ends with the month before. Raises NotFound for what is beyond
    reach, Invalid naming each wrong field, Conflict `in_household` with the months in which he stands in one already.
    """
    client = client_for(session, client_id)
    stay, number = Stay(from_month, to_month), _number(kk)
    _refuse(_mistakes(session, client, stay) + _mistakes_in_place(kk, number, household_id))
    household = household_for(session, household_id) if household_id else None
    _one_at_a_time(session, f"household-of:{client.id}")
    _make_room(session, client.id, stay, moving=moving)
    household = household or _household_with(session, number, client.region_code)
    made = HouseholdMember(
        id=new_id(), household_id=household.id, client_id=client.id, relation=relation, from_month=from_month,
        to_month=to_month, recorded_at=session.now, recorded_by=session.actor.user_id,
    )  # fmt: skip
    session.add(made)
    session.flush()
    _note(session, made, "household_joined", "join", first_day(from_month))
    if to_month is not None:
        _note_left(session, made)
    return card(made, household)


def end_membership(session: Session, membership_id: UUID, *, to_month: Month) -> MembershipCard:
    """Write down the last month in which the person stood in the household; said again it changes nothing.

    Raises Invalid for a month before he joined or to come, Conflict when another end is on record or it was a mistake.
    """
    member = membership_for(session, membership_id, lock=True)
    _refuse_voided(member)
    if member.to_month not in (None, to_month):
        detail = (
            f"The record says {format_month(member.to_month or 0)}; void it and write it down anew if that is wrong."
        )
        raise Conflict(detail, code="membership_ended", errors=[field_error("to", "membership_ended", detail)])
    client = client_for(session, member.client_id)
    _refuse(_mistakes(session, client, Stay(member.from_month, to_month)))
    if member.to_month is None:
        _end(session, member, to_month)
    return card(member, household_for(session, member.household_id))


def void_membership(session: Session, membership_id: UUID) -> MembershipCard:
    """Say that the person never stood in this household: the row stays, and counts for nothing. Again changes nothing."""
    member = membership_for(session, membership_id, lock=True)
    household = household_for(session, member.household_id)
    if member.voided_at is None:
        member.voided_at, member.voided_by = session.now, session.actor.user_id
        session.flush()
        _note(session, member, "household_voided", "void", office_day(session.now))
    return card(member, household)


def leave_by_death(session: Session, client_id: UUID, died_on: date) -> None:
    """End a dead person's household with the month of the death; one that he joined on paper after it was a mistake."""
    month = month_of(died_on)
    for member in session.scalars(queries.lasting_beyond(client_id, month)).all():
        if member.from_month <= month:
            _end(session, member, month)
        else:
            void_membership(session, member.id)


def _number(kk: str | None) -> str | None:
    """The number of the card in one piece; None for a blank, and for what is no number."""
    return normalise_kk(kk) if kk else None


def _mistakes(session: Session, client: Client, stay: Stay) -> list[StayMistake]:
    return mistakes_in_stay(
        stay,
        present=month_of(office_day(session.now)),
        born=born_from(client.birth_date, client.birth_date_precision),
        died=month_of(client.died_on) if client.died_on else None,
    )


def _mistakes_in_place(kk: str | None, number: str | None, household_id: UUID | None) -> list[StayMistake]:
    if kk and household_id:
        detail = "Name the household by its KK or by its id, not by both."
        return [StayMistake(field, "only_one", detail) for field in ("kk", "household_id")]
    if kk and number is None:
        return [StayMistake("kk", "format", "A KK number has 16 digits.")]
    return []


def _refuse(mistakes: list[StayMistake]) -> None:
    if mistakes:
        errors = [field_error(wrong.field, wrong.code, wrong.detail) for wrong in mistakes]
        raise Invalid("The household has mistakes.", errors=errors)


def _refuse_voided(member: HouseholdMember) -> None:
    if member.voided_at is not None:
        raise Conflict("It was written down by mistake and counts for nothing.", code="membership_voided")


def _one_at_a_time(session: Session, name: str) -> None:
    """Two desks that move the same person, or write down the same card, must see each other."""
    session.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(name, 0))))


def _make_room(session: Session, client_id: UUID, stay: Stay, *, moving: bool) -> None:
    """End what gives way to a move. Raises Conflict with the months of everything that stands in the way."""
    met = session.scalars(queries.met(client_id, stay.first, stay.last)).all()
    firm = [before for before in met if not (moving and gives_way(Stay(before.from_month, before.to_month), stay))]
    if firm:
        errors = [
            field_error(
                "from", "in_household", f"In {Stay(before.from_month, before.to_month)} the person stands in a household.",
                membership_id=str(before.id), first=format_month(before.from_month),
                last=format_month(before.to_month) if before.to_month is not None else None,
            )
            for before in firm
        ]  # fmt: skip
        raise Conflict("The person stands in a household in some of these months.", code="in_household", errors=errors)
    for before in met:
        _end(session, before, stay.first - 1)


def _household_with(session: Session, number: str | None, region_code: str | None) -> Household:
    """The household with this KK, wherever its people are held, or a new one. A card has one household for ever."""
    with as_system(session, BY):
        found = None
        if number:
            hashed = keyring().index("kk", number)
            _one_at_a_time(session, f"kk:{hashed.hex()}")
            found = session.scalar(sa.select(Household).where(Household.kk_hash == hashed))
        return found or _new_household(session, number, region_code)


def _new_household(session: Session, number: str | None, region_code: str | None) -> Household:
    # A random id: one that tells the minute of registration would tell who knows the card that somebody was here before.
    made = Household(
        id=uuid4(), region_code=region_code, registered_at=session.now, registered_by=session.actor.user_id
    )
    key, made.data_key = keyring().new_data_key(key_place(made.id))
    if number:
        made.kk_sealed, made.kk_hash = key.seal(number, kk_place(made.id)), keyring().index("kk", number)
    session.add(made)
    session.flush()
    return made


def _end(session: Session, member: HouseholdMember, month: Month) -> None:
    member.to_month = month
    session.flush()
    _note_left(session, member)


def _note_left(session: Session, member: HouseholdMember) -> None:
    _note(session, member, "household_left", "leave", last_day(member.to_month or member.from_month))


def _note(session: Session, member: HouseholdMember, entry: str, action: str, day: date) -> None:
    """What follows from each change: the person's timeline, the trail, and a new look at what he lived on."""
    happened_at = min(datetime.combine(day, time(), OFFICE_ZONE), session.now)
    write_timeline(session, member.client_id, entry, member.id, happened_at=happened_at)
    record(session, action, "household", member.household_id, clients=[member.client_id])
    reconsider_graduation(session, member.client_id)
