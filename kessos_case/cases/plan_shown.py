"""A version of a plan as its pages show it: what it lacks in words, and who wrote, decided and met about it."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from flask import Response
from flask_babel import gettext as _

from kessos_case.access.service import names_of
from kessos_case.cases import queries, wording
from kessos_case.cases.casework_forms import reasons_of
from kessos_case.cases.change_wording import Names, sentence
from kessos_case.cases.page_frame import Errors, refused, shown
from kessos_case.cases.rules.plan_changes import Difference
from kessos_case.cases.service.headings import CaseHeading, case_heading
from kessos_case.cases.service.plan_cards import PlanCard, read_plan
from kessos_case.cases.service.policy import pathways
from kessos_case.cases.service.versions import PlanChanges
from kessos_case.core.db import Session
from kessos_case.core.errors import KessosError, NotFound
from kessos_case.reference.rules import ProgrammeKind
from kessos_case.reference.service import programme_kinds, programme_names
from kessos_case.web.forms import Form
from kessos_case.web.pages import current_language

_OFFICE = "responsible_organisation_id"


def reached(session: Session, case_id: UUID, plan_id: UUID) -> tuple[CaseHeading, PlanCard]:
    """A version under the heading of its case. Raises NotFound."""
    heading, card = case_heading(session, case_id), read_plan(session, plan_id)
    if card.case_id != case_id:
        raise NotFound("There is no such plan.")
    return heading, card


def page(
    session: Session,
    heading: CaseHeading,
    card: PlanCard,
    form: Form,
    wrong: Errors,
    about: str | None = None,
    part: str = "",
) -> str:
    """A version to be read, with the forms for what can be done now; `about` is the goal or step of a refused form, `part`
    is `sign` or `review` where it was one of these.
    """
    changes = card.changes
    offices = [step.responsible_organisation_id for goal in card.goals for step in goal.steps]
    offices += [found.before for found in _differences(changes) if found.name == _OFFICE]
    names = names_of(session, [card.author_id, card.decided_by, *offices])
    called = Names(names, wording.domains(), programme_names(session, current_language()))
    return shown(
        session,
        "plan",
        form,
        wrong,
        heading=heading,
        card=card,
        about=about,
        part=part,
        review_months=pathways().policies[heading.pathway].plan_review_months,
        domains=called.domains,
        programmes=called.programmes,
        changes=[sentence(change, called) for change in changes.changes] if changes else [],
        since=changes.since if changes else None,
        lacks=lacks(card),
        held_on=queries.conference_on(session, card.id),
        names=names,
    )


def told(session: Session, changes: PlanChanges | None) -> list[str]:
    """In what two versions differ, in sentences; none where there are no two."""
    if changes is None:
        return []
    sides = [side for found in _differences(changes) if found.name == _OFFICE for side in (found.before, found.after)]
    called = Names(names_of(session, sides), wording.domains(), programme_names(session, current_language()))
    return [sentence(change, called) for change in changes.changes]


def programmes(session: Session) -> list[tuple[str, list[tuple[str, str]]]]:
    """Aid programmes by what they are for, for a form: what empowers comes first."""
    names, kinds = programme_names(session, current_language()), programme_kinds(session)
    order = (ProgrammeKind.EMPOWERMENT, ProgrammeKind.SERVICE, ProgrammeKind.INSURANCE, ProgrammeKind.CONSUMPTION)
    return [(kind.value, [(code, name) for code, name in names.items() if kinds.get(code) == kind]) for kind in order]


def _differences(changes: PlanChanges | None) -> list[Difference]:
    return [found for change in changes.changes for found in change.differences] if changes else []


def again(
    session: Session,
    case_id: UUID,
    plan_id: UUID,
    form: Form,
    error: KessosError,
    about: UUID | None = None,
    part: str = "",
) -> Response:
    """The version with a refusal on it."""
    heading, card = reached(session, case_id, plan_id)
    return refused(error, page(session, heading, card, form, errors(error), str(about) if about else None, part))


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
