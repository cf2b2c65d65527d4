"""Grounds on which a person is not scored: recorded, ended, listed. What follows from one holds at once."""

from datetime import date
from uuid import UUID

from kessos_case.access.service import record
from kessos_case.clients.service import write_timeline
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session, as_system
from kessos_case.core.errors import Invalid, NotFound, field_error
from kessos_case.core.ids import new_id
from kessos_case.dependency import queries
from kessos_case.dependency.models import Exemption
from kessos_case.dependency.rules import ExemptionGround, ExemptionSource
from kessos_case.dependency.rules.exemptions import holds_on, mistakes_in_exemption
from kessos_case.dependency.service.cards import ExemptionCard
from kessos_case.dependency.service.flags import close_flags_of
from kessos_case.dependency.service.scoring import score_person
from kessos_case.dependency.service.sight import subject_for


def record_exemption(
    session: Session, client_id: UUID, *, ground: str, source: str, from_on: date, until_on: date | None = None
) -> ExemptionCard:
    """Write down a ground on which the person is not scored. He is scored anew, and an open flag ends, at once.

    Raises NotFound without a case at an office of the actor's, Invalid naming each wrong field.
    """
    client, _ = subject_for(session, client_id)
    today = office_day(session.now)
    mistakes = mistakes_in_exemption(ExemptionGround(ground), ExemptionSource(source), from_on, until_on, today)
    if mistakes:
        errors = [field_error(wrong.field, wrong.code, wrong.detail) for wrong in mistakes]
        raise Invalid("The exemption has mistakes.", errors=errors)
    made = Exemption(
        id=new_id(), client_id=client.id, ground=ground, source=source, from_on=from_on, until_on=until_on,
        recorded_at=session.now, recorded_by=session.actor.user_id,
    )  # fmt: skip
    session.add(made)
    session.flush()
    write_timeline(session, client.id, "exemption_recorded", made.id)
    # Without its ground, which may be of a person's health: the trail names the row that has it.
    record(session, "record", "exemption", made.id, clients=[client.id])
    _take_effect(session, made)
    return _card(session, made)


def end_exemption(session: Session, exemption_id: UUID) -> ExemptionCard:
    """Say that the ground holds no more; the person is scored anew at once. One that was ended before stays as it was.

    A ground that never was is ended the same way: the trail keeps both.
    """
    exemption = exemption_for(session, exemption_id, lock=True)
    if exemption.ended_at is None:
        exemption.ended_at, exemption.ended_by = session.now, session.actor.user_id
        session.flush()
        write_timeline(session, exemption.client_id, "exemption_ended", exemption.id)
        record(session, "end", "exemption", exemption.id, clients=[exemption.client_id])
        _take_effect(session, exemption)
    return _card(session, exemption)


def exemption_for(session: Session, exemption_id: UUID, *, lock: bool = False) -> Exemption:
    """The one door to an exemption. Raises NotFound, also for one of a person without a case at the actor's office."""
    found = session.get(Exemption, exemption_id, with_for_update=lock or None, populate_existing=lock)
    if found is None:
        raise NotFound("There is no such exemption.")
    subject_for(session, found.client_id)
    return found


def read_exemption(session: Session, exemption_id: UUID) -> ExemptionCard:
    """Look at an exemption; the look is in the audit trail."""
    found = exemption_for(session, exemption_id)
    record(session, "read", "exemption", found.id, clients=[found.client_id])
    return _card(session, found)


def exemptions_of(session: Session, client_id: UUID) -> list[ExemptionCard]:
    """A person's exemptions, the latest begun first; the look is in the audit trail."""
    client, _ = subject_for(session, client_id)
    record(session, "list", "exemption", clients=[client.id])
    return [_card(session, found) for found in queries.exemptions(session, client.id)]


def _take_effect(session: Session, exemption: Exemption) -> None:
    with as_system(session, "dependency.exemption"):
        score_person(session, exemption.client_id)
        if _holds(session, exemption):
            close_flags_of(session, exemption.client_id)


def _holds(session: Session, exemption: Exemption) -> bool:
    is_ended = exemption.ended_at is not None
    return holds_on(office_day(session.now), exemption.from_on, exemption.until_on, is_ended=is_ended)


def _card(session: Session, exemption: Exemption) -> ExemptionCard:
    names = [name for name in ExemptionCard.__dataclass_fields__ if name != "holds"]
    return ExemptionCard(**{name: getattr(exemption, name) for name in names}, holds=_holds(session, exemption))
