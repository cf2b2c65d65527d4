"""Kinds of letters, the code by which one is asked for, and what may be told of one. Values in, values out."""

import re
import unicodedata
from enum import StrEnum

# Without what looks alike on paper: 0 and O, 1, I and L. 31 signs; 20 of them are 99 bits.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH, GROUP = 20, 4
# What a word may be long before it is broken: longer than any that is one, and typst draws it whole or not at all.
LONGEST_WORD = 60
LONGEST_TEXT = 4000
_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")


class LetterKind(StrEnum):
    """What a letter is about."""

    REFERRAL = "referral"
    PLAN = "plan"
    CERTIFICATE = "certificate"
    GRADUATION = "graduation"


class RevokeReason(StrEnum):
    """Why a letter is not valid any more. SUPERSEDED: a newer one of the same thing took its place."""

    SUPERSEDED = "superseded"
    MISTAKE = "mistake"
    OUT_OF_DATE = "out_of_date"
    LOST = "lost"
    OWN_WISH = "own_wish"


_SHORT = {
    LetterKind.REFERRAL: "RUJ",
    LetterKind.PLAN: "REN",
    LetterKind.CERTIFICATE: "SERT",
    LetterKind.GRADUATION: "LULUS",
}


def grouped(code: str) -> str:
    """The code as it stands on the paper, in groups that an eye can keep."""
    return " ".join(code[at : at + GROUP] for at in range(0, len(code), GROUP))


def read_code(typed: str) -> str | None:
    """The code that somebody typed, with or without spaces and dashes, in small letters too; None when it is none."""
    code = re.sub(r"[\s.\-]", "", typed[:80]).upper()
    return code if len(code) == CODE_LENGTH and set(code) <= set(ALPHABET) else None


def number_of(kind: LetterKind, code: str, month: int, year: int) -> str:
    """The number of a letter: `K7QM/LULUS/XI/2026`."""
    return f"{code[:GROUP]}/{_SHORT[kind]}/{_ROMAN[month - 1]}/{year}"


def same_name(written: str, typed: str) -> bool:
    """Is this the name on the paper, whatever the capitals, accents, dots and spaces?"""
    return bool(_bare(typed)) and _bare(written) == _bare(typed)


def fit_for_paper(text: str) -> str:
    """The text without signs that nobody sees (they can turn a line round), long words broken, the rest cut off."""
    seen = "".join(sign for sign in text[:LONGEST_TEXT] if sign == "\n" or unicodedata.category(sign) not in _UNSEEN)
    broken = re.sub(rf"(\S{{{LONGEST_WORD}}})(?=\S)", "\\1\u200b", seen)
    return broken + ("\u2026" if len(text) > LONGEST_TEXT else "")


_UNSEEN = frozenset({"Cc", "Cf", "Co", "Cs", "Cn"})


def _bare(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name[:400].casefold())
    return " ".join(re.sub(r"[^\w\s]", " ", "".join(c for c in letters if not unicodedata.combining(c))).split())
