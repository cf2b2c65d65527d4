"""Assessment instruments: the files that ship, what a file may not say, and what answers are worth."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kessos_case.cases.rules.instruments import (
    LIMIT,
    AnswerError,
    Change,
    Condition,
    Instrument,
    Item,
    Kind,
    change,
    check_answers,
    read_instrument,
    score,
)
from kessos_case.core.policies import policy
from kessos_case.core.settings import CONFIG_DIR

FILES = sorted(path.stem for path in (CONFIG_DIR / "policies" / "instruments").glob("*.toml"))
SHIPPED = {name: read_instrument(policy(f"instruments/{name}").content) for name in FILES}
GSE, HOUSEHOLD, FUNCTIONING = SHIPPED["gse10"], SHIPPED["household_skills"], SHIPPED["social_functioning"]

shipped = pytest.mark.parametrize("instrument", SHIPPED.values(), ids=FILES)


def gse(*values: int) -> dict[str, Any]:
    return {f"gse_{place}": value for place, value in enumerate(values, 1)}


def codes(errors: list[AnswerError]) -> dict[str, str]:
    return {error.field.removeprefix("answers."): error.code for error in errors}


def faults(instrument: Instrument, complete: bool = False, **answers: Any) -> dict[str, str]:
    return codes(check_answers(instrument, answers, complete=complete))


# The files


@shipped
def test_a_file_holds_what_its_name_says(instrument: Instrument) -> None:
    assert SHIPPED[instrument.name] is instrument


def test_only_what_is_meant_so_is_information_alone() -> None:
    assert [item for item in GSE.items if not item.domain] == []
    assert [item.id for item in FUNCTIONING.items if not item.domain] == ["has_dependants"]
    amounts = [item for item in HOUSEHOLD.items if item.kind in (Kind.RUPIAH, Kind.DATE, Kind.NUMBER)]
    assert {item.domain for item in amounts} == {None}


@shipped
def test_whatever_a_domain_needs_is_asked_of_everybody(instrument: Instrument) -> None:
    gates = {item.only_if.item for item in instrument.items if item.domain and item.only_if}
    assert all(item.is_required for item in instrument.items if item.domain or item.id in gates)


@shipped
def test_no_important_difference_is_invented(instrument: Instrument) -> None:
    assert {domain.mid for domain in instrument.domains} == {None}


def test_graduation_finds_the_facts_of_the_household_under_their_names() -> None:
    kinds = {item.id: item.kind for item in HOUSEHOLD.items}
    promised = {
        Kind.RUPIAH: ["monthly_income", "monthly_spending", "savings"],
        Kind.COUNT: ["income_sources", "household_size", "school_age_children", "children_at_school"],
        Kind.YES_NO: ["has_health_insurance", "has_social_support"],
        Kind.NUMBER: ["welfare_decile"],
        Kind.DATE: ["welfare_decile_on"],
    }
    assert {item: kinds[item] for items in promised.values() for item in items} == {
        item: kind for kind, items in promised.items() for item in items
    }


def test_social_functioning_has_the_three_parts_of_the_law() -> None:
    assert [domain.code for domain in FUNCTIONING.domains] == ["needs_and_rights", "roles", "problem_solving"]


WG_ITEMS = ("seeing", "hearing", "walking", "remembering", "self_care", "communicating")


@pytest.mark.parametrize(("hardest", "is_flagged"), [(1, False), (2, False), (3, True), (4, True)])
@pytest.mark.parametrize("where", WG_ITEMS)
def test_a_lot_of_difficulty_with_one_thing_counts_and_some_with_all_does_not(
    where: str, hardest: int, is_flagged: bool
) -> None:
    answers = dict.fromkeys(WG_ITEMS, 2) | {where: hardest}
    assert score(SHIPPED["washington_group"], answers).domains["activity_limitation"].is_flagged is is_flagged


def test_one_danger_is_enough_and_not_sure_is_no_safety() -> None:
    safety, safe = SHIPPED["safety_home"], dict.fromkeys(("hurt", "afraid", "exploited", "locked_in", "self_harm"), 2)
    assert score(safety, safe).domains["safety"].is_flagged is False
    assert all(score(safety, safe | {item: value}).domains["safety"].is_flagged for item in safe for value in (0, 1))


def test_help_with_daily_life_is_flagged_where_its_evidence_says() -> None:
    living = SHIPPED["daily_living"]
    items = [item.id for item in living.items_of("daily_living")]
    passing = dict.fromkeys(items[:3], 3) | dict.fromkeys(items[3:], 2)
    assert score(living, passing).domains["daily_living"].is_flagged is False
    assert score(living, passing | {items[0]: 2}).domains["daily_living"].is_flagged is True
    ill = {"long_illness": True, "treatment": 0, "general_health": 2}
    assert score(living, ill).domains["health"].is_flagged is True
    assert score(living, {"long_illness": False, "general_health": 2}).domains["health"].is_flagged is False


def test_who_just_passes_has_a_home() -> None:
    home = {"may_stay": 1, "dry": 2, "water_toilet": 2, "light": True, "own_bed": False}
    assert score(SHIPPED["safety_home"], home).domains["home"].is_flagged is False
    assert score(SHIPPED["safety_home"], home | {"light": False}).domains["home"].is_flagged is True


# What a file may not say


def item(id: str = "one", **more: Any) -> dict[str, Any]:
    return {"id": id, "text_id": "Apa?", "text_en": "What?", "kind": "yes_no"} | more


def domain(code: str = "part", **more: Any) -> dict[str, Any]:
    label = {"label_id": "Bagian", "label_en": "Part", "evidence": "Made up."}
    return {"code": code, "scoring": "sum", "least": 0, "most": 1, "threshold": 1, "flag": "below"} | label | more


def options(*values: Any) -> list[dict[str, Any]]:
    return [{"value": value, "label_id": "Ya", "label_en": "Yes"} for value in values]


def bands(*rows: tuple[int, int]) -> list[dict[str, int]]:
    return [{"at_least": at_least, "score": points} for at_least, points in rows]


def content(*items: dict[str, Any], domains: tuple[dict[str, Any], ...] = (), **more: Any) -> dict[str, Any]:
    head = dict.fromkeys(("title_id", "title_en", "source", "licence", "note"), "Made up.")
    return {"name": "made_up", "version": 1, "item": list(items), "domain": list(domains)} | head | more


SCALE = {"kind": "scale", "options": options(0, 1, 2, 3)}
GATED = {"only_if": {"item": "one", "equals": True}}

CONTRADICTIONS = [
    ("made_up.item: is missing", content()),
    ("made_up.version: must be between 1", content(item(), version=0)),
    ("made_up.version: must be of type int", content(item(), version=True)),
    ("made_up.note: is empty", content(item(), note=" ")),
    ("made_up.extra: is not known here", content(item(), extra=1)),
    ("made_up.item: one is there twice", content(item(), item())),
    ("made_up.item.one.kind: must be one of", content(item(kind="text"))),
    ("made_up.item.one.options: is not known here", content(item(options=options(1)))),
    ("made_up.item.one.options: is missing", content(item(kind="scale"))),
    ("made_up.item.one.options: there are no options few", content(item(kind="scale", options="few"))),
    ("made_up.item.one.option: 1 is there twice", content(item(kind="scale", options=options(1, 1)))),
    ("made_up.item.one.options: a choice has values of type str", content(item(kind="choice", options=options(1)))),
    ("made_up.item.one.options: a scale has values of type int", content(item(kind="scale", options=options("a")))),
    ("made_up.item.one.option.True.value: must be", content(item(kind="scale", options=options(True)))),
    ("made_up.item.one.min: min..max must lie within 0", content(item(kind="count", min=-1))),
    ("made_up.item.one.min: min..max must lie", content(item(kind="rupiah", max=LIMIT + 1))),
    ("made_up.item.one.domain: there is no domain part", content(item(domain="part"))),
    ("made_up.item.one.domain: some answers", content(item(kind="date", domain="part"), domains=(domain(),))),
    (
        "made_up.item.one.domain: some answers",
        content(item(kind="choice", options=options("a"), domain="part"), domains=(domain(),)),
    ),
    ("made_up.item.one.domain: is missing", content(item(reverse=True))),
    ("made_up.item.one.bands: must rise from 0", content(item(kind="count", bands=bands((0, 0), (5, 2), (3, 1))))),
    ("made_up.item.one.bands: must rise from 0", content(item(kind="count", bands=bands((1, 0))))),
    ("made_up.item.one.bands: must rise", content(item(kind="count", max=9, bands=bands((0, 0), (10, 1))))),
    ("made_up.item.one.only_if.item: there is no item two", content(item(only_if={"item": "two", "equals": True}))),
    ("made_up.item.one.only_if.item: there is no item one", content(item(only_if={"item": "one", "equals": True}))),
    ("made_up.item.two.only_if: needs one of", content(item(), item("two", only_if={"item": "one"}))),
    (
        "made_up.item.two.only_if: one can never be answered so",
        content(item(), item("two", only_if={"item": "one", "equals": "yes"})),
    ),
    (
        "made_up.item.two.only_if.at_least: one is not a number",
        content(item(), item("two", only_if={"item": "one", "at_least": 1})),
    ),
    ("made_up.item.one.at_most: there is no other number one", content(item(kind="count", at_most="one"))),
    ("made_up.item.one.sum_of: must name other numbers", content(item(kind="count", sum_of=[["one"]]))),
    ("made_up.domain.part.code: no item belongs to it", content(item(), domains=(domain(),))),
    ("made_up.domain.part.threshold: must be", content(item(domain="part"), domains=(domain(threshold=2),))),
    ("made_up.domain.part.threshold: must be", content(item(domain="part"), domains=(domain(threshold=0),))),
    ("made_up.domain.part.least: the items make 0..1", content(item(domain="part"), domains=(domain(most=2),))),
    ("made_up.domain.part.mid: must be", content(item(domain="part"), domains=(domain(mid=1),))),
    (
        "made_up.domain.part.scoring: a lowest needs one range",
        content(item(domain="part"), item("two", domain="part", **SCALE), domains=(domain(scoring="lowest"),)),
    ),
    (
        "made_up.domain.part.scoring: a mean needs an item that is always asked",
        content(item(), item("two", domain="part", **GATED), domains=(domain(scoring="mean"),)),
    ),
    (
        "made_up.item.two.when_skipped: belongs to",
        content(item(), item("two", domain="part", **GATED), domains=(domain(),)),
    ),
    (
        "made_up.item.two.when_skipped: must be within 0..1",
        content(item(), item("two", domain="part", when_skipped=2, **GATED), domains=(domain(),)),
    ),
]


@pytest.mark.parametrize(("says", "wrong"), CONTRADICTIONS)
def test_a_file_that_contradicts_itself_is_refused_with_its_key(says: str, wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError) as refusal:
        read_instrument(wrong)
    assert str(refusal.value).startswith(says)


@pytest.mark.parametrize(("says", "wrong"), [("instrument.name: must be a word", {"name": "Made up"})])
def test_a_file_without_a_proper_name_is_refused(says: str, wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=says):
        read_instrument(content(item()) | wrong)


@pytest.mark.parametrize("wrong", ["text", 3, [item()], {}, {"name": "a", "item": [3]}])
def test_what_is_no_instrument_at_all_is_refused(wrong: Any) -> None:
    with pytest.raises(ValueError):
        read_instrument(wrong)


def test_reading_leaves_the_content_as_it_was() -> None:
    read_instrument(policy("instruments/gse10").content)
    assert read_instrument(policy("instruments/gse10").content) == GSE


# Scores


@given(st.lists(st.integers(1, 4), min_size=10, max_size=10))
def test_the_self_efficacy_of_a_full_sheet_is_its_sum_and_flagged_below_25(values: list[int]) -> None:
    scores = score(GSE, gse(*values))
    found = scores.domains["self_efficacy"]
    assert (found.value, found.least, found.most) == (sum(values), 10, 40)
    assert found.is_flagged == (sum(values) < 25) == (scores.flagged == ("self_efficacy",))


def test_a_gap_makes_the_sum_unknown_and_is_named() -> None:
    scores = score(GSE, gse(4, 4, 4, 4, 4, 4, 4, 4))
    found = scores.domains["self_efficacy"]
    assert (found.value, found.is_flagged, found.unknown) == (None, None, ("gse_9", "gse_10"))
    assert scores.flagged == ()


def part(*items: dict[str, Any], **more: Any) -> Instrument:
    return read_instrument(content(*items, domains=(domain(**more),)))


def value_of(instrument: Instrument, **answers: Any) -> int | None:
    return score(instrument, answers).domains["part"].value


def test_a_reverse_item_counts_from_the_other_end() -> None:
    instrument = part(
        item(domain="part", reverse=True, kind="scale", options=options(1, 2, 3, 4)), least=1, most=4, threshold=2
    )
    assert [value_of(instrument, one=answer) for answer in (1, 2, 3, 4)] == [4, 3, 2, 1]


def test_a_number_brings_the_points_of_its_band() -> None:
    instrument = part(item(kind="count", domain="part", bands=bands((0, 3), (1, 2), (4, 0))), most=3)
    assert [value_of(instrument, one=answer) for answer in (0, 1, 3, 4, LIMIT)] == [3, 2, 2, 0, 0]


@pytest.mark.parametrize(
    ("answers", "mean"), [((0, 0, 0), 0), ((1, 0, 0), 33), ((1, 1, 0), 67), ((3, 3, 3), 300), ((2, 2, 1), 167)]
)
def test_a_mean_is_in_hundredths(answers: tuple[int, ...], mean: int) -> None:
    items = [item(name, domain="part", **SCALE) for name in "abc"]
    instrument = part(*items, scoring="mean", most=300, threshold=200)
    assert value_of(instrument, **dict(zip("abc", answers, strict=True))) == mean


def test_half_a_hundredth_is_rounded_up() -> None:
    names = "abcdefgh"
    instrument = part(*(item(name, domain="part") for name in names), scoring="mean", most=100, threshold=50)
    assert value_of(instrument, a=True, **dict.fromkeys(names[1:], False)) == 13


def test_the_lowest_need_decides() -> None:
    met = {item.id: 3 for item in FUNCTIONING.items_of("needs_and_rights")}
    found = score(FUNCTIONING, met | {"safe_home": 1}).domains["needs_and_rights"]
    assert (found.value, found.is_flagged) == (1, True)
    assert score(FUNCTIONING, met | {"safe_home": 2}).domains["needs_and_rights"].is_flagged is False


@pytest.mark.parametrize(("flag", "flagged"), [("below", [True, False, False]), ("at_or_above", [False, True, True])])
def test_a_flag_stands_on_one_side_of_the_threshold(flag: str, flagged: list[bool]) -> None:
    instrument = part(item(domain="part", **SCALE), most=3, threshold=2, flag=flag)
    assert [score(instrument, {"one": answer}).domains["part"].is_flagged for answer in (1, 2, 3)] == flagged


@pytest.mark.parametrize(
    ("scored", "named"),
    [("economy", "hungry_days"), ("skills", "skills_count"), ("social_support", "family_contact")],
)
def test_the_household_that_the_evidence_describes_just_passes(scored: str, named: str) -> None:
    passing = {
        "income_sources": 1, "needs_covered": 2, "hungry_days": 0, "savings_last": 0, "debts": 0,
        "has_health_insurance": False,
        "schooling": "primary", "literacy": 2, "skills_count": 1, "last_work": "day_labour", "work_experience_months": 12,
        "has_social_support": True, "helpers": 1, "family_contact": 2, "community_activities": 0,
    }  # fmt: skip
    worse = {"hungry_days": 1, "skills_count": 0, "family_contact": 1}[named]
    assert score(HOUSEHOLD, passing).flagged == ()
    assert score(HOUSEHOLD, passing | {named: worse}).flagged == (scored,)


# Skip logic


SKIPPING = part(item(), item("two", domain="part", when_skipped=1, **GATED))


def test_what_is_not_asked_brings_the_points_that_the_file_says() -> None:
    assert value_of(SKIPPING, one=False) == 1
    assert value_of(SKIPPING, one=True, two=False) == 0


def test_a_stale_answer_to_what_is_not_asked_counts_for_nothing() -> None:
    assert value_of(SKIPPING, one=False, two=False) == 1


def test_what_may_or_may_not_be_asked_is_unknown() -> None:
    assert score(SKIPPING, {}).domains["part"].unknown == ("two",)


def test_an_answer_to_a_skipped_item_is_refused() -> None:
    assert faults(SKIPPING, one=False, two=True) == {"two": "skipped"}
    assert faults(SKIPPING, one=True, two=True) == faults(SKIPPING, two=True) == {}


def test_a_question_behind_a_skipped_one_is_skipped() -> None:
    third = item("three", only_if={"item": "two", "equals": True})
    chain = read_instrument(content(item(), item("two", **GATED), third))
    assert faults(chain, one=False, three=True) == {"three": "skipped"}


@pytest.mark.parametrize(
    ("condition", "opens"),
    [
        (Condition("gate", at_least=2), {1: False, 2: True, 3: True}),
        (Condition("gate", values=(1, 3)), {1: True, 2: False, 3: True}),
        (Condition("gate", values=("a",)), {"a": True, "b": False}),
    ],
)
def test_a_condition_opens_an_item(condition: Condition, opens: dict[Any, bool]) -> None:
    assert {answer: condition.holds(answer) for answer in opens} == opens


def test_a_mean_leaves_out_what_is_not_asked() -> None:
    able = {item.id: 2 for item in FUNCTIONING.items_of("roles")}
    alone = {key: value for key, value in able.items() if key != "care_for_dependants"}
    assert score(FUNCTIONING, alone | {"has_dependants": False}).domains["roles"].value == 200
    assert score(FUNCTIONING, able | {"has_dependants": True, "care_for_dependants": 0}).domains["roles"].value == 160


# Mistakes in answers


def test_every_wrong_item_is_named_at_once() -> None:
    assert faults(
        HOUSEHOLD,
        household_size=0, monthly_income=True, monthly_spending=10**12 + 1, savings=-1, income_sources=1.0,
        has_health_insurance=1, schooling="kindergarten", literacy=3, debts=0, debt_pressure="late", helpers="two",
        welfare_decile=5, welfare_decile_on="29 February 2024", nickname="x",
    ) == {
        "household_size": "out_of_range", "monthly_income": "wrong_type", "monthly_spending": "out_of_range",
        "savings": "out_of_range", "income_sources": "wrong_type", "has_health_insurance": "wrong_type",
        "schooling": "not_an_option", "literacy": "not_an_option", "debt_pressure": "skipped", "helpers": "wrong_type",
        "welfare_decile_on": "not_a_date", "nickname": "unknown_item",
    }  # fmt: skip


def test_a_mistake_names_its_place_in_the_request_and_what_would_be_right() -> None:
    assert check_answers(GSE, {"gse_1": 5}, complete=False) == [
        AnswerError("answers.gse_1", "not_an_option", "Must be one of 1, 2, 3, 4.")
    ]


@pytest.mark.parametrize(
    ("day", "fault"),
    [
        ("2024-02-29", None),
        ("2023-02-29", "not_a_date"),
        ("2100-02-29", "not_a_date"),
        ("2000-02-29", None),
        ("20240229", "not_a_date"),
        ("2024-W09-4", "not_a_date"),
        ("2024-02-29T00:00", "not_a_date"),
        ("1899-12-31", "out_of_range"),
        ("2200-01-01", "out_of_range"),
        ("", "not_a_date"),
        (20240229, "wrong_type"),
    ],
)
def test_a_date_is_a_day_of_the_calendar_and_written_one_way(day: Any, fault: str | None) -> None:
    found = faults(HOUSEHOLD, welfare_decile=5, welfare_decile_on=day)
    assert found == ({"welfare_decile_on": fault} if fault else {})


@pytest.mark.parametrize("number", [LIMIT + 1, -LIMIT - 1, 10**400])
def test_no_number_is_beyond_a_trillion(number: int) -> None:
    instrument = read_instrument(content(item(kind="number"), item("two", kind="number")))
    assert faults(instrument, one=number, two=LIMIT) == {"one": "out_of_range"}


def test_a_draft_may_be_empty_and_null_is_no_answer() -> None:
    assert faults(GSE) == faults(GSE, gse_1=None) == {}


def test_a_complete_sheet_lacks_nothing_that_is_asked() -> None:
    assert faults(GSE, complete=True, **gse(1, 2, 3, 4, 4, 3, 2, 1), gse_9=None) == {
        "gse_9": "missing",
        "gse_10": "missing",
    }
    assert faults(SKIPPING, complete=True) == {"one": "missing"}
    assert faults(SKIPPING, complete=True, one=True) == {"two": "missing"}
    assert faults(SKIPPING, complete=True, one=False) == {}


def test_a_complete_sheet_does_not_contradict_itself() -> None:
    parts = dict.fromkeys(["income_wages", "income_business", "income_farming", "income_relatives"], 250_000)
    answers = {"household_size": 3, "school_age_children": 4, "monthly_income": 1_000_001, "income_other": 0} | parts
    found = check_answers(HOUSEHOLD, answers, complete=True)
    wrong = {field: code for field, code in codes(found).items() if code != "missing"}
    assert wrong == {"school_age_children": "more_than", "monthly_income": "not_the_sum"}
    assert faults(HOUSEHOLD, **answers) == {}


def test_a_total_is_not_held_against_parts_that_are_unknown() -> None:
    assert "monthly_income" not in faults(HOUSEHOLD, complete=True, monthly_income=900_000, income_wages=1)


# Change


def test_a_change_is_last_less_first() -> None:
    first, last = score(GSE, gse(*[2] * 10)), score(GSE, gse(*[3] * 10))
    assert change(first, last, GSE) == {"self_efficacy": Change(10, None)}
    assert change(last, first, GSE) == {"self_efficacy": Change(-10, None)}


def test_a_change_from_something_unknown_is_unknown() -> None:
    assert change(score(GSE, {}), score(GSE, gse(*[3] * 10)), GSE) == {"self_efficacy": Change(None, None)}


@pytest.mark.parametrize(
    ("before", "after", "is_important"), [(0, 1, False), (0, 2, True), (3, 1, True), (2, 2, False)]
)
def test_a_change_matters_from_the_important_difference_on(before: int, after: int, is_important: bool) -> None:
    instrument = part(item(domain="part", **SCALE), most=3, mid=2, mid_source="Made up.")
    first, last = score(instrument, {"one": before}), score(instrument, {"one": after})
    assert change(first, last, instrument)["part"] == Change(after - before, is_important)


# Whatever is answered


def possible(item: Item) -> st.SearchStrategy[Any]:
    if item.options:
        return st.sampled_from([option.value for option in item.options])
    if item.kind is Kind.YES_NO:
        return st.booleans()
    if item.kind is Kind.DATE:
        return st.dates().filter(lambda day: 1900 <= day.year < 2200).map(str)
    return st.integers(item.least, item.most)


def sheets(instrument: Instrument) -> st.SearchStrategy[Mapping[str, Any]]:
    return st.fixed_dictionaries({}, optional={item.id: possible(item) for item in instrument.items})


def full_sheets(instrument: Instrument) -> st.SearchStrategy[Mapping[str, Any]]:
    return st.fixed_dictionaries({item.id: possible(item) for item in instrument.items})


ANY_SHEET = st.sampled_from(list(SHIPPED.values())).flatmap(lambda known: st.tuples(st.just(known), sheets(known)))
FULL_SHEET = st.sampled_from(list(SHIPPED.values())).flatmap(
    lambda known: st.tuples(st.just(known), full_sheets(known))
)
JSON = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12) | st.lists(st.integers(), max_size=2)
)
ANYTHING = st.dictionaries(
    st.sampled_from([item.id for instrument in SHIPPED.values() for item in instrument.items]) | st.text(max_size=8),
    JSON,
)


@given(ANY_SHEET)
def test_a_score_is_unknown_or_within_its_bounds(drawn: tuple[Instrument, Mapping[str, Any]]) -> None:
    instrument, answers = drawn
    scores = score(instrument, answers)
    for found in scores.domains.values():
        assert (found.value is None) == (found.is_flagged is None) == bool(found.unknown)
        assert found.value is None or found.least <= found.value <= found.most
    assert scores == score(instrument, dict(reversed(answers.items())))


@given(ANY_SHEET)
def test_a_possible_answer_is_refused_only_where_it_is_not_asked(drawn: tuple[Instrument, Mapping[str, Any]]) -> None:
    instrument, answers = drawn
    assert {error.code for error in check_answers(instrument, answers, complete=False)} <= {"skipped"}


@given(FULL_SHEET)
def test_a_complete_sheet_leaves_no_domain_unknown(drawn: tuple[Instrument, Mapping[str, Any]]) -> None:
    instrument, answers = drawn
    found = codes(check_answers(instrument, answers, complete=True))
    assert set(found.values()) <= {"skipped", "more_than", "not_the_sum"}
    asked = {key: value for key, value in answers.items() if found.get(key) != "skipped"}
    assert not any(domain.unknown for domain in score(instrument, asked).domains.values())


@given(st.sampled_from(list(SHIPPED.values())), ANYTHING)
def test_nothing_that_json_can_say_is_more_than_refused(instrument: Instrument, answers: dict[str, Any]) -> None:
    refused = set(codes(check_answers(instrument, answers, complete=False)))
    assert set(answers) - {item.id for item in instrument.items} <= refused <= set(answers)
    kept = {key: value for key, value in answers.items() if key not in refused}
    assert check_answers(instrument, kept, complete=False) == []
    score(instrument, answers)
