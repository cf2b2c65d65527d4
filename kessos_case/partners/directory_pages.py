"""The directory as a page: who can take somebody today, for whom and from where; open to whoever has signed in."""

from collections.abc import Mapping

from flask import Blueprint, request

from kessos_case.access.models import Organisation
from kessos_case.access.service import own_filters
from kessos_case.access.wording import OFFICE_KINDS
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session
from kessos_case.core.paging import Page, PageRequest, page
from kessos_case.core.text import clean_text, reject_reason
from kessos_case.partners import page_queries, queries, service
from kessos_case.partners.page_frame import names_for, shown
from kessos_case.partners.page_queries import Wanted
from kessos_case.reference import service as reference
from kessos_case.reference.rules import is_region_code
from kessos_case.web.forms import Form
from kessos_case.web.pages import page_door

blp = Blueprint("directory", __name__, url_prefix="/partners")

A_PAGE = 20
MOST_CHARACTERS = 100


@blp.get("")
@page_door("partner", "read")
def index(session: Session) -> str:
    """Organisations by name; `?q=`, `?service=` (a type or group), `?place=`, `?kind=`, `?free=1` and `?open=1` filter."""
    wanted, today = wanted_from(request.args), office_day(session.now)
    found = _page(session, wanted)
    cards = service.partner_cards(session, found.items)
    offers = [offer for card in cards for offer in card.services]
    return shown(
        session, "index", Form(), {}, wanted=wanted, cards=cards, next_cursor=found.next_cursor,
        suiting=page_queries.suiting(session, wanted, [card.id for card in cards], today),
        names=names_for(session, offers, [wanted.place, *(card.region_code for card in cards)]),
        regencies=reference.regencies(session),
        own_entry=bool(service.own_entries(session)), own_filters=own_filters(session, "/partners", request.args),
    )  # fmt: skip


def wanted_from(args: Mapping[str, str]) -> Wanted:
    """The filters of an address; what cannot be one of them is left out."""
    q, place, kind = clean_text(args.get("q", ""))[:MOST_CHARACTERS], args.get("place", ""), args.get("kind", "")
    return Wanted(
        q="" if reject_reason(q) else q,
        kind=kind if kind in OFFICE_KINDS else "",
        service=_code(args.get("service", "")),
        place=place if is_region_code(place) else "",
        free="1" if args.get("free") else "",
        open="1" if args.get("open") else "",
    )


def _page(session: Session, wanted: Wanted) -> Page:
    asked = PageRequest("page:partners", A_PAGE, request.args.get("cursor"), tuple(vars(wanted).items()))
    known = queries.partners({"kind": wanted.kind or None, "q": wanted.q or None})
    select = page_queries.narrowed(known, wanted, office_day(session.now))
    return page(session, select, [Organisation.name, Organisation.id], asked)


def _code(text: str) -> str:
    return text if text.isascii() and text.replace("_", "").isalnum() and len(text) <= 60 else ""
