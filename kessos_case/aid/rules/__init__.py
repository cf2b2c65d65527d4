"""Words and arithmetic of aid: the ledger, and files of lines as offices send them. Values in, values out."""

from kessos_case.aid.rules.ledger import (
    EARLIEST_PAYMENT,
    LATEST_PAYMENT,
    LONGEST,
    ImportRowState,
    ImportState,
    Line,
    Mistake,
    MonthOfAid,
    ReversalReason,
    hidden_key,
    known_on,
    missing_for_reversal,
    mistakes_in_line,
    mistakes_in_months,
    months_of_aid,
    source_key,
)
from kessos_case.aid.rules.units import ExemptLines, covered_from

__all__ = [
    "EARLIEST_PAYMENT",
    "LATEST_PAYMENT",
    "LONGEST",
    "ExemptLines",
    "ImportRowState",
    "ImportState",
    "Line",
    "Mistake",
    "MonthOfAid",
    "ReversalReason",
    "covered_from",
    "hidden_key",
    "known_on",
    "missing_for_reversal",
    "mistakes_in_line",
    "mistakes_in_months",
    "months_of_aid",
    "source_key",
]
