"""Sends what waits, one message a transaction. Its row is locked from the choice to the mark that it is sent.

At least once: a worker killed between the server's yes and the commit leaves a message that another sends again, with the
same Message-ID. Never is one marked sent that did not leave.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
import structlog

from kessos_case.core.clock import office_day
from kessos_case.core.db import Session
from kessos_case.core.ids import new_id
from kessos_case.core.jobs import GO_ON, Job
from kessos_case.notices import queries
from kessos_case.notices.models import Message, Notification
from kessos_case.notices.rules import Channel, MessageKind, MessageState, next_attempt
from kessos_case.notices.service.contacts import opened_phone
from kessos_case.notices.service.messages import make_urgent_messages
from kessos_case.notices.service.ways_out import Parcel, Undeliverable, hand_over

log = structlog.get_logger()

# A way that is closed is tried once a minute, not once for each message that waits for it.
_CLOSED_FOR = timedelta(minutes=1)


@dataclass(frozen=True)
class Letter:
    """The words of a message."""

    subject: str
    text: str


# What a message says now; None when there is nothing left to say.
Compose = Callable[[Session, Message, Notification | None], Letter | None]


def send_round(session: Session, job: Job, compose: Compose) -> timedelta | None:
    """The job: make messages of what cannot wait, then send what is due; each part sends one.

    They are committed before the first goes out, so that one sent again after a crash is the same message.
    """
    is_first, job.done = not job.done, job.done + 1
    if is_first and make_urgent_messages(session):
        return GO_ON
    message = queries.next_message(session)
    if message is None:
        return None
    send(session, message, compose)
    return GO_ON


def send(session: Session, message: Message, compose: Compose) -> None:
    """Send one locked message, or drop it when it is no longer wanted or true, or let it wait for its next attempt."""
    to = _address(session, message)
    letter = compose(session, message, _notice(session, message)) if to and _is_true(session, message) else None
    if to is None or letter is None:
        message.state = MessageState.DROPPED
        return
    message.attempts += 1
    try:
        hand_over(Parcel(message.id, Channel(message.channel), to, letter.subject, letter.text, session.now))
    except Undeliverable as error:
        _note_failure(session, message, error)
    else:
        message.state, message.sent_at, message.problem = MessageState.SENT, session.now, None


def send_test(session: Session, address: str, letter: Letter) -> None:
    """Send one mail to this address, for an operator who wants to see that it arrives. Raises Undeliverable."""
    hand_over(Parcel(new_id(), Channel.MAIL, address, letter.subject, letter.text, session.now))


def _address(session: Session, message: Message) -> str | None:
    """Where the user wants to have it; None when he is not at work any more or does not want it so."""
    row = session.execute(queries.ways_to(message.user_id, session.now)).one_or_none()
    if row is None:
        return None
    email, choice = row
    if message.channel == Channel.MAIL:
        wants = choice is None or (choice.by_mail and (message.kind != MessageKind.DIGEST or choice.wants_digest))
        return email if wants else None
    return opened_phone(choice) if choice and choice.by_message == message.channel else None


def _is_true(session: Session, message: Message) -> bool:
    """A digest is for its day alone, and what was read or settled in the app need not be told again."""
    if message.kind == MessageKind.DIGEST:
        return message.day == office_day(session.now)
    notice = _notice(session, message)
    return notice is not None and notice.read_at is None


def _notice(session: Session, message: Message) -> Notification | None:
    return session.get(Notification, message.notification_id) if message.notification_id else None


def _note_failure(session: Session, message: Message, error: Undeliverable) -> None:
    message.problem = error.problem
    again = None if error.is_final else next_attempt(message.attempts, session.now)
    if again is None:
        message.state = MessageState.GIVEN_UP
    else:
        message.next_at = again
    log.warning("message_not_sent", code=str(error.problem), attempts=message.attempts, name=message.channel)
    if error.is_closed:
        session.flush()
        _rest(session, Channel(message.channel))


def _rest(session: Session, channel: Channel) -> None:
    """Let the others of this way wait too, without counting it against them."""
    waiting = queries.free_and_due(session, channel)
    later = sa.update(Message).where(Message.id.in_(waiting)).values(next_at=session.now + _CLOSED_FOR)
    session.execute(later.execution_options(synchronize_session=False))
