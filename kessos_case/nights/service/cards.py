"""What is shown of a night: how far it is and what it did, in totals of the province and never of an office or a person."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from kessos_case.access.service import record
from kessos_case.core.db import Session
from kessos_case.core.jobs import Job
from kessos_case.dependency.rules import Band
from kessos_case.nights.models import Night
from kessos_case.nights.service.running import GIVEN_UP, night_for

_BANDS = frozenset(band.value for band in Band)


@dataclass(frozen=True)
class NightCard:
    """A night: its step at work (none when it is over), chunks done of all, and the counts of each step that is done."""

    id: UUID
    as_of: date
    step: str | None
    job_id: UUID | None
    done: int
    total: int | None
    started_at: datetime
    finished_at: datetime | None
    report: dict[str, Any]

    @property
    def given_up(self) -> int:
        """Chunks that failed for good; asking for the night again tries them again."""
        return sum(counts.get(GIVEN_UP, 0) for counts in self.report.values() if isinstance(counts, dict))


def card(session: Session, night: Night) -> NightCard:
    """The night as shown."""
    job = session.get(Job, night.job_id, populate_existing=True) if night.job_id else None
    told = (job.done, job.total) if job else (_chunks_of(night), _chunks_of(night))
    own = ("done", "total")
    shown = {name: getattr(night, name) for name in NightCard.__dataclass_fields__ if name not in own}
    return NightCard(done=told[0], total=told[1], **shown)


def _chunks_of(night: Night) -> int:
    """Of a night whose job is long forgotten: as many as its steps had."""
    return sum(counts.get("chunks", 0) for counts in night.report.values() if isinstance(counts, dict))


def read_night(session: Session, night_id: UUID) -> NightCard:
    """Look at a night; the look is in the audit trail. Raises NotFound."""
    night = night_for(session, night_id)
    record(session, "read", "night", night.id)
    return _without_bands(card(session, night))


def listed_nights(session: Session, nights: Iterable[Night]) -> list[NightCard]:
    """The cards of a list; the look is in the audit trail."""
    record(session, "list", "night")
    return [_without_bands(card(session, night)) for night in nights]


def _without_bands(night: NightCard) -> NightCard:
    """How many stand in which band is for those who work with people (spec dependency.md), not for who runs the program."""
    report = {
        step: {name: count for name, count in counts.items() if name not in _BANDS}
        if isinstance(counts, dict)
        else counts
        for step, counts in night.report.items()
    }
    return replace(night, report=report)
