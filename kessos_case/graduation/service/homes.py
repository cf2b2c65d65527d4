"""The way back into a family or community: where the person lives now, what visits saw there, who consents. Reads only."""

from collections.abc import Iterable
from datetime import date, datetime

from kessos_case.cases.models import Reunification, Visit
from kessos_case.cases.rules import Pathway, VisitKind, VisitOutcome, proposed_pathway
from kessos_case.cases.service import pathways
from kessos_case.clients.models import Client
from kessos_case.clients.rules import BirthDatePrecision, age_range_on
from kessos_case.core.clock import office_day
from kessos_case.graduation.rules import ReunificationFacts, VisitFact
from kessos_case.graduation.service.reading import Reading

# Whoever is younger has a guardian (UU 35/2014 art. 1); school is for those of 7 and older (household_skills).
ADULT_AGE, SCHOOL_AGE = 18, 7


def reunification_facts(reading: Reading) -> ReunificationFacts:
    """The home in which the person lives on the day, the visits since, and what applies to a person of this age."""
    home = _home(reading, reversed(reading.rows.homes))
    visits = _visits(reading, home) if home else ()
    youngest, oldest = _ages(reading.client, reading)
    is_minor = youngest < ADULT_AGE
    consents = home is not None and home.guardian_consent_on is not None
    if home:
        reading.wrote(home.id, home.recorded_by, home.verified_by)
    return ReunificationFacts(
        safe_home_id=home.id if home else None,
        safe_home_on=home.assessed_on if home else None,
        visits=visits,
        guardian_consent_id=home.id if home and consents else None,
        school_applies=(is_minor and oldest >= SCHOOL_AGE) or any(visit.school is not None for visit in visits),
        treatment_applies=_is_treated(reading, visits),
        guardian_applies=is_minor,
    )


def _home(reading: Reading, homes: Iterable[Reunification]) -> Reunification | None:
    """Where the person lives, if it was assessed as safe; none once a later look at a home found danger."""
    known = [
        home
        for home in homes
        if office_day(home.recorded_at) <= reading.known_by
        and home.assessed_on <= reading.as_of
        and (home.ended_on is None or home.ended_on > reading.as_of)
    ]
    newest = sorted(known, key=lambda home: _turn(reading, home), reverse=True)
    if newest and not newest[0].is_safe:
        return None
    return next((home for home in newest if home.starts_on and home.starts_on <= reading.as_of), None)


def _turn(reading: Reading, home: Reunification) -> tuple[date, bool, bool, datetime]:
    """The later look holds. Of two of one day that of the home in which the person was seen living since, else the one that
    found danger: it does not matter which was written down first."""
    was_seen = home.verified_on is not None and home.assessed_on < home.verified_on <= reading.as_of
    return home.assessed_on, was_seen, not home.is_safe, home.recorded_at


def _visits(reading: Reading, home: Reunification) -> tuple[VisitFact, ...]:
    """Visits to the person in that home, at which he was met. A call shows nothing of a home."""
    return tuple(
        VisitFact(
            id=reading.wrote(visit.id, visit.recorded_by),
            on=visit.visited_on,
            passed=visit.outcome == VisitOutcome.WELL and not visit.is_on_street,
            school=visit.attends_school,
            treatment=visit.follows_treatment,
        )
        for visit in reading.rows.visits
        if _is_at_home(visit, home) and office_day(visit.recorded_at) <= reading.known_by
    )


def _is_at_home(visit: Visit, home: Reunification) -> bool:
    begun = home.starts_on is not None and visit.visited_on >= home.starts_on
    return begun and visit.was_met and visit.kind == VisitKind.VISIT and visit.case_id in (None, home.case_id)


def _is_treated(reading: Reading, visits: Iterable[VisitFact]) -> bool:
    """Does the person need treatment? So it is once a visit has said anything of it.

    And for whoever came this way by choice and not by category: as a rule a person with a mental illness, which has no
    category of its own (config/policies/pathways.toml).
    """
    is_by_choice = proposed_pathway(pathways(), reading.case.category_code) != Pathway.REUNIFICATION
    return is_by_choice or any(visit.treatment is not None for visit in visits)


def _ages(client: Client, reading: Reading) -> tuple[int, int]:
    """Least and greatest age on the day. Of whom no birth date is known may be a child of any age: nobody is spared."""
    if client.birth_date is None:
        return 0, 150
    precision = BirthDatePrecision(client.birth_date_precision or BirthDatePrecision.DAY)
    return age_range_on(client.birth_date, precision, max(reading.as_of, client.birth_date))
