"""The scorecard of a partner: what became of its offers and of the people who found work through it, by month and in all."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from kessos_case.access.service import organisation_for
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session, as_system
from kessos_case.core.errors import Forbidden
from kessos_case.core.months import Month, month_of, month_range
from kessos_case.core.paging import Page, PageRequest, page
from kessos_case.core.policies import policy
from kessos_case.referrals.models import Offer
from kessos_case.reports import queries
from kessos_case.reports.rules import LEAST_TOLD, TOTAL, Prior, Share, hidden_cells, share_of
from kessos_case.reports.service.sight import sees_scorecard

MONTHS = 24

# Every offer is one of these.
FATES = ("accepted", "declined", "expired", "in_line", "open", "taken_back")
COUNTED = (
    "offers", *FATES, "answered", "met", "meetings_decided", "completed", "served", "ended", "handed_back", "no_shows",
)  # fmt: skip
WORK = ("kept", "over", "unknown")
# Parts with their wholes, for those who may not see small figures.
_PARTS = {"met": "meetings_decided", "served": "ended", "kept": "observed"}
# What lies within the accepted ones: how many fewer they are is a figure too.
_OF_ACCEPTED = ("met", "meetings_decided", "served", "ended")
# The months before those that are shown: the sums hold them too.
_BEFORE = "before"


@dataclass(frozen=True)
class Figures:
    """The figures of one month, or of all (month None). None is a figure that is not told, or not known.

    By the month in which the offer was made, also for what came of it later; work by the month in which it began.
    `accepted`, `declined`, `expired`, `in_line`, `open` and `taken_back` make up `offers`. What is open or in line is in no
    share, and what the office took back counts against nobody. `answer_hours` is the median; `answer_share` the mean part
    of its time that an answer took, all of it where none came.
    """

    month: Month | None
    is_hidden: bool = False
    offers: int | None = 0
    accepted: int | None = 0
    declined: int | None = 0
    expired: int | None = 0
    in_line: int | None = 0
    open: int | None = 0
    taken_back: int | None = 0
    answered: int | None = 0
    answer_hours: float | None = None
    answer_share: float | None = None
    acceptance: Share | None = None
    met: int | None = 0
    meeting: Share | None = None
    completed: int | None = 0
    served: int | None = 0
    success: Share | None = None
    handed_back: int | None = 0
    no_shows: int | None = 0
    retained: int | None = 0
    observed: int | None = 0
    unseen: int | None = 0
    retention: Share | None = None


@dataclass(frozen=True)
class Scorecard:
    """What became of the offers to an organisation. `is_exact`: the reader sees small figures too."""

    organisation_id: UUID
    organisation_name: str
    is_exact: bool
    all: Figures
    months: list[Figures]
    decline_reasons: dict[str, int]
    hand_back_reasons: dict[str, int]
    records_counted_at: datetime | None


def read_scorecard(session: Session, organisation_id: UUID) -> Scorecard:
    """The figures of the last 24 months and in all, without any name of a client.

    Raises NotFound, Forbidden `scope` for another's organisation. Figures of fewer than five people are told to the own
    office and to the desk of the place alone.
    """
    office = organisation_for(session, organisation_id)
    is_exact = sees_scorecard(session, office)
    today = office_day(session.now)
    with as_system(session, "reports"):
        offers = {row.month: row._mapping for row in queries.offer_counts(session, office.id)}
        work = {row.month: row._mapping for row in queries.work_counts(session, office.id, today)}
        reasons = queries.refusal_reasons(session, office.id)
        counted_at = queries.counted_at(session, office.id)
    raw = {month: _raw(offers.get(month, {}), work.get(month, {})) for month in {None, *offers, *work}}
    hidden = frozenset() if is_exact else _hidden(raw, month_of(today))
    declined, handed_back = (
        {row.reason: row.count for row in reasons if row.is_handed_back is way} for way in (False, True)
    )
    if not is_exact:
        declined = _reasons(declined, is_told=(TOTAL, "declined") not in hidden)
        handed_back = {}
    shown = month_range(month_of(today) - MONTHS + 1, month_of(today))
    return Scorecard(
        organisation_id=office.id,
        organisation_name=office.name,
        is_exact=is_exact,
        all=_figures(None, raw[None], hidden, is_exact=is_exact),
        months=[_figures(month, raw.get(month, _raw({}, {})), hidden, is_exact=is_exact) for month in reversed(shown)],
        decline_reasons=declined,
        hand_back_reasons=handed_back,
        records_counted_at=counted_at,
    )


def scorecard_offers(
    session: Session, organisation_id: UUID, show: str, month: Month | None, asked: PageRequest
) -> Page:
    """One page of (offer, name of its service) behind a figure, newest first: when, where and how it went, and no person.

    Raises NotFound, Forbidden `scope` for whoever is told figures only.
    """
    office = organisation_for(session, organisation_id)
    if not sees_scorecard(session, office):
        raise Forbidden("You may see the figures alone.", code="scope")
    select = queries.offers_behind(office.id, show, month)
    with as_system(session, "reports"):
        return page(session, select, [Offer.offered_at, Offer.id], asked, descending=True)


def _raw(offers: Mapping[str, Any], work: Mapping[str, Any]) -> dict[str, Any]:
    """Every figure of a month by its name."""
    found = {name: offers.get(name, 0) for name in COUNTED} | {name: work.get(name, 0) for name in WORK}
    times = {name: offers.get(name) for name in ("answer_hours", "answer_share")}
    return found | times | {"observed": found["kept"] + found["over"]}


def _figures(
    month: Month | None, raw: Mapping[str, Any], hidden: frozenset[tuple[str, str]], *, is_exact: bool
) -> Figures:
    decided = raw["accepted"] + raw["declined"] + raw["expired"]
    figures = Figures(
        month=month,
        **{name: raw[name] for name in COUNTED if name not in ("meetings_decided", "ended")},
        answer_hours=raw["answer_hours"],
        answer_share=raw["answer_share"],
        acceptance=share_of(raw["accepted"], decided, _prior("acceptance")),
        meeting=share_of(raw["met"], raw["meetings_decided"]),
        success=share_of(raw["served"], raw["ended"], _prior("completed")),
        retained=raw["kept"],
        observed=raw["observed"],
        unseen=raw["unknown"],
        retention=share_of(raw["kept"], raw["observed"], _prior("retained")),
    )
    return figures if is_exact else _outside(figures, raw, {name for key, name in hidden if key == _key(month)})


def _outside(figures: Figures, raw: Mapping[str, Any], hidden: set[str]) -> Figures:
    """What of the figures is told to those who may not see whom they are of."""
    dark = {TOTAL: "offers", "kept": "retained"}
    nothing: dict[str, Any] = {
        dark.get(name, name): None for name in hidden if name in (TOTAL, "kept", "met", "served", *FATES)
    }
    # What has no table of its own here, from which it could follow, is not told at all.
    nothing |= dict.fromkeys(("answered", "completed", "handed_back", "no_shows", "unseen"))
    if hidden & {"observed", "kept"}:
        nothing |= {"observed": None, "retention": None}
    for parts, share in (
        ({"accepted", "declined", "expired"}, "acceptance"),
        ({"met", "meetings_decided"}, "meeting"),
        ({"served", "ended"}, "success"),
    ):
        if hidden & parts:
            nothing[share] = None
    if raw["answered"] < LEAST_TOLD:
        nothing |= {"answer_hours": None, "answer_share": None}
    return replace(figures, is_hidden=bool(hidden), **nothing)


def _hidden(raw: Mapping[Month | None, Mapping[str, Any]], now: Month) -> frozenset[tuple[str, str]]:
    """(month, figure) that may not be told: small, or to be reckoned from what stands beside it."""
    rows = _rows(raw, now)
    # Of offers the sum stands under TOTAL; in each other table it is a figure with a name.
    tables = [{(key, name): row[name] for key, row in rows.items() for name in FATES}]
    tables[0] |= {(key, TOTAL): row["offers"] for key, row in rows.items()}
    hidden = set(hidden_cells(tables[0]))
    for part, whole in _PARTS.items():
        cells: dict[tuple[str, str], int] = {}
        for key, row in rows.items():
            cells |= {(key, part): row[part], (key, "rest"): row[whole] - row[part], (key, TOTAL): row[whole]}
        found = hidden_cells(cells, also=_nearly_accepted(rows, {part: part, whole: TOTAL}))
        hidden |= {(key, whole if name == TOTAL else name) for key, name in found if name != "rest"}
        # Where only the rest is hidden, the part and the whole would give it away.
        hidden |= {(key, part) for key, name in found if name == "rest"}
    return frozenset(hidden)


def _nearly_accepted(rows: Mapping[str, Mapping[str, int]], columns: Mapping[str, str]) -> set[tuple[str, str]]:
    """The cells that would say of few accepted people that they were not met, or have not come to an end."""
    return {
        (key, column)
        for key, row in rows.items()
        for name, column in columns.items()
        if name in _OF_ACCEPTED and 0 < row["accepted"] - row[name] < LEAST_TOLD
    }


def _reasons(counts: Mapping[str, int], *, is_told: bool) -> dict[str, int]:
    """The reasons that are told outside: none where their sum is not, nor one from which with the sum a small one follows."""
    cells = {(TOTAL, reason): count for reason, count in counts.items()} | {(TOTAL, TOTAL): sum(counts.values())}
    hidden = hidden_cells(cells)
    return {reason: count for reason, count in counts.items() if is_told and (TOTAL, reason) not in hidden}


def _rows(raw: Mapping[Month | None, Mapping[str, Any]], now: Month) -> dict[str, dict[str, int]]:
    """The rows of the tables: each month that is shown, all before together, and the sums."""
    names = {"offers", *FATES, *_PARTS, *_PARTS.values()}
    rows: dict[str, dict[str, int]] = {}
    for month, figures in raw.items():
        key = _BEFORE if month is not None and month <= now - MONTHS else _key(month)
        row = rows.setdefault(key, dict.fromkeys(names, 0))
        for name in names:
            row[name] += figures[name]
    return rows


def _key(month: Month | None) -> str:
    return TOTAL if month is None else str(month)


def _prior(name: str) -> Prior:
    """What is expected of a partner of whom little is known, as the ranking expects it."""
    stated = policy("routing").content["prior"]
    return Prior(stated[name], stated["cases"])
