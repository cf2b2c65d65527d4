"""What is told how. Values in, values out."""

from enum import StrEnum


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
