"""One payment as the process made it, before any file has brought it to the ledger."""

from dataclasses import dataclass
from datetime import date

from kessos_case.core.months import Month
from kessos_case.demo.people import Home, Person


@dataclass(frozen=True)
class Payment:
    """A programme's rupiah for a household or a person; `taken_back` is why it was, where it was."""

    programme: str
    component: str | None
    first: Month
    last: Month
    amount: int
    paid_on: date
    home: Home | None = None
    person: Person | None = None
    taken_back: str | None = None
