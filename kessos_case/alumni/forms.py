"""From the forms of mentors to what the schemas take. Nothing is checked here that they check."""

import re
from collections.abc import Mapping
from typing import Any

from kessos_case.alumni.schemas import MeetingIn, MentorChange, MentorIn, MentoringEndIn, MentoringIn, SideIn
from kessos_case.core.errors import Conflict, Forbidden, Invalid, KessosError, RuleBroken
from kessos_case.web.forms import Form, loaded, number, said

# What a page answers with the form again; anything else is a page of its own.
REFUSALS = (Invalid, RuleBroken, Conflict, Forbidden)

# One trade a line, or with commas between them.
_BETWEEN = re.compile(r"[,;\n]")


def reasons_of(error: KessosError) -> list[Mapping[str, Any]]:
    """Everything that a refusal names; its own code where it names nothing."""
    return list(error.errors) or [{"code": error.code}]


def mentor_from(form: Form) -> dict[str, Any]:
    """A mentor as he was described. Raises Invalid as all of these do."""
    return loaded(MentorIn(), _mentor(form))


def mentor_change_from(form: Form) -> dict[str, Any]:
    """The same of one who is a mentor already."""
    return loaded(MentorChange(), _mentor(form))


def mentoring_from(form: Form) -> dict[str, Any]:
    """Which mentor is asked, what for, and for which step of the plan."""
    names = ("mentor_id", "wanted", "plan_step_id", "note")
    return loaded(MentoringIn(), {name: said(form, name) for name in names})


def side_from(form: Form) -> dict[str, Any]:
    """Who was asked."""
    return loaded(SideIn(), {"side": said(form, "side")})


def meeting_from(form: Form) -> dict[str, Any]:
    """When they met first."""
    return loaded(MeetingIn(), {"on": said(form, "on")})


def end_from(form: Form) -> dict[str, Any]:
    """What became of both."""
    return loaded(MentoringEndIn(), {name: said(form, name) for name in ("outcome", "mentor_outcome")})


def _mentor(form: Form) -> dict[str, Any]:
    trades = [trade.strip() for trade in _BETWEEN.split(form.get("skills", ""))]
    return {
        # None at all is no list that is too short, but a field that was left out.
        "skills": [trade for trade in trades if trade] or None,
        "free_for": form.getlist("free_for") or None,
        "business": said(form, "business"),
        "region_code": said(form, "region_code"),
        "most_at_once": number(said(form, "most_at_once")),
    }
