"""What a night did, in words for the operator who reads it in the morning."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from kessos_case.nights.rules import STEPS, Step
from kessos_case.nights.service import NightCard
from kessos_case.nights.service.running import GIVEN_UP, SUPERSEDED

TITLES = {
    Step.SCORES: "Months on aid and scores",
    Step.FLAGS: "Flags for review",
    Step.GRADUATION: "Graduation and relapse",
    Step.CHECKS: "Due things without a task",
    Step.CLOCKS: "Referrals past their time",
    Step.DIGESTS: "Digests",
    Step.COHORTS: "Lives for the cohort report",
    Step.RETENTION: "Forgotten",
}
# Told in their own place, or not at all.
_OWN_PLACE = ("chunks", "seconds")


def in_words(night: NightCard) -> list[str]:
    """The report of a night, a line for each step: what it counted, its seconds of work, and what failed."""
    lines = [f"The night as of {night.as_of}: " + ("over" if night.finished_at else f"at work on {night.step}")]
    if SUPERSEDED in night.report:
        lines.append("  overtaken by a later night, which did what was left of it")
    lines += [line for step in STEPS if step in night.report for line in _step_in_words(step, night.report[step])]
    if night.given_up:
        lines.append(
            f"{night.given_up} chunks failed for good: `jobs.error` and the log say why; the same command tries them again"
        )
    return lines


def as_json(night: NightCard) -> str:
    """The same for a program."""
    return json.dumps(asdict(night) | {"given_up": night.given_up}, default=str)


def _step_in_words(step: Step, counts: Mapping[str, Any]) -> Iterator[str]:
    told = ", ".join(f"{name.replace('_', ' ')} {value:,}" for name, value in counts.items() if name not in _OWN_PLACE)
    yield f"  {TITLES[step]}: {told or 'nothing to do'} ({counts.get('seconds', 0):.1f} s)"
    if GIVEN_UP in counts:
        errors = [name.removeprefix(f"{GIVEN_UP}_") for name in counts if name.startswith(f"{GIVEN_UP}_")]
        yield f"    {counts[GIVEN_UP]} of {counts['chunks']} chunks failed: {', '.join(errors)}"
