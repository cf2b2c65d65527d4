"""The night reads of each case no more than it takes to know that nothing has changed: a criterion from its own rows alone."""

from collections import Counter
from datetime import date
from functools import partial

from kessos_case.aid.service import unit_consumption
from kessos_case.cases.service import case_for
from kessos_case.core import db
from kessos_case.graduation.fact_queries import clients_by_id, finished_of_many, rows_of_many
from kessos_case.graduation.rules import Criterion, CriterionCode, criteria_of, evaluate
from kessos_case.graduation.service.facts import FUNCTIONING, facts_for, graduation_facts, parts_of, region_of
from kessos_case.graduation.service.reading import Reading
from tests.factories import Make
from tests.graduation.simulation.shelf import OPENED, Shelf, noon, publish
from tests.graduation.simulation.test_lives import POLICY
from tests.graduation.simulation.test_rows import LINES, NIGHTS, chosen


def test_what_is_read_for_one_criterion_is_all_that_it_needs(make: Make, clock):
    clock.set(noon(OPENED).isoformat())
    worker = make.caseworker()
    shelves, seen = [Shelf(make, worker, person) for person in chosen()[:20]], Counter[tuple[str, bool]]()
    with db.transaction(db.Credentials(role="kessos_owner", system="test")) as session:
        publish(session, LINES)
    for since, day in ((OPENED, NIGHTS[5]), (NIGHTS[5], NIGHTS[9]), (NIGHTS[9], NIGHTS[13])):
        clock.set(noon(day).isoformat())
        with db.transaction(db.system("test")) as session:
            for shelf in shelves:
                shelf.write(session, since, day)
            session.flush()
            for shelf in shelves:
                case = case_for(session, shelf.case.id)
                for criterion in evaluate(graduation_facts(session, case, day), POLICY).criteria:
                    assert alone(session, case, day, criterion.code) == [criterion], (shelf.life.number, day)
                    seen[criterion.code, criterion.is_met] += 1
    assert {code for code, _is_met in seen} == set(CriterionCode)


def alone(session: db.Session, case, day: date, code: CriterionCode) -> list[Criterion]:
    """A criterion from nothing but the plain rows that are read for it."""
    client = clients_by_id(session, [case.client_id])[case.client_id]
    rows = rows_of_many(session, [case], {client.id: region_of(client)}, parts_of([code]))[case.id]
    finished = finished_of_many(session, [case.id], FUNCTIONING).get(case.id, ())
    consumption = partial(unit_consumption, session, client.id, known_by=day)
    reading = Reading(session, case, client, day, day, POLICY, rows, tuple(finished), consumption)
    return list(criteria_of(facts_for(reading, [code]), POLICY, [code]))
