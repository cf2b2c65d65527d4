"""Kinds of letters and what may be told of one. Values in, values out."""

from enum import StrEnum


class LetterKind(StrEnum):
    """What a letter is about."""

    REFERRAL = "referral"
    PLAN = "plan"
    CERTIFICATE = "certificate"
    GRADUATION = "graduation"
