"""Policies on the command line: what is wrong in their files, and what a proposed routing policy would rank otherwise."""

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import click

from kessos_case.cases.rules import read_pathways
from kessos_case.cases.rules.instruments import read_instrument
from kessos_case.core import db
from kessos_case.core.policies import PolicyError, policy_file
from kessos_case.core.settings import CONFIG_DIR
from kessos_case.dependency.rules.policy import DependencyPolicy
from kessos_case.graduation.rules import read_policy
from kessos_case.operate import servers
from kessos_case.reference.sources import categories, programmes, service_types
from kessos_case.referrals.service.comparison import Difference, comparable_referrals, compare_terms
from kessos_case.referrals.service.needs import terms_of
from kessos_case.residence.rules import read_policy as read_house_policy

POLICIES = CONFIG_DIR / "policies"
# Referrals of one transaction, so that none lasts long.
CHUNK = 100

Content = Mapping[str, Any]
Tell = Callable[[int, int], None]

_OPERATOR = db.system("operator")


@dataclass(frozen=True)
class Compared:
    """How a proposed policy differs: `looked_at` referrals, and those that it would rank otherwise."""

    policy: str
    looked_at: int
    differences: list[Difference] = field(default_factory=list)

    @property
    def totals(self) -> dict[str, int]:
        """How many are ranked otherwise, and in which way."""
        counted = Counter[str]({"looked_at": self.looked_at, "ranked_otherwise": len(self.differences)})
        for one in self.differences:
            counted["another_first"] += one.first_before != one.first_after
            counted["first_candidate_at_all"] += one.first_before is None
            counted["no_candidate_left"] += one.first_after is None
        return dict(counted)


def check_policies(files: tuple[Path, ...] = ()) -> dict[Path, list[str]]:
    """Each policy file, or each of those in force, with everything that is wrong in it; nothing where all is well."""
    found = files or tuple(sorted(POLICIES.rglob("*.toml")))
    return {path: _mistakes(path) for path in found}


def compare_policy(path: Path, tell: Tell) -> Compared:
    """The open referrals that the routing policy in this file would rank otherwise than the one in force.

    Nothing is asked and nothing moves; the trail says that it was looked. `tell` hears how many of how many are done.
    Raises PolicyError naming everything that is wrong in the file.
    """
    if wrong := _mistakes(path, "routing"):
        raise PolicyError("\n".join([f"{path}:", *(f"  {line}" for line in wrong)]))
    proposed = policy_file(path, "routing")
    terms, differences = terms_of(proposed.content), list[Difference]()
    with servers():
        with db.transaction(_OPERATOR) as session:
            ids = comparable_referrals(session)
        for begin in range(0, len(ids), CHUNK):
            tell(begin, len(ids))
            with db.transaction(_OPERATOR) as session:
                differences += compare_terms(session, ids[begin : begin + CHUNK], terms, proposed.label)
    tell(len(ids), len(ids))
    return Compared(proposed.label, len(ids), differences)


def in_words(found: Compared) -> list[str]:
    """What would change, a line for each referral, and the totals last."""
    totals = found.totals
    lines = [_line(one) for one in found.differences]
    return [
        *lines,
        f"{totals['ranked_otherwise']} of {found.looked_at} open referrals would be ranked otherwise under {found.policy}"
        f" ({totals.get('another_first', 0)} with another first, {totals.get('first_candidate_at_all', 0)} with a first"
        f" candidate at all, {totals.get('no_candidate_left', 0)} with none left).",
    ]


def as_json(found: Compared) -> str:
    """The same for a program."""
    return json.dumps(
        {"policy": found.policy, "totals": found.totals, "referrals": [asdict(one) for one in found.differences]},
        default=str,
    )


@contextmanager
def shown_progress(*, is_quiet: bool) -> Iterator[Tell]:
    """What tells how far it is: a bar on a terminal, nothing elsewhere."""
    if is_quiet or not sys.stderr.isatty():
        yield lambda done, of: None
        return
    with click.progressbar(length=1, show_pos=True, label="referrals", file=sys.stderr) as bar:
        yield lambda done, of: _draw(bar, done, of)


def _draw(bar: Any, done: int, of: int) -> None:
    bar.length = of or 1
    bar.update(done - bar.pos)


def _line(one: Difference) -> str:
    said = [f"first {_id(one.first_before)} -> {_id(one.first_after)}"]
    said += [f"enters {_id(service)}" for service in one.enters]
    said += [f"leaves {_id(service)}" for service in one.leaves]
    if one.biggest_move:
        service, before, after = one.biggest_move
        said.append(f"biggest move {_id(service)} from place {before} to {after}")
    return f"{one.referral_id} ({one.urgency}, {one.state}): {'; '.join(said)}"


def _id(service: UUID | None) -> str:
    return str(service) if service else "nobody"


def _mistakes(path: Path, name: str = "") -> list[str]:
    """Everything wrong in a file, which is the policy that it calls itself, or `name`."""
    try:
        read = policy_file(path, name or path.stem)
        content = read.content
        is_instrument = path.parent.name == "instruments"
        reader = read_instrument if is_instrument else _READERS.get(name or str(content.get("name", path.stem)))
        if reader is None:
            return ["nothing of the program reads a policy of this name"]
        reader(content)
    except (PolicyError, ValueError) as error:
        return str(error).removeprefix(f"{path}: ").split("; ")
    except (KeyError, TypeError, AttributeError) as error:
        return [f"cannot be understood: {type(error).__name__} {error}"]
    return []


def _routing(content: Content) -> None:
    """Raises ValueError for what the rules cannot read, and for codes that the reference data do not know."""
    wrong = []
    try:
        terms_of(content)
    except ValueError as error:
        wrong.append(str(error))
    kinds, held = {row["code"] for row in service_types()}, {row["code"] for row in categories()}
    protected = content.get("protected", {})
    wrong += _unknown("service type", kinds, content.get("child_housing", {}), "service_types")
    wrong += _unknown("category", held, content.get("access", {}), "categories")
    for entry in protected.values():
        wrong += [
            *_unknown("service type", kinds, entry, "service_types"),
            *_unknown("category", held, entry, "categories"),
        ]
    if wrong:
        raise ValueError("; ".join(wrong))


def _unknown(what: str, known: set[Any], table: Content, name: str) -> list[str]:
    return [f"there is no {what} {code}" for code in table.get(name, ()) if code not in known]


def _retention(content: Content) -> None:
    wrong = [
        name
        for name, days in content.items()
        if name not in ("name", "version") and (type(days) is not int or days < 1)
    ]
    if wrong:
        raise ValueError("; ".join(f"{name} is no whole number above 0" for name in wrong))


def _passwords(content: Content) -> None:
    words = content["common"]
    if not words or not all(isinstance(word, str) and word == word.lower() for word in words):
        raise ValueError("common is no list of words in small letters")


def _aid_import(content: Content) -> None:
    known = {row["code"] for row in programmes()}
    named = [
        *content["programmes"].values(),
        *(code for family in content["families"].values() for code in family.values()),
    ]
    wrong = sorted({code for code in named if code not in known})
    if wrong:
        raise ValueError("; ".join(f"there is no programme {code}" for code in wrong))


def _directory_import(content: Content) -> None:
    if type(content["most_rows"]) is not int or content["most_rows"] < 1:
        raise ValueError("most_rows is no whole number above 0")
    if not all(isinstance(column, str) for column in content["headings"].values()):
        raise ValueError("[headings] are names of columns")


_READERS: dict[str, Callable[[Any], object]] = {
    "routing": _routing,
    "dependency": lambda content: DependencyPolicy.read("check", content),
    "graduation": read_policy,
    "pathways": read_pathways,
    "retention": _retention,
    "passwords": _passwords,
    "aid_import": _aid_import,
    "directory_import": _directory_import,
    "residence": read_house_policy,
}
