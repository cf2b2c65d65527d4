"""Verbs of letters; other features enter here."""

from kessos_case.letters.service.batches import Certified, certificates, issue_certificates, printed_certificates
from kessos_case.letters.service.issuing import LetterCard, issue, letter_for, listed_letters, read_letter, revoke
from kessos_case.letters.service.overview import LettersView, Subject, letters_view
from kessos_case.letters.service.printing import PrintedLetter, printed
from kessos_case.letters.service.verifying import Verdict, verify

__all__ = [
    "Certified",
    "LetterCard",
    "LettersView",
    "PrintedLetter",
    "Subject",
    "Verdict",
    "certificates",
    "issue",
    "issue_certificates",
    "letter_for",
    "letters_view",
    "listed_letters",
    "printed",
    "printed_certificates",
    "read_letter",
    "revoke",
    "verify",
]
