"""What each step of a night does: into which parts it is cut, and the verb of another room that does one part."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from kessos_case.alumni import service as alumni
from kessos_case.cases import service as cases
from kessos_case.clients.models import Client
from kessos_case.core.db import Session
from kessos_case.core.policies import policy
from kessos_case.dependency import service as dependency
from kessos_case.employment import service as employment
from kessos_case.graduation import service as graduation
from kessos_case.nights import queries
from kessos_case.nights.models import Night, NightChunk
from kessos_case.nights.rules import Step
from kessos_case.nights.service.digests import write_digests
from kessos_case.nights.service.retention import forget
from kessos_case.partners import service as partners
from kessos_case.referrals import service as referrals
from kessos_case.reports import service as reports
from kessos_case.residence import service as residence
from kessos_case.training import service as training

# A life is read from ten tables, a score from one: so many people are drawn within a minute on a busy machine too.
PEOPLE_DRAWN = 10_000

# Columns of a chunk: what it is about, and how many things that are.
Part = dict[str, Any]


@dataclass(frozen=True)
class Work:
    """How a step is cut, and `do(session, as_of, chunk)`, which answers counts. Done twice it changes nothing more.

    `end` is done once every chunk is, where none was given up: for what is worth something only when it is whole.
    """

    parts: Callable[[Session], list[Part]]
    do: Callable[[Session, date, NightChunk], Counter[str]]
    end: Callable[[Session, Night], None] | None = None


def _part(first: UUID | None = None, last: UUID | None = None, office: UUID | None = None, size: int = 1) -> Part:
    return {"first_id": first, "last_id": last, "organisation_id": office, "size": size}


def _whole(session: Session) -> list[Part]:
    return [_part()]


def _people(session: Session) -> list[Part]:
    return _parts(queries.ranges(session, sa.select(Client.id), _size("people_in_chunk")))


def _offices(session: Session) -> list[Part]:
    return [_part(office=office) for office in queries.offices_with_cases(session)]


def _cases(session: Session) -> list[Part]:
    chosen = partial(graduation.cases_to_look_at, session)
    found = queries.ranges_of_chosen(session, graduation.every_case(), chosen, _size("cases_in_chunk"))
    return _parts(found)


def _parts(found: Sequence[queries.Range]) -> list[Part]:
    return [_part(each.first, each.last, size=each.size) for each in found]


def _size(of: str) -> int:
    size: int = policy("dependency").content["night"][of]
    return size


def _ends(chunk: NightChunk) -> tuple[UUID, UUID]:
    assert chunk.first_id is not None
    assert chunk.last_id is not None
    return chunk.first_id, chunk.last_id


def _score(session: Session, as_of: date, chunk: NightChunk) -> Counter[str]:
    return dependency.score_people(session, as_of, *_ends(chunk))


def _flag(session: Session, as_of: date, chunk: NightChunk) -> Counter[str]:
    assert chunk.organisation_id is not None
    return dependency.flag_office(session, as_of, chunk.organisation_id)


def _judge(session: Session, as_of: date, chunk: NightChunk) -> Counter[str]:
    return graduation.look_at_cases(session, *_ends(chunk))


def _check(session: Session, as_of: date, chunk: NightChunk) -> Counter[str]:
    """Every due thing has a task: raised with the thing itself as a rule, here where one is lacking."""
    asked = cases.ask_for_due_cases(session)
    asked.update(placements=employment.ask_for_due_checks(session), aftercare=graduation.ask_for_aftercare(session))
    asked.update(partners.ask_for_upkeep(session))
    asked.update(aid_years=dependency.warn_of_years(session, as_of))
    asked.update(alumni.let_go(session))
    asked.update(residence.ask_for_due_stays(session))
    asked.update(results=training.ask_for_results(session), out_of_sight=employment.let_go_of_the_unseen(session))
    return asked


def _run_clocks(session: Session, as_of: date, chunk: NightChunk) -> Counter[str]:
    # By the past of the partners they are ranked, tonight too.
    counted, courses = reports.count_records(session), reports.count_courses(session)
    referrals.run_clocks(session)
    counts = referrals.assign_waiting(session)
    counts.update(referrals.late_counts(session), services_counted=counted, courses_counted=courses)
    return counts


def _digest(session: Session, as_of: date, chunk: NightChunk) -> Counter[str]:
    return write_digests(session)


def _served(session: Session) -> list[Part]:
    most = min(policy("dependency").content["night"]["people_in_chunk"], PEOPLE_DRAWN)
    return [
        _part(each.first, each.last, size=each.size)
        for each in queries.ranges(session, reports.people_with_lives(), most)
    ]


def _draw(session: Session, as_of: date, chunk: NightChunk) -> Counter[str]:
    night = session.get_one(Night, chunk.night_id)
    return reports.draw_lives(session, as_of, night.started_at, *_ends(chunk))


def _draw_is_whole(session: Session, night: Night) -> None:
    reports.finish_lives(session, night.as_of, night.started_at)


def _forget(session: Session, as_of: date, chunk: NightChunk) -> Counter[str]:
    return forget(session)


WORK: dict[Step, Work] = {
    Step.SCORES: Work(_people, _score),
    Step.FLAGS: Work(_offices, _flag),
    Step.GRADUATION: Work(_cases, _judge),
    Step.CHECKS: Work(_whole, _check),
    Step.CLOCKS: Work(_whole, _run_clocks),
    Step.DIGESTS: Work(_whole, _digest),
    Step.COHORTS: Work(_served, _draw, _draw_is_whole),
    Step.RETENTION: Work(_whole, _forget),
}
