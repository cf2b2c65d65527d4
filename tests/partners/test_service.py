"""The directory: entries and who may change them, places that are never given twice, facts for the router."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, time
from uuid import UUID

import pytest
import sqlalchemy as sa

from kessos_case.core import db
from kessos_case.core.errors import Conflict, Forbidden, Invalid, NotFound
from kessos_case.core.ids import new_id
from kessos_case.partners import service
from tests.factories import Make
from tests.factories.partners import YEAR, agree, offer_service, open_places, partner, pause

DAY = date(2026, 3, 2)


def acting(make: Make, verb, *args, by=None, **how):
    with make.acting(by or make.user("administrator")) as session:
        return verb(session, *args, **how)


def change(make: Make, offered, changes, by=None):
    with make.acting(by or make.user("administrator")) as session:
        return service.change_service(session, service.service_for(session, offered.id, lock=True), changes)


class TestEntries:
    """Services and who may change them."""

    def test_a_service_says_where_for_whom_and_since_when(self, make: Make, clock):
        offered = offer_service(make, min_age=60, sexes=["P"], categories=["PPKS-04"], allows_waiting=True)
        assert (offered.min_age, offered.max_age, offered.sexes, offered.categories) == (60, None, ["P"], ["PPKS-04"])
        assert (offered.is_active, offered.is_accredited, offered.confirmed_on) == (True, False, DAY)

    def test_every_mistake_is_named(self, make: Make):
        with pytest.raises(Invalid) as refused:
            offer_service(
                make, service_type="nothing", coverage=["35.09", "35.99"], categories=["PPKS-77"], min_age=9, max_age=8
            )
        assert [(error["field"], error["code"]) for error in refused.value.errors] == [
            ("service_type", "not_found"), ("coverage", "not_found"), ("categories", "not_found"),
            ("max_age", "below_min_age"),
        ]  # fmt: skip

    def test_what_is_named_twice_is_kept_once(self, make: Make):
        assert offer_service(make, coverage=["35.09", "35.09"], sexes=["P", "P"]).coverage == ["35.09"]

    @pytest.mark.parametrize("role", ["partner", "supervisor"])
    def test_officers_change_their_own_organisation_only(self, role: str, make: Make):
        office = partner(make)
        officer = make.user(role, organisation=office.code)
        offered = offer_service(make, office.id, by=officer)
        assert change(make, offered, {"name": "Rumah Baru"}, by=officer).name == "Rumah Baru"
        stranger = make.user(role, organisation=partner(make).code)
        for attempt in (
            lambda: offer_service(make, office.id, by=stranger),
            lambda: change(make, offered, {"name": "Bukan"}, by=stranger),
        ):
            with pytest.raises(Forbidden) as refused:
                attempt()
            assert refused.value.code == "scope"

    def test_only_an_administrator_says_who_is_accredited(self, make: Make):
        office = partner(make)
        officer = make.user("partner", organisation=office.code)
        with pytest.raises(Forbidden):
            offer_service(make, office.id, by=officer, is_accredited=True)
        offered = offer_service(make, office.id, by=officer)
        with pytest.raises(Forbidden) as refused:
            change(make, offered, {"is_accredited": True}, by=officer)
        assert refused.value.code == "accreditation"
        assert change(make, offered, {"is_accredited": True}).is_accredited

    def test_an_accredited_service_can_be_changed_by_its_officer(self, make: Make):
        office = partner(make)
        offered = offer_service(make, office.id, is_accredited=True)
        changed = change(make, offered, {"name": "Baru"}, by=make.user("partner", organisation=office.code))
        assert (changed.name, changed.is_accredited) == ("Baru", True)

    def test_a_change_is_checked_with_what_stays(self, make: Make):
        with pytest.raises(Invalid) as refused:
            change(make, offer_service(make, min_age=18), {"max_age": 12})
        assert refused.value.errors[0]["field"] == "max_age"

    def test_no_change_confirms_the_entry(self, make: Make, clock):
        offered = offer_service(make)
        clock.move(days=100)
        assert change(make, offered, {}).confirmed_on == date(2026, 6, 10)

    def test_an_organisation_that_does_not_exist_has_no_services(self, make: Make):
        with pytest.raises(NotFound):
            offer_service(make, new_id())


class TestPlaces:
    """Places by period."""

    def test_the_same_days_again_change_the_number(self, make: Make):
        offered = offer_service(make)
        first, again = open_places(make, offered, 3), open_places(make, offered, 5)
        assert (again.id, again.places) == (first.id, 5)

    def test_days_of_another_period_are_refused(self, make: Make):
        offered = offer_service(make)
        open_places(make, offered)
        with pytest.raises(Conflict) as refused:
            open_places(make, offered, starts_on=date(2026, 12, 31), ends_on=date(2027, 1, 31))
        assert refused.value.code == "period_overlaps"

    def test_the_number_stays_above_what_is_in_use(self, make: Make):
        offered = offer_service(make)
        held = open_places(make, offered, 2)
        acting(make, service.reserve, offered.id, DAY)
        acting(make, service.reserve, offered.id, DAY)
        acting(make, service.take, held.id)
        with pytest.raises(Conflict) as refused:
            open_places(make, offered, 1)
        assert refused.value.code == "capacity_in_use"
        assert open_places(make, offered, 2).places == 2

    def test_the_service_of_another_has_no_places_here(self, make: Make):
        stranger = offer_service(make)
        with pytest.raises(Invalid) as refused:
            acting(make, service.set_capacity, partner(make).id, service_id=stranger.id, places=1, **YEAR)
        assert refused.value.errors[0]["field"] == "service_id"

    def test_days_out_of_order_are_refused(self, make: Make):
        with pytest.raises(Invalid):
            open_places(make, offer_service(make), starts_on=date(2026, 2, 1), ends_on=date(2026, 1, 1))

    def counts(self, truth, held):
        return truth.all("select reserved, taken from service_capacities where id = :id", id=held.id)[0]

    def test_a_place_is_held_then_taken_then_free_again(self, make: Make, truth):
        offered = offer_service(make)
        held = open_places(make, offered, 1)
        assert acting(make, service.reserve, offered.id, DAY) == held.id
        assert self.counts(truth, held) == (1, 0)
        acting(make, service.take, held.id)
        assert self.counts(truth, held) == (0, 1)
        acting(make, service.release, held.id, reserved=False)
        assert self.counts(truth, held) == (0, 0)

    def test_a_place_that_was_only_held_is_given_back(self, make: Make, truth):
        offered = offer_service(make)
        held = open_places(make, offered, 1)
        acting(make, service.reserve, offered.id, DAY)
        acting(make, service.release, held.id, reserved=True)
        assert self.counts(truth, held) == (0, 0)

    def test_nobody_takes_what_was_not_held(self, make: Make):
        held = open_places(make, offer_service(make))
        with pytest.raises(Conflict):
            acting(make, service.take, held.id)

    @pytest.mark.parametrize(("places", "day"), [(0, DAY), (9, date(2027, 1, 1))])
    def test_no_place_or_no_period_is_full(self, places: int, day: date, make: Make):
        offered = offer_service(make)
        open_places(make, offered, places)
        with pytest.raises(Conflict) as refused:
            acting(make, service.reserve, offered.id, day)
        assert refused.value.code == "capacity_full"

    def test_fifty_at_once_on_seven_places_hold_exactly_seven(self, committed: sa.Engine, make_committed: Make):
        offered = offer_service(make_committed)
        open_places(make_committed, offered, 7)

        def ask(_):
            try:
                with db.transaction(db.system("test")) as session:
                    return service.reserve(session, offered.id, DAY)
            except Conflict as refused:
                return refused.code

        with ThreadPoolExecutor(50) as pool:
            answers = list(pool.map(ask, range(50)))
        assert answers.count("capacity_full") == 43
        with committed.connect() as connection:
            assert connection.exec_driver_sql("select reserved, taken from service_capacities").one() == (7, 0)


class TestTerms:
    """Agreements and pauses."""

    def test_an_agreement_number_is_used_once_by_an_organisation(self, make: Make):
        office = partner(make)
        agree(make, office.id)
        with pytest.raises(Conflict) as refused:
            agree(make, office.id)
        assert refused.value.code == "number_taken"
        assert agree(make, partner(make).id).number == "PKS-1/2026"

    def test_a_pause_ends_today(self, make: Make, clock):
        office = partner(make)
        rest = pause(make, office.id, starts_on=date(2026, 2, 1))
        ended = acting(make, service.end_pause, office.id, rest.id)
        assert ended.ends_on == date(2026, 3, 1)

    def test_a_pause_of_today_is_taken_back(self, make: Make, clock):
        office = partner(make)
        rest = pause(make, office.id, starts_on=DAY)
        assert acting(make, service.end_pause, office.id, rest.id).withdrawn_at == clock.now
        assert acting(make, service.read_partner, office.id).pauses == []

    def test_a_pause_that_is_over_stays_as_it_was(self, make: Make, clock):
        office = partner(make)
        rest = pause(make, office.id, starts_on=date(2026, 1, 1), ends_on=date(2026, 1, 9))
        assert acting(make, service.end_pause, office.id, rest.id).ends_on == date(2026, 1, 9)

    def test_the_pause_of_another_organisation_is_not_there(self, make: Make):
        rest = pause(make, partner(make).id)
        with pytest.raises(NotFound):
            acting(make, service.end_pause, partner(make).id, rest.id)

    def test_a_stranger_writes_no_terms(self, make: Make):
        office, stranger = partner(make), make.user("partner", organisation=partner(make).code)
        rest = pause(make, office.id)
        for verb, args, how in (
            (service.add_agreement, [office.id], YEAR | {"number": "1"}),
            (service.add_pause, [office.id], {"starts_on": DAY, "reason": "full"}),
            (service.end_pause, [office.id, rest.id], {}),
        ):
            with pytest.raises(Forbidden):
                acting(make, verb, *args, by=stranger, **how)


class TestFacts:
    """What the router is told."""

    def facts(self, make: Make, *types: str, day: date = DAY):
        with db.transaction(db.system("test")) as session:
            return service.service_facts(session, service_types=types or ("temporary_shelter",), day=day)

    def facts_of(self, service_id: UUID):
        with db.transaction(db.system("test")) as session:
            return service.facts_of(session, service_id, DAY)

    def test_everything_that_the_rules_ask_is_there(self, make: Make, clock):
        office = partner(make)
        offered = offer_service(
            make, office.id, min_age=18, max_age=60, sexes=["L"], categories=["PPKS-14"], has_disability_access=True,
            is_accredited=True, allows_waiting=True,
        )  # fmt: skip
        open_places(make, offered, 4)
        acting(make, service.reserve, offered.id, DAY)
        agree(make, office.id)
        acting(make, service.note_offered, offered.id)
        (found,) = self.facts(make)
        assert (found.service_id, found.organisation_id, found.organisation_kind) == (offered.id, office.id, "lks")
        assert (found.parent_type, found.region_code, found.coverage) == ("basic_needs", "35.09", ("35.09",))
        assert (found.min_age, found.max_age, found.sexes, found.categories) == (18, 60, {"L"}, {"PPKS-14"})
        assert found.disability_access and found.is_accredited and found.allows_waiting and found.is_active
        assert (found.capacity, found.free, found.paused_from) == (4, 3, None)
        assert (found.agreement_from, found.agreement_until) == (date(2026, 1, 1), date(2026, 12, 31))
        assert found.last_offered_at == clock.now

    def test_without_a_period_an_agreement_or_a_pause_there_is_none(self, make: Make):
        offer_service(make)
        (found,) = self.facts(make)
        assert (found.capacity, found.free, found.agreement_until, found.paused_from) == (0, None, None, None)

    def test_a_group_finds_what_it_holds_and_a_type_whoever_offers_the_group(self, make: Make):
        meals, group = offer_service(make, service_type="meals"), offer_service(make, service_type="basic_needs")
        offer_service(make, service_type="temporary_shelter")
        assert {found.service_type for found in self.facts(make, "basic_needs")} == {
            "meals", "basic_needs", "temporary_shelter",
        }  # fmt: skip
        assert {found.service_id for found in self.facts(make, "meals")} == {meals.id, group.id}

    def test_a_service_that_is_no_longer_offered_is_found_by_its_id_only(self, make: Make):
        offered = offer_service(make)
        change(make, offered, {"is_active": False})
        assert self.facts(make) == []
        assert not self.facts_of(offered.id).is_active

    def test_a_service_that_does_not_exist_has_no_facts(self, make: Make):
        with pytest.raises(NotFound):
            self.facts_of(new_id())

    def test_hours_and_the_last_confirmation_are_told(self, make: Make, clock):
        office = partner(make)
        offer_service(make, office.id, open_days=[1, 3], opens_at=time(8), closes_at=time(15))
        (found,) = self.facts(make)
        assert (found.open_days, found.opens_at, found.closes_at) == ({1, 3}, time(8), time(15))
        assert (found.confirmed_on, found.offered, found.answer_share, found.answered_lately) == (DAY, 0, None, 0)

    @pytest.mark.parametrize(
        ("day", "expected"),
        [
            (date(2025, 1, 1), (date(2025, 6, 1), date(2025, 12, 31))),  # the next
            (date(2025, 7, 1), (date(2025, 6, 1), date(2025, 12, 31))),  # the one in force
            (date(2026, 5, 1), (date(2026, 4, 1), date(2026, 12, 31))),  # of two the one that lasts longer
            (date(2028, 1, 1), (date(2026, 4, 1), date(2026, 12, 31))),  # the last
        ],
    )
    def test_the_agreement_that_counts_on_the_day_is_told(self, day: date, expected, make: Make):
        office = partner(make)
        offer_service(make, office.id)
        for number, days in enumerate(
            [("2025-06-01", "2025-12-31"), ("2026-01-01", "2026-06-30"), ("2026-04-01", "2026-12-31")]
        ):
            start, end = map(date.fromisoformat, days)
            agree(make, office.id, number=f"PKS-{number}", starts_on=start, ends_on=end)
        (found,) = self.facts(make, day=day)
        assert (found.agreement_from, found.agreement_until) == expected

    def test_pauses_of_the_service_and_of_the_house_are_one(self, make: Make):
        office = partner(make)
        resting, working = offer_service(make, office.id), offer_service(make, office.id)
        pause(make, office.id, starts_on=date(2026, 2, 1), ends_on=date(2026, 3, 5))
        pause(make, office.id, service_id=resting.id, starts_on=date(2026, 3, 1))
        found = {facts.service_id: (facts.paused_from, facts.paused_until) for facts in self.facts(make)}
        assert found[working.id] == (date(2026, 2, 1), date(2026, 3, 5))
        assert found[resting.id] == (date(2026, 2, 1), None)

    def test_a_pause_to_come_is_none_yet(self, make: Make):
        office = partner(make)
        offer_service(make, office.id)
        pause(make, office.id, starts_on=date(2026, 3, 3))
        assert self.facts(make)[0].paused_from is None

    def test_a_house_without_a_place_stands_where_it_works(self, make: Make):
        office = partner(make, kind="company", region_code=None)
        offer_service(make, office.id, coverage=["35.78"])
        assert self.facts(make)[0].region_code == "35.78"

    def test_any_number_of_services_takes_one_statement(self, make: Make, connection):
        for _ in range(5):
            open_places(make, offer_service(make))
        seen = []
        with db.transaction(db.system("test")) as session:
            sa.event.listen(connection, "before_cursor_execute", lambda *args: seen.append(args[2]))
            assert len(service.service_facts(session, service_types=["temporary_shelter"], day=DAY)) == 5
        assert len([text for text in seen if "services" in text]) == 1
