"""The words of referrals: states, verbs, urgency, reasons and who moves them. Each is a code in the database and the API."""

from enum import StrEnum


class State(StrEnum):
    """Where a referral stands."""

    SUBMITTED = "submitted"
    RETURNED = "returned"
    ROUTING = "routing"
    OFFERED = "offered"
    WAITING = "waiting"
    ACCEPTED = "accepted"
    MET = "met"
    COMPLETED = "completed"
    UNMET = "unmet"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class Verb(StrEnum):
    """What can be done to a referral."""

    SUBMIT = "submit"
    RESUBMIT = "resubmit"
    RETURN = "return"
    TRIAGE = "triage"
    REJECT = "reject"
    OFFER = "offer"
    ACCEPT = "accept"
    DECLINE = "decline"
    WAIT_LIST = "wait_list"
    EXPIRE = "expire"
    REVOKE = "revoke"
    MEET = "meet"
    NO_SHOW = "no_show"
    COMPLETE = "complete"
    HAND_BACK = "hand_back"
    TAKE_BACK = "take_back"
    ADMIT = "admit"
    LEAVE_LINE = "leave_line"
    MARK_UNMET = "mark_unmet"
    RETRY = "retry"
    WITHDRAW = "withdraw"


class Urgency(StrEnum):
    """How long the person can wait."""

    EMERGENCY = "emergency"
    URGENT = "urgent"
    ROUTINE = "routine"


class RejectReason(StrEnum):
    """Why triage ends a referral; each tells the sender what to do instead."""

    DUPLICATE = "duplicate"
    NOT_SOCIAL_WELFARE = "not_social_welfare"
    PERSON_NOT_FOUND = "person_not_found"
    ALREADY_SERVED = "already_served"
    FALSE_REPORT = "false_report"


class WithdrawReason(StrEnum):
    """Why a sender or a desk takes a referral back."""

    PERSON_LEFT = "person_left"
    OWN_WISH = "own_wish"
    SOLVED = "solved"
    MISTAKE = "mistake"
    DUPLICATE = "duplicate"
    NOT_REACHED = "not_reached"
    DIED = "died"


class DeclineReason(StrEnum):
    """Why a receiver says no to an offer; the policy's [decline] says what follows from each."""

    FULL = "full"
    NOT_SUITABLE = "not_suitable"
    OUT_OF_REGION = "out_of_region"
    NEEDS_OTHER_CARE = "needs_other_care"
    NO_STAFF = "no_staff"
    CLOSED = "closed"
    PERSON_REFUSES = "person_refuses"
    MISSING_PAPERS = "missing_papers"


class HandBackReason(StrEnum):
    """Why a receiver gives back what it accepted. An incident bars this person and this receiver from now on."""

    NOT_SUITABLE = "not_suitable"
    NEEDS_OTHER_CARE = "needs_other_care"
    PERSON_REFUSES = "person_refuses"
    NO_LONGER_ABLE = "no_longer_able"
    INCIDENT = "incident"


class TakeBackReason(StrEnum):
    """Why a desk takes a person back from a receiver that accepted it."""

    RECEIVER_SILENT = "receiver_silent"


class CompleteOutcome(StrEnum):
    """How a service ended for the person."""

    SERVED = "served"
    HELPED_PARTLY = "helped_partly"
    WENT_ELSEWHERE = "went_elsewhere"
    DIED = "died"
    LEFT = "left"


class Party(StrEnum):
    """Who moves a referral: its sender, the desk of the place, the receiver of an offer, or the clock and the router."""

    SENDER = "sender"
    DESK = "desk"
    RECEIVER = "receiver"
    CLOCK = "clock"
