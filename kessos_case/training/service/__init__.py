"""Verbs of training, one file a family; other features enter here."""

from kessos_case.training.service.attendance import AttendanceCard, attendance_on, take_attendance
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

__all__ = [
    "AttendanceCard",
    "BatchCard",
    "CourseTaken",
    "EnrolmentCard",
    "add_batch",
    "add_course",
    "attendance_on",
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
    "open_enrolments",
    "read_batch",
    "read_enrolment",
    "record_result",
    "take_attendance",
]
