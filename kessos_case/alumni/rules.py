"""Words and questions about mentors. Values in, values out. Source: spec graduation.md, "What is reported" (`alumni`)."""

from enum import StrEnum


class FreeFor(StrEnum):
    """What a mentor is free for."""

    TALK = "talk"
    SHOW_WORK = "show_work"
    TEACH_SKILL = "teach_skill"
    TAKE_APPRENTICE = "take_apprentice"
    GIVE_JOB = "give_job"
    HELP_BUSINESS = "help_business"


class MentoringState(StrEnum):
    """Where a mentoring stands: proposed by a caseworker, agreed by both, met once, ended."""

    PROPOSED = "proposed"
    AGREED = "agreed"
    MET = "met"
    ENDED = "ended"


class MentoringOutcome(StrEnum):
    """What became of it. DECLINED: one of the two did not want to."""

    HELPED = "helped"
    WORK_FOUND = "work_found"
    BUSINESS_BEGUN = "business_begun"
    NO_CHANGE = "no_change"
    NEVER_MET = "never_met"
    DECLINED = "declined"
    STOPPED = "stopped"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    CASE_CLOSED = "case_closed"
    DECEASED = "deceased"
