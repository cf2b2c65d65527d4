"""Verbs of training, one file a family; other features enter here."""

from kessos_case.training.service.attendance import AttendanceCard, attendance_on, mark_of, take_attendance
from kessos_case.training.service.cards import EnrolmentCard, listed_cards
from kessos_case.training.service.courses import (
    BatchCard,
    add_batch,
    add_course,
    batch_as_stated,
    batch_card,
    batch_for,
    change_batch,
    change_course,
    course_as_stated,
    course_for,
    read_batch,
)
from kessos_case.training.service.due import ask_for_results
from kessos_case.training.service.enrolments import (
    completed_courses,
    drop_enrolment,
    enrol,
    enrolment_for,
    open_enrolments,
    read_enrolment,
)
from kessos_case.training.service.histories import CourseTaken, courses_of
from kessos_case.training.service.outcomes import CourseOutlook, Outlook, drop_reasons, outlooks
from kessos_case.training.service.requirements import (
    Checked,
    change_requirements,
    check_requirements,
    requirements_of,
)
from kessos_case.training.service.results import record_result, record_results
from kessos_case.training.service.scope import (
    follows,
    kept_offices,
    may_waive,
    must_be_own,
    must_follow,
    must_keep,
    own_offices,
)
from kessos_case.training.service.sheets import Sheet, SheetLine, attendance_sheet

__all__ = [
    "AttendanceCard",
    "BatchCard",
    "Checked",
    "CourseOutlook",
    "CourseTaken",
    "EnrolmentCard",
    "Outlook",
    "Sheet",
    "SheetLine",
    "add_batch",
    "add_course",
    "ask_for_results",
    "attendance_on",
    "attendance_sheet",
    "batch_as_stated",
    "batch_card",
    "batch_for",
    "change_batch",
    "change_course",
    "change_requirements",
    "check_requirements",
    "completed_courses",
    "course_as_stated",
    "course_for",
    "courses_of",
    "drop_enrolment",
    "drop_reasons",
    "enrol",
    "enrolment_for",
    "follows",
    "kept_offices",
    "listed_cards",
    "mark_of",
    "may_waive",
    "must_be_own",
    "must_follow",
    "must_keep",
    "open_enrolments",
    "outlooks",
    "own_offices",
    "read_batch",
    "read_enrolment",
    "record_result",
    "record_results",
    "requirements_of",
    "take_attendance",
]
