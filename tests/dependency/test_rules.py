"""Indicators, points and reasons, status: what the spec says, sentence by sentence. No database."""

import json
import tomllib
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kessos_case.core.months import first_day, format_month, parse_month
from kessos_case.core.policies import policy as policy_file
from kessos_case.core.settings import CONFIG_DIR
from kessos_case.dependency.rules import (
    Band,
    DependencyPolicy,
    ExemptionGround,
    Fact,
    Ground,
    Indicators,
    KnownFacts,
    Measure,
    Membership,
    Payment,
    Person,
    Reason,
    Statement,
    Status,
    Words,
    explain,
    has_recent_aid,
    indicators,
    is_stage_open,
    net_by_month,
    observed_for,
    reason_words,
    score,
    status_of,
    unknown_words,
)
from kessos_case.reference.rules import ProgrammeKind, SourceKind, programme_kind

FILE = policy_file("dependency")
POLICY = DependencyPolicy.read(FILE.label, FILE.content)
T = parse_month("2026-06")
AS_OF = date(2026, 7, 5)
VECTORS = json.loads((Path(__file__).parent / "spell_vectors.json").read_text())["vectors"]


def count(*payments, memberships=(), income=(), as_of=AS_OF, observed_from=T - 59, gap=1, last=T) -> Indicators:
    return indicators(
        payments, memberships, income, as_of=as_of, last=last, observed_from=observed_from, gap=gap, aid=POLICY.aid
    )


def paid(first, last=None, amount=200_000, *, programme="BPNT", known=None, **rest):
    """A line for the months that lie so many before T (below 0: after T)."""
    months = T - first, T - (first if last is None else last)
    return Payment(programme, *months, known or first_day(months[0]), amount, **rest)


def spans(found: Indicators):
    return [(T - spell.start, T - spell.end) for spell in found.spells]


# From ledger to indicators -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["id"])
def test_the_worked_cases_come_out_as_written(vector):
    params = vector["params"]
    found = count(
        *(
            Payment(line["prog"], parse_month(line["from"]), parse_month(line["to"]),
                    date.fromisoformat(line["posted"]), line["amount"])
            for line in vector["ledger"]
        ),
        income=[Statement(parse_month(told["from"]), parse_month(told["to"]), told["amount"])
                for told in vector["income"]],
        as_of=date.fromisoformat(params["asof"]),
        observed_from=parse_month(params["obs_from"]),
        gap=params["gap"],
        last=parse_month(params["T"]),
    )  # fmt: skip
    assert asdict(found) | {"spells": [written(spell) for spell in found.spells]} == vector["expected"]


def written(spell):
    months = {name: getattr(spell, name) for name in ("start", "end", "exit_month")}
    return asdict(spell) | {name: month and format_month(month) for name, month in months.items()}


def test_what_was_not_known_on_the_day_does_not_count():
    late = paid(3, 1, known=date(2026, 7, 6))
    assert count(late).months_on_60 == 0
    assert count(late, as_of=date(2026, 7, 6)).months_on_60 == 3


def test_a_late_line_changes_nothing_of_the_days_before_it():
    lines = [paid(20, 8), paid(5)]
    late = paid(7, 4, amount=-200_000, known=date(2026, 7, 6))
    assert count(*lines, late) == count(*lines)


def test_rupiah_are_spread_and_the_remainder_goes_to_the_earliest_months():
    net = net_by_month([paid(3, 1, amount=5)], (), as_of=AS_OF, last=T, aid=POLICY.aid)
    assert [net[T - 3], net[T - 2], net[T - 1]] == [2, 2, 1]
    # One rupiah over two months leaves the second one off.
    assert spans(count(paid(3, 2, amount=1))) == [(3, 3)]


def test_of_a_line_paid_in_advance_only_the_months_up_to_t_count():
    found = count(paid(1, -10, amount=1200, known=date(2026, 5, 2)))
    assert (found.months_on_60, found.aid_12, found.months_since_last_on) == (2, 200, 0)


def test_of_a_line_from_before_the_window_only_its_months_within_count():
    assert count(paid(62, 57, amount=600)).months_on_60 == 3


def test_a_reversal_over_several_months_cancels_its_line_in_each():
    assert count(paid(5, 3, amount=700_001), paid(5, 3, amount=-700_001)) == count()


def test_a_month_below_zero_is_off_and_lowers_the_year_but_not_its_neighbours():
    found = count(paid(3), paid(2, amount=-50_000), paid(1))
    assert (found.months_on_60, found.aid_12, spans(found)) == (2, 350_000, [(3, 1)])


def test_only_the_sum_of_the_year_is_floored():
    assert count(paid(2, amount=-300_000), paid(1, amount=100_000)).aid_12 == 0


def test_the_household_counts_in_the_months_of_membership():
    lines = [paid(month, programme="SEMBAKO", household="A") for month in range(6)]
    moved = [Membership("A", T - 9, T - 4), Membership("B", T - 3)]
    assert spans(count(*lines, memberships=moved)) == [(5, 4)]


def test_a_line_of_the_household_over_a_move_counts_in_the_months_before_it():
    line = paid(3, 1, amount=5, programme="SEMBAKO", household="A")
    assert count(line, memberships=[Membership("A", T - 2)]).aid_12 == 3


def test_two_memberships_of_one_household_count_its_month_once():
    lines = [paid(1, programme="SEMBAKO", household="A")]
    assert count(*lines, memberships=[Membership("A", T - 5, T - 1), Membership("A", T - 1)]).aid_12 == 200_000


@pytest.mark.parametrize(
    ("programme", "component", "counts"),
    [
        ("SEMBAKO", None, True),
        ("PKH-SMA", None, True),
        ("PKH-LANSIA", None, False),
        ("PKH", "Lansia", False),
        ("PKH", " DISABILITAS BERAT ", False),
        ("PKH", "kepala keluarga", True),
        ("PENA", None, False),
    ],
)
def test_a_household_is_not_dependent_through_an_exempt_member(programme, component, counts):
    line = paid(1, programme=programme, component=component, household="A")
    assert count(line, memberships=[Membership("A", T - 9)]).months_on_60 == counts


def test_the_person_himself_is_helped_by_what_was_paid_to_him_whatever_it_is_for():
    assert count(paid(1, programme="ASPD-JATIM")).months_on_60 == 1


def test_the_window_begins_where_the_ledger_does_but_the_years_rupiah_do_not():
    found = count(*(paid(month) for month in range(12)), observed_from=T - 2)
    assert (found.observed_months, found.months_on_60, found.aid_12) == (3, 3, 12 * 200_000)
    assert found.spells[0].left_censored


def test_where_nothing_is_observed_there_is_nothing_to_say():
    found = count(paid(0), observed_from=T + 1)
    assert (found.observed_months, found.months_on_60, found.months_since_last_on, found.spells) == (0, 0, None, ())
    assert found.aid_12 == 200_000


def test_nobody_is_counted_before_the_month_of_his_18th_birthday():
    assert observed_for(T - 59, date(2006, 3, 31)) == parse_month("2024-03")
    assert observed_for(T - 59, date(2004, 2, 29)) == parse_month("2022-02")
    assert observed_for(T - 59, date(1980, 1, 1)) == observed_for(T - 59, None) == T - 59


@pytest.mark.parametrize("gap", [0, 1, 2, 3])
def test_a_spell_survives_as_many_off_months_as_the_gap(gap):
    def with_off(months):
        return len(count(paid(20), paid(19 - months), gap=gap).spells)

    assert (with_off(gap), with_off(gap + 1)) == (1, 2)


@pytest.mark.parametrize("gap", [0, 1, 2])
def test_censored_is_what_the_gap_cannot_tell_from_going_on(gap):
    edge = count(paid(59 - gap, 30), gap=gap), count(paid(58 - gap, 30), gap=gap)
    assert [found.spells[0].left_censored for found in edge] == [True, False]
    end = count(paid(30, gap), gap=gap), count(paid(30, gap + 1), gap=gap)
    assert [found.spells[0].right_censored for found in end] == [True, False]
    assert [found.current_spell_length for found in end] == [31 - gap, 0]
    assert [found.spells[0].exit_month for found in end] == [None, T - gap]


def test_income_counts_only_when_all_twelve_months_are_told():
    year, hole = Statement(T - 11, T, 1_200_000), [Statement(T - 11, T - 6, 0), Statement(T - 4, T, 0)]
    assert count(paid(0), income=[year]).share_bp == 10_000 * 200_000 // 1_400_000
    missing = count(paid(0), income=hole)
    assert (missing.income_months_known, missing.income_12, missing.share_bp) == (11, None, None)


def test_of_a_statement_beyond_the_year_only_its_part_counts():
    found = count(income=[Statement(T - 23, T, 2400)])
    assert (found.income_months_known, found.income_12) == (12, 1200)


def test_statements_of_two_earners_add_up():
    assert count(income=[Statement(T - 11, T, 1200), Statement(T - 1, T, 100)]).income_12 == 1300


def test_half_is_not_more_than_half():
    def of(income):
        found = count(paid(0, amount=1000), income=[Statement(T - 11, T, income)])
        return found.share_bp, found.dependent_50

    assert of(1000) == (5000, False)
    assert of(999) == (5002, True)
    assert of(0) == (10_000, True)


# Metamorphic: what must not matter --------------------------------------------------------------------------------------

months_back = st.integers(-5, 70)
any_line = st.builds(
    lambda first, length, amount: paid(first, first - length, amount),
    months_back,
    st.integers(0, 14),
    st.integers(-1_000_000, 1_000_000),
)
ledger = st.lists(any_line, max_size=12)


@given(ledger, st.randoms(use_true_random=False))
def test_the_order_of_lines_does_not_matter(lines, chance):
    shuffled = chance.sample(lines, len(lines))
    assert count(*shuffled) == count(*lines)


@given(ledger, any_line)
def test_a_line_and_its_reversal_are_nothing(lines, line):
    assert count(*lines, line, replace(line, amount=-line.amount)) == count(*lines)


@given(ledger, any_line)
def test_a_line_is_the_same_as_its_months_apart(lines, line):
    months = net_by_month([line], (), as_of=date.max, last=line.last, aid=POLICY.aid)
    apart = [Payment("BPNT", month, month, line.known_on, rupiah) for month, rupiah in months.items() if rupiah]
    assert count(*lines, *apart) == count(*lines, line)


@given(ledger, st.integers(0, 3))
def test_spells_hold_exactly_the_months_that_are_on(lines, gap):
    found = count(*lines, gap=gap)
    assert sum(spell.months_on for spell in found.spells) == found.months_on_60
    assert all(spell.months_off_before > gap for spell in found.spells[1:])
    assert sum(spell.right_censored for spell in found.spells) <= 1
    assert found.current_spell_length == sum(spell.length for spell in found.spells if spell.right_censored)


@given(ledger, st.integers(0, 6_000_000), st.integers(0, 6_000_000))
def test_more_income_never_makes_more_dependent(lines, less, more):
    shares = [
        count(*lines, income=[Statement(T - 11, T, income)]).share_bp or 0 for income in sorted((less + 1, more + 1))
    ]
    assert shares[0] >= shares[1]


# Score ------------------------------------------------------------------------------------------------------------------

NOTHING_KNOWN = KnownFacts()
NOBODY = count()


def measured(**values):
    return replace(NOBODY, **values)


@pytest.mark.parametrize(
    ("measure", "points"),
    [
        ("months_on_60", {11: 0, 12: 1, 23: 1, 24: 2, 35: 2, 36: 4, 47: 4, 48: 6, 60: 6}),
        ("current_spell_length", {11: 0, 12: 1, 23: 1, 24: 3, 35: 3, 36: 5, 60: 5}),
        ("recidivism_count", {0: 0, 1: 1, 2: 1, 3: 2, 9: 2}),
        ("share_bp", {2499: 0, 2500: 1, 4999: 1, 5000: 3, 7499: 3, 7500: 4, 10_000: 4}),
    ],
)
def test_thresholds_add_up(measure, points):
    assert {value: score(measured(**{measure: value}), NOTHING_KNOWN, POLICY).points for value in points} == points


@pytest.mark.parametrize(
    ("fact", "if_true", "if_false"),
    [
        (Fact.WORKED_12, 0, 2),
        (Fact.COURSE_COMPLETED, 0, 1),
        (Fact.SELF_EFFICACY_LOW, 1, 0),
        (Fact.SKILLS_LOW, 1, 0),
        (Fact.ACTIVE_WORK, -4, 0),
        (Fact.COURSE_LAST_12, -1, 0),
    ],
)
def test_a_fact_counts_only_when_it_is_known(fact, if_true, if_false):
    stock = measured(months_on_60=60)
    points = {known: score(stock, KnownFacts.of({fact: known}), POLICY).points - 6 for known in (True, False, None)}
    assert points == {True: if_true, False: if_false, None: 0}


def test_the_total_is_floored():
    assert score(NOBODY, KnownFacts.of({Fact.ACTIVE_WORK: True}), POLICY).points == 0


@pytest.mark.parametrize(
    ("points", "band"),
    [(0, Band.LOW), (4, Band.LOW), (5, Band.WATCH), (8, Band.WATCH), (9, Band.HIGH), (12, Band.HIGH),
     (13, Band.VERY_HIGH), (22, Band.VERY_HIGH)],
)  # fmt: skip
def test_bands_begin_at_their_points(points, band):
    one_line = replace(POLICY.lines[0], at_least=0, points=points or -1)
    assert score(NOBODY, NOTHING_KNOWN, replace(POLICY, lines=(one_line,))).band is band


def test_most_points_that_can_be_reached():
    worst = measured(months_on_60=60, current_spell_length=60, recidivism_count=3, share_bp=10_000)
    facts = {fact: fact in (Fact.SELF_EFFICACY_LOW, Fact.SKILLS_LOW) for fact in Fact}
    assert score(worst, KnownFacts.of(facts), POLICY).points == 6 + 5 + 2 + 4 + 2 + 1 + 1 + 1


def test_reasons_are_the_three_with_most_points_and_ties_stand_in_the_order_of_the_lines():
    facts = KnownFacts.of({Fact.WORKED_12: False, Fact.COURSE_COMPLETED: False, Fact.ACTIVE_WORK: True})
    found = score(measured(months_on_60=41, current_spell_length=5, recidivism_count=3), facts, POLICY)
    assert found.reasons == (
        Reason(Measure.MONTHS_ON_60, 4, 41),
        Reason(Measure.RECIDIVISM_COUNT, 2, 3),
        Reason(Fact.WORKED_12, 2, False),
    )
    assert found.helps == (Reason(Fact.ACTIVE_WORK, -4, True),)
    assert found.points == 4 + 2 + 2 + 1 - 4


def test_what_is_unknown_is_named():
    found = score(NOBODY, KnownFacts.of({Fact.WORKED_12: True, Fact.SKILLS_LOW: False}), POLICY)
    assert found.unknown == (
        Measure.SHARE_BP, Fact.COURSE_COMPLETED, Fact.SELF_EFFICACY_LOW, Fact.ACTIVE_WORK, Fact.COURSE_LAST_12,
    )  # fmt: skip


def test_a_share_of_nothing_is_not_unknown():
    assert Measure.SHARE_BP not in score(count(income=[Statement(T - 11, T, 0)]), NOTHING_KNOWN, POLICY).unknown


def test_a_stored_score_is_told_as_it_was_reached():
    facts = KnownFacts.of({Fact.WORKED_12: False, Fact.COURSE_LAST_12: True})
    values = measured(months_on_60=30, current_spell_length=24, share_bp=5100, income_months_known=12)
    found = score(values, facts, POLICY)
    told = explain(found.lines, values, facts, POLICY)
    assert (told.reasons, told.helps, told.unknown) == (found.reasons, found.helps, found.unknown)


def test_bits_of_facts_stay_where_they_were_stored():
    assert [fact.bit for fact in Fact] == [1, 2, 4, 8, 16, 32]
    assert list(Fact) == [
        "worked_12", "course_completed", "course_last_12", "self_efficacy_low", "skills_low", "active_work",
    ]  # fmt: skip


def test_what_nobody_knows_cannot_be_true():
    with pytest.raises(ValueError):
        KnownFacts(known=1, true=2)


# Words ------------------------------------------------------------------------------------------------------------------


def test_a_reason_reads_as_the_spec_writes_it():
    assert reason_words(Reason(Measure.MONTHS_ON_60, 4, 41)) == Words(
        "menerima bantuan 41 dari 60 bulan terakhir (+4)", "received aid in 41 of the last 60 months (+4)"
    )
    assert reason_words(Reason(Fact.ACTIVE_WORK, -4, True)).id.endswith("(-4)")


def test_a_reason_can_be_told_without_its_number():
    words = reason_words(Reason(Measure.MONTHS_ON_60, 4, 20), observed_months=24, with_points=False)
    assert words.id == "menerima bantuan 20 dari 24 bulan terakhir"


@pytest.mark.parametrize(("share", "id_", "en"), [(5000, "50 %", "50 %"), (6257, "62,5 %", "62.5 %"),
                                                 (4999, "49,9 %", "49.9 %"), (10_000, "100 %", "100 %")])  # fmt: skip
def test_a_share_is_told_in_per_cent(share, id_, en):
    words = reason_words(Reason(Measure.SHARE_BP, 3, share))
    assert id_ in words.id and en in words.en


def test_everything_a_line_can_ask_for_has_words():
    for asked in (*Measure, *Fact):
        assert unknown_words(asked).id != unknown_words(asked).en
        for value in (True, False) if asked in Fact.__members__.values() else (5000,):
            assert reason_words(Reason(asked, 1, value)).en


# Who is scored ----------------------------------------------------------------------------------------------------------

ADULT = Person(ages=(40, 40), has_recent_aid=True)


@pytest.mark.parametrize(
    ("person", "expected"),
    [
        (ADULT, (Status.SCORED, None)),
        (replace(ADULT, ages=(17, 17)), (Status.EXEMPT, Ground.UNDER_18)),
        (replace(ADULT, ages=(18, 18)), (Status.SCORED, None)),
        (replace(ADULT, ages=(59, 59)), (Status.SCORED, None)),
        (replace(ADULT, ages=(60, 60)), (Status.EXEMPT, Ground.AGE_60)),
        (replace(ADULT, ages=(17, 18)), (Status.EXEMPT, Ground.UNDER_18)),
        (replace(ADULT, ages=(59, 60)), (Status.EXEMPT, Ground.AGE_60)),
        (replace(ADULT, last_pathway="long_term_care"), (Status.EXEMPT, Ground.LONG_TERM_CARE)),
        (replace(ADULT, open_pathways=["reunification"]), (Status.EXEMPT, Ground.REUNIFICATION)),
        (replace(ADULT, last_pathway="reunification"), (Status.SCORED, None)),
        (replace(ADULT, is_dead=True), (Status.OUT_OF_SCOPE, Ground.DEAD)),
        (replace(ADULT, ages=None), (Status.OUT_OF_SCOPE, Ground.BIRTH_DATE_UNKNOWN)),
        (replace(ADULT, has_recent_aid=False), (Status.OUT_OF_SCOPE, Ground.NO_AID)),
        (replace(ADULT, has_recent_aid=False, open_pathways=["independence"]), (Status.SCORED, None)),
        # In this order: exempt before out of scope, and the first ground that holds.
        (replace(ADULT, ages=(70, 70), is_dead=True), (Status.EXEMPT, Ground.AGE_60)),
        (replace(ADULT, ages=None, grounds=[ExemptionGround.PREGNANT]), (Status.EXEMPT, Ground.PREGNANT)),
    ],
)
def test_who_is_scored(person, expected):
    assert status_of(person, POLICY.scope) == expected


@pytest.mark.parametrize("ground", ExemptionGround)
def test_every_recorded_ground_exempts(ground):
    assert status_of(replace(ADULT, grounds=[ground]), POLICY.scope) == (Status.EXEMPT, Ground(ground))


def test_grounds_are_named_in_their_order():
    everything = Person(
        ages=(17, 61), has_recent_aid=False, grounds=tuple(ExemptionGround), last_pathway="long_term_care",
        open_pathways=["reunification"], is_dead=True,
    )  # fmt: skip
    assert status_of(everything, POLICY.scope)[1] is Ground.UNDER_18


def test_recent_aid_is_a_month_on_among_the_last_six():
    def recent(*lines):
        return has_recent_aid(net_by_month(lines, (), as_of=AS_OF, last=T, aid=POLICY.aid), T, 6)

    assert recent(paid(5))
    assert not recent(paid(6))
    assert not recent(paid(2), paid(2, amount=-200_000))


# A stage that is not paid yet -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("last_paid", "last", "as_of", "is_open"),
    [
        # April to June is not paid; T is June.
        ("2026-03", "2026-06", "2026-07-05", True),
        ("2026-03", "2026-06", "2026-08-31", True),
        ("2026-03", "2026-06", "2026-09-01", False),
        # Seen from May it has begun, from March it has not.
        ("2026-03", "2026-05", "2026-06-05", True),
        ("2026-03", "2026-03", "2026-04-05", False),
        # A stage that was paid for one of its months is paid.
        ("2026-04", "2026-06", "2026-07-05", False),
        # The stage before was not paid either: its patience is over.
        ("2025-12", "2026-06", "2026-07-05", False),
        # T is July: April to June may still come in August.
        ("2026-03", "2026-07", "2026-08-05", True),
    ],
)
def test_an_unpaid_stage_is_open_until_its_patience_is_over(last_paid, last, as_of, is_open):
    net = {parse_month(last_paid): 75_000, parse_month(last_paid) - 3: 75_000}
    assert is_stage_open(net, last=parse_month(last), as_of=date.fromisoformat(as_of), aid=POLICY.aid) is is_open


def test_who_was_never_paid_by_stages_waits_for_none():
    assert not is_stage_open({}, last=T, as_of=AS_OF, aid=POLICY.aid)
    assert not is_stage_open({T - 1: 0}, last=T, as_of=AS_OF, aid=POLICY.aid)


# The policy file --------------------------------------------------------------------------------------------------------


def test_consumption_is_what_the_reference_calls_so_and_the_short_codes():
    programmes = tomllib.loads((CONFIG_DIR / "reference" / "programmes.toml").read_text())["programme"]
    consumption = {
        programme["code"]
        for programme in programmes
        if programme_kind(SourceKind(programme["kind"]), is_food=programme.get("is_food", False))
        is ProgrammeKind.CONSUMPTION
    }
    assert POLICY.aid.consumption == consumption | {"PKH", "BPNT", "ASPD", "JATIM"}
    assert POLICY.aid.exempt_programmes | POLICY.aid.staged <= POLICY.aid.consumption
    assert {component.strip().lower() for component in POLICY.aid.exempt_components} == POLICY.aid.exempt_components


def test_the_last_month_is_the_one_before_the_day():
    assert POLICY.last_month(date(2026, 7, 1)) == POLICY.last_month(date(2026, 7, 31)) == T
    assert POLICY.last_month(date(2027, 1, 1)) == parse_month("2026-12")
    lagging = replace(POLICY, window=replace(POLICY.window, closing_lag_months=2))
    assert lagging.last_month(date(2026, 7, 1)) == T - 2


def test_the_nearest_place_says_from_when_the_ledger_covers_it():
    places = {"35": T - 100, "35.09": T - 50, "35.09.12": T - 10}
    policy = replace(POLICY, window=replace(POLICY.window, observed_from=places))
    assert policy.observed_from("35.09.12.2001") == T - 10
    assert policy.observed_from("35.09.11") == T - 50
    assert policy.observed_from("35.1") == policy.observed_from("33.01") == policy.observed_from(None) == T - 100


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda content: content.pop("aid"), "aid: is missing"),
        (lambda content: content.update(fees={}), "fees: is not known"),
        (lambda content: content["window"].update(gap=-1), "window.gap"),
        (lambda content: content["window"].update(gap=60), "window.gap"),
        (lambda content: content["window"].update(observed_from={"33": "2015-01"}), "window.observed_from"),
        (lambda content: content["window"]["observed_from"].update({"35": "2015"}), "window.observed_from"),
        (lambda content: content["aid"].update(consumption=[]), "aid.consumption"),
        (lambda content: content["scope"].update(oldest=18), "scope.oldest"),
        (lambda content: content["cuts"][0].update(fact="luck"), r"cuts\[0\].fact: 'luck'"),
        (lambda content: content["cuts"][1].pop("below"), r"cuts\[1\].below: is missing"),
        (lambda content: content["line"][0].update(measure="luck"), r"line\[0\].measure"),
        (lambda content: content["line"][0].update(points=0), r"line\[0\].points"),
        (lambda content: content["line"][0].update(points=True), r"line\[0\].points"),
        (lambda content: content["line"][0].update(code="months_on_24"), "line: two"),
        (lambda content: content["line"][12].update({"is": "no"}), r"line\[12\].is"),
        (lambda content: content["bands"].update(watch=9), "bands"),
        (lambda content: content["bands"].update(low=1), "bands"),
        (lambda content: content["flags"].update(bands=["highest"]), "flags.bands"),
        (lambda content: content["flags"].update(due_days=0), "flags.due_days"),
        (lambda content: content["night"].update(people_in_chunk="many"), "night.people_in_chunk"),
    ],
)
def test_a_wrong_policy_names_the_key(change, named):
    content = json.loads(json.dumps(FILE.content))
    change(content)
    with pytest.raises(ValueError, match=named):
        DependencyPolicy.read("dependency-0-test", content)
