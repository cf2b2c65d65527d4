"""Aid of households: whom a line is for, what a person lived on, and that there is one definition of it."""

import random
from datetime import date
from itertools import pairwise

import pytest
import sqlalchemy as sa

from kessos_case.aid import queries, service
from kessos_case.aid.models import Disbursement
from kessos_case.aid.rules import ExemptLines, Line, covered_from, months_of_aid
from kessos_case.clients.service import end_membership, void_membership
from kessos_case.core.errors import Conflict, Invalid, NotFound
from kessos_case.core.ids import new_id
from kessos_case.core.months import month_range, parse_month
from kessos_case.dependency.rules.indicators import Membership, Payment, net_by_month
from kessos_case.dependency.service import dependency_policy
from tests.factories import Make
from tests.factories.aid import disbursement, reversal
from tests.factories.households import family, membership, new_kk

JAN = parse_month("2026-01")
pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def worker(make: Make):
    return make.caseworker()


@pytest.fixture
def stranger(make: Make):
    return make.caseworker("PSTW-MAGETAN")


@pytest.fixture
def client(make: Make, worker):
    return make.client(worker)


@pytest.fixture
def home(make: Make, worker, client):
    """The household of the client since 2025."""
    return membership(make, worker, client.id)


def shared(make: Make, by, household_id, months="2026-01", **stated):
    """What a consumption programme gave a household."""
    return disbursement(make, by, None, months, **{"household_id": household_id, "programme": "SEMBAKO"} | stated)


def lived_on(make: Make, by, client_id, first=JAN, last=JAN + 5, **more):
    """Rupiah of the months of 2026 that have any line."""
    with make.acting(by) as session:
        found = service.unit_consumption(session, client_id, first, last, **more)
    return {month - JAN + 1: one.amount for month, one in found.items()}


def grid(make: Make, by, client_id):
    with make.acting(by) as session:
        return service.aid_grid(session, client_id)


def codes(refused) -> list[tuple[str, str]]:
    return [(error["field"], error["code"]) for error in refused.value.errors]


class TestWhatCounts:
    def test_a_share_counts_only_in_the_months_in_which_it_is_his(self):
        line = Line(new_id(), JAN, JAN + 2, 100, since=JAN + 1, until=JAN + 1)
        assert {month - JAN: found.amount for month, found in months_of_aid([line], JAN, JAN + 5).items()} == {1: 33}

    def test_a_line_stands_for_another_by_its_programme_or_by_its_component_however_written(self):
        rule = ExemptLines(frozenset({"PKH-SD"}), frozenset({"lansia"}))
        assert rule.hold("PKH-SD", None)
        assert rule.hold("SEMBAKO", " Lansia ")
        assert not rule.hold("SEMBAKO", "tunai")
        assert not rule.hold("SEMBAKO", None)

    def test_the_ledger_covers_a_place_from_when_the_smallest_place_says(self):
        observed = {"35": 0, "35.09": 7, "35.1": 99}
        found = [covered_from(observed, code) for code in (None, "35", "35.09.12", "35.10", "35.09.12.2001")]
        assert found == [0, 0, 7, 0, 7]


def test_the_programmes_that_count_are_those_of_the_policy(truth):
    counted = set(truth.all("select code from programmes where kind = 'consumption'"))
    by_policy = set(dependency_policy().aid.consumption)
    assert counted <= by_policy
    assert by_policy - counted == {"PKH", "BPNT", "ASPD", "JATIM"}


def test_both_rooms_read_the_same_policy(make: Make):
    aid, rule = dependency_policy().aid, service.exempt_lines()
    assert (rule.programmes, rule.components) == (aid.exempt_programmes, aid.exempt_components)
    places = (None, "35", "35.09.12", "35.78")
    assert [service.observed_from(place) for place in places] == [
        dependency_policy().observed_from(place) for place in places
    ]


def test_a_line_is_for_a_person_or_for_a_household(make: Make, worker, client, home):
    both = [("client_id", "only_one"), ("household_id", "only_one")]
    neither = [("client_id", "missing"), ("household_id", "missing")]
    for recipient, household, wrong in [(client.id, home.household_id, both), (None, None, neither)]:
        with pytest.raises(Invalid) as refused:
            disbursement(make, worker, recipient, household_id=household)
        assert codes(refused) == wrong


def test_a_household_lives_on_its_lines_and_on_the_persons_own(make: Make, worker, client, home):
    shared(make, worker, home.household_id, "2026-01..2026-03", amount=100_000)
    disbursement(make, worker, client.id, "2026-02", amount=7)
    assert lived_on(make, worker, client.id) == {1: 33_334, 2: 33_340, 3: 33_333}


def test_every_member_of_then_lives_on_it_and_nobody_else(make: Make, worker, client, home):
    newborn, gone = make.client(worker), make.client(worker)
    membership(make, worker, newborn.id, "2026-02..", household_id=home.household_id, relation="child")
    membership(make, worker, gone.id, "2025-01..2026-01", household_id=home.household_id, relation="other")
    shared(make, worker, home.household_id, "2026-01..2026-03", amount=300_000)
    assert lived_on(make, worker, newborn.id) == {2: 100_000, 3: 100_000}
    assert lived_on(make, worker, gone.id) == {1: 100_000}


def test_who_moves_lives_on_each_household_in_its_months(make: Make, worker, client, home):
    new_home = membership(make, worker, client.id, "2026-02..", moving=True)
    membership(make, worker, make.client(worker).id, household_id=home.household_id)
    shared(make, worker, home.household_id, "2026-01..2026-02", amount=200)
    membership(make, worker, make.client(worker).id, household_id=new_home.household_id)
    shared(make, worker, new_home.household_id, "2026-01..2026-02", amount=2_000)
    assert lived_on(make, worker, client.id) == {1: 100, 2: 1_000}


def test_who_left_and_came_back_is_counted_once(make: Make, worker, client, truth):
    kk = new_kk()
    home = membership(make, worker, client.id, "2025-01..2026-01", kk=kk)
    membership(make, worker, client.id, "2026-03..", kk=kk)
    line = shared(make, worker, home.household_id, "2026-01..2026-03", amount=300)
    assert lived_on(make, worker, client.id) == {1: 100, 3: 100}
    assert [month.is_on for month in grid(make, worker, client.id).months[-3:]] == [True, False, True]
    assert truth.all("select subject_id from timeline_entries where kind = 'aid_recorded'") == [line.id]


def test_a_membership_by_mistake_gives_nothing(make: Make, worker, client, home):
    shared(make, worker, home.household_id)
    with make.acting(worker) as session:
        void_membership(session, home.id)
    assert lived_on(make, worker, client.id) == {}


def test_what_stands_for_an_exempt_member_makes_nobody_else_dependent(make: Make, worker, client, home):
    shared(make, worker, home.household_id, programme="PKH-SD", amount=225_000)
    shared(make, worker, home.household_id, component="Disabilitas", amount=600_000)
    counted = shared(make, worker, home.household_id, component="beras", amount=200_000)
    assert lived_on(make, worker, client.id) == {1: 200_000}
    assert lived_on(make, worker, client.id, rule=ExemptLines(frozenset(), frozenset())) == {1: 1_025_000}
    with make.acting(worker) as session:
        assert service.months_by_kind(session, client.id)[-3]["exempt"] == 825_000
        assert [line.counts for line in (counted, service.read_line(session, counted.id))] == [True, True]


def test_a_persons_own_line_counts_whatever_it_is_for(make: Make, worker, client):
    disbursement(make, worker, client.id, programme="PKH-DISABILITAS", component="disabilitas", amount=600_000)
    assert lived_on(make, worker, client.id) == {1: 600_000}


def test_taking_back_an_exempt_line_takes_nothing_from_what_counts(make: Make, worker, client, home):
    exempt = shared(make, worker, home.household_id, component="anak")
    shared(make, worker, home.household_id, component="beras", amount=5)
    assert reversal(make, worker, exempt).component == "anak"
    assert lived_on(make, worker, client.id) == {1: 5}


def test_a_reversal_is_taken_from_whoever_lived_on_it_then_also_after_he_left(make: Make, worker, client, home, truth):
    line = shared(make, worker, home.household_id, "2026-01..2026-02", amount=200_000)
    with make.acting(worker) as session:
        end_membership(session, home.id, to_month=JAN)
    membership(make, worker, make.client(worker).id, "2026-02..", household_id=home.household_id)
    back = reversal(make, worker, line, from_month=JAN, to_month=JAN, amount=100_000)
    assert (back.household_id, back.client_id) == (home.household_id, None)
    assert lived_on(make, worker, client.id) == {1: 0}
    told = truth.all("select client_id from timeline_entries where kind = 'aid_reversed'")
    assert told == [client.id]


def test_nobody_writes_a_line_of_a_household_in_which_nobody_of_his_stood_then(make: Make, worker, client, home):
    for months in ("2024-12", "2024-11..2024-12"):
        with pytest.raises(Invalid) as refused:
            shared(make, worker, home.household_id, months, paid_on=date(2025, 1, 2))
        assert codes(refused) == [("household_id", "no_member")]
    assert shared(make, worker, home.household_id, "2024-12..2025-01", paid_on=date(2025, 1, 2)).amount == 300_000


def test_nobody_writes_a_line_of_a_household_that_he_does_not_reach(make: Make, worker, home, stranger):
    with pytest.raises(NotFound):
        shared(make, stranger, home.household_id)


def test_every_member_is_told_whoever_holds_him_and_the_trail_names_whom_the_writer_reaches(
    make: Make, worker, client, stranger, truth
):
    kk, far = new_kk(), make.client(stranger)
    home = membership(make, worker, client.id, kk=kk)
    membership(make, stranger, far.id, kk=kk)
    line = shared(make, worker, home.household_id)
    told = truth.all("select client_id from timeline_entries where kind = 'aid_recorded'")
    assert sorted(told) == sorted([client.id, far.id])
    assert truth.one("select client_ids from audit_entries where resource = 'aid'") == [client.id]
    asked = truth.all(
        "select args ->> 'client_id' from jobs where name = 'graduation.reconsider' and args ? 'client_id'"
    )
    assert asked.count(str(far.id)) == asked.count(str(client.id)) == 2  # joining, and the line
    assert lived_on(make, stranger, far.id) == {1: 300_000}
    with make.acting(stranger) as session:
        assert service.read_line(session, line.id).id == line.id


def test_who_left_does_not_see_what_the_others_were_given(make: Make, worker, client, stranger):
    kk, far = new_kk(), make.client(stranger)
    membership(make, worker, client.id, kk=kk)
    home = membership(make, stranger, far.id, "2025-01..2025-12", kk=kk)
    line = shared(make, worker, home.household_id)
    with make.acting(stranger) as session, pytest.raises(NotFound):
        service.read_line(session, line.id)
    with pytest.raises(NotFound):
        reversal(make, stranger, line)
    assert lived_on(make, stranger, far.id) == {}
    assert grid(make, stranger, far.id).months_on == 0


def test_a_line_on_which_nobody_lived_can_still_be_taken_back(make: Make, worker, client, home):
    line = shared(make, worker, home.household_id, "2026-02")
    with make.acting(worker) as session:
        end_membership(session, home.id, to_month=JAN)
    assert reversal(make, worker, line).amount == -300_000


def test_the_same_line_of_a_household_is_one_and_of_a_person_another(make: Make, worker, client, home):
    first = shared(make, worker, home.household_id)
    assert shared(make, worker, home.household_id).id == first.id
    assert disbursement(make, worker, client.id, programme="SEMBAKO").id != first.id


def test_a_number_cannot_pass_from_a_household_to_a_person(make: Make, worker, client, home):
    shared(make, worker, home.household_id, source_reference="SP2D/7")
    with pytest.raises(Conflict) as refused:
        disbursement(make, worker, client.id, programme="SEMBAKO", source_reference="SP2D/7")
    assert refused.value.code == "source_reference_used"


def test_what_came_late_to_a_household_was_not_known_before(make: Make, worker, client, home, clock):
    clock.set("2026-05-04T03:00:00+00:00")
    shared(make, worker, home.household_id)
    assert lived_on(make, worker, client.id, known_by=date(2026, 5, 3)) == {}
    assert lived_on(make, worker, client.id, known_by=date(2026, 5, 4)) == {1: 300_000}


def test_february_is_a_month_like_any_also_paid_on_its_29th(make: Make, worker, client):
    home = membership(make, worker, client.id, "2024-02..2024-02")
    shared(make, worker, home.household_id, "2024-01..2024-03", paid_on=date(2024, 2, 29), amount=301)
    assert lived_on(make, worker, client.id, first=JAN - 24, last=JAN) == {-22: 100}


def test_after_a_death_the_lines_of_a_household_are_named_when_nobody_is_left(make: Make, worker, client, home):
    other = make.client(worker)
    companion = membership(make, worker, other.id, household_id=home.household_id, relation="spouse")
    kept = shared(make, worker, home.household_id, "2026-03")
    with make.acting(worker) as session:
        end_membership(session, home.id, to_month=JAN)
        assert service.lines_after(session, client.id, date(2026, 1, 31)) == []
        void_membership(session, companion.id)
        assert [line.id for line in service.lines_after(session, client.id, date(2026, 1, 31))] == [kept.id]


def test_a_household_in_which_somebody_beyond_reach_is_left_goes_on(make: Make, worker, client, stranger):
    kk = new_kk()
    home = membership(make, worker, client.id, kk=kk)
    membership(make, stranger, make.client(stranger).id, kk=kk)
    shared(make, worker, home.household_id, "2026-03")
    with make.acting(worker) as session:
        end_membership(session, home.id, to_month=JAN)
        assert service.lines_after(session, client.id, date(2026, 1, 31)) == []


class TestGrid:
    def test_it_has_sixty_months_and_the_present_is_the_last(self, make: Make, worker, client):
        found = grid(make, worker, client.id)
        assert (len(found.months), found.last, found.months[-1].month) == (60, JAN + 2, JAN + 2)
        assert [later.month - month.month for month, later in pairwise(found.months)] == [1] * 59

    def test_a_month_tells_own_and_household_and_reversals_apart(self, make: Make, worker, client, home):
        own = disbursement(make, worker, client.id, "2026-01", amount=10)
        of_home = shared(make, worker, home.household_id, "2026-01..2026-02", amount=200)
        back = reversal(make, worker, of_home, from_month=JAN + 1, to_month=JAN + 1, amount=100)
        january, february, march = grid(make, worker, client.id).months[-3:]
        assert (january.kinds["consumption"].own, january.kinds["consumption"].household) == (10, 100)
        assert set(january.kinds["consumption"].line_ids) == {own.id, of_home.id}
        assert (january.is_on, january.is_reversed) == (True, False)
        assert (february.kinds["consumption"].amount, february.is_on, february.is_reversed) == (0, False, True)
        assert february.kinds["consumption"].line_ids == (of_home.id, back.id)
        assert (march.kinds, march.exempt, march.is_on) == ({}, None, False)

    def test_what_does_not_count_stands_apart_and_a_month_of_it_is_not_on(self, make: Make, worker, client, home):
        shared(make, worker, home.household_id, "2026-01", component="anak", amount=9)
        disbursement(make, worker, client.id, "2026-01", programme="KIP-PPKS-JAWARA", amount=5)
        january = grid(make, worker, client.id).months[-3]
        assert (january.exempt.amount, list(january.kinds), january.is_on) == (9, ["empowerment"], False)

    def test_months_before_the_ledger_say_nothing(self, make: Make, worker, client, clock):
        clock.set("2016-03-02T03:00:00+00:00")
        found = grid(make, worker, client.id)
        assert [month.is_covered for month in found.months].index(True) == found.months.index(
            next(month for month in found.months if month.month == parse_month("2015-01"))
        )

    def test_nobody_sees_that_of_a_person_beyond_reach(self, make: Make, client, stranger):
        with make.acting(stranger) as session, pytest.raises(NotFound):
            service.aid_grid(session, client.id)


FIRST, LAST, AS_OF = JAN - 58, JAN + 1, date(2026, 3, 1)
PROGRAMMES = ["ASPD-JATIM", "SEMBAKO", "PKH-SD", "PKH-SMA", "KIP-PPKS-JAWARA"]
COMPONENTS = [None, "beras", "Lansia ", "anak"]


def random_lives(chance: random.Random, households: list):
    """Memberships that never meet, and lines of the person and of every household, some of which take back."""
    stays, month = [], FIRST - 5
    while month < LAST:
        first = month + chance.randint(0, 8)
        last = first + chance.randint(0, 20)
        stays.append((chance.choice(households), first, last if chance.random() < 0.9 or last < LAST else None))
        month = last + 1
    lines = []
    for _ in range(30):
        first = chance.randint(FIRST - 6, LAST + 4)
        last = first + chance.randint(0, 5)
        known = date(2026, 3, 1) if chance.random() < 0.8 else date(2026, 3, 2)
        recipient = chance.choice([None, *households])
        line = (recipient, chance.choice(PROGRAMMES), chance.choice(COMPONENTS), first, last, known)
        lines.append((*line, chance.randint(1, 10_000), None))
        if chance.random() < 0.3:
            lines.append((*line, -chance.randint(1, lines[-1][-2]), len(lines) - 1))
    return stays, lines


def store(truth, client_id, user_id, stays, lines) -> None:
    """Write the life down as it is, past every service."""
    for household_id, first, last in stays:
        truth.run(
            "insert into household_members (id, household_id, client_id, relation, from_month, to_month, recorded_at,"
            " recorded_by, version) values (gen_random_uuid(), :h, :c, 'other', :f, :l, now(), :u, 1)",
            h=household_id, c=client_id, f=first, l=last, u=user_id,
        )  # fmt: skip
    ids = [new_id() for _ in lines]
    for line_id, (household_id, programme, component, first, last, known, amount, back) in zip(ids, lines, strict=True):
        truth.run(
            "insert into disbursements (id, client_id, household_id, programme_code, component, from_month, to_month,"
            " paid_on, known_on, amount, source_key, reverses_id, reason, recorded_at)"
            " values (:i, :c, :h, :p, :k, :f, :l, :o, :o, :a, gen_random_uuid(), :b, :r, now())",
            i=line_id, c=None if household_id else client_id, h=household_id, p=programme, k=component, f=first, l=last,
            o=known, a=amount, b=None if back is None else ids[back], r=None if back is None else "returned",
        )  # fmt: skip


@pytest.mark.parametrize("seed", range(25))
def test_what_a_person_lived_on_is_what_dependency_counts(make: Make, worker, client, truth, seed):
    """Against the pure function of dependency, written apart from this: on every life the same rupiah in every month."""
    homes = [family(make, worker, make.client(worker).id) for _ in range(3)]
    stays, lines = random_lives(random.Random(seed), homes)
    store(truth, client.id, worker.id, stays, lines)
    with make.acting(worker) as session:
        found = service.unit_consumption(session, client.id, FIRST, LAST, known_by=AS_OF)
    payments = [
        Payment(programme, first, last, known, amount, component, str(home) if home else None)
        for home, programme, component, first, last, known, amount, _ in lines
    ]
    memberships = [Membership(str(home), first, last) for home, first, last in stays]
    wanted = net_by_month(payments, memberships, as_of=AS_OF, last=LAST, aid=dependency_policy().aid)
    assert any(wanted.values())
    assert {month: found[month].amount if month in found else 0 for month in month_range(FIRST, LAST)} == wanted


def test_a_persons_list_is_found_by_index_whoever_else_is_in_the_ledger(committed: sa.Engine, make_committed: Make):
    """With "or" between a person's lines and his household's it would go through the ledger of the whole province."""
    worker = make_committed.caseworker()
    client, other = make_committed.client(worker), make_committed.client(worker)
    home = membership(make_committed, worker, other.id)
    with committed.begin() as connection:
        connection.execute(
            sa.text(
                "insert into disbursements (id, client_id, household_id, programme_code, from_month, to_month, paid_on,"
                " known_on, amount, source_key, recorded_at) select uuidv7(), case when n % 2 = 0 then :other end,"
                " case when n % 2 = 1 then :home end, 'SEMBAKO', 24300 + n % 12, 24300 + n % 12, '2026-01-01',"
                " '2026-01-01', 200000, uuidv4(), now() from generate_series(1, 6000) n"
            ),
            {"other": other.id, "home": home.household_id},
        )
        connection.execute(sa.text("analyze disbursements"))
    with make_committed.acting(worker) as session:
        select = queries.unit_lines(client.id).order_by(Disbursement.paid_on.desc()).limit(51)
        text = select.compile(session.connection(), compile_kwargs={"literal_binds": True})
        plan = "\n".join(session.connection().exec_driver_sql(f"explain {text}").scalars())
    assert "ix_disbursements_client_id" in plan
    assert "ix_disbursements_household_id" in plan
    assert "Seq Scan on disbursements" not in plan
