"""The part of a plan's form that says how aid steps down: programmes with reductions, lines added and taken by buttons."""

import re
from collections.abc import Sequence
from typing import Any

from kessos_case.cases.service.plan_cards import PlanCard
from kessos_case.core.months import format_month
from kessos_case.web.forms import Form, number

Line = dict[str, Any]

_TAPER = ("programme_code", "reason")
_STEP = ("from_month", "amount")
_PLACE = re.compile(r"tapers\.(\d{1,3})(?:\.steps\.(\d{1,3}))?\.")
_BLANK_STEP: Line = dict.fromkeys(_STEP, "")


def typed_tapers(form: Form) -> list[Line]:
    """The programmes and reductions of a form, numbered anew, whatever is wrong with them."""
    places = {(int(found[1]), found[2] and int(found[2])) for name in form if (found := _PLACE.match(name))}
    return [
        {name: form.get(f"tapers.{at}.{name}", "") for name in _TAPER}
        | {"steps": [_typed_step(form, f"tapers.{at}.steps.{n}") for n in sorted(_steps_of(places, at))]}
        for at in sorted({taper for taper, _ in places})
    ]


def changed_tapers(tapers: Sequence[Line], do: str) -> list[Line] | None:
    """The lines after a button that adds or takes away one; None for any other button."""
    verb, _, where = do.partition(":")
    place = [int(part) for part in where.split(":") if part.isascii() and part.isdecimal() and len(part) < 4]
    lines = [taper | {"steps": list(taper["steps"])} for taper in tapers]
    if verb == "add_taper":
        return [*lines, {"programme_code": "", "reason": "", "steps": [dict(_BLANK_STEP), dict(_BLANK_STEP)]}]
    if verb not in ("drop_taper", "add_reduction", "drop_reduction") or not place or place[0] >= len(lines):
        return None
    if verb == "drop_taper":
        return lines[: place[0]] + lines[place[0] + 1 :]
    steps = lines[place[0]]["steps"]
    if verb == "add_reduction":
        steps.append(dict(_BLANK_STEP))
    elif len(place) > 1 and place[1] < len(steps):
        del steps[place[1]]
    return lines


def kept_tapers(tapers: Sequence[Line]) -> tuple[list[Line], dict[str, str]]:
    """What the schema takes, without lines that are blank, and where each stands in the form."""
    kept: list[Line] = []
    places = {}
    for at, taper in enumerate(tapers):
        steps = [(n, step) for n, step in enumerate(taper["steps"]) if any(_clean(step[name]) for name in _STEP)]
        if not steps and not any(_clean(taper[name]) for name in _TAPER):
            continue
        where = f"tapers.{len(kept)}"
        places[where] = f"tapers.{at}"
        places |= {f"{where}.steps.{n}": f"tapers.{at}.steps.{place}" for n, (place, _) in enumerate(steps)}
        kept.append({name: _clean(taper[name]) for name in _TAPER} | {"steps": [_sent(step) for _, step in steps]})
    return kept, places


def tapers_of(card: PlanCard) -> list[Line]:
    """The tapers of a stored draft as lines of the form."""
    return [
        {
            "programme_code": taper.programme_code,
            "reason": taper.reason or "",
            "steps": [_line(vars(s)) for s in taper.steps],
        }
        for taper in card.tapers
    ]


def tapers_from(stated: Sequence[Line]) -> list[Line]:
    """What a new version begins with as lines of the form."""
    return [
        taper | {"reason": taper["reason"] or "", "steps": [_line(step) for step in taper["steps"]]} for taper in stated
    ]


def _steps_of(places: set[tuple[int, Any]], at: int) -> list[int]:
    return [step for taper, step in places if taper == at and step is not None]


def _typed_step(form: Form, place: str) -> Line:
    return {name: form.get(f"{place}.{name}", "") for name in _STEP}


def _line(step: Any) -> Line:
    return {"from_month": format_month(step["from_month"]), "amount": str(step["amount"])}


def _sent(step: Line) -> Line:
    """What is blank is missing, as the schema says it."""
    sent = {"from_month": _clean(step["from_month"]), "amount": number(_clean(step["amount"]))}
    return {name: value for name, value in sent.items() if value is not None}


def _clean(value: Any) -> str | None:
    return str(value or "").strip() or None
