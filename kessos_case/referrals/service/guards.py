"""Asks the machine before anything moves: who may, and everything that is missing, all at once."""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any

from kessos_case.core.clock import office_day
from kessos_case.core.db import Session
from kessos_case.core.errors import Forbidden, Invalid, RuleBroken, field_error
from kessos_case.referrals.models import Offer, Referral
from kessos_case.referrals.rules import Missing, Party, Verb, may_answer, missing_for, transition_for
from kessos_case.referrals.service.sight import Sight, is_desk


def require(
    session: Session,
    referral: Referral,
    verb: Verb,
    sight: Sight,
    *,
    text: str | None = None,
    reason: str | None = None,
    given: Collection[str] = (),
    more: Iterable[Missing] = (),
) -> None:
    """Raises Forbidden when the verb is for somebody else, RuleBroken with everything that is missing, `more` included."""
    line = transition_for(verb)
    missing = missing_for(
        line,
        referral.state,
        is_sender=sight.is_sender,
        is_desk=Party.DESK in line.by and is_desk(session, referral, verb),
        is_receiver=bool(sight.own_offers),
        text=text,
        reason=reason,
        given=given,
    )
    if any(entry.code == "wrong_actor" for entry in missing):
        raise Forbidden(f"Only the {line.by} may {line.verb} this referral.")
    refuse(verb, [*missing, *more])


def refuse(verb: str, missing: Iterable[Missing]) -> None:
    """Raises RuleBroken when anything is missing; the same thing is said once."""
    listed = list(dict.fromkeys(missing))
    states = [entry for entry in listed if entry.code == "wrong_state"]
    errors: list[dict[str, Any]] = [vars(entry) for entry in listed if entry not in states[1:]]
    if errors:
        raise RuleBroken(f"The referral cannot be changed by `{verb}` now.", errors=errors)


def fits(offer: Offer, verb: Verb) -> list[Missing]:
    """What is wrong when the offer cannot be answered so."""
    if may_answer(offer.state, verb):
        return []
    return [Missing("wrong_state", f"The offer is {offer.state}.")]


def not_before_today(session: Session, day: date | None, field: str) -> None:
    """Raises Invalid for a day that is over."""
    if day and day < office_day(session.now):
        raise Invalid("The day is over.", errors=[field_error(field, "in_past", "The day is before today.")])


def not_before_report(referral: Referral, moment: datetime | None, field: str) -> None:
    """Raises Invalid for a day before the one on which the person was found or reported: nobody was sent to be seen then."""
    began = min(referral.found_at or referral.submitted_at, referral.submitted_at)
    if moment and office_day(moment) < office_day(began):
        raise Invalid("The time is too early.", errors=[field_error(field, "before_report", "Before the report.")])


def not_in_future(session: Session, moment: datetime | None, field: str) -> None:
    """Raises Invalid for an instant that has not come."""
    if moment and moment > session.now:
        raise Invalid("The time has not come.", errors=[field_error(field, "in_future", "The time is after now.")])
