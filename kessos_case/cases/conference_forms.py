"""From the forms of conferences to what the schemas take. Nothing is checked here that a schema or a service checks."""

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

from kessos_case.cases.casework_forms import needed, refuse_missing
from kessos_case.cases.conference_schemas import (
    CallChange,
    CallIn,
    ConferenceIn,
    GuestIn,
    InvitationAnswer,
    LettingGoIn,
)
from kessos_case.cases.rules import ConferencePart
from kessos_case.cases.service.call_cards import CallCard
from kessos_case.core.clock import OFFICE_ZONE
from kessos_case.core.errors import Invalid, field_error
from kessos_case.web.forms import Form, loaded, said, version_of

# Lines for other organisations that took part in a conference; more of them are named in the words.
PARTNER_LINES = 4
# Decisions that become steps; what is more than that waits for the next conference, or for the plan's own page.
AGREED_LINES = 5
# People of the UPT itself or beside it who have a part and no line of their own.
PRESENT = (ConferencePart.CLIENT, ConferencePart.FAMILY, ConferencePart.GUARDIAN, ConferencePart.SPECIALIST)

_AGREED = ("text", "kind", "domain", "responsible_organisation_id", "due_on")


def conference_from(form: Form, own_office: Any) -> dict[str, Any]:
    """Who met: the leader and the caseworker by name, who else by part, partners by organisation; and what was decided."""
    asked: dict[str, Any] = {name: said(form, name) for name in ("held_on", "plan_id", "decisions", "call_id")}
    attendees, agreed = list(_attendees(form, str(own_office))), list(_agreed(form))
    lines = {f"agreed.{place}.{name}": value for place, line in enumerate(agreed) for name, value in line.items()}
    decided = {} if agreed else {"decisions": asked["decisions"]}
    refuse_missing({"held_on": asked["held_on"], "attendees": attendees} | decided | lines)
    return loaded(ConferenceIn(), asked | {"attendees": attendees, "agreed": agreed})


def compacted(form: Form) -> Form:
    """The form with its lines of decisions moved up, so that a mistake is named at the line in which it stands."""
    told = [line for line in range(AGREED_LINES) if said(form, f"agreed.{line}.text")]
    kept = [(name, text) for name, text in form.items(multi=True) if not name.startswith("agreed.")]
    moved = [
        (f"agreed.{place}.{name}", form.get(f"agreed.{line}.{name}", ""))
        for place, line in enumerate(told)
        for name in _AGREED
    ]
    return Form(kept + moved)


def call_from(form: Form) -> dict[str, Any]:
    """A conference that is planned: when, where, about what, and the colleagues who are told."""
    return loaded(CallIn(), _when_and_where(form) | {"invite": form.getlist("invite")})


def call_change_from(form: Form) -> dict[str, Any]:
    """The same without colleagues: they were told and are told again."""
    return loaded(CallChange(), _when_and_where(form))


def typed_call(call: CallCard) -> Form:
    """A planned conference as its form shows it."""
    at = call.planned_at.astimezone(OFFICE_ZONE)
    return Form({"day": str(at.date()), "hour": f"{at:%H:%M}", "place": call.place or "", "agenda": call.agenda or ""})


def guest_from(form: Form) -> dict[str, Any]:
    """Who is asked by a link."""
    return loaded(GuestIn(), needed(form, ["name"]) | {"organisation_id": said(form, "organisation_id")})


def letting_go_from(form: Form) -> dict[str, Any]:
    """Why a decision becomes no step."""
    return loaded(LettingGoIn(), needed(form, ["reason"]))


def invitation_answer_from(form: Form) -> dict[str, Any]:
    """What a guest answers."""
    stated = needed(form, ["answer"]) | {"said": said(form, "said"), "version": version_of(form)}
    return loaded(InvitationAnswer(), stated)


def _when_and_where(form: Form) -> dict[str, Any]:
    typed = needed(form, ("day", "hour", "place", "agenda"))
    return {"planned_at": _moment(typed), "place": typed["place"], "agenda": typed["agenda"]}


def _moment(typed: dict[str, str | None]) -> str:
    """A day and an hour by the office's clock, as an instant. Raises Invalid naming the one that is none."""
    readers = {"day": date.fromisoformat, "hour": time.fromisoformat}
    found: dict[str, Any] = {}
    for name, read in readers.items():
        try:
            found[name] = read(typed[name] or "")
        except ValueError:
            continue
    wrong = [field_error(name, "invalid_value", "Not such a value.") for name in readers if name not in found]
    if wrong:
        raise Invalid("The form has mistakes.", errors=wrong)
    return datetime.combine(found["day"], found["hour"].replace(tzinfo=None), OFFICE_ZONE).isoformat()


def _agreed(form: Form) -> Iterable[dict[str, Any]]:
    """The lines in which something was decided."""
    for line in range(AGREED_LINES):
        typed = {name: said(form, f"agreed.{line}.{name}") for name in _AGREED}
        if typed["text"]:
            yield typed


def _attendees(form: Form, own_office: str) -> Iterable[dict[str, Any]]:
    for part in (ConferencePart.CHAIR, ConferencePart.CASEWORKER):
        if who := said(form, part):
            yield {"user_id": who, "organisation_id": own_office, "part": part}
    for present in form.getlist("present"):
        yield {"organisation_id": own_office, "part": present}
    for line in range(PARTNER_LINES):
        if office := said(form, f"partner.{line}"):
            yield {"organisation_id": office, "part": ConferencePart.PARTNER}
