"""The routing policy: what it names, and what is refused in it."""

import csv
import tomllib
from pathlib import Path
from typing import Any

import pytest

from kessos_case.partners import rules
from kessos_case.partners.rules import Age, Near, Part, Rule, routing_policy
from tests.factories.facts import CONTENT, POLICY

REFERENCE = Path(__file__).parents[2] / "config" / "reference"


def test_the_policy_names_every_rule_and_every_part_of_the_score():
    assert list(CONTENT["hard_rules"]) == list(Rule)
    assert list(CONTENT["weights"]) == list(Part)
    assert list(CONTENT["nearness"]) == list(Near)
    assert list(CONTENT["freshness"]) == list(Age)
    assert set(rules.CHECKS) == set(Rule)


def test_a_policy_names_all_that_is_wrong_in_it():
    wrong = CONTENT | {
        "hard_rules": {"consent": "perhaps"},
        "weights": CONTENT["weights"] | {"need": 99},
        "fit": {"exact": 2, "parent": 0},
    }
    with pytest.raises(ValueError) as refused:
        routing_policy(wrong)
    assert all(table in str(refused.value) for table in ("hard_rules", "lawful or soft", "weights", "fit"))


@pytest.mark.parametrize("table", ["hard_rules", "waiting_list", "child_housing", "pace", "upkeep", "travel"])
def test_a_policy_without_a_table_is_refused_by_its_name(table: str):
    with pytest.raises(ValueError, match=table):
        routing_policy({name: value for name, value in CONTENT.items() if name != table})


def test_only_known_types_and_categories_stand_in_the_policy():
    groups = tomllib.loads((REFERENCE / "service_types.toml").read_text())["group"]
    types = {code for group in groups for code in (group["code"], *(kind["code"] for kind in group["service"]))}
    assert POLICY.child_housing <= types
    assert all(asked <= types for asked, _ in POLICY.protected.values())


MISTAKES: list[tuple[str, dict[str, Any], str]] = [
    ("weights", CONTENT["weights"] | {"load": -5, "need": CONTENT["weights"]["need"] + 10}, "below 0"),
    ("results", {"completed": 0.6, "retained": 0.6}, "add up to 1"),
    ("nearness", CONTENT["nearness"] | {"neighbour": 0.9}, "rises"),
    ("freshness", {"fresh": 0.1, "stale": 0.5, "old": 0.0}, "rises"),
    ("prior", CONTENT["prior"] | {"acceptance": 70}, "shares from 0 to 1"),
    ("prior", CONTENT["prior"] | {"cases": 0}, "above 0"),
    ("opening", CONTENT["opening"] | {"closed": 1.5}, "shares from 0 to 1"),
    ("pace", CONTENT["pace"] | {"least": 0}, "pace"),
    ("pace", CONTENT["pace"] | {"factor": float("inf")}, "pace"),
    ("neighbours", {"35.09": ["Bondowoso"]}, "region codes"),
    ("neighbours", {"35.09": ["35.09"]}, "different"),
    ("travel", {"half_after": 0, "minutes": {}}, "half_after"),
    ("travel", {"half_after": 60, "minutes": {"35.09": {"35.11": -1}}}, "below 0"),
    ("upkeep", {"confirm_after_days": 0}, "confirm_after_days"),
]


@pytest.mark.parametrize(("table", "wrong", "said"), MISTAKES)
def test_what_cannot_be_is_refused_in_words(table: str, wrong: dict, said: str):
    with pytest.raises(ValueError, match=said):
        routing_policy(CONTENT | {table: wrong})


def test_a_city_borders_on_the_regency_that_it_was_taken_out_of():
    with (REFERENCE / "regions_jatim.csv").open(encoding="utf-8") as file:
        named = {row["name"]: row["code"] for row in csv.DictReader(file) if row["level"] in ("kabupaten", "kota")}
    cities = {name.removeprefix("Kota "): code for name, code in named.items() if name.startswith("Kota ")}
    pairs = {
        frozenset({code, named[f"Kabupaten {name}"]}) for name, code in cities.items() if f"Kabupaten {name}" in named
    }
    assert pairs <= POLICY.neighbours
    assert len(pairs) == 7
