"""The way back into a family or community: where the person lives now, what visits saw there, who consents. Reads only."""

from collections.abc import Iterable, Sequence

from kessos_case.cases.models import Reunification, Visit
from kessos_case.cases.rules import Pathway, VisitKind, VisitOutcome, proposed_pathway
from kessos_case.cases.service import pathways
from kessos_case.clients.models import Client
from kessos_case.clients.rules import BirthDatePrecision, age_range_on
from kessos_case.core.clock import office_day
from kessos_case.graduation.rules import HomeLook, ReunificationFacts, VisitFact, home_on
from kessos_case.graduation.service.reading import Reading

# Whoever is younger has a guardian (UU 35/2014 art. 1); school is for those of 7 and older (household_skills).
ADULT_AGE, SCHOOL_AGE = 18, 7


def reunification_facts(reading: Reading) -> ReunificationFacts:
    """The home in which the person lives on the day, the visits since, and what applies to a person of this age."""
    home = _home(reading, reading.rows.homes)
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


def _home(reading: Reading, homes: Sequence[Reunification]) -> Reunification | None:
    looks = [_look(home) for home in homes if office_day(home.recorded_at) <= reading.known_by]
    found = home_on(looks, reading.as_of)
    return next((home for home in homes if found and home.id == found.id), None)


def _look(home: Reunification) -> HomeLook:
    return HomeLook(
        id=home.id,
        assessed_on=home.assessed_on,
        is_safe=home.is_safe,
        starts_on=home.starts_on,
        ended_on=home.ended_on,
        verified_on=home.verified_on,
        guardian_consents=home.guardian_consent_on is not None,
    )


def _visits(reading: Reading, home: Reunification) -> tuple[VisitFact, ...]:
    """Visits up to the day to the person in that home, at which he was met. A call shows nothing of a home.

    What a visit after it speaks of, such as a treatment that began since, was not asked on that day.
    """
    return tuple(
        VisitFact(
            id=reading.wrote(visit.id, visit.recorded_by),
            on=visit.visited_on,
            passed=visit.outcome == VisitOutcome.WELL and not visit.is_on_street,
            school=visit.attends_school,
            treatment=visit.follows_treatment,
        )
        for visit in reading.rows.visits
        if _is_at_home(visit, home)
        and visit.visited_on <= reading.as_of
        and office_day(visit.recorded_at) <= reading.known_by
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
