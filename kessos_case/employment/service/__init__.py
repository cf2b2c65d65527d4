"""Verbs of employment; other features enter here.

The program sends nothing to an employer: it learns neither that a person is a client (PPKS), nor of which UPT, nor for which
category, and of vacancies not how many of the hired came from here. A link to the one question whether somebody works there
is handed to it by the caseworker, with the person's consent alone.
"""

from kessos_case.employment.page_queries import kept_at
from kessos_case.employment.service.applications import (
    ApplicationCard,
    application_for,
    apply_for,
    listed_applications,
    move_application,
    read_application,
    withdraw_all_of,
    withdraw_applications,
)
from kessos_case.employment.service.business import (
    BusinessCard,
    CapitalCard,
    read_business,
    read_capital,
    read_month,
    record_capital,
    record_month,
    state_books,
)
from kessos_case.employment.service.due import ask_for_due_checks, let_go_of_the_unseen
from kessos_case.employment.service.following import followed_under
from kessos_case.employment.service.incomes import (
    IncomeCard,
    incomes_of,
    listed_incomes,
    read_income,
    state_income,
)
from kessos_case.employment.service.inquiries import (
    InquiryCard,
    MadeInquiry,
    allow_asking,
    ask_employer,
    inquiries_of,
    revoke_inquiries,
    revoke_inquiry,
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
from kessos_case.employment.service.questions import DeadQuestion, Question, answer_question, open_question
from kessos_case.employment.service.shown import ShownWork, WorkAlone, case_at_work, list_work, read_work, work_kept
from kessos_case.employment.service.vacancies import (
    VacancyCard,
    add_vacancy,
    as_stated,
    change_vacancy,
    close_vacancy,
    listed_vacancies,
    managed_vacancy,
    may_state_for_others,
    own_employers,
    read_vacancy,
    sees_hires,
    vacancy_for,
)

__all__ = [
    "ApplicationCard",
    "BusinessCard",
    "CapitalCard",
    "DeadQuestion",
    "IncomeCard",
    "InquiryCard",
    "MadeInquiry",
    "PlacementCard",
    "Question",
    "ShownWork",
    "VacancyCard",
    "WorkAlone",
    "add_vacancy",
    "allow_asking",
    "answer_question",
    "application_for",
    "apply_for",
    "as_stated",
    "ask_employer",
    "ask_for_due_checks",
    "case_at_work",
    "change_vacancy",
    "check_placement",
    "checks_of",
    "close_vacancy",
    "end_placement",
    "followed_under",
    "incomes_of",
    "inquiries_of",
    "kept_at",
    "let_go_of_the_unseen",
    "list_work",
    "listed_applications",
    "listed_cards",
    "listed_incomes",
    "listed_vacancies",
    "managed_vacancy",
    "may_state_for_others",
    "move_application",
    "open_placements",
    "open_placements_of",
    "open_question",
    "own_employers",
    "placement_for",
    "placements_of",
    "propose_placement",
    "read_application",
    "read_business",
    "read_capital",
    "read_income",
    "read_month",
    "read_placement",
    "read_vacancy",
    "read_work",
    "record_capital",
    "record_ending",
    "record_month",
    "revoke_inquiries",
    "revoke_inquiry",
    "sees_hires",
    "state_books",
    "state_income",
    "vacancy_for",
    "verify_placement",
    "withdraw_all_of",
    "withdraw_applications",
    "work_kept",
]
