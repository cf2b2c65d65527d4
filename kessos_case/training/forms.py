"""From the forms of training to what the schemas and services take. Nothing is checked here that they check."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from kessos_case.core.errors import Conflict, Invalid, KessosError, RuleBroken, field_error
from kessos_case.notes.rules import PaperKind
from kessos_case.training.models import Batch
from kessos_case.training.rules import Presence, Requirement, RequirementKind
from kessos_case.training.schemas import (
    BatchChange,
    BatchIn,
    BatchResultsIn,
    CourseChange,
    CourseIn,
    DropIn,
    EnrolmentIn,
    RequirementsIn,
)
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
    stated = {"batch_id": str(batch_id), "wait": bool(form.get("wait")), "documents": documents_in(form)}
    stated |= {name: said(form, name) for name in ("plan_step_id", "waiver_reason")}
    return loaded(EnrolmentIn(), stated | _needed(form, ("case_id",)))


def documents_in(form: Form) -> list[str]:
    """The papers that are ticked."""
    return [word for word in form.getlist("documents") if word in frozenset(PaperKind)]


def requirements_from(form: Form) -> list[Requirement]:
    """What a course shall ask for, each of one field; several skills with commas. Raises Invalid under those fields."""
    typed = [(name, value) for name in ("least_age", "most_age", "schooling") if (value := said(form, name))]
    typed += [("document", word) for word in documents_in(form)]
    typed += [("course_passed", one.strip()) for one in (said(form, "course_passed") or "").split(",") if one.strip()]
    try:
        found = loaded(RequirementsIn(), {"items": [{"kind": kind, "value": value} for kind, value in typed]})
    except Invalid as error:
        raise at_their_fields(error, [kind for kind, _value in typed]) from error
    return list(dict.fromkeys(Requirement(RequirementKind(one["kind"]), one["value"]) for one in found["items"]))


def at_their_fields(error: Invalid, fields: Sequence[str]) -> Invalid:
    """The same mistakes under the fields of the form: `items.2.value` is under the third of these."""
    moved = [dict(entry) | {"field": _field(str(entry.get("field")), fields)} for entry in error.errors]
    return Invalid(error.detail, errors=moved)


def requirements_form(asked: Iterable[Requirement]) -> Form:
    """What a course asks for, as its form shows it."""
    form = Form()
    for one in asked:
        form.add("documents" if one.kind is RequirementKind.DOCUMENT else str(one.kind), one.value)
    form["course_passed"] = ", ".join(form.getlist("course_passed"))
    return form


def drop_from(form: Form) -> dict[str, Any]:
    """When somebody left, and why."""
    return loaded(DropIn(), _needed(form, ("reason", "on")))


def presences_from(form: Form, sheet: Sheet) -> dict[str, list[UUID]]:
    """Who was there: `p.<enrolment>` says it of each; with `all` whoever has no word was present.

    Raises Invalid with `p.<enrolment>` for each of whom nothing is said. Who came in after the day, or after it was written,
    may be left out, and `all` does not mean him.
    """
    said_of = {line.id: form.get(f"p.{line.id}", "") for line in sheet.lines}
    may_lack = {line.id for line in sheet.lines if line.presence is None and (sheet.is_written or line.came_later)}
    if form.get("all"):
        said_of = {key: word or ("" if key in may_lack else Presence.PRESENT) for key, word in said_of.items()}
    lacking = [
        key for key, word in said_of.items() if word not in frozenset(Presence) and (word or key not in may_lack)
    ]
    if lacking:
        errors = [field_error(f"p.{key}", "missing", "Needed.") for key in lacking]
        raise Invalid("Some have no word.", errors=errors)
    return {str(word): [key for key, found in said_of.items() if found == word] for word in Presence}


def results_from(form: Form, enrolment_ids: Iterable[UUID]) -> list[dict[str, Any]]:
    """The results of a batch: of each of whom something was typed. Raises Invalid naming each mistake by its row."""
    rows: list[dict[str, Any]] = []
    for enrolment_id in enrolment_ids:
        typed = {name: said(form, f"{name}.{enrolment_id}") for name in ("passed", "score", "certificate_no")}
        if any(typed.values()):
            passed = _PASSED.get(typed["passed"] or "", "")
            rows.append(typed | {"enrolment_id": str(enrolment_id), "passed": passed, "score": number(typed["score"])})
    return loaded(BatchResultsIn(), {"results": rows})["results"] if rows else []


def typed_rows(form: Form, enrolment_ids: Iterable[UUID]) -> list[UUID]:
    """Of whom something was typed, in the order of the rows."""
    names = ("passed", "score", "certificate_no")
    return [key for key in enrolment_ids if any(said(form, f"{name}.{key}") for name in names)]


def _field(path: str, fields: Sequence[str]) -> str:
    """The field of a form for a path such as `items.2.value`."""
    parts = path.split(".")
    return fields[int(parts[1])] if len(parts) > 1 and parts[1].isdigit() else path


def _numbers(typed: Mapping[str, str | None]) -> dict[str, Any]:
    return {name: number(text) if name in _NUMBERS else text for name, text in typed.items()}


def _needed(form: Form, names: Iterable[str]) -> dict[str, str | None]:
    typed = {name: said(form, name) for name in names}
    missing = [field_error(name, "missing", "Needed.") for name, value in typed.items() if not value]
    if missing:
        raise Invalid("The form has mistakes.", errors=missing)
    return typed
