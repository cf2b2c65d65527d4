"""From the form of a receiver's answer to what the services take: nothing is checked here that a schema or service checks."""

from datetime import datetime
from typing import Any

import marshmallow as ma
from marshmallow import fields

from kessos_case.core.clock import OFFICE_ZONE
from kessos_case.core.errors import Invalid, field_error
from kessos_case.referrals.inbox_queries import InboxFilter
from kessos_case.referrals.offer_schemas import AcceptanceIn, DeclineIn, WaitingIn
from kessos_case.referrals.rules import STEP_VERBS, Step, Urgency, Verb
from kessos_case.referrals.schemas import CODE
from kessos_case.referrals.service import OpenedOffer
from kessos_case.web.fields import Instant, Text
from kessos_case.web.forms import Form, loaded, said

VERBS = frozenset(verb for verbs in STEP_VERBS.values() for verb in verbs)


class MoveIn(ma.Schema):
    """What is said of a meeting, of one that was missed, or of an end."""

    reason = fields.String(allow_none=True, load_default=None, validate=CODE)
    note = Text(4000, lines=True, allow_none=True, load_default=None)
    happened_at = Instant(allow_none=True, load_default=None)


_SCHEMAS: dict[Verb, type[ma.Schema]] = {
    Verb.ACCEPT: AcceptanceIn,
    Verb.ADMIT: AcceptanceIn,
    Verb.DECLINE: DeclineIn,
    Verb.WAIT_LIST: WaitingIn,
}


def filter_from(args: Form) -> InboxFilter:
    """The filters of an address; what is none of ours filters nothing."""
    view, urgency = args.get("view", ""), args.get("urgency", "")
    return InboxFilter(
        view=view if view in frozenset(Step) else "",
        urgency=urgency if urgency in frozenset(Urgency) else "",
        late="1" if args.get("late") and view != Step.ENDED else "",
    )


def blank(received: OpenedOffer, offices: list[tuple[Any, str, str]]) -> Form:
    """The form before anything was typed: what is most likely stands there already, and can be changed."""
    near = [str(office_id) for office_id, region, _name in offices if received.offer.region_code.startswith(region)]
    likely = {"recommending_organisation_id": near[0] if near else "", "spm_level": "province"}
    return Form(likely if received.step in (Step.ANSWER, Step.LINE) else {})


def verb_of(form: Form) -> Verb:
    """The answer of this form. Raises Invalid when it is none."""
    try:
        verb = Verb(form.get("verb", ""))
    except ValueError:
        verb = None
    if verb not in VERBS:
        raise Invalid("The form has mistakes.", errors=[field_error("verb", "invalid_value", "Not an answer.")])
    return verb


def answer_from(form: Form) -> dict[str, Any]:
    """What goes with the answer of this form. Raises Invalid naming each wrong field."""
    schema = _SCHEMAS.get(verb_of(form), MoveIn)()
    stated = {name: said(form, name) for name in schema.fields}
    if typed := stated.get("happened_at"):
        stated["happened_at"] = _instant(typed)
    return loaded(schema, stated)


def _instant(typed: str) -> str:
    """A local day and time of a form as an instant; what is none goes on as typed, so that the schema refuses it."""
    try:
        return datetime.fromisoformat(typed).replace(tzinfo=OFFICE_ZONE).isoformat()
    except ValueError:
        return typed
