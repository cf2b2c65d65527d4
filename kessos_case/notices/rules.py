"""What is told to whom and how: kinds, ways out, and when a message that failed is tried again. Values in, values out."""

from collections.abc import Container, Mapping
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from uuid import UUID


class NoticeKind(StrEnum):
    """What a user is told. Its words say what and never who; its page shows the rest to whoever may see it."""

    REPORT_EMERGENCY = "report_emergency"
    REPORT_UNTRIAGED = "report_untriaged"
    REPORT_RETURNED = "report_returned"
    REPORT_ANSWERED = "report_answered"
    REFERRAL_ACCEPTED = "referral_accepted"
    REFERRAL_IN_LINE = "referral_in_line"
    REFERRAL_MET = "referral_met"
    REFERRAL_MISSED = "referral_missed"
    REFERRAL_HANDED_BACK = "referral_handed_back"
    REFERRAL_REJECTED = "referral_rejected"
    REFERRAL_UNMET = "referral_unmet"
    REFERRAL_TO_CHOOSE = "referral_to_choose"
    REFERRAL_ENDED = "referral_ended"
    REFERRAL_LATE = "referral_late"
    OFFER_MADE = "offer_made"
    OFFER_REMINDER = "offer_reminder"
    OFFER_OVER = "offer_over"
    CO_SIGNATURE_ASKED = "co_signature_asked"
    IMPORT_CHECKED = "import_checked"
    IMPORT_REFUSED = "import_refused"
    IMPORT_APPLIED = "import_applied"
    WEBHOOK_STOPPED = "webhook_stopped"
    AGREEMENT_ENDS = "agreement_ends"
    MENTORING_ENDED = "mentoring_ended"
    CASES_HANDED_OVER = "cases_handed_over"
    CONFERENCE_CALLED = "conference_called"
    CONFERENCE_CANCELLED = "conference_cancelled"


class Channel(StrEnum):
    """A way out of the program."""

    MAIL = "mail"
    SMS = "sms"
    WHATSAPP = "whatsapp"


class MessageKind(StrEnum):
    """The two occasions for a message: once a day, and when it cannot wait."""

    DIGEST = "digest"
    URGENT = "urgent"


class MessageState(StrEnum):
    """Where a message stands. `given_up` after the last attempt, `dropped` when it was no longer wanted or true."""

    WAITING = "waiting"
    SENT = "sent"
    GIVEN_UP = "given_up"
    DROPPED = "dropped"


class Problem(StrEnum):
    """Why a message did not go out: our words, for a server's own may repeat the address."""

    UNREACHABLE = "unreachable"
    NOT_SECURE = "not_secure"
    SIGN_IN_REFUSED = "sign_in_refused"
    SENDER_REFUSED = "sender_refused"
    REFUSED_FOR_NOW = "refused_for_now"
    REFUSED = "refused"
    BAD_ADDRESS = "bad_address"
    GATEWAY = "gateway"


# The page of each kind. An id says nothing of a person; whoever may not see the thing is told no more by its page.
_PAGES: Mapping[NoticeKind, str] = {
    NoticeKind.REPORT_EMERGENCY: "/referrals/{id}/triage",
    NoticeKind.REPORT_UNTRIAGED: "/referrals/{id}/triage",
    NoticeKind.REPORT_RETURNED: "/referrals/{id}",
    NoticeKind.REPORT_ANSWERED: "/referrals/{id}/triage",
    NoticeKind.REFERRAL_ACCEPTED: "/referrals/{id}",
    NoticeKind.REFERRAL_IN_LINE: "/referrals/{id}",
    NoticeKind.REFERRAL_MET: "/referrals/{id}",
    NoticeKind.REFERRAL_MISSED: "/referrals/{id}",
    NoticeKind.REFERRAL_HANDED_BACK: "/referrals/{id}",
    NoticeKind.REFERRAL_REJECTED: "/referrals/{id}",
    NoticeKind.REFERRAL_UNMET: "/referrals/{id}",
    NoticeKind.REFERRAL_TO_CHOOSE: "/referrals/{id}/candidates",
    NoticeKind.REFERRAL_ENDED: "/referrals/{id}",
    NoticeKind.REFERRAL_LATE: "/referrals/{id}",
    NoticeKind.OFFER_MADE: "/inbox/{id}",
    NoticeKind.OFFER_REMINDER: "/inbox/{id}",
    NoticeKind.OFFER_OVER: "/inbox/{id}",
    NoticeKind.CO_SIGNATURE_ASKED: "/graduation/reviews/{id}",
    NoticeKind.IMPORT_CHECKED: "/aid/imports/{id}",
    NoticeKind.IMPORT_REFUSED: "/aid/imports/{id}",
    NoticeKind.IMPORT_APPLIED: "/aid/imports/{id}",
    NoticeKind.WEBHOOK_STOPPED: "/webhooks/{id}",
    NoticeKind.AGREEMENT_ENDS: "/partners/{id}",
    NoticeKind.MENTORING_ENDED: "/mentorings/{id}",
    NoticeKind.CASES_HANDED_OVER: "/cases",
    NoticeKind.CONFERENCE_CALLED: "/cases/{id}/conferences",
    NoticeKind.CONFERENCE_CANCELLED: "/cases/{id}/conferences",
}

# After the first failure, the second and so on; after one more the message is given up.
_TRY_AGAIN_AFTER = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2))


def page_of(kind: NoticeKind, subject_id: UUID) -> str:
    """Where a notice of this kind leads."""
    return _PAGES[kind].format(id=subject_id)


def ways(*, has_mail: bool, by_mail: bool, by_message: str | None, has_phone: bool) -> tuple[Channel, ...]:
    """By which ways a user is told what cannot wait; none leaves it to the app."""
    mail = (Channel.MAIL,) if has_mail and by_mail else ()
    return mail + ((Channel(by_message),) if by_message and has_phone else ())


def next_attempt(attempts: int, now: datetime) -> datetime | None:
    """When to try again after this many attempts; None when it has been tried often enough."""
    return now + _TRY_AGAIN_AFTER[attempts - 1] if attempts <= len(_TRY_AGAIN_AFTER) else None


def is_working_day(day: date, free: Container[date]) -> bool:
    """Is a desk manned on this day, when nobody works on the free ones?"""
    return day.weekday() < 5 and day not in free


def digest_time(text: str) -> time | None:
    """When the digest goes out, as the setting says; None for never. Raises ValueError for what is no time of day."""
    return time.fromisoformat(text) if text else None


def one_line(text: str) -> str:
    """Text that may stand in the head of a mail: no line may begin there that we did not write."""
    return " ".join("".join(mark if mark.isprintable() else " " for mark in text).split())
