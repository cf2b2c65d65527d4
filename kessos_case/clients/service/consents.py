"""What a person allows to whom, and what endangers him. Withdrawing a consent stops that one thing; help goes on."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from kessos_case.access.rules import may
from kessos_case.access.service import organisation_for, record
from kessos_case.clients import queries
from kessos_case.clients.models import Alert, Consent
from kessos_case.clients.rules import ConsentPurpose, alert_is_open, consent_holds
from kessos_case.clients.service.access import write_timeline
from kessos_case.clients.service.cards import data_key
from kessos_case.clients.service.later import reconsider_mentoring
from kessos_case.clients.service.registry import client_for
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session
from kessos_case.core.errors import Conflict, Invalid, NotFound, field_error
from kessos_case.core.ids import new_id
from kessos_case.core.keys import DataKey


@dataclass(frozen=True)
class ShownAlert:
    """An alert as shown."""

    id: UUID
    kind: str
    severity: str
    until_on: date | None
    note: str | None
    is_open: bool
    raised_at: datetime
    ended_at: datetime | None


def record_consent(session: Session, client_id: UUID, **stated: Any) -> Consent:
    """Write down what a person allows: purpose, receiver (none: any), form, given_on, expires_on; `about_id` the one thing
    that it is for (none: all of this purpose), `asked_by` who asked where it was another.

    Raises NotFound for a person beyond reach, Invalid naming each wrong field.
    """
    client = client_for(session, client_id)
    _check_consent(session, stated)
    made = Consent(
        id=new_id(), client_id=client.id, recorded_at=session.now, recorded_by=session.actor.user_id, **stated
    )
    session.add(made)
    session.flush()
    write_timeline(session, client.id, "consent_recorded", made.id, visibility="referral")
    record(session, "record", "consent", made.id, clients=[client.id], purpose=made.purpose)
    return made


def consent_for(session: Session, consent_id: UUID) -> Consent:
    """One consent. Raises NotFound, also for one of a person beyond reach."""
    found = session.get(Consent, consent_id)
    if found is None:
        raise NotFound("There is no such consent.")
    return found


def consents_of(session: Session, client_id: UUID) -> list[Consent]:
    """Everything the person ever allowed, newest first; the look is in the audit trail."""
    client = client_for(session, client_id)
    record(session, "read", "consent", clients=[client.id])
    select = sa.select(Consent).where(Consent.client_id == client.id)
    return list(session.scalars(select.order_by(Consent.recorded_at.desc(), Consent.id.desc())))


def open_questions(session: Session, client_id: UUID) -> dict[UUID, datetime]:
    """Until when an employer may still answer a question that was asked on the strength of a consent, by its id.

    For whoever has written his look at the consents down; who follows no case is told of none.
    """
    rows = session.execute(queries.open_questions(client_id, session.now))
    return {row.consent_id: row.until for row in rows}


def withdraw_consent(session: Session, client_id: UUID, consent_id: UUID) -> Consent:
    """Stop what the consent allowed, at once. One that was withdrawn before stays as it was."""
    client = client_for(session, client_id)
    consent = consent_for(session, consent_id)
    if consent.client_id != client.id:
        raise NotFound("There is no such consent.")
    if consent.withdrawn_at is None:
        consent.withdrawn_at, consent.withdrawn_by = session.now, session.actor.user_id
        session.flush()
        write_timeline(session, client.id, "consent_withdrawn", consent.id, visibility="referral")
        record(session, "withdraw", "consent", consent.id, clients=[client.id], purpose=consent.purpose)
        if consent.purpose == ConsentPurpose.MENTORING:
            reconsider_mentoring(session, client.id)
    return consent


def consented(
    session: Session, client_id: UUID, purpose: ConsentPurpose, day: date, about: UUID | None = None
) -> tuple[frozenset[UUID], bool]:
    """The organisations for which a consent of this purpose holds on the day, and whether one holds for any receiver.

    One that was given for a single thing counts only where it is `about` that.
    """
    return receivers_of(consents_in_force(session, [client_id], purpose, day)[client_id], about)


def consents_in_force(
    session: Session, client_ids: Iterable[UUID], purpose: ConsentPurpose, day: date
) -> Mapping[UUID, list[Consent]]:
    """The consents of this purpose that hold on the day, by person; none is an empty list. Of nobody, nobody is asked."""
    wanted, found = list(client_ids), defaultdict[UUID, list[Consent]](list)
    select = sa.select(Consent).where(Consent.client_id.in_(wanted), Consent.purpose == purpose)
    for consent in session.scalars(select) if wanted else ():
        if _holds(consent, day):
            found[consent.client_id].append(consent)
    return found


def receivers_of(consents: Iterable[Consent], about: UUID | None = None) -> tuple[frozenset[UUID], bool]:
    """The organisations that these consents allow, and whether one allows any; one for a single thing only `about` that."""
    counting = [consent for consent in consents if consent.about_id in (None, about)]
    receivers = frozenset(found.receiver_organisation_id for found in counting if found.receiver_organisation_id)
    return receivers, any(found.receiver_organisation_id is None for found in counting)


def may_disclose_to(session: Session, client_id: UUID, purpose: ConsentPurpose, organisation_id: UUID) -> bool:
    """Does a consent of this purpose hold today for this receiver?"""
    receivers, any_receiver = consented(session, client_id, purpose, office_day(session.now))
    return any_receiver or organisation_id in receivers


def raise_alert(
    session: Session,
    client_id: UUID,
    *,
    kind: str,
    severity: str,
    until_on: date | None = None,
    note: str | None = None,
) -> Alert:
    """Warn of a danger to or around a person; the words are sealed. Raises Invalid for a day that is over."""
    client = client_for(session, client_id)
    if until_on and until_on < office_day(session.now):
        raise Invalid("The alert has mistakes.", errors=[field_error("until_on", "in_past", "The day is over.")])
    key, alert_id = data_key(client), new_id()
    if note and key is None:
        raise Conflict("The person's record was erased.", code="erased")
    made = Alert(
        id=alert_id, client_id=client.id, kind=kind, severity=severity, until_on=until_on, raised_at=session.now,
        raised_by=session.actor.user_id,
        note_sealed=key.seal(note, note_place(alert_id)) if key and note else None,
    )  # fmt: skip
    session.add(made)
    session.flush()
    write_timeline(session, client.id, "alert_raised", made.id)
    record(session, "record", "alert", made.id, clients=[client.id], kind=kind, severity=severity)
    return made


def end_alert(session: Session, client_id: UUID, alert_id: UUID) -> Alert:
    """Say that the danger is over. One that was ended before stays as it was."""
    client, alert = client_for(session, client_id), alert_for(session, alert_id)
    if alert.client_id != client.id:
        raise NotFound("There is no such alert.")
    if alert.ended_at is None:
        alert.ended_at, alert.ended_by = session.now, session.actor.user_id
        session.flush()
        write_timeline(session, client.id, "alert_ended", alert.id)
        record(session, "end", "alert", alert.id, clients=[client.id])
    return alert


def alert_for(session: Session, alert_id: UUID) -> Alert:
    """One alert. Raises NotFound, also for one of a person beyond reach."""
    found = session.get(Alert, alert_id)
    if found is None:
        raise NotFound("There is no such alert.")
    return found


def alerts_of(session: Session, client_id: UUID) -> list[Alert]:
    """Every alert of the person, newest first; the look is in the audit trail."""
    client = client_for(session, client_id)
    record(session, "read", "alert", clients=[client.id])
    select = sa.select(Alert).where(Alert.client_id == client.id)
    return list(session.scalars(select.order_by(Alert.raised_at.desc(), Alert.id.desc())))


def open_alerts(session: Session, client_id: UUID) -> list[Alert]:
    """The dangers that are there today; for guards, which write their own audit row."""
    day = office_day(session.now)
    found = session.scalars(sa.select(Alert).where(Alert.client_id == client_id).order_by(Alert.raised_at))
    return [alert for alert in found if alert_is_open(alert.until_on, alert.ended_at is not None, day)]


def shown_alerts(session: Session, alerts: Iterable[Alert]) -> list[ShownAlert]:
    """Alerts with their words opened; a visitor who writes none down is told which danger there is, not its story."""
    day, keys = office_day(session.now), dict[UUID, DataKey | None]()
    is_told = sees_story(session)
    shown = []
    for alert in alerts:
        if alert.client_id not in keys:
            keys[alert.client_id] = data_key(client_for(session, alert.client_id))
        key = keys[alert.client_id]
        shown.append(
            ShownAlert(
                **{
                    name: getattr(alert, name)
                    for name in ("id", "kind", "severity", "until_on", "raised_at", "ended_at")
                },
                note=key.open(alert.note_sealed, note_place(alert.id))
                if is_told and key and alert.note_sealed
                else None,
                is_open=alert_is_open(alert.until_on, alert.ended_at is not None, day),
            )
        )
    return shown


def sees_story(session: Session) -> bool:
    """Is the actor told more of a danger than that it is there? A visitor who writes none down is not."""
    return may(session.actor.roles, "alert", "record")


def read_alert(session: Session, alert_id: UUID) -> ShownAlert:
    """One alert with its words."""
    return shown_alerts(session, [alert_for(session, alert_id)])[0]


def note_place(alert_id: UUID) -> str:
    """Where the words of an alert lie."""
    return f"alerts:note:{alert_id}"


def _holds(consent: Consent, day: date) -> bool:
    return consent_holds(consent.given_on, consent.expires_on, consent.withdrawn_at is not None, day)


def _check_consent(session: Session, stated: dict[str, Any]) -> None:
    errors = []
    if stated["given_on"] > office_day(session.now):
        errors.append(field_error("given_on", "in_future", "The day is after today."))
    if stated.get("expires_on") and stated["expires_on"] < stated["given_on"]:
        errors.append(field_error("expires_on", "before_given", "It ends before it begins."))
    if stated.get("receiver_organisation_id"):
        try:
            organisation_for(session, stated["receiver_organisation_id"])
        except NotFound:
            detail = "There is no such organisation."
            errors.append(field_error("receiver_organisation_id", "not_found", detail))
    if errors:
        raise Invalid("The consent has mistakes.", errors=errors)
