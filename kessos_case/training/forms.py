"""From the forms of training to what the schemas and services take. Nothing is checked here that they check."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from kessos_case.core.errors import Conflict, Invalid, KessosError, RuleBroken, field_error
from kessos_case.training.models import Batch
from kessos_case.training.rules import Presence
from kessos_case.training.schemas import BatchChange, BatchIn, CourseChange, CourseIn, DropIn, EnrolmentIn, ResultIn
from kessos_case.training.service import Sheet
from kessos_case.web.forms import Form, loaded, number, said

# What a page answers with the form again; anything else is a page of its own.
REFUSALS = (Invalid, RuleBroken, Conflict)

_PASSED = {"yes": True, "no": False}
_COURSE = ("name", "skill")
_NUMBERS = ("hours", "capacity")


def reasons_of(error: KessosError) -> list[Mapping[str, Any]]:
    """Everything that a refusal names; its own code where it names nothing."""
    return list(error.errors) or [{"code": error.code}]


def course_from(form: Form) -> dict[str, Any]:
    """A course as it was typed. Raises Invalid as all of these do."""
    return loaded(CourseIn(), _numbers(_needed(form, (*_COURSE, *_NUMBERS))))


def course_change_from(form: Form) -> dict[str, Any]:
    """A course as it shall be."""
    stated = _numbers(_needed(form, (*_COURSE, *_NUMBERS)))
    return loaded(CourseChange(), stated | {"is_active": form.get("is_active") == "yes"})


def batch_from(form: Form) -> dict[str, Any]:
    """A run of a course."""
    asked = _needed(form, ("course_id", "starts_on", "ends_on"))
    return loaded(BatchIn(), asked | {"capacity": number(said(form, "capacity"))})


def batch_change_from(form: Form, batch: Batch) -> dict[str, Any]:
    """A batch as it shall be; the days of one that has begun are not asked for."""
    asked = [name for name in ("starts_on", "ends_on", "capacity") if name in form]
    changes = loaded(BatchChange(), _numbers(_needed(form, asked)))
    return {name: value for name, value in changes.items() if value != getattr(batch, name)}


def enrolment_from(form: Form, batch_id: UUID) -> dict[str, Any]:
    """Who shall have a place, for which step of his plan, and whether he waits for one."""
    stated = {"batch_id": str(batch_id), "plan_step_id": said(form, "plan_step_id"), "wait": bool(form.get("wait"))}
    return loaded(EnrolmentIn(), stated | _needed(form, ("case_id",)))


def drop_from(form: Form) -> dict[str, Any]:
    """When somebody left, and why."""
    return loaded(DropIn(), _needed(form, ("reason", "on")))


def presences_from(form: Form, sheet: Sheet) -> dict[str, list[UUID]]:
    """Who was there: `p.<enrolment>` says it of each; with `all` whoever has no word was present.

    Raises Invalid with `p.<enrolment>` for each of whom nothing is said. Who came in after the day was written may be
    left out.
    """
    said_of = {line.id: form.get(f"p.{line.id}", "") for line in sheet.lines}
    if form.get("all"):
        said_of = {key: word or Presence.PRESENT for key, word in said_of.items()}
    may_lack = {line.id for line in sheet.lines if sheet.is_written and line.presence is None}
    lacking = [
        key for key, word in said_of.items() if word not in frozenset(Presence) and (word or key not in may_lack)
    ]
    if lacking:
        errors = [field_error(f"p.{key}", "missing", "Needed.") for key in lacking]
        raise Invalid("Some have no word.", errors=errors)
    return {str(word): [key for key, found in said_of.items() if found == word] for word in Presence}


def results_from(form: Form, enrolment_id: UUID) -> dict[str, Any] | None:
    """The result of one person of a batch; None where nothing was typed of him."""
    typed = {name: said(form, f"{name}.{enrolment_id}") for name in ("passed", "score", "certificate_no")}
    if not any(typed.values()):
        return None
    stated = typed | {"passed": _PASSED.get(typed["passed"] or "", ""), "score": number(typed["score"])}
    return loaded(ResultIn(), stated)


def _numbers(typed: Mapping[str, str | None]) -> dict[str, Any]:
    return {name: number(text) if name in _NUMBERS else text for name, text in typed.items()}


def _needed(form: Form, names: Iterable[str]) -> dict[str, str | None]:
    typed = {name: said(form, name) for name in names}
    missing = [field_error(name, "missing", "Needed.") for name, value in typed.items() if not value]
    if missing:
        raise Invalid("The form has mistakes.", errors=missing)
    return typed
