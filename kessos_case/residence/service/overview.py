"""The house at a glance: who lives in which ward, what must be looked at, who waits. One row of the trail names everyone."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from kessos_case.access.service import names_of, record
from kessos_case.clients.service import Label, labels
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session
from kessos_case.residence import queries
from kessos_case.residence.models import Stay
from kessos_case.residence.rules import REVIEW_OPENS_BEFORE
from kessos_case.residence.service.line import WaitCard, line_cards
from kessos_case.residence.service.stays import StayCard, cards
from kessos_case.residence.service.wards import WardCard, wards_of

# As many as a page names of each ward, and of the line; the rest is one click away.
FEW_IN_WARD, FEW_IN_LINE = 8, 5


@dataclass(frozen=True)
class House:
    """A house as its first page shows it. `people` are some of each ward, `due` all who must be looked at."""

    organisation_id: UUID
    name: str
    wards: list[WardCard]
    people: dict[UUID, list[StayCard]]
    due: list[StayCard]
    line: list[WaitCard]
    waiting: int
    called: dict[UUID, Label]

    @property
    def beds(self) -> int:
        """All beds in use."""
        return sum(ward.beds for ward in self.wards if ward.is_active)

    @property
    def taken(self) -> int:
        """How many of them are taken."""
        return sum(ward.taken for ward in self.wards)

    @property
    def free(self) -> dict[str, int]:
        """Free beds by whom the ward is for."""
        found: dict[str, int] = {}
        for ward in self.wards:
            if ward.is_active:
                found[ward.sex] = found.get(ward.sex, 0) + ward.free
        return found


def read_house(session: Session, organisation_id: UUID) -> House:
    """The house now, in seven statements. Raises NotFound for the house of another UPT."""
    wards, today = wards_of(session, organisation_id), office_day(session.now)
    select = queries.residents(organisation_id, FEW_IN_WARD, today + REVIEW_OPENS_BEFORE, today)
    rows = session.execute(select).all()
    names = {ward.id: ward.name for ward in wards}
    found = dict(zip([row[0].id for row in rows], cards(session, [row[0] for row in rows], names), strict=True))
    some = [found[row[0].id] for row in rows if row.place <= FEW_IN_WARD]
    line = line_cards(session, organisation_id)
    shown = list(dict.fromkeys(one.client_id for one in (*found.values(), *line[:FEW_IN_LINE])))
    record(session, "list", "stay", clients=shown, part="house")
    return House(
        organisation_id=organisation_id,
        name=names_of(session, [organisation_id]).get(str(organisation_id), ""),
        wards=wards,
        people={ward.id: [one for one in some if one.ward_id == ward.id] for ward in wards},
        due=sorted((one for one in found.values() if _is_due(one)), key=_turn),
        line=line[:FEW_IN_LINE],
        waiting=len(line),
        called=labels(session, shown),
    )


def residents_of(session: Session, organisation_id: UUID) -> dict[UUID, Label]:
    """Whom a line of the log may be about: everyone who lives here, by name; the look is in the audit trail."""
    select = queries.stays({"organisation_id": organisation_id, "open": True}).with_only_columns(Stay.client_id)
    people = list(session.scalars(select))
    record(session, "list", "stay", clients=people, part="log")
    return dict(sorted(labels(session, people).items(), key=lambda item: item[1].text))


def _is_due(stay: StayCard) -> bool:
    return stay.is_review_due or stay.is_past_end or stay.is_late_back


def _turn(stay: StayCard) -> tuple[bool, date]:
    """What is late comes first, and of it what has been so for longest."""
    days = [stay.review_on, *([stay.planned_until] if stay.is_past_end else [])]
    if stay.is_late_back and stay.away_until:
        days.append(stay.away_until)
    return not (stay.is_past_end or stay.is_late_back or stay.is_review_late), min(days)
