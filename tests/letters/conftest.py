"""Somebody with each thing that a letter can be about."""

from types import SimpleNamespace
from typing import Any

import pytest

from kessos_case.letters import service
from kessos_case.letters.rules import LetterKind
from tests.factories import Make, cases, casework, training
from tests.factories import graduation as maker

NAME = "Slamet Wonokusumo"


@pytest.fixture(autouse=True)
def _day(clock):
    clock.set("2026-10-05T03:00:00+00:00")


@pytest.fixture
def worker(make: Make) -> Any:
    return make.caseworker()


@pytest.fixture
def planned(make: Make, worker) -> Any:
    """A person with an approved plan."""
    case = cases.open_case(make, worker, make.client(worker, name=NAME).id)
    plan = casework.approved_plan(make, worker, case.id)
    return SimpleNamespace(case=case, client_id=case.client_id, plan=plan)


@pytest.fixture
def issue(make: Make):
    """`issue(user, kind, subject_id)`: the letter."""

    def write(by, kind, subject_id, **said):
        with make.acting(by) as session:
            return service.issue(session, LetterKind(kind), subject_id, **said)[0]

    return write


@pytest.fixture
def passed(make: Make, worker) -> Any:
    """Somebody who passed a course."""
    batch = training.batch(make, worker)
    place = training.enrolment(make, worker, batch)
    training.attendance(make, worker, batch, place)
    return training.result(make, worker, place)


@pytest.fixture
def graduated(make: Make, worker, clock) -> Any:
    """Somebody whose graduation two people confirmed."""
    leader = make.user("supervisor", organisation=maker.UPT)
    case = maker.settled(make, worker, name=NAME)
    review = maker.provisional(make, worker, leader, case)
    clock.move(days=366)
    maker.cared_for(make, worker, case)
    return maker.confirmed(make, review.id, leader, make.user("supervisor", organisation=maker.UPT))
