"""5,000 lives over six years: every month of everybody the gate says what the spec, read slowly, says. No database."""

from collections import Counter
from datetime import date

import pytest

from kessos_case.core.policies import policy as policy_file
from kessos_case.graduation.rules import Verdict, evaluate, read_policy, relapses_of
from tests.graduation.simulation.known import Record
from tests.graduation.simulation.lives import MONTHS, life
from tests.graduation.simulation.slowly import Books, Judged, fell_back, judged

POLICY = read_policy(policy_file("graduation").content)
LIVES, PARTS = 5000, 10


def told(verdict: Verdict) -> Judged:
    """A verdict in the words of the slow one."""
    missing = verdict.missing
    return Judged(
        verdict.kind.value if verdict.kind else None,
        {line.code.value: line.points for line in verdict.lines},
        {each.code.value: "met" if each.is_met else "unknown" if each.is_unknown else "unmet" for each in verdict.criteria},
        [entry.detail.removeprefix("income for ") for entry in missing if entry.code == "income_unknown"],
        set(verdict.notes),
        not missing,
    )  # fmt: skip


def lived(number: int, seen: Counter[str]) -> None:
    """Compare every month of one life; `seen` counts what happened, so that it can be seen that all of it did."""
    person = life(number)
    record, books, graduated = Record(person), Books(person), None
    for month in MONTHS:
        day = person.day_in(month)
        expected = judged(books, day)
        assert told(evaluate(record.known_on(day), POLICY)) == expected, (number, day)
        seen.update(f"{code} {state}" for code, state in expected.states.items())
        seen[f"{expected.kind} {'met' if expected.is_met else 'not met'}"] += 1
        if graduated:
            seen.update(compare_relapse(record, books, graduated, day))
        elif expected.is_met:
            graduated = day


def compare_relapse(record: Record, books: Books, graduated: date, day: date) -> set[str]:
    """The kinds of relapse of that day, which both must have found."""
    expected = fell_back(books, graduated, day)
    found = {kind.value for kind in relapses_of(record.after(graduated, day), POLICY)}
    assert found == expected, (record.life.number, graduated, day)
    return found


@pytest.mark.parametrize("part", range(PARTS))
def test_every_month_of_every_life_is_judged_as_the_spec_says(part):
    seen: Counter[str] = Counter()
    for number in range(part, LIVES, PARTS):
        lived(number, seen)
    states = ("met", "unknown", "unmet")
    both = {f"{code} {state}" for code in ("income", "work_lasts", "off_aid", "functioning") for state in states}
    both |= {f"{code} {state}" for code in ("visits_passed", "school", "treatment") for state in states}
    both |= {f"{code} {state}" for code in ("plan", "stability") for state in ("met", "unmet")}
    both |= {
        f"{code} {state}" for code in ("own_voice", "safe_home", "guardian_consent") for state in ("met", "unknown")
    }
    both |= {
        "empowered met",
        "reunified met",
        "natural not met",
        "None not met",
        "aid",
        "new_case",
        "work_lost",
        "street",
    }
    # A simulation in which nobody ever loses his work proves nothing of lost work.
    assert both - {name for name, count in seen.items() if count >= 5} == set()
