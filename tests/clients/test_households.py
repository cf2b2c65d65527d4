"""Households: one card is one household, one month is one household, and nobody is told of people beyond his reach."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from sqlalchemy.exc import IntegrityError

from kessos_case.clients import service
from kessos_case.clients.rules import Stay, born_from, gives_way, mistakes_in_stay, most_at_once
from kessos_case.core.errors import Conflict, Invalid, NotFound
from kessos_case.core.months import parse_month
from tests.factories import Make
from tests.factories.households import family, membership, new_kk

JAN = parse_month("2026-01")
pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def worker(make: Make):
    return make.caseworker()


@pytest.fixture
def client(make: Make, worker):
    return make.client(worker)


@pytest.fixture
def stranger(make: Make):
    return make.caseworker("PSTW-MAGETAN")


def household(make: Make, by, household_id):
    with make.acting(by) as session:
        return service.read_household(session, household_id)


def months_of(make: Make, by, client_id) -> list[tuple[int, int | None]]:
    with make.acting(by) as session:
        found = service.memberships_of(session, client_id)
    return [(one.from_month - JAN, None if one.to_month is None else one.to_month - JAN) for one in found]


def end(make: Make, by, membership_id, month: str):
    with make.acting(by) as session:
        return service.end_membership(session, membership_id, to_month=parse_month(month))


def void(make: Make, by, membership_id):
    with make.acting(by) as session:
        return service.void_membership(session, membership_id)


def codes(refused) -> list[tuple[str, str]]:
    return [(error["field"], error["code"]) for error in refused.value.errors]


class TestMonthsOfAStay:
    def test_no_month_is_before_the_birth_after_the_death_or_to_come(self):
        wrong = mistakes_in_stay(Stay(JAN - 1, JAN + 1), present=JAN, born=JAN, died=JAN)
        assert [(one.field, one.code) for one in wrong] == [
            ("to", "in_future"), ("from", "before_birth"), ("to", "after_death"),
        ]  # fmt: skip

    def test_the_dead_leave_and_the_last_month_comes_after_the_first(self):
        assert [one.code for one in mistakes_in_stay(Stay(JAN, None), present=JAN, born=None, died=JAN)] == [
            "after_death"
        ]
        assert [one.code for one in mistakes_in_stay(Stay(JAN, JAN - 1), present=JAN, born=None, died=None)] == [
            "before_from"
        ]

    def test_the_months_of_birth_and_death_themselves_are_lived_in(self):
        assert mistakes_in_stay(Stay(JAN, JAN), present=JAN, born=JAN, died=JAN) == []

    def test_a_birth_is_as_early_as_it_may_have_been(self):
        leap_day = date(2024, 2, 29)
        assert born_from(leap_day, "day") == parse_month("2024-02")
        assert born_from(leap_day, "year") == parse_month("2024-01")
        assert born_from(leap_day, "estimated") is None
        assert born_from(None, None) is None

    @pytest.mark.parametrize(
        ("before", "wanted", "may"),
        [
            (Stay(0, None), Stay(5, None), True),
            (Stay(0, 9), Stay(5, None), True),
            (Stay(0, 9), Stay(5, 9), True),
            (Stay(5, None), Stay(5, None), False),
            (Stay(0, 9), Stay(5, 8), False),
            (Stay(0, None), Stay(5, 8), False),
        ],
    )
    def test_a_stay_gives_way_only_where_no_month_is_lost(self, before, wanted, may):
        assert gives_way(before, wanted) is may

    def test_the_greatest_number_of_any_one_month_counts(self):
        assert most_at_once([Stay(0, 2), Stay(3, None), Stay(1, 3)], 0, 5) == 2
        assert most_at_once([], 0, 5) == 0


def test_one_card_is_one_household_however_it_is_written(make: Make, worker, client):
    first = membership(make, worker, client.id, kk="3509120101201234")
    second = membership(make, worker, make.client(worker).id, kk="3509 1201-0120 1234", relation="spouse")
    assert second.household_id == first.household_id
    assert first.kk == "35************34"


def test_a_card_of_people_of_another_office_is_found_and_tells_no_name(make: Make, worker, client, stranger):
    kk = new_kk()
    foreign = membership(make, stranger, make.client(stranger).id, kk=kk)
    own = membership(make, worker, client.id, "2020-01..2024-12", kk=kk)
    assert own.household_id == foreign.household_id
    seen = household(make, worker, own.household_id)
    assert ([member.client_id for member in seen.members], seen.others) == ([client.id], 1)


def test_who_is_hidden_is_not_even_counted_beyond_reach_and_has_no_name_within(make: Make, worker, client, stranger):
    kk = new_kk()
    child = make.client(stranger, name="Anak Terlindung", categories=["PPKS-06"])
    membership(make, stranger, child.id, kk=kk)
    own = membership(make, worker, client.id, kk=kk)
    assert household(make, worker, own.household_id).others == 0
    [shown] = household(make, stranger, own.household_id).members
    assert (shown.is_masked, "Anak" in shown.label) == (True, False)


def test_a_household_without_a_card_is_a_new_one(make: Make, worker, client):
    assert membership(make, worker, client.id, kk=None).kk is None


def test_nobody_joins_whom_he_does_not_reach_nor_a_household_that_he_does_not(make: Make, worker, client, stranger):
    with pytest.raises(NotFound):
        membership(make, stranger, client.id)
    own = membership(make, worker, client.id)
    with pytest.raises(NotFound):
        membership(make, stranger, make.client(stranger).id, household_id=own.household_id)
    with pytest.raises(NotFound):
        household(make, stranger, own.household_id)
    with pytest.raises(NotFound):
        void(make, stranger, own.id)


def test_mistakes_are_named_field_by_field(make: Make, worker, client):
    own = membership(make, worker, make.client(worker).id)
    with pytest.raises(Invalid) as refused:
        membership(make, worker, client.id, "2026-04..", kk="123", household_id=own.household_id)
    assert codes(refused) == [("from", "in_future"), ("kk", "only_one"), ("household_id", "only_one")]
    with pytest.raises(Invalid) as refused:
        membership(make, worker, client.id, kk="3509")
    assert codes(refused) == [("kk", "format")]


def test_nobody_lives_in_a_household_before_his_birth(make: Make, worker):
    born = make.client(worker, birth_date=date(2025, 2, 28))
    with pytest.raises(Invalid) as refused:
        membership(make, worker, born.id, "2025-01..")
    assert codes(refused) == [("from", "before_birth")]


def test_a_second_household_in_the_same_months_is_refused_with_the_months(make: Make, worker, client):
    before = membership(make, worker, client.id, "2025-01..2025-12")
    with pytest.raises(Conflict) as refused:
        membership(make, worker, client.id, "2025-12..")
    [error] = refused.value.errors
    assert (refused.value.code, error["membership_id"]) == ("in_household", str(before.id))
    assert (error["first"], error["last"]) == ("2025-01", "2025-12")
    membership(make, worker, client.id, "2026-01..")


def test_moving_ends_the_old_household_with_the_month_before(make: Make, worker, client, truth):
    membership(make, worker, client.id)
    membership(make, worker, client.id, "2026-02..", moving=True)
    assert months_of(make, worker, client.id) == [(1, None), (-12, 0)]
    kinds = "select kind from timeline_entries where kind like 'household%' order by happened_at"
    assert truth.all(kinds) == ["household_joined", "household_left", "household_joined"]


def test_moving_never_loses_a_month(make: Make, worker, client):
    membership(make, worker, client.id)
    for months in ("2024-06..", "2025-01..", "2025-06..2025-08"):
        with pytest.raises(Conflict):
            membership(make, worker, client.id, months, moving=True)
    assert months_of(make, worker, client.id) == [(-12, None)]


def test_the_head_of_the_card_may_change_within_the_same_household(make: Make, worker, client):
    own = membership(make, worker, client.id, relation="child")
    membership(make, worker, client.id, "2026-01..", household_id=own.household_id, moving=True)
    shown = household(make, worker, own.household_id).members
    assert [(one.relation, one.from_month - JAN) for one in shown] == [("head", 0), ("child", -12)]


def test_an_end_is_written_once_and_another_one_is_refused(make: Make, worker, client, truth):
    own = membership(make, worker, client.id)
    assert end(make, worker, own.id, "2026-02").to_month == JAN + 1
    end(make, worker, own.id, "2026-02")
    assert truth.one("select count(*) from timeline_entries where kind = 'household_left'") == 1
    with pytest.raises(Conflict) as refused:
        end(make, worker, own.id, "2026-01")
    assert refused.value.code == "membership_ended"


@pytest.mark.parametrize(("month", "code"), [("2024-12", "before_from"), ("2026-04", "in_future")])
def test_no_end_is_before_the_start_or_to_come(make: Make, worker, client, month, code):
    with pytest.raises(Invalid) as refused:
        end(make, worker, membership(make, worker, client.id).id, month)
    assert codes(refused) == [("to", code)]


def test_a_mistake_stays_on_record_and_is_in_nobodys_way(make: Make, worker, client):
    wrong = membership(make, worker, client.id)
    assert void(make, worker, wrong.id).voided_at == void(make, worker, wrong.id).voided_at
    right = membership(make, worker, client.id)
    with make.acting(worker) as session:
        kept = service.memberships_of(session, client.id)
    assert [(one.id, one.voided_at is None) for one in kept] == [(right.id, True), (wrong.id, False)]
    assert household(make, worker, wrong.household_id).members == []
    with pytest.raises(Conflict) as refused:
        end(make, worker, wrong.id, "2026-02")
    assert refused.value.code == "membership_voided"


def test_every_change_asks_for_a_new_look_at_graduation(make: Make, worker, client, truth):
    own = membership(make, worker, client.id)
    end(make, worker, own.id, "2026-02")
    void(make, worker, own.id)
    assert truth.one("select count(*) from jobs where name = 'graduation.reconsider'") == 3


def test_the_trail_names_who_was_shown(make: Make, worker, client, truth):
    other = make.client(worker)
    own = family(make, worker, client.id, other.id)
    household(make, worker, own)
    ids = truth.one("select client_ids from audit_entries where action = 'read' and resource = 'household'")
    assert sorted(ids) == sorted([client.id, other.id])


def test_whoever_registered_a_household_does_not_keep_it(make: Make, worker, client, truth, clock):
    own = membership(make, worker, client.id).household_id
    truth.run("update client_access set valid_until = :at", at=clock.now)
    clock.move(minutes=1)
    with pytest.raises(NotFound):
        household(make, worker, own)
    with pytest.raises(NotFound):
        membership(make, worker, make.client(worker).id, household_id=own)


def test_the_number_of_a_card_is_nowhere_in_plain(make: Make, worker, client, truth):
    membership(make, worker, client.id, kk="3509120101209999")
    sealed, hashed = truth.run("select kk_sealed, kk_hash from households").one()
    assert b"3509120101209999" not in sealed + hashed


def test_how_many_live_on_an_income_is_the_greatest_number_of_a_month(make: Make, worker, client, stranger):
    kk = new_kk()
    membership(make, worker, client.id, kk=kk)
    membership(make, stranger, make.client(stranger).id, "2025-06..2025-09", kk=kk)
    membership(make, stranger, make.client(stranger).id, "2025-09..", kk=kk)
    with make.acting(worker) as session:
        sizes = [
            service.household_size(session, client.id, parse_month(first), parse_month(last))
            for first, last in [
                ("2025-01", "2025-05"),
                ("2025-08", "2025-09"),
                ("2025-10", "2026-01"),
                ("2024-12", "2025-01"),
            ]
        ]
    assert sizes == [1, 3, 2, None]


def test_a_month_between_two_households_leaves_the_number_unknown(make: Make, worker, client):
    own = membership(make, worker, client.id, "2025-01..2025-02")
    membership(make, worker, client.id, "2025-04..", household_id=own.household_id)
    with make.acting(worker) as session:
        assert service.household_size(session, client.id, parse_month("2025-01"), parse_month("2025-04")) is None


def test_the_database_itself_keeps_a_month_for_one_household(make: Make, worker, client, truth):
    membership(make, worker, client.id)
    with pytest.raises(IntegrityError, match="ex_household_members_one_at_a_time"):
        truth.run(
            "insert into household_members select gen_random_uuid(), household_id, client_id, relation, from_month + 1,"
            " null, recorded_at, recorded_by, null, null, 1 from household_members"
        )


def test_of_two_desks_that_move_a_person_at_once_one_is_refused(make_committed: Make):
    worker = make_committed.caseworker()
    client = make_committed.client(worker)
    membership(make_committed, worker, client.id)

    def move(_):
        try:
            return membership(make_committed, worker, client.id, "2026-02..", moving=True).id
        except Conflict as refused:
            return refused.code

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(move, range(4)))
    assert answers.count("in_household") == 3
    assert months_of(make_committed, worker, client.id) == [(1, None), (-12, 0)]


def test_people_who_come_with_one_new_card_at_once_are_one_household(make_committed: Make):
    worker, kk = make_committed.caseworker(), new_kk()
    people = [make_committed.client(worker).id for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda person: membership(make_committed, worker, person, kk=kk), people))
    assert len({one.household_id for one in made}) == 1
