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
from kessos_case.training.service.enrolments import (
    completed_courses,
    drop_enrolment,
    enrol,
    enrolment_for,
    open_enrolments,
    read_enrolment,
    record_result,
)
from kessos_case.training.service.histories import CourseTaken, courses_of
from kessos_case.training.service.scope import must_be_own, own_offices
from kessos_case.training.service.sheets import Sheet, SheetLine, attendance_sheet

__all__ = [
    "AttendanceCard",
    "BatchCard",
    "CourseTaken",
    "EnrolmentCard",
    "Sheet",
    "SheetLine",
    "add_batch",
    "add_course",
    "attendance_on",
    "attendance_sheet",
    "batch_as_stated",
    "batch_card",
    "batch_for",
    "change_batch",
    "change_course",
    "completed_courses",
    "course_as_stated",
    "course_for",
    "courses_of",
    "drop_enrolment",
    "enrol",
    "enrolment_for",
    "listed_cards",
    "mark_of",
    "must_be_own",
    "open_enrolments",
    "own_offices",
    "read_batch",
    "read_enrolment",
    "record_result",
    "take_attendance",
]
