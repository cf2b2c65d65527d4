"""Verbs of cases; other features enter here."""

from kessos_case.cases.service.agreed_steps import draft_agreed_step
from kessos_case.cases.service.agreements import ShownAgreement, agreements_of, read_agreement, record_agreement
from kessos_case.cases.service.assessments import (
    AssessmentCard,
    answers_under,
    assessment_facts,
    assessment_for,
    change_between,
    first_assessment,
    flagged_domains,
    latest_assessment,
    opened_answers,
)
from kessos_case.cases.service.cards import (
    CaseCard,
    ListedCase,
    ShownPerson,
    card,
    days_in_stage,
    listed_cards,
    read_case,
)
from kessos_case.cases.service.caseload import (
    Caseload,
    LoadItem,
    Wanted,
    load_board,
    load_list,
    load_workers,
    read_caseload,
)
from kessos_case.cases.service.conferences import ShownConference, conferences_of, read_conference, record_conference
from kessos_case.cases.service.contacts import note_contact
from kessos_case.cases.service.decisions import decide_goals
from kessos_case.cases.service.due import ask_for_due_cases
from kessos_case.cases.service.facts import case_facts
from kessos_case.cases.service.files import CaseFile, Recorded, case_file, facts_in, stage_before_end
from kessos_case.cases.service.handovers import accept_transfer, decline_transfer, withdraw_transfer
from kessos_case.cases.service.moves import close_deceased, move, require
from kessos_case.cases.service.offices import case_offices, check_caseworker, roles_at
from kessos_case.cases.service.open_steps import open_steps
from kessos_case.cases.service.passing_on import (
    MOST_SHOWN,
    HandOver,
    Serving,
    cases_held,
    hand_over_cases,
    led_offices,
    who_serves,
)
from kessos_case.cases.service.plans import goal_for, goal_words, goals_of, plan_fact, plan_for, step_for, step_words
from kessos_case.cases.service.policy import pathways
from kessos_case.cases.service.registry import (
    as_stated,
    case_for,
    cases_of,
    change_case,
    is_own,
    keep_standard,
    open_case,
    own_case_for,
    responsible_office,
)
from kessos_case.cases.service.reunifications import (
    ShownReunification,
    assess_home,
    end_reunification,
    listed_reunifications,
    read_reunification,
    reunification_for,
    reunifications_of,
    start_reunification,
    verify_reunification,
)
from kessos_case.cases.service.steps import close_step, note_link, start_step
from kessos_case.cases.service.toward import facts_toward
from kessos_case.cases.service.transfers import (
    TransferCard,
    list_transfers,
    listed_transfers,
    read_transfer,
    transfer_for,
)
from kessos_case.cases.service.transitions import history_of, moves_behind, moves_of
from kessos_case.cases.service.visits import ShownVisit, listed_visits, read_visit, record_visit, visits_of
from kessos_case.clients.service import reconsider_graduation

__all__ = [
    "MOST_SHOWN",
    "AssessmentCard",
    "CaseCard",
    "CaseFile",
    "Caseload",
    "HandOver",
    "ListedCase",
    "LoadItem",
    "Recorded",
    "Serving",
    "ShownAgreement",
    "ShownConference",
    "ShownPerson",
    "ShownReunification",
    "ShownVisit",
    "TransferCard",
    "Wanted",
    "accept_transfer",
    "agreements_of",
    "answers_under",
    "as_stated",
    "ask_for_due_cases",
    "assess_home",
    "assessment_facts",
    "assessment_for",
    "card",
    "case_facts",
    "case_file",
    "case_for",
    "case_offices",
    "cases_held",
    "cases_of",
    "change_between",
    "change_case",
    "check_caseworker",
    "close_deceased",
    "close_step",
    "conferences_of",
    "days_in_stage",
    "decide_goals",
    "decline_transfer",
    "draft_agreed_step",
    "end_reunification",
    "facts_in",
    "facts_toward",
    "first_assessment",
    "flagged_domains",
    "goal_for",
    "goal_words",
    "goals_of",
    "hand_over_cases",
    "history_of",
    "is_own",
    "keep_standard",
    "latest_assessment",
    "led_offices",
    "list_transfers",
    "listed_cards",
    "listed_reunifications",
    "listed_transfers",
    "listed_visits",
    "load_board",
    "load_list",
    "load_workers",
    "move",
    "moves_behind",
    "moves_of",
    "note_contact",
    "note_link",
    "open_case",
    "open_steps",
    "opened_answers",
    "own_case_for",
    "pathways",
    "plan_fact",
    "plan_for",
    "read_agreement",
    "read_case",
    "read_caseload",
    "read_conference",
    "read_reunification",
    "read_transfer",
    "read_visit",
    "reconsider_graduation",
    "record_agreement",
    "record_conference",
    "record_visit",
    "require",
    "responsible_office",
    "reunification_for",
    "reunifications_of",
    "roles_at",
    "stage_before_end",
    "start_reunification",
    "start_step",
    "step_for",
    "step_words",
    "transfer_for",
    "verify_reunification",
    "visits_of",
    "who_serves",
    "withdraw_transfer",
]
