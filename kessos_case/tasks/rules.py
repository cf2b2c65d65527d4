"""What tasks are about and where they stand. Values in, values out."""

from enum import StrEnum


class TaskState(StrEnum):
    """Where a task stands."""

    OPEN = "open"
    DONE = "done"
    CANCELLED = "cancelled"


class TaskKind(StrEnum):
    """What is to be done. The subject of the task says to what."""

    MANUAL = "manual"
    OPEN_CASE = "open_case"
    ASSIGN_CASEWORKER = "assign_caseworker"
    DECIDE_PLAN = "decide_plan"
    DO_PLAN_STEP = "do_plan_step"
    END_PAUSE = "end_pause"
    REVIEW_CARE = "review_care"
    REASSESS = "reassess"
    ANSWER_TRANSFER = "answer_transfer"
    CONSIDER_STEP_BACK = "consider_step_back"
    VERIFY_PLACEMENT = "verify_placement"
    CHECK_PLACEMENT = "check_placement"
    LOOK_AT_WORK = "look_at_work"
    CHASE_APPLICATION = "chase_application"
    VISIT_AFTERCARE = "visit_aftercare"
    DECIDE_GRADUATION = "decide_graduation"
    CONFIRM_GRADUATION = "confirm_graduation"
    RECONSIDER_GRADUATION = "reconsider_graduation"
    ANSWER_RELAPSE = "answer_relapse"
    REVIEW_AID_AFTER_DEATH = "review_aid_after_death"
    MANDATORY_REPORT = "mandatory_report"
    REVIEW_FLAG = "review_flag"
    PLAN_AGREED_STEP = "plan_agreed_step"
    SETTLE_IMPORT = "settle_import"
    CHASE_REFERRAL = "chase_referral"
    CONFIRM_ENTRY = "confirm_entry"
    RENEW_AGREEMENT = "renew_agreement"
    ASK_ABOUT_MENTORING = "ask_about_mentoring"
    MEET_MENTOR = "meet_mentor"
    FOLLOW_UP_MENTORING = "follow_up_mentoring"
    CONTACT_CLIENT = "contact_client"
    REVIEW_STAY = "review_stay"
    END_STAY = "end_stay"
    ADMIT_NEXT = "admit_next"
    TELL_OF_PLACE = "tell_of_place"
    ASK_ABOUT_ABSENCE = "ask_about_absence"
    RECORD_RESULT = "record_result"
    TAKE_UP_DECISION = "take_up_decision"
    REVIEW_PLAN = "review_plan"
    WARN_AID_YEARS = "warn_aid_years"


class TaskReason(StrEnum):
    """Why a task is cancelled."""

    NOT_NEEDED = "not_needed"
    CASE_CLOSED = "case_closed"
    DECEASED = "deceased"
    SUPERSEDED = "superseded"
    MISTAKE = "mistake"


# Closed by the doing itself: a check that was ticked off and never made would count as work that lasted.
CLOSED_BY_DOING = frozenset(
    {
        TaskKind.OPEN_CASE,
        TaskKind.ASSIGN_CASEWORKER,
        TaskKind.DECIDE_PLAN,
        TaskKind.END_PAUSE,
        TaskKind.REVIEW_CARE,
        TaskKind.REASSESS,
        TaskKind.ANSWER_TRANSFER,
        TaskKind.VERIFY_PLACEMENT,
        TaskKind.CHECK_PLACEMENT,
        TaskKind.CHASE_APPLICATION,
        TaskKind.RECORD_RESULT,
        TaskKind.VISIT_AFTERCARE,
        TaskKind.DECIDE_GRADUATION,
        TaskKind.CONFIRM_GRADUATION,
        TaskKind.REVIEW_FLAG,
        TaskKind.CONFIRM_ENTRY,
        TaskKind.RENEW_AGREEMENT,
        TaskKind.ASK_ABOUT_MENTORING,
        TaskKind.MEET_MENTOR,
        TaskKind.FOLLOW_UP_MENTORING,
        TaskKind.CONTACT_CLIENT,
        TaskKind.REVIEW_STAY,
        TaskKind.END_STAY,
        TaskKind.ADMIT_NEXT,
        TaskKind.TAKE_UP_DECISION,
        TaskKind.REVIEW_PLAN,
    }
)
