"""From the forms of the house to what the schemas and services take. Nothing is checked here that they check."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from typing import Any

from kessos_case.core.clock import OFFICE_ZONE
from kessos_case.core.errors import Conflict, Invalid, KessosError, RuleBroken, field_error
from kessos_case.residence import schemas as s
from kessos_case.web.forms import Form, loaded, number, said

# What a page answers with the form again; anything else is a page of its own.
REFUSALS = (Invalid, RuleBroken, Conflict)


def reasons_of(error: KessosError) -> list[Mapping[str, Any]]:
    """Everything that a refusal names; its own code where it names nothing."""
    return list(error.errors) or [{"code": error.code}]


def ward_from(form: Form) -> dict[str, Any]:
    """A new ward. Raises Invalid as all of these do."""
    stated = _needed(form, ("name", "sex", "beds")) | {"since_on": said(form, "since_on")}
    return loaded(s.WardIn(), stated | {"beds": number(said(form, "beds"))})


def ward_change_from(form: Form) -> dict[str, Any]:
    """A ward as it shall be."""
    stated = _needed(form, ("name", "sex", "beds"))
    return loaded(
        s.WardChange(), stated | {"beds": number(said(form, "beds")), "is_active": form.get("is_active") == "yes"}
    )


def terms_from(form: Form) -> dict[str, Any]:
    """How long people are meant to stay, and how often a stay is looked at."""
    stated = _needed(form, ("planned_days", "review_every_days"))
    return loaded(s.TermsIn(), {name: number(text) for name, text in stated.items()})


def admission_from(form: Form, today: date) -> dict[str, Any]:
    """Who comes into which bed, from when and until when."""
    stated = _needed(form, ("ward_id",)) | _optional(form, ("planned_until", "reason", "jump_reason"))
    return loaded(s.StayIn(), stated | {"admitted_at": _moment(said(form, "admitted_at"), today)})


def wait_from(form: Form) -> dict[str, Any]:
    """Who waits, how urgently."""
    return loaded(s.BedWaitIn(), _needed(form, ("urgency",)) | _optional(form, ("sex",)))


def leave_from(form: Form) -> dict[str, Any]:
    """Why somebody waits no more."""
    return loaded(s.LeaveLineIn(), _needed(form, ("reason",)))


def move_from(form: Form, today: date) -> dict[str, Any]:
    """Another ward."""
    return loaded(s.WardMoveIn(), _needed(form, ("ward_id",)) | _optional(form, ("reason",)))


def absence_from(form: Form, today: date) -> dict[str, Any]:
    """Until when somebody is away."""
    return loaded(s.AbsenceIn(), _needed(form, ("until",)) | _optional(form, ("note",)))


def return_from(form: Form, today: date) -> dict[str, Any]:
    """Back again."""
    return loaded(s.ReturnIn(), _optional(form, ("note",)))


def review_from(form: Form, today: date) -> dict[str, Any]:
    """What a review found."""
    return loaded(s.StayReviewIn(), _needed(form, ("planned_until", "note")))


def discharge_from(form: Form, today: date) -> dict[str, Any]:
    """When somebody left, and why."""
    stated = _needed(form, ("reason",)) | _optional(form, ("note",))
    return loaded(s.DischargeIn(), stated | {"discharged_at": _moment(said(form, "discharged_at"), today)})


def entry_from(form: Form) -> dict[str, Any]:
    """A line of the log."""
    return loaded(s.ShiftEntryIn(), _needed(form, ("kind", "text")) | _optional(form, ("client_id",)))


def handover_from(form: Form) -> dict[str, Any]:
    """What the next watch has to know."""
    return loaded(s.HandoverIn(), _needed(form, ("text",)))


def _moment(text: str | None, today: date) -> str | None:
    """Nothing for today, which is now; the end of an earlier day, after everything that was done on it."""
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return text
    return None if day == today else datetime.combine(day, time(23, 59), OFFICE_ZONE).isoformat()


def _optional(form: Form, names: Iterable[str]) -> dict[str, str | None]:
    return {name: said(form, name) for name in names}


def _needed(form: Form, names: Iterable[str]) -> dict[str, Any]:
    typed = _optional(form, names)
    missing = [field_error(name, "missing", "Needed.") for name, value in typed.items() if not value]
    if missing:
        raise Invalid("The form has mistakes.", errors=missing)
    return dict(typed)
