"""The form of a plan: goals with steps, any number of each, without JavaScript: a button adds or takes away a line.

How aid steps down is its other half (taper_forms.py).

Fields are named as the errors of the schema and the service name them: `goals.0.steps.1.due_on`.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kessos_case.cases.plan_schemas import (
    GoalClosingIn,
    PlanAgreementIn,
    PlanApprovalIn,
    PlanChange,
    PlanReviewIn,
    PlanSignatureIn,
    StepClosingIn,
)
from kessos_case.cases.service.plan_cards import GoalCard, PlanCard
from kessos_case.cases.taper_forms import changed_tapers, kept_tapers, tapers_from, tapers_of, typed_tapers
from kessos_case.core.errors import Invalid, field_error
from kessos_case.web.forms import Form, loaded, number, said

Line = dict[str, Any]

_GOAL = ("domain", "text", "carried_from")
_STEP = ("kind", "text", "responsible_organisation_id", "due_on", "cost", "cost_source", "programme_code")
_PLACE = re.compile(r"goals\.(\d{1,3})(?:\.steps\.(\d{1,3}))?\.")
# A line that nobody has filled in: its kind is chosen by the form itself.
_BLANK_STEP: Line = dict.fromkeys(_STEP, "") | {"kind": "task", "is_done": False}
_BLANK_GOAL: Line = {"domain": "", "text": "", "carried_from": "", "is_met": False, "steps": []}


@dataclass(frozen=True)
class Written:
    """The lines of a form, whatever is wrong with them."""

    goals: list[Line]
    tapers: list[Line]


@dataclass(frozen=True)
class Stated:
    """What the schema takes, and where each line stands in the form: lines that are blank are left out."""

    goals: list[Line]
    tapers: list[Line]
    places: dict[str, str]

    def placed(self, errors: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Errors with the places of the form."""
        return [dict(entry) | {"field": self._place(str(entry.get("field") or ""))} for entry in errors]

    def _place(self, field: str) -> str:
        known = sorted((place for place in self.places if f"{field}.".startswith(f"{place}.")), key=len)
        return self.places[known[-1]] + field.removeprefix(known[-1]) if known else field


def typed(form: Form) -> Written:
    """What stands in a form."""
    return Written(typed_goals(form), typed_tapers(form))


def after_button(written: Written, do: str) -> Written | None:
    """The lines after a button that adds or takes away one; None for any other button."""
    if (goals := changed_lines(written.goals, do)) is not None:
        return Written(goals, written.tapers)
    tapers = changed_tapers(written.tapers, do)
    return None if tapers is None else Written(written.goals, tapers)


def typed_goals(form: Form) -> list[Line]:
    """The goals and steps of a form, numbered anew, whatever is wrong with them."""
    places = {(int(found[1]), found[2] and int(found[2])) for name in form if (found := _PLACE.match(name))}
    goals = []
    for at in sorted({goal for goal, _ in places}):
        steps = sorted(step for goal, step in places if goal == at and step is not None)
        goals.append(
            {name: form.get(f"goals.{at}.{name}", "") for name in _GOAL}
            | {
                "is_met": f"goals.{at}.is_met" in form,
                "steps": [_typed_step(form, f"goals.{at}.steps.{n}") for n in steps],
            }
        )
    return goals


def changed_lines(goals: Sequence[Line], do: str) -> list[Line] | None:
    """The goals after a button that adds or takes away a line; None for any other button."""
    verb, _, where = do.partition(":")
    place = [int(part) for part in where.split(":") if part.isascii() and part.isdecimal() and len(part) < 4]
    lines = [goal | {"steps": list(goal["steps"])} for goal in goals]
    if verb == "add_goal":
        return [*lines, _BLANK_GOAL | {"steps": [dict(_BLANK_STEP)]}]
    if verb not in ("drop_goal", "add_step", "drop_step") or not place or place[0] >= len(lines):
        return None
    if verb == "drop_goal":
        return lines[: place[0]] + lines[place[0] + 1 :]
    steps = lines[place[0]]["steps"]
    if verb == "add_step":
        steps.append(dict(_BLANK_STEP))
    elif len(place) > 1 and place[1] < len(steps):
        del steps[place[1]]
    return lines


def stated_from(written: Written) -> Stated:
    """The lines as `write_plan` takes them. Raises Invalid naming each wrong field by its place in the form."""
    kept, places = _kept(written.goals)
    tapers, taper_places = kept_tapers(written.tapers)
    stated = Stated(kept, tapers, places | taper_places)
    if wrong := stated.placed([*_wordless(kept), *_unnamed(tapers)]):
        raise Invalid("The form has mistakes.", errors=wrong)
    try:
        taken = loaded(PlanChange(), {"goals": kept, "tapers": tapers})
    except Invalid as error:
        raise Invalid(error.detail, errors=stated.placed(error.errors)) from error
    return Stated(taken["goals"], taken["tapers"], stated.places)


def lines_of(card: PlanCard) -> Written:
    """A stored draft as the lines of its form, with a blank goal for each domain that still needs one."""
    needed = [entry["id"] for entry in card.missing if entry["code"] == "domain_without_goal"]
    blank = [_BLANK_GOAL | {"domain": domain, "steps": []} for domain in needed]
    return Written([_line(goal) for goal in card.goals] + blank, tapers_of(card))


def lines_from(goals: Iterable[Mapping[str, Any]], tapers: Sequence[Line]) -> Written:
    """What a new version begins with as the lines of its form."""
    lines = [dict(goal) | {"steps": [_shown(step) for step in goal["steps"]]} for goal in goals]
    return Written(lines, tapers_from(tapers))


def approval_from(form: Form) -> dict[str, Any]:
    """The decision of a supervisor, and when what he approves is looked at again."""
    return loaded(PlanApprovalIn(), {name: said(form, name) for name in ("decision", "comment", "review_on")})


def review_from(form: Form) -> dict[str, Any]:
    """When the version in force was looked at with the person, and when that is done again."""
    return loaded(PlanReviewIn(), {name: said(form, name) for name in ("on", "next_on")})


def signature_from(form: Form, image: Any) -> dict[str, Any]:
    """Who signed and when, and the picture, drawn or photographed. Raises Invalid also where there is none."""
    stated = {name: said(form, name) for name in ("form", "signer", "on")}
    return loaded(PlanSignatureIn(), stated | ({"image": image} if image else {}))


def plan_agreement_from(form: Form) -> dict[str, Any]:
    """How and when the person agreed to this version."""
    return loaded(PlanAgreementIn(), {name: said(form, name) for name in ("form", "on")})


def step_closing_from(form: Form) -> dict[str, Any]:
    """A step is done, or dropped for a reason."""
    return loaded(StepClosingIn(), {"state": form.get("do"), "reason": said(form, "reason")})


def goal_closing_from(form: Form) -> dict[str, Any]:
    """A goal is met, or dropped for a reason."""
    return loaded(GoalClosingIn(), {"state": form.get("do"), "reason": said(form, "reason")})


def _typed_step(form: Form, place: str) -> Line:
    return {name: form.get(f"{place}.{name}", "") for name in _STEP} | {"is_done": f"{place}.is_done" in form}


def _line(goal: GoalCard) -> Line:
    steps = [_shown(vars(step)) | {"is_done": step.state == "done"} for step in goal.steps]
    return {name: getattr(goal, name) for name in _GOAL} | {"is_met": goal.state == "met", "steps": steps}


def _shown(step: Mapping[str, Any]) -> Line:
    """A step as the form shows it: free of charge is 0, and no cost is empty."""
    shown = {name: step[name] for name in _STEP if name in step}
    return shown | {
        "cost": "" if step.get("cost") is None else str(step["cost"]),
        "is_done": step.get("is_done", False),
    }


def _kept(goals: Sequence[Line]) -> tuple[list[Line], dict[str, str]]:
    kept: list[Line] = []
    places = {}
    for at, goal in enumerate(goals):
        steps = [(place, step) for place, step in enumerate(goal["steps"]) if _is_filled(step)]
        if not _clean(goal["text"]) and not steps:
            continue
        where = f"goals.{len(kept)}"
        places[where] = f"goals.{at}"
        places |= {f"{where}.steps.{n}": f"goals.{at}.steps.{place}" for n, (place, _) in enumerate(steps)}
        fields = {name: _clean(goal[name]) for name in _GOAL}
        kept.append(fields | {"steps": [_sent(step) for _, step in steps]})
    return kept, places


def _sent(step: Line) -> Line:
    """What is done stands as it was; its day is over and would be refused for a step that is still to be done."""
    sent = {name: _clean(step[name]) for name in _STEP} | {"cost": number(_clean(step["cost"]))}
    return sent | {"due_on": None} if step["is_done"] else sent


def _is_filled(step: Line) -> bool:
    return any(_clean(step[name]) for name in _STEP if name != "kind")


def _wordless(goals: Sequence[Line]) -> Iterable[dict[str, Any]]:
    for at, goal in enumerate(goals):
        if not goal["domain"]:
            yield field_error(f"goals.{at}.domain", "domain_missing", "Needed.")
        if not goal["text"]:
            yield field_error(f"goals.{at}.text", "text_missing", "Needed.")
        for place, step in enumerate(goal["steps"]):
            if not step["text"]:
                yield field_error(f"goals.{at}.steps.{place}.text", "text_missing", "Needed.")


def _unnamed(tapers: Sequence[Line]) -> Iterable[dict[str, Any]]:
    for at, taper in enumerate(tapers):
        if not taper["programme_code"]:
            yield field_error(f"tapers.{at}.programme_code", "programme_missing", "Needed.")


def _clean(value: Any) -> str | None:
    return str(value or "").strip() or None
