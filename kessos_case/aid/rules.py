"""Words of the aid ledger. Values in, values out. Source: spec domain.md, "Aid"."""

from enum import StrEnum


class ReversalReason(StrEnum):
    """Why a line of the ledger is taken back."""

    RETURNED = "returned"
    WRONG_PERSON = "wrong_person"
    WRONG_AMOUNT = "wrong_amount"
    WRONG_MONTH = "wrong_month"
    DUPLICATE = "duplicate"
    NOT_PAID = "not_paid"
