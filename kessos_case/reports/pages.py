"""Pages of figures: the scorecard of a partner, the strength map, unmet need; each figure is a way to its rows."""

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request, url_for

from kessos_case.core.clock import office_day
from kessos_case.core.db import Session
from kessos_case.core.months import Month, format_month, month_of, month_range
from kessos_case.core.paging import PageRequest
from kessos_case.reports import forms, page_queries, queries, service, tiles, wording
from kessos_case.reports.strength_queries import StrengthFilter
from kessos_case.reports.unmet_queries import MEASURES
from kessos_case.web.pages import current_language, page_door

blp = Blueprint("figure_pages", __name__)

A_PAGE = 15
# How far back the months of unmet need can be chosen, and how many stand beside each other.
MOST_MONTHS, BESIDE = 24, 12
# Kinds of help that are lacking which a reader sees at once; the rest is folded.
MOST_GAPS = 6


@blp.get("/partners/<uuid:organisation_id>/scorecard")
@page_door("scorecard", "read")
def scorecard(session: Session, organisation_id: UUID) -> str:
    """What became of the offers to an organisation, in all and by month."""
    card = service.read_scorecard(session, organisation_id)
    lived = [figures for figures in card.months if figures.offers != 0 or figures.observed != 0]
    return render_template("reports/scorecard.html", card=card, lived=lived, words=wording)


@blp.get("/partners/<uuid:organisation_id>/scorecard/offers")
@page_door("scorecard", "read")
def scorecard_offers(session: Session, organisation_id: UUID) -> str:
    """The offers behind a figure of a scorecard."""
    show = forms.word_from(request.args, "show", queries.SHOWN, "offers")
    month = forms.month_from(request.args.get("month", ""), _last_months(session, service.MONTHS))
    bound = (("id", organisation_id), ("show", show), ("month", month))
    asked = PageRequest("page:scorecard", A_PAGE, request.args.get("cursor"), bound)
    found = service.scorecard_offers(session, organisation_id, show, month, asked)
    offers = [offer for offer, _name in found.items]
    return render_template(
        "reports/scorecard_offers.html", items=found.items, next_cursor=found.next_cursor, show=show, month=month,
        words=wording, organisation_id=organisation_id,
        places=page_queries.place_names(session, [offer.region_code for offer in offers]),
        opens=service.opened_by(session, offers),
    )  # fmt: skip


@blp.get("/reports/strength")
@page_door("report", "read")
def strength(session: Session) -> str:
    """What help takes the people of each regency: a map, the figures beneath it, and who offers it."""
    kinds = page_queries.service_types(session, current_language())
    wanted = _strength_wanted(kinds)
    show = forms.word_from(request.args, "show", wording.STRENGTHS, "standing")
    everywhere = StrengthFilter("", wanted.service)
    regencies = service.read_strength(session, everywhere)
    asked = PageRequest("page:strength", A_PAGE, request.args.get("cursor"), tuple(vars(wanted).items()))
    found = service.strength_lines(session, wanted, asked)
    names = _names(session, [line.region_code for line in found.items])
    figures = {code: getattr(place, show) for code, place in regencies.items()}
    return render_template(
        "reports/strength.html", words=wording, names=names, wanted=wanted, show=show, regencies=regencies,
        drawing=tiles.drawing(names, figures, lambda code: _to("strength", show=show, service=wanted.service, place=code)),
        groups=_groups(kinds), kinds={code: text for code, _parent, text in kinds},
        heat=_heat(kinds, regencies) if not wanted.service else None, lines=found.items, next_cursor=found.next_cursor,
        gaps=_gaps(kinds, regencies, wanted), most_gaps=MOST_GAPS, is_further=asked.cursor is not None,
        here=_here("strength", "show", "service", "place"), sees_all=service.sees_every_scorecard(session),
    )  # fmt: skip


@blp.get("/reports/unmet")
@page_door("report", "read")
def unmet(session: Session) -> str:
    """Where in a month nobody could take a person: a map, by regency, by kind of help, and the months before."""
    kinds = page_queries.service_types(session, current_language())
    months = service.unmet_months(session, MOST_MONTHS)
    wanted = _unmet_wanted(kinds, months)
    beside = [month for month in months if wanted.month - BESIDE < month <= wanted.month]
    found = service.unmet_need(session, sorted(beside))
    names = _names(session, (cell.region_code for cell in found.cells))
    places = sorted({cell.region_code for cell in found.cells if cell.region_code and cell.month == wanted.month})
    cells = {place: found.of(wanted.month, place, wanted.service or None) for place in places}
    figures = {place: getattr(cell, wanted.show) for place, cell in cells.items()}
    here = _here("unmet", "month", "show", "service", "place")
    return render_template(
        "reports/unmet.html", words=wording, names=names, wanted=wanted, found=found, months=months, cells=cells,
        figures=figures, drawing=tiles.drawing(names, figures, lambda code: here(place=code)), groups=_groups(kinds),
        kinds={code: text for code, _parent, text in kinds}, by_kind=_by_kind(found, wanted),
        trend=[found.of(month, wanted.place or None, wanted.service or None) for month in beside], here=here,
        whole=found.of(wanted.month, wanted.place or None, wanted.service or None),
    )  # fmt: skip


@blp.get("/reports/unmet/list")
@page_door("report", "read")
def unmet_list(session: Session) -> str:
    """The referrals behind a figure of unmet need, for the desk of their place."""
    kinds = page_queries.service_types(session, current_language())
    wanted = _unmet_wanted(kinds, service.unmet_months(session, MOST_MONTHS))
    asked = PageRequest("page:unmet", A_PAGE, request.args.get("cursor"), tuple(vars(wanted).items()))
    of_kind = [wanted.service] if wanted.service else []
    found = service.unmet_rows(session, wanted.month, wanted.show, asked, place=wanted.place, service_types=of_kind)
    names = _names(session, (row.region_code for row in found.items))
    return render_template(
        "reports/unmet_list.html", words=wording, wanted=wanted, rows=found.items, next_cursor=found.next_cursor,
        names=names, kinds={code: text for code, _parent, text in kinds},
        here=_here("unmet_list", "month", "show", "service", "place"),
    )  # fmt: skip


def _names(session: Session, more: Any) -> dict[str, str]:
    """Names of all regencies, and of these places."""
    regencies = [tile.code for tile in tiles.tiles()]
    return page_queries.place_names(session, [*regencies, *(code for code in more if code)])


def _groups(kinds: list[tuple[str, str | None, str]]) -> list[tuple[str, list[tuple[str, str]]]]:
    """For `choose_grouped`: each group, and in it the whole group first."""
    of = [(code, text) for code, parent, text in kinds if parent is None]
    return [
        (text, [(code, text), *((kind, said) for kind, parent, said in kinds if parent == code)]) for code, text in of
    ]


def _heat(kinds: list[tuple[str, str | None, str]], regencies: dict[str, service.PlaceStrength]) -> dict[str, Any]:
    """Services by regency and group; each group shaded by itself, for they cannot be compared with each other."""
    group_of = {code: parent for code, parent, _text in kinds}
    groups = [(code, text) for code, parent, text in kinds if parent is None]
    counted = {
        code: {
            group: sum(n for kind, n in (place.services_by_kind or {}).items() if group_of.get(kind) == group)
            for group, _text in groups
        }
        for code, place in regencies.items()
    }
    columns = {group: [row[group] for row in counted.values()] for group, _text in groups}
    shades = {
        code: {group: tiles.shade_of(row[group], columns[group]) for group in row} for code, row in counted.items()
    }
    return {"groups": groups, "counted": counted, "shades": shades}


def _gaps(
    kinds: list[tuple[str, str | None, str]], regencies: dict[str, service.PlaceStrength], wanted: StrengthFilter
) -> list[service.Gap]:
    """What is lacking of what the reader looks for, where he looks."""
    here = {wanted.place: regencies[wanted.place]} if wanted.place else regencies
    return service.gaps(
        here, [code for code, parent, _text in kinds if parent and wanted.service in ("", code, parent)]
    )


def _strength_wanted(kinds: list[tuple[str, str | None, str]]) -> StrengthFilter:
    return StrengthFilter(
        forms.place_from(request.args), forms.word_from(request.args, "service", [kind[0] for kind in kinds])
    )


def _unmet_wanted(kinds: list[tuple[str, str | None, str]], months: list[Month]) -> forms.UnmetFilter:
    return forms.UnmetFilter(
        month=forms.month_from(request.args.get("month", ""), months) or months[0],
        show=forms.word_from(request.args, "show", MEASURES, "still_unmet"),
        service=forms.word_from(request.args, "service", [code for code, parent, _text in kinds if parent]),
        place=forms.place_from(request.args),
    )


def _last_months(session: Session, count: int) -> list[Month]:
    now = month_of(office_day(session.now))
    return list(reversed(month_range(now - count + 1, now)))


def _by_kind(found: service.UnmetNeed, wanted: forms.UnmetFilter) -> list[service.UnmetCell]:
    """The kinds of help that were lacking, most first."""
    place = wanted.place or None
    cells = [
        cell for cell in found.cells
        if cell.month == wanted.month and cell.region_code == place and cell.service_type
    ]  # fmt: skip
    return sorted(cells, key=lambda cell: (-(getattr(cell, wanted.show) or 0), cell.service_type or ""))


def _to(page: str, **words: Any) -> str:
    """A page of figures with these filters; empty ones are left out."""
    return url_for(f"figure_pages.{page}", **{name: word for name, word in words.items() if word})


def _here(page: str, *names: str) -> Any:
    """`here(place="35.09")`: this page with another filter."""
    kept = {name: request.args.get(name, "") for name in names}

    def here(to: str = page, **changes: Any) -> str:
        if isinstance(changes.get("month"), int):
            changes["month"] = format_month(changes["month"])
        return _to(to, **kept | changes)

    return here
