"""The directory as Open Referral HSDS: what programs of others read holds to its reference."""

import copy
from datetime import date, time

import pytest

from kessos_case.partners.service.hsds import hsds_id, type_term
from kessos_case.reference import sources
from kessos_case.reference.models import ServiceType
from tests.factories import Api, Make
from tests.factories.partners import contact, offer_service, open_places, partner, pause
from tests.partners.hsds import mistakes

HOURS = {"open_days": [1, 2, 5], "opens_at": time(8), "closes_at": time(15, 30)}


@pytest.fixture
def office(make: Make, clock):
    """A partner that says everything that can be said of one."""
    made = partner(make, name="Panti Melati")
    offered = offer_service(
        make, made.id, min_age=18, max_age=60, sexes=["P"], categories=["PPKS-14"], has_disability_access=True,
        is_accredited=True, application_process="Bawa KTP kalau ada", **HOURS,
    )  # fmt: skip
    open_places(make, offered, 7)
    contact(make, made.id, name="Ibu Sri", position="Ketua", email="sri@contoh.id")
    return made


@pytest.fixture
def published(make: Make, api: Api):
    """What a program reads."""
    return lambda query="": api(make.user("tksk")).get(f"/partners?format=hsds{query}").json


def test_a_page_holds_to_the_reference(office, make: Make, published):
    offer_service(make, partner(make, kind="company", region_code=None).id, coverage=["35", "35.09.12"])
    page = published()
    assert mistakes(page) == []
    assert (page["size"], page["first_page"], page["last_page"], page["empty"]) == (2, True, True, False)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda office: office.pop("description"),
        lambda office: office.update(colour="red"),
        lambda office: office["services"][0].update(status="paused"),
        lambda office: office["services"][0].update(minimum_age=None),
        lambda office: office["services"][0]["schedules"][0].update(byday="MON"),
        lambda office: office["services"][0]["capacities"][0].pop("unit"),
        lambda office: office["contacts"][0].update(id="12"),
    ],
)
def test_the_check_finds_what_is_wrong(spoil, office, published):
    page = copy.deepcopy(published())
    spoil(page["contents"][0])
    assert mistakes(page) != []


def test_every_field_that_is_known_is_told(office, published):
    (told,) = published()["contents"]
    assert (told["id"], told["name"]) == (str(office.id), "Panti Melati")
    assert told["description"] == "Lembaga kesejahteraan sosial, Kabupaten Jember, Jawa Timur"
    assert [(one["name"], one["title"], one["phones"][0]["number"]) for one in told["contacts"]] == [
        ("Ibu Sri", "Ketua", "+6281234567890")
    ]
    (offered,) = told["services"]
    assert (offered["minimum_age"], offered["maximum_age"]) == (18, 60)
    assert offered["eligibility_description"].startswith("Usia 18-60 tahun; perempuan; ")
    assert offered["application_process"] == "Bawa KTP kalau ada"
    assert (offered["assured_date"], offered["last_modified"]) == (
        "2026-03-02", "2026-03-02T00:00:00.000+07:00",
    )  # fmt: skip
    (week,) = offered["schedules"]
    assert (week["byday"], week["opens_at"], week["closes_at"]) == ("MO,TU,FR", "08:00+07:00", "15:30+07:00")
    assert [area["name"] for area in offered["service_areas"]] == ["Kabupaten Jember, Jawa Timur"]
    assert [(room["available"], room["maximum"]) for room in offered["capacities"]] == [(7, 7)]


def test_what_is_offered_and_to_whom_are_terms_of_a_taxonomy(office, published):
    terms = {one["link_type"]: one["taxonomy_term"] for one in published()["contents"][0]["services"][0]["attributes"]}
    assert (terms["service_type"]["code"], terms["service_eligibility"]["code"]) == ("temporary_shelter", "PPKS-14")
    assert terms["service_type"]["parent_id"] == hsds_id("service_type", "basic_needs")


def test_every_service_type_is_a_term_below_its_group():
    known = {record["code"]: ServiceType(**record) for record in sources.service_types()}
    terms = {code: type_term(known, code) for code in known}
    assert terms.keys() == known.keys()
    groups = {term["id"] for term in terms.values() if "parent_id" not in term}
    assert {term["parent_id"] for term in terms.values() if "parent_id" in term} == groups
    assert all(term["name"] and term["description"] for term in terms.values())


def test_ids_stay_the_same_and_none_is_used_for_two_things(office, published):
    def ids(value, found):
        if isinstance(value, dict):
            found.update({value["id"]: {**value, "location": None}} if "id" in value else {})
            return [each for part in value.values() for each in ids(part, found)] + [value.get("id")]
        return [each for part in value for each in ids(part, found)] if isinstance(value, list) else []

    once, again = ({}, {})
    first, second = ids(published()["contents"], once), ids(published()["contents"], again)
    assert first == second
    assert once == again


def test_a_service_that_rests_today_is_closed_and_one_nobody_confirmed_says_so(office, make: Make, published, clock):
    clock.move(days=100)
    pause(make, office.id, starts_on=date(2026, 6, 1))
    (offered,) = published()["contents"][0]["services"]
    assert offered["status"] == "temporarily closed"
    assert "dipastikan" in offered["alert"]


def test_a_pause_to_come_closes_nothing_yet(office, make: Make, published):
    pause(make, office.id, starts_on=date(2026, 3, 3))
    assert published()["contents"][0]["services"][0]["status"] == "active"


def test_pages_follow_one_another_by_the_cursor(office, make: Make, published):
    offer_service(make, partner(make, name="Zakat").id)
    first = published("&limit=1")
    second = published(f"&limit=1&cursor={first['next_cursor']}")
    assert [page["contents"][0]["name"] for page in (first, second)] == ["Panti Melati", "Zakat"]
    assert (first["last_page"], second["first_page"], second["last_page"]) == (False, False, True)


def test_the_same_filters_hold(office, published):
    assert published("&q=anggrek")["empty"]
    assert published("&service_type=basic_needs&region_code=35.09.12")["size"] == 1


def test_a_page_takes_the_same_few_statements_for_any_number(office, make: Make, api: Api, statements):
    one = api(make.user("tksk"))

    def said():
        return len(statements(lambda: one.get("/partners?format=hsds")))

    few = said()
    for _ in range(3):
        another = partner(make)
        open_places(make, offer_service(make, another.id, categories=["PPKS-04"]))
        contact(make, another.id)
    assert said() == few <= 12


def test_nobody_reads_it_without_a_sign_in(api: Api):
    assert api.get("/partners?format=hsds").status_code == 401
    assert api.get("/partners?format=xml").status_code == 401


def test_another_format_is_refused(make: Make, api: Api):
    assert api(make.user("tksk")).get("/partners?format=xml").status_code == 422
