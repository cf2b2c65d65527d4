"""The words of dependency."""

from enum import StrEnum


class Status(StrEnum):
    """Whether a person is scored at all; asked in this order (spec dependency.md, Who)."""

    EXEMPT = "exempt"
    OUT_OF_SCOPE = "out_of_scope"
    SCORED = "scored"


class Ground(StrEnum):
    """Why a person is exempt or out of scope; where several hold, the first of this order is named."""

    UNDER_18 = "under_18"
    AGE_60 = "age_60"
    SEVERE_DISABILITY = "severe_disability"
    LONG_TERM_CARE = "long_term_care"
    REUNIFICATION = "reunification"
    CARER_OF_INFANT = "carer_of_infant"
    CARER_OF_DISABLED = "carer_of_disabled"
    PREGNANT = "pregnant"
    OBJECTION = "objection"
    DEAD = "dead"
    BIRTH_DATE_UNKNOWN = "birth_date_unknown"
    NO_AID = "no_aid"


class ExemptionGround(StrEnum):
    """Grounds that somebody records; the others follow from the record itself."""

    SEVERE_DISABILITY = "severe_disability"
    CARER_OF_INFANT = "carer_of_infant"
    CARER_OF_DISABLED = "carer_of_disabled"
    PREGNANT = "pregnant"
    OBJECTION = "objection"


class ExemptionSource(StrEnum):
    """How a ground is known. `washington_group`: "cannot do at all" in a domain of the short set."""

    WASHINGTON_GROUP = "washington_group"
    MEDICAL_LETTER = "medical_letter"
    VISIT = "visit"
    STATEMENT = "statement"


class Band(StrEnum):
    """Where the points of a scored person lie, in rising order."""

    LOW = "low"
    WATCH = "watch"
    HIGH = "high"
    VERY_HIGH = "very_high"


class FlagKind(StrEnum):
    """Why a person is shown to a reviewer: by his score, or drawn by lot from those without a flag."""

    SCORE = "score"
    SAMPLE = "sample"


class FlagCause(StrEnum):
    """What in the score raised a flag."""

    BAND_ENTERED = "band_entered"
    RISE = "rise"
    LOT = "lot"


class FlagState(StrEnum):
    """Where a flag stands."""

    RAISED = "raised"
    UNDER_REVIEW = "under_review"
    ACTION_AGREED = "action_agreed"
    DISMISSED = "dismissed"
    EXPIRED = "expired"
    LOWERED = "lowered"


class Opinion(StrEnum):
    """What the reviewer thinks of the flag, said before the number is shown."""

    AGREE = "agree"
    DISAGREE = "disagree"
    CANNOT_TELL = "cannot_tell"


class Decision(StrEnum):
    """What follows from a review."""

    ACTION = "action"
    DISMISS = "dismiss"


class DismissReason(StrEnum):
    """Why a flag is put aside until a day."""

    ALREADY_SUPPORTED = "already_supported"
    WRONG_FACT = "wrong_fact"
    TEMPORARY_NEED = "temporary_need"
    CANNOT_WORK_NOW = "cannot_work_now"
    PERSON_DECLINES = "person_declines"
    NO_NEED = "no_need"
    OTHER = "other"
