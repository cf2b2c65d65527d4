"""The page that says in what any two versions of a plan differ."""

from uuid import UUID

from flask import Blueprint, request
from flask_babel import gettext as _

from kessos_case.access.service import record
from kessos_case.cases import page_queries, plan_shown
from kessos_case.cases.page_frame import shown
from kessos_case.cases.service.headings import case_heading
from kessos_case.cases.service.versions import read_changes
from kessos_case.core.db import Session
from kessos_case.web.forms import Form
from kessos_case.web.pages import page_door

blp = Blueprint("plan_changes", __name__)


@blp.get("/cases/<uuid:case_id>/plans/changes")
@page_door("plan", "read")
def compare(session: Session, case_id: UUID) -> str:
    """In what the newer of two versions differs from the older, whichever was chosen first; the last two where none is."""
    heading = case_heading(session, case_id)
    versions = {number: plan_id for plan_id, (number, _state) in page_queries.plan_numbers(session, case_id).items()}
    numbers = list(versions)
    asked = [_number(request.args.get(name), numbers) for name in ("since", "to")]
    newest, before, *_older = [*numbers, None, None]
    pair = sorted(number for number in (asked[0] or before, asked[1] or newest) if number)
    found = None
    if len(pair) == 2:
        found = read_changes(session, versions[pair[1]], pair[0])
    else:
        # There is nothing to compare yet, and the page names the person all the same.
        record(session, "list", "plan", clients=[heading.client_id])
    since, to = pair if found else (None, None)
    return shown(
        session, "plan_changes", Form({"since": str(since), "to": str(to)}), {}, heading=heading,
        numbers={number: _("Rencana ke-%(number)s", number=number) for number in numbers},
        since=since, to=to, changes=plan_shown.told(session, found),
    )  # fmt: skip


def _number(said: str | None, numbers: list[int]) -> int | None:
    """The version of this number, where the case has it; what is typed into an address may be anything."""
    return next((number for number in numbers if str(number) == said), None)
