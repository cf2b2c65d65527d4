"""The nightly count of what became of each service's offers and of the people who found work through it."""

from datetime import date, timedelta

from kessos_case.core import db
from kessos_case.reports.service import count_records
from tests.conftest import Clock, Truth
from tests.factories import Make
from tests.factories.offers import shelter
from tests.factories.reports import Past, at, past

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def count() -> None:
    with db.transaction(db.system("worker")) as session:
        count_records(session)


def record(truth: Truth, service_id) -> tuple | None:
    found = truth.all("select accepted, observed, retained from service_records where service_id = :id", id=service_id)
    return found[0] if found else None


def taken(lived: Past, when: str, **stated) -> None:
    lived.offer(
        at(when), "accepted", answered=HOUR, ended=30 * DAY, met=DAY, outcome="served", named_day=True, **stated
    )


def lived_until(make: Make, truth: Truth, clock: Clock) -> Past:
    clock.set("2026-03-02T03:00:00+00:00")
    return past(make, truth)


def test_work_with_the_partner_itself_counts_for_the_service_that_took_the_person(
    make: Make, truth: Truth, clock: Clock
):
    lived = lived_until(make, truth, clock)
    taken(lived, "2025-01-01 09:00")
    lived.work(date(2025, 2, 1), employer=lived.receiver.office.id, checked=181)
    lived.work(date(2025, 3, 1), employer=lived.receiver.office.id, ended_on=date(2025, 4, 1))
    # Nobody looked, and one of before the offer.
    lived.work(date(2025, 3, 2), employer=lived.receiver.office.id)
    lived.work(date(2024, 3, 2), employer=lived.receiver.office.id, checked=181)
    count()
    assert record(truth, lived.receiver.service_id) == (1, 2, 1)


def test_work_elsewhere_that_nothing_links_to_the_partner_does_not_count(make: Make, truth: Truth, clock: Clock):
    lived, other = lived_until(make, truth, clock), shelter(make)
    taken(lived, "2025-01-01 09:00")
    lived.work(date(2025, 2, 1), employer=other.office.id, checked=181)
    count()
    assert record(truth, lived.receiver.service_id) == (1, 0, 0)


def test_of_several_services_of_a_partner_the_last_one_counts(make: Make, truth: Truth, clock: Clock):
    lived = lived_until(make, truth, clock)
    second = shelter(make, office=lived.receiver.office)
    taken(lived, "2025-01-01 09:00")
    taken(lived, "2025-01-20 09:00", receiver=second)
    lived.work(date(2025, 2, 1), employer=lived.receiver.office.id, checked=181)
    count()
    assert record(truth, lived.receiver.service_id) == (1, 0, 0)
    assert record(truth, second.service_id) == (1, 1, 1)


def test_counted_again_it_is_the_same_and_what_no_longer_holds_goes(make: Make, truth: Truth, clock: Clock):
    lived = lived_until(make, truth, clock)
    taken(lived, "2025-01-01 09:00")
    work = lived.work(date(2025, 2, 1), employer=lived.receiver.office.id, checked=181)
    count()
    count()
    assert record(truth, lived.receiver.service_id) == (1, 1, 1)
    truth.run(
        "update placements set state = 'ended', ended_on = '2025-03-01', end_reason = 'moved' where id = :id", id=work
    )
    count()
    assert record(truth, lived.receiver.service_id) == (1, 1, 0)
    truth.run("update placements set ended_on = '2025-03-01', end_reason = 'deceased' where id = :id", id=work)
    count()
    assert record(truth, lived.receiver.service_id) == (1, 0, 0)
