"""The page of the caseload: whom the office serves, by stage, those first who need a look first."""

from collections.abc import Mapping
from functools import partial
from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _

from kessos_case.access.rules import Role
from kessos_case.access.service import own_filters
from kessos_case.cases import service as cases
from kessos_case.cases.rules import OPEN_STAGES, Pathway, Stage
from kessos_case.core.db import Session
from kessos_case.core.paging import PageRequest
from kessos_case.journey import caseload_wording, wording
from kessos_case.tasks.wording import ACTIONS
from kessos_case.web.pages import page_door

blp = Blueprint("caseload_pages", __name__)

A_PAGE = 20
OF_A_STAGE = 6
# In the order of a case's life.
STAGES = [stage for stage in Stage if stage in OPEN_STAGES]


@blp.get("/cases")
@page_door("case", "read")
def caseload(session: Session) -> str:
    """The open cases as a board of stages or as a list; the filters stand in the address."""
    wanted, is_list = _wanted(session), _is_list()
    load = cases.read_caseload(session, wanted)
    found = cases.load_list(session, load, _page(wanted)) if is_list else None
    return render_template(
        "journey/caseload.html",
        load=load,
        found=found,
        board={} if is_list else cases.load_board(session, load, OF_A_STAGE),
        stages=STAGES,
        is_list=is_list,
        of_a_stage=OF_A_STAGE,
        whose=_whose(session, load),
        leads=_leads(session),
        is_mine=wanted.worker == session.actor.user_id,
        asked=_asked(request.args),
        here=partial(_here, request.args),
        own_filters=own_filters(session, "/cases", request.args),
        words=caseload_wording,
        next_words=ACTIONS,
        stage_words=wording.STAGES,
        pathway_words=wording.PATHWAYS,
        close_words=wording.CLOSE_REASONS,
    )


def _whose(session: Session, load: cases.Caseload) -> dict[str, str]:
    """Whose cases can be asked for: the own, all, those of nobody, and of each colleague."""
    mine = {"me": _("Kasus saya")} if Role.CASEWORKER in session.actor.roles else {}
    whole = {"all": _("Semua di kantor ini"), "none": _("Belum ada pekerja sosial")}
    others = {str(worker.id): worker.name for worker in cases.load_workers(session, load)}
    return (whole | others) if _leads(session) else (mine | whole | others)


def _asked(args: Mapping[str, str]) -> dict[str, str]:
    """The filters as the form shows them: only words that it offers."""
    offered = {
        "view": caseload_wording.VIEWS,
        "show": caseload_wording.SHOWN,
        "stage": list(Stage),
        "pathway": list(Pathway),
    }
    asked = {name: args.get(name, "") for name in offered}
    known = {name: value if value in offered[name] else "" for name, value in asked.items()}
    return known | {"worker": args.get("worker", "")}


def _wanted(session: Session) -> cases.Wanted:
    asked = _asked(request.args)
    worker, me = asked["worker"], session.actor.user_id
    # Whoever serves people himself begins with his own; whoever leads an office, with all of it.
    if worker == "me" or (worker == "" and not _leads(session)):
        whose: dict[str, Any] = {"worker": me}
    else:
        whose = {"worker": _id(worker), "unassigned": worker == "none"}
    return cases.Wanted(stage=asked["stage"], pathway=asked["pathway"], show=asked["show"], **whose)


def _is_list() -> bool:
    """A list also for what a board of stages cannot show."""
    asked = _asked(request.args)
    return asked["view"] == "list" or bool(asked["stage"] or asked["show"])


def _leads(session: Session) -> bool:
    return Role.SUPERVISOR in session.actor.roles


def _page(wanted: cases.Wanted) -> PageRequest:
    filters = tuple((name, str(value)) for name, value in vars(wanted).items())
    return PageRequest("page:caseload", A_PAGE, request.args.get("cursor"), filters)


def _here(args: Mapping[str, str], **changes: str) -> str:
    """This page with other filters; an empty one is left out."""
    values: dict[str, Any] = {name: value for name, value in (_asked(args) | changes).items() if value}
    return url_for("caseload_pages.caseload", **values)


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
