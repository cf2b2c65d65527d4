"""From the forms of a case to what its schemas take, and what a guard misses back to the field that can supply it.

Nothing is checked here that a schema, a guard or a service checks.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from typing import Any

from kessos_case.cases.rules import Verb
from kessos_case.core.clock import OFFICE_ZONE
from kessos_case.journey.schemas import CaseChange, CaseIn, MoveIn, TransferDecline
from kessos_case.web.forms import Form, loaded, said

_WORDS = ("verb", "reason", "note", "until", "stage", "pathway", "organisation_id", "waiver")
# What the form asks of each verb; `happened_at` and a note may always be given.
FIELDS: Mapping[str, tuple[str, ...]] = {
    Verb.START_PLACEMENT: ("waiver",),
    Verb.STEP_BACK: ("stage", "reason"),
    Verb.PAUSE: ("reason", "until"),
    Verb.CHANGE_PATHWAY: ("pathway", "reason", "goals"),
    Verb.TRANSFER: ("organisation_id", "reason"),
    Verb.CLOSE: ("reason", "settlements"),
    Verb.REOPEN: ("reason",),
}

GOAL, SETTLED = "goal.", "settled."
# An offer that is taken back needs no reason; the form has one word for it.
WITHDRAW = "withdraw"


def move_from(form: Form, today: date) -> dict[str, Any]:
    """The move of this form, as `move_case` takes it. Raises Invalid naming each wrong field."""
    stated: dict[str, Any] = {name: said(form, name) for name in _WORDS}
    stated["happened_at"] = _moment(said(form, "happened_at"), today)
    stated["goal_decisions"] = [
        {"goal_id": name.removeprefix(GOAL), "decision": form[name]} for name in _chosen(form, GOAL)
    ]
    stated["settlements"] = [_settlement(name, form[name]) for name in _chosen(form, SETTLED)]
    return loaded(MoveIn(), stated)


def placed(errors: Iterable[Mapping[str, Any]], form: Form) -> list[dict[str, Any]]:
    """The entries of a guard or a service with the names of the form's own fields."""
    settled = _chosen(form, SETTLED)
    return [dict(entry) | {"field": _place(entry, settled)} for entry in errors]


def opening_from(form: Form) -> dict[str, Any]:
    """The new case of this form, as `open_case` takes it. Raises Invalid naming each wrong field."""
    names = ("client_id", "organisation_id", "category", "pathway", "pathway_reason", "referral_id")
    return loaded(CaseIn(), {name: said(form, name) for name in names})


def change_from(form: Form, names: Iterable[str]) -> dict[str, Any]:
    """These fields of a case, as `change_case` takes them. Raises Invalid naming each wrong field."""
    return loaded(CaseChange(), {name: said(form, name) for name in names})


def decline_from(form: Form) -> dict[str, Any]:
    """Why a UPT does not take a case over. Raises Invalid."""
    return loaded(TransferDecline(), {"reason": said(form, "reason")})


def _chosen(form: Form, prefix: str) -> list[str]:
    return [name for name in form if name.startswith(prefix) and form[name]]


def _settlement(name: str, chosen: str) -> dict[str, Any]:
    kind, _, subject = name.removeprefix(SETTLED).partition(".")
    return {"kind": kind, "id": subject, "reason": None if chosen == WITHDRAW else chosen}


def _moment(text: str | None, today: date) -> str | None:
    """Nothing for today, which is now; the end of an earlier day, after everything that was done on it."""
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return text
    return None if day == today else datetime.combine(day, time(23, 59), OFFICE_ZONE).isoformat()


def _place(entry: Mapping[str, Any], settled: list[str]) -> str:
    field = str(entry.get("field") or "")
    if entry.get("code") == "open_items":
        return f"{SETTLED}{entry['kind']}.{entry['id']}"
    if entry.get("code") == "goals_undecided":
        return f"{GOAL}{entry['id']}"
    head, _, rest = field.partition(".")
    number = rest.partition(".")[0]
    if head == "settlements" and number.isdecimal() and int(number) < len(settled):
        return settled[int(number)]
    return field
