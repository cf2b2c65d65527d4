"""Verbs of letters; other features enter here."""

from kessos_case.letters.service.issuing import LetterCard, issue, letter_for, listed_letters, read_letter, revoke
from kessos_case.letters.service.overview import LettersView, Subject, letters_view
from kessos_case.letters.service.printing import PrintedLetter, printed
from kessos_case.letters.service.verifying import Verdict, verify

__all__ = [
    "LetterCard",
    "LettersView",
    "PrintedLetter",
    "Subject",
    "Verdict",
    "issue",
    "letter_for",
    "letters_view",
    "listed_letters",
    "printed",
    "read_letter",
    "revoke",
    "verify",
]
