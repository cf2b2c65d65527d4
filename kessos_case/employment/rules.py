"""Where a placement stands, its checks, kinds of evidence. Values in, values out. Source: spec journey.md, graduation.md."""

from enum import StrEnum


class PlacementKind(StrEnum):
    """What the work is."""

    JOB = "job"
    APPRENTICESHIP = "apprenticeship"
    OWN_BUSINESS = "own_business"


class PlacementState(StrEnum):
    """Where a placement stands. How long it was kept stands in its checks."""

    PROPOSED = "proposed"
    ACTIVE = "active"
    ENDED = "ended"


class VerificationMethod(StrEnum):
    """How it is known; only a person's own word confirms nothing for graduation."""

    EMPLOYER = "employer"
    VISIT = "visit"
    WAGE_SLIP = "wage_slip"
    SELF_REPORT = "self_report"


class EndReason(StrEnum):
    """Why work ended."""

    RESIGNED = "resigned"
    DISMISSED = "dismissed"
    CONTRACT_OVER = "contract_over"
    BETTER_WORK = "better_work"
    BUSINESS_CLOSED = "business_closed"
    ILLNESS = "illness"
    MOVED = "moved"
    DECEASED = "deceased"
    NEVER_STARTED = "never_started"


class IncomeSource(StrEnum):
    """What a statement of income rests on (spec graduation.md, `income`)."""

    WAGE_SLIP = "wage_slip"
    EMPLOYER = "employer"
    VISIT = "visit"
    BUSINESS_BOOKS = "business_books"
    SELF_REPORT = "self_report"


CHECK_DAYS = (30, 90, 180, 365)
