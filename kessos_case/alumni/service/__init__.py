"""Verbs of mentors; other features enter here."""

from kessos_case.alumni.service.finding import FoundMentor, Outcomes, find_mentors, outcomes, read_found
from kessos_case.alumni.service.mentorings import (
    MentoringCard,
    Party,
    agree,
    decline,
    end_mentoring,
    listed_mentorings,
    meet,
    mentoring_for,
    read_mentoring,
)
from kessos_case.alumni.service.mentors import (
    MentorCard,
    as_stated,
    begin_mentor,
    change_mentor,
    end_mentor,
    lacks_to_begin,
    mentor_for,
    mentor_of,
    read_mentor,
    read_mentor_of,
)
from kessos_case.alumni.service.proposing import propose_mentoring
from kessos_case.alumni.service.settling import cases_beside, let_go, let_go_of_client

__all__ = [
    "FoundMentor",
    "MentorCard",
    "MentoringCard",
    "Outcomes",
    "Party",
    "agree",
    "as_stated",
    "begin_mentor",
    "cases_beside",
    "change_mentor",
    "decline",
    "end_mentor",
    "end_mentoring",
    "find_mentors",
    "lacks_to_begin",
    "let_go",
    "let_go_of_client",
    "listed_mentorings",
    "meet",
    "mentor_for",
    "mentor_of",
    "mentoring_for",
    "outcomes",
    "propose_mentoring",
    "read_found",
    "read_mentor",
    "read_mentor_of",
    "read_mentoring",
]
