"""Verbs of employment; other features enter here.

Nothing in this package is sent to an employer, and no answer for one is made here: an employer learns neither that a
person is a client (PPKS), nor of which UPT, nor for which category. Whoever telephones one needs the person's consent.
"""

from kessos_case.employment.page_queries import kept_at
from kessos_case.employment.service.due import ask_for_due_checks
from kessos_case.employment.service.incomes import (
    IncomeCard,
    incomes_of,
    listed_incomes,
    read_income,
    state_income,
)
from kessos_case.employment.service.moves import (
    check_placement,
    end_placement,
    record_ending,
    verify_placement,
)
from kessos_case.employment.service.placements import (
    PlacementCard,
    checks_of,
    listed_cards,
    open_placements,
    open_placements_of,
    placement_for,
    placements_of,
    propose_placement,
    read_placement,
)
from kessos_case.employment.service.shown import ShownWork, WorkAlone, case_at_work, list_work, read_work

__all__ = [
    "IncomeCard",
    "PlacementCard",
    "ShownWork",
    "WorkAlone",
    "ask_for_due_checks",
    "case_at_work",
    "check_placement",
    "checks_of",
    "end_placement",
    "incomes_of",
    "kept_at",
    "list_work",
    "listed_cards",
    "listed_incomes",
    "open_placements",
    "open_placements_of",
    "placement_for",
    "placements_of",
    "propose_placement",
    "read_income",
    "read_placement",
    "read_work",
    "record_ending",
    "state_income",
    "verify_placement",
]
