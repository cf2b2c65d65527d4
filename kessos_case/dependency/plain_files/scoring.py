"""What the command answers of each person or case: the indicators alone, or status, points and reasons."""

import json
import tomllib
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from kessos_case.core.months import format_month
from kessos_case.core.policies import PolicyError
from kessos_case.core.policies import policy as policy_file
from kessos_case.core.settings import CONFIG_DIR
from kessos_case.dependency.plain_files.subjects import Beside, Subject, Wish, from_cases, from_table
from kessos_case.dependency.plain_files.tables import PlainPerson, read_incomes, read_people
from kessos_case.dependency.rules import (
    DependencyPolicy,
    ExemptionGround,
    Indicators,
    Person,
    Spell,
    Status,
    has_recent_aid,
    indicators_of,
    observed_for,
    score,
    status_of,
)


@dataclass(frozen=True)
class Answer:
    """The lines to print, one JSON object each, and what must be said beside them."""

    lines: Iterator[str]
    warnings: Sequence[str]


def score_file(path: Path, wish: Wish, *, features_only: bool) -> Answer:
    """Score a ledger, CSV or JSON. Everything is read and checked before the first line is handed out.

    Raises MalformedFileError when any of the files cannot be understood, PolicyError when the policy cannot.
    """
    current = _current_policy()
    policy = _overridden(current, wish)
    beside = Beside(
        incomes=read_incomes(wish.incomes) if wish.incomes else {},
        people=read_people(wish.people) if wish.people else None,
    )
    subjects = (from_cases if _is_json(path) else from_table)(path, wish, policy, beside)
    return Answer(
        lines=(_line(subject, policy, beside, features_only) for subject in subjects.each),
        warnings=_warnings(subjects.programmes, current.aid.consumption | policy.aid.consumption),
    )


def _current_policy() -> DependencyPolicy:
    read = policy_file("dependency")
    try:
        return DependencyPolicy.read(read.label, read.content)
    except ValueError as error:
        raise PolicyError(f"config/policies/dependency.toml: {error}") from error


def _overridden(policy: DependencyPolicy, wish: Wish) -> DependencyPolicy:
    """The policy with what the command overrides. Its label says so: another rule is not the policy's."""
    if wish.aid is not None:
        policy = replace(policy, label=f"{policy.label}+aid", aid=replace(policy.aid, consumption=wish.aid))
    if wish.gap is not None:
        policy = replace(policy, label=f"{policy.label}+gap")
    return policy


def _is_json(path: Path) -> bool:
    """By its name; where that says nothing, by its first character, for no table begins with a bracket."""
    if path.suffix.lower() in (".json", ".csv"):
        return path.suffix.lower() == ".json"
    with path.open("rb") as stream:
        return stream.read(64).removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"[")


def _warnings(programmes: Iterable[str], counted: Set[str]) -> list[str]:
    """One for each code that nobody knows: it may be a slip of the pen for one that counts."""
    reference = tomllib.loads((CONFIG_DIR / "reference" / "programmes.toml").read_text("utf-8"))
    known = counted | {programme["code"] for programme in reference["programme"]}
    return [
        f"programme {code!r} is not known: its lines are not counted as consumption aid"
        for code in programmes
        if code not in known
    ]


def _line(subject: Subject, policy: DependencyPolicy, beside: Beside, features_only: bool) -> str:
    person = None if beside.people is None else beside.people.get(subject.id, PlainPerson())
    counted = indicators_of(
        subject.net,
        subject.statements,
        last=subject.last,
        observed_from=observed_for(subject.observed_from, person.birth_date if person else None),
        gap=subject.gap,
    )
    told = _features(counted) if features_only else _scored(subject, counted, person, policy)
    return json.dumps({"id": subject.id} | told)


def _features(counted: Indicators) -> dict[str, Any]:
    """The indicators alone, months written out."""
    return asdict(counted) | {"spells": [_spell(spell) for spell in counted.spells]}


def _spell(spell: Spell) -> dict[str, Any]:
    return asdict(spell) | {
        "start": format_month(spell.start),
        "end": format_month(spell.end),
        "exit_month": None if spell.exit_month is None else format_month(spell.exit_month),
    }


def _scored(
    subject: Subject, counted: Indicators, person: PlainPerson | None, policy: DependencyPolicy
) -> dict[str, Any]:
    """Status and ground; points, band and reasons of those who are scored at all."""
    status, ground = status_of(_as_person(subject, person, policy), policy.scope)
    told: dict[str, Any] = {"status": status, "ground": ground, "points": None, "band": None}
    told |= {"reasons": [], "unknown": []}
    if status is Status.SCORED:
        reached = score(counted, (person or PlainPerson()).facts, policy)
        told |= {
            "points": reached.points,
            "band": reached.band,
            "reasons": [asdict(reason) for reason in reached.reasons],
            "unknown": list(reached.unknown),
        }
    return told | {"policy": policy.label}


def _as_person(subject: Subject, person: PlainPerson | None, policy: DependencyPolicy) -> Person:
    """What is asked for the status. Without a file of people nobody's age is asked: everybody is taken for an adult."""
    is_disabled = subject.disability_aid > 0 or (person is not None and person.is_severely_disabled)
    pathway = person.pathway if person else None
    return Person(
        ages=person.ages_on(subject.as_of) if person else (policy.scope.youngest, policy.scope.youngest),
        has_recent_aid=has_recent_aid(subject.net, subject.last, policy.scope.recent_months),
        grounds=(ExemptionGround.SEVERE_DISABILITY,) if is_disabled else (),
        last_pathway=pathway,
        open_pathways=(pathway,) if pathway else (),
    )
