"""The strength map: organisations, kinds of service and regencies, with places and people in line."""

from datetime import date, timedelta

from kessos_case.core.paging import PageRequest
from kessos_case.reports.service import (
    Gap,
    PlaceStrength,
    StrengthLine,
    every_strength_line,
    gaps,
    read_strength,
    strength_lines,
)
from kessos_case.reports.strength_queries import StrengthFilter
from tests.conftest import Clock, Truth
from tests.factories import JEMBER, SURABAYA, Make
from tests.factories.offers import LONG
from tests.factories.partners import agree, offer_service, open_places, partner, pause
from tests.factories.reports import at, past

DAY = "2026-03-02T03:00:00+00:00"


def lines(make: Make, **wanted: str) -> list[StrengthLine]:
    with make.acting(make.user("administrator")) as session:
        return list(strength_lines(session, StrengthFilter(**wanted), PageRequest("lines")).items)


def places(make: Make, **wanted: str):
    with make.acting(make.user("administrator")) as session:
        return read_strength(session, StrengthFilter(**wanted))


def test_one_line_an_organisation_and_kind(make: Make, truth: Truth, clock: Clock):
    clock.set(DAY)
    office = partner(make)
    first = offer_service(make, office.id)
    second = offer_service(make, office.id, name="Rumah Dua", coverage=["35.09.12", SURABAYA])
    offer_service(make, office.id, service_type="meals")
    open_places(make, first, 7, **LONG)
    open_places(make, second, 3, **LONG)
    agree(make, office.id, **LONG)
    found = {line.service_type: line for line in lines(make, place=JEMBER) if line.organisation_id == office.id}
    shelters, meals = found["temporary_shelter"], found["meals"]
    assert (shelters.services, shelters.places, shelters.in_use, shelters.free) == (2, 10, 0, 10)
    assert shelters.coverage == [JEMBER, "35.09.12", SURABAYA]
    assert shelters.agreement_until == date(2099, 12, 31)
    assert (meals.places, meals.free, meals.waiting) == (None, None, 0)


def test_a_place_in_use_and_a_person_in_line_are_seen(make: Make, truth: Truth, clock: Clock):
    clock.set(DAY)
    lived = past(make, truth)
    truth.run("update service_capacities set taken = 2 where service_id = :id", id=lived.receiver.service_id)
    lived.offer(at("2026-03-01 09:00"), "waiting", answered=timedelta(hours=1), named_day=True)
    here = lived.receiver.office.id
    [line] = [line for line in lines(make) if line.organisation_id == here]
    assert (line.places, line.in_use, line.free, line.waiting) == (3, 2, 1, 1)
    jember = places(make)[JEMBER]
    assert (jember.in_use, jember.free, jember.waiting) == (2, 1, 1)


def test_a_regency_has_what_takes_its_people(make: Make, truth: Truth, clock: Clock):
    clock.set(DAY)
    for coverage, number in ((["35"], 4), ([JEMBER], 2), (["35.09.12", "35.09.13", SURABAYA], 1)):
        open_places(make, offer_service(make, coverage=coverage), number, **LONG)
    found = places(make, service="temporary_shelter")
    assert len(found) == 38
    assert (found[JEMBER].services, found[JEMBER].free, found[JEMBER].standing) == (3, 7, 3)
    assert (found[SURABAYA].services, found[SURABAYA].free, found[SURABAYA].standing) == (2, 5, 0)
    assert (found["35.01"].services, found["35.01"].free) == (1, 4)
    assert found["35.01"].free_by_kind == {"temporary_shelter": 4}


def test_an_organisation_of_several_kinds_is_one(make: Make, truth: Truth, clock: Clock):
    clock.set(DAY)
    office = partner(make)
    for kind, coverage in (
        ("temporary_shelter", ["35"]),
        ("meals", [JEMBER]),
        ("sexual_violence_support", ["35", JEMBER]),
    ):
        offer_service(make, office.id, service_type=kind, coverage=coverage)
    offer_service(make, service_type="meals")
    jember = places(make)[JEMBER]
    assert (jember.organisations, jember.services) == (2, 4)


def test_the_whole_map_at_once_is_the_same_as_page_by_page(make: Make, truth: Truth, clock: Clock):
    clock.set(DAY)
    for kind in ("meals", "temporary_shelter", "meals"):
        offer_service(make, service_type=kind)
    with make.acting(make.user("administrator")) as session:
        whole = every_strength_line(session, StrengthFilter())
        assert whole == list(strength_lines(session, StrengthFilter(), PageRequest("lines")).items)
        assert len(whole) == 3


def test_a_whole_group_is_found_by_its_name(make: Make, truth: Truth, clock: Clock):
    clock.set(DAY)
    office = offer_service(make, service_type="meals").organisation_id
    assert office in {line.organisation_id for line in lines(make, service="basic_needs")}
    assert office not in {line.organisation_id for line in lines(make, service="health")}


def test_of_what_rests_nothing_is_free(make: Make, truth: Truth, clock: Clock):
    clock.set(DAY)
    offered = offer_service(make)
    open_places(make, offered, 5, **LONG)
    pause(make, offered.organisation_id)
    [line] = [line for line in lines(make) if line.organisation_id == offered.organisation_id]
    assert (line.is_paused, line.places, line.free) == (True, 5, 0)
    assert places(make)[JEMBER].free == 0


def test_every_line_comes_once_page_by_page(make: Make, truth: Truth, clock: Clock):
    clock.set(DAY)
    for _ in range(5):
        offer_service(make)
    seen, cursor = [], None
    with make.acting(make.user("administrator")) as session:
        while True:
            found = strength_lines(session, StrengthFilter(), PageRequest("lines", 2, cursor))
            seen += [(line.organisation_id, line.service_type) for line in found.items]
            cursor = found.next_cursor
            if cursor is None:
                break
    assert len(seen) == len(set(seen)) == 5


def of(code: str, services: dict[str, int], stated: dict[str, int], free: dict[str, int]) -> PlaceStrength:
    return PlaceStrength(code, services_by_kind=services, stated_by_kind=stated, free_by_kind=free)


def test_what_nobody_offers_comes_before_what_is_full_and_a_number_not_said_is_not_full():
    found = gaps(
        {
            JEMBER: of(
                JEMBER, {"meals": 2, "legal_aid": 1}, {"meals": 2, "legal_aid": 0}, {"meals": 0, "legal_aid": 0}
            ),
            SURABAYA: of(SURABAYA, {"meals": 1, "health": 1}, {"meals": 1, "health": 1}, {"meals": 3, "health": 1}),
        },
        ["meals", "legal_aid", "health", "job_matching"],
    )
    assert found == [
        Gap("job_matching", missing=[JEMBER, SURABAYA], full=[], is_partial=False),
        Gap("health", missing=[JEMBER], full=[], is_partial=True),
        Gap("legal_aid", missing=[SURABAYA], full=[], is_partial=True),
        Gap("meals", missing=[], full=[JEMBER], is_partial=True),
    ]
    assert gaps({SURABAYA: of(SURABAYA, {"meals": 1}, {"meals": 1}, {"meals": 3})}, ["meals"]) == []
