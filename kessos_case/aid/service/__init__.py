"""Verbs of the aid ledger; other features enter here."""

from kessos_case.aid.rules import ExemptLines, MonthOfAid
from kessos_case.aid.service import imports
from kessos_case.aid.service.agreed import AgreedAid, AgreedMonth, agreed_against_paid, read_agreed
from kessos_case.aid.service.cards import LineCard, disbursement_for, listed_lines, read_line
from kessos_case.aid.service.grid import AidGrid, GridKind, GridMonth, aid_grid
from kessos_case.aid.service.ledger import lines_after, record_disbursement, reverse_line
from kessos_case.aid.service.months import months_by_kind, unit_consumption, unit_consumption_of
from kessos_case.aid.service.picture import Picture, months_picture
from kessos_case.aid.service.units import exempt_lines, observed_from

__all__ = [
    "AgreedAid",
    "AgreedMonth",
    "AidGrid",
    "ExemptLines",
    "GridKind",
    "GridMonth",
    "LineCard",
    "MonthOfAid",
    "Picture",
    "agreed_against_paid",
    "aid_grid",
    "disbursement_for",
    "exempt_lines",
    "imports",
    "lines_after",
    "listed_lines",
    "months_by_kind",
    "months_picture",
    "observed_from",
    "read_agreed",
    "read_line",
    "record_disbursement",
    "reverse_line",
    "unit_consumption",
    "unit_consumption_of",
]
