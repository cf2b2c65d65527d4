"""A version of a plan as its pages show it: what it lacks in words, and who wrote, decided and met about it."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from flask import Response
from flask_babel import gettext as _

from kessos_case.access.service import names_of
from kessos_case.cases import queries, wording
from kessos_case.cases.casework_forms import reasons_of
from kessos_case.cases.page_frame import Errors, refused, shown
from kessos_case.cases.service.headings import CaseHeading, case_heading
from kessos_case.cases.service.plan_cards import PlanCard, read_plan
from kessos_case.core.db import Session
from kessos_case.core.errors import KessosError, NotFound
from kessos_case.web.forms import Form


def reached(session: Session, case_id: UUID, plan_id: UUID) -> tuple[CaseHeading, PlanCard]:
    """A version under the heading of its case. Raises NotFound."""
    heading, card = case_heading(session, case_id), read_plan(session, plan_id)
    if card.case_id != case_id:
        raise NotFound("There is no such plan.")
    return heading, card


def page(
    session: Session, heading: CaseHeading, card: PlanCard, form: Form, wrong: Errors, about: str | None = None
) -> str:
    """A version to be read, with the forms for what can be done now; `about` is the goal or step of a refused form."""
    offices = [step.responsible_organisation_id for goal in card.goals for step in goal.steps]
    return shown(
        session,
        "plan",
        form,
        wrong,
        heading=heading,
        card=card,
        about=about,
        domains=wording.domains(),
        lacks=lacks(card),
        held_on=queries.conference_on(session, card.id),
        names=names_of(session, [card.author_id, card.decided_by, *offices]),
    )


def again(
    session: Session, case_id: UUID, plan_id: UUID, form: Form, error: KessosError, about: UUID | None = None
) -> Response:
    """The version with a refusal on it."""
    heading, card = reached(session, case_id, plan_id)
    return refused(error, page(session, heading, card, form, errors(error), str(about) if about else None))


def lacks(card: PlanCard) -> Errors:
    """What an undecided version lacks, each with the place where it is put right."""
    places = {str(goal.id): f"goals.{goal.position}" for goal in card.goals}
    places |= {
        str(step.id): f"{places[str(goal.id)]}.steps.{step.position}" for goal in card.goals for step in goal.steps
    }
    return _said({**entry, "field": places.get(entry.get("id", ""), "")} for entry in card.missing)


def errors(error: KessosError) -> Errors:
    """A refusal in words; a domain that has no goal is named."""
    return _said(reasons_of(error))


def uuids(found: Iterable[Any]) -> list[UUID]:
    """Those of these that are ids; what a form sends may be anything."""
    ids = []
    for one in found:
        try:
            ids.append(UUID(str(one)))
        except ValueError:
            continue
    return ids


def _said(entries: Iterable[Mapping[str, Any]]) -> Errors:
    found: Errors = {}
    domains = wording.domains()
    for entry in entries:
        if entry.get("code") == "domain_without_goal":
            domain = domains.get(str(entry.get("id")), str(entry.get("id")))
            found[f"#{entry.get('id')}"] = _("%(domain)s perlu dibantu, tetapi belum punya tujuan.", domain=domain)
        else:
            found = wording.mistakes([entry]) | found
    return found
