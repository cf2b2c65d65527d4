"""Answers to an instrument, person by person and without a name, for those who study what the service changes."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from kessos_case.access.service import record
from kessos_case.cases.rules.instruments import Instrument, Item
from kessos_case.cases.service import answers_under
from kessos_case.cases.service.instruments import instrument_of
from kessos_case.clients.service import data_key
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session, as_system
from kessos_case.core.errors import Invalid, NotFound, field_error
from kessos_case.core.keys import DataKey
from kessos_case.core.months import Month, month_of
from kessos_case.reports import research_queries as queries
from kessos_case.reports.rules import COUNTED, Traits, age_band, most_told, told_answer, told_traits
from kessos_case.reports.unmet_queries import start_of

# More make a file that nobody waits for; a range of months has fewer.
MOST = 5000


@dataclass(frozen=True)
class ResearchTable:
    """A heading and rows of text and numbers; `left_out` people share too little with others to be told of."""

    heading: list[str]
    rows: list[list[str | int]]
    left_out: int


class _Answered(NamedTuple):
    """One assessment: whose, how many months after his first in the file, what was answered and what it scored."""

    person: UUID
    months: int
    answers: dict[str, Any]
    scores: dict[str, Any]


def assessment_items(session: Session, instrument: str, version: int | None, months: Sequence[Month]) -> ResearchTable:
    """Every completed assessment by one version of an instrument in these months: nobody is named, nobody stands alone.

    People are numbered anew and by chance in each file. Raises Invalid for an unknown instrument or version, and for more
    than `MOST` assessments.
    """
    form = _form(instrument, version)
    with as_system(session, "reports"):
        answered, traits = _read(session, form, months)
        told = told_traits(traits)
        kept = [one for one in answered if one.person in told]
        people = sorted({one.person for one in kept})
        record(
            session, "export", "assessment", clients=people, instrument=form.name, version=form.version, rows=len(kept)
        )
    return ResearchTable(_heading(form), _rows(form, kept, told), len(traits) - len(told))


def _form(instrument: str, version: int | None) -> Instrument:
    try:
        return instrument_of(instrument, version)
    except NotFound as error:
        wrong = field_error("instrument", "not_found", "There is no such version of such an instrument.")
        raise Invalid("The instrument is not known.", errors=[wrong]) from error


def _read(session: Session, form: Instrument, months: Sequence[Month]) -> tuple[list[_Answered], dict[UUID, Traits]]:
    select = queries.finished_assessments(form.name, form.version, start_of(months[0]), start_of(months[-1] + 1))
    found = session.execute(select.limit(MOST + 1)).all()
    if len(found) > MOST:
        wrong = field_error("to", "too_many", f"More than {MOST} assessments; ask for fewer months.")
        raise Invalid("The file would be too large.", errors=[wrong])
    traits: dict[UUID, Traits] = {}
    first: dict[UUID, date] = {}
    keys: dict[UUID, DataKey | None] = {}
    answered = []
    for assessment, client, pathway in found:
        assert assessment.completed_at is not None
        assert assessment.scores is not None
        day = office_day(assessment.completed_at)
        if client.id not in traits:
            first[client.id], keys[client.id] = day, data_key(client)
            traits[client.id] = Traits(str(day.year), client.sex, age_band(client.birth_date, day), pathway)
        after = month_of(day) - month_of(first[client.id])
        answers = answers_under(keys[client.id], assessment)
        answered.append(_Answered(client.id, after, answers, assessment.scores["domains"]))
    return answered, traits


def _heading(form: Instrument) -> list[str]:
    scored = [f"score_{domain.code}" for domain in form.domains]
    return [
        "person",
        "months_after_first",
        "year_of_first",
        "sex",
        "age",
        "pathway",
        *(i.id for i in form.items),
        *scored,
    ]


def _rows(form: Instrument, kept: list[_Answered], told: dict[UUID, Traits]) -> list[list[str | int]]:
    people = sorted({one.person for one in kept})
    secrets.SystemRandom().shuffle(people)
    numbers = {person: number for number, person in enumerate(people, 1)}
    most = {item.id: most_told(_counted(item, kept)) for item in form.items if item.kind in COUNTED}
    kept.sort(key=lambda one: (numbers[one.person], one.months))
    return [_row(form, one, numbers[one.person], told[one.person], most) for one in kept]


def _row(
    form: Instrument, one: _Answered, number: int, traits: Traits, most: Mapping[str, int | None]
) -> list[str | int]:
    about: list[str | int] = [number, one.months, traits.year, traits.sex, traits.age, traits.pathway]
    items = [told_answer(item.kind, one.answers.get(item.id), most.get(item.id)) for item in form.items]
    scores = [one.scores[domain.code]["value"] for domain in form.domains]
    return [*about, *items, *("" if score is None else score for score in scores)]


def _counted(item: Item, kept: Iterable[_Answered]) -> Iterable[tuple[UUID, int]]:
    return ((one.person, one.answers[item.id]) for one in kept if one.answers.get(item.id) is not None)
