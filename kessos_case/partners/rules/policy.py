"""The routing policy as the rules take it, read from config/policies/routing.toml; and which cases are protected."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Rule(StrEnum):
    """A hard rule. It holds when the service may be offered as far as this rule goes."""

    NEED = "need"
    REGION = "region"
    AGE = "age"
    SEX = "sex"
    CATEGORY = "category"
    ACCESS = "access"
    AGREEMENT = "agreement"
    ACTIVE = "active"
    PAUSED = "paused"
    CAPACITY = "capacity"
    CONSENT = "consent"
    REFUSED = "refused"
    BARRED = "barred"
    ACCREDITATION = "accreditation"


class Part(StrEnum):
    """A part of the score."""

    NEED = "need"
    NEARNESS = "nearness"
    WAIT = "wait"
    ACCEPTANCE = "acceptance"
    ANSWER = "answer"
    OUTCOME = "outcome"
    LOAD = "load"
    CONTINUITY = "continuity"


class ProtectedKind(StrEnum):
    """Cases that go only to services accredited for them (spec routing.md)."""

    CHILD = "child"
    TRAFFICKING = "trafficking"
    SEXUAL_VIOLENCE = "sexual_violence"


@dataclass(frozen=True)
class RoutingPolicy:
    """What the rules and the score read of the policy. `weights` are points by part and add up to 100."""

    lawful: frozenset[Rule]
    weights: Mapping[str, float]
    fit: Mapping[str, float]
    nearness: Mapping[str, float]
    prior: Mapping[str, float]
    longest_line: int
    may_wait: frozenset[str]
    protected: Mapping[ProtectedKind, tuple[frozenset[str], frozenset[str]]]
    child_age: int
    child_housing: frozenset[str]


def routing_policy(content: Mapping[str, Any]) -> RoutingPolicy:
    """Read the content of the policy `routing`. Raises ValueError that names everything wrong or missing in it."""
    try:
        wrong = _mistakes(content)
        if wrong:
            raise ValueError("; ".join(wrong))
        return RoutingPolicy(
            lawful=frozenset(rule for rule in Rule if content["hard_rules"][rule] == "lawful"),
            weights=dict(content["weights"]),
            fit=dict(content["fit"]),
            nearness=dict(content["nearness"]),
            prior=dict(content["prior"]),
            longest_line=content["waiting_list"]["longest"],
            may_wait=frozenset(content["waiting_list"]["urgencies"]),
            protected={
                kind: (
                    frozenset(content["protected"][kind]["service_types"]),
                    frozenset(content["protected"][kind]["categories"]),
                )
                for kind in ProtectedKind
            },
            child_age=content["child_housing"]["below_age"],
            child_housing=frozenset(content["child_housing"]["service_types"]),
        )
    except KeyError as error:
        raise ValueError(f"the policy lacks {error}") from error


_NAMES: dict[str, frozenset[str]] = {
    "hard_rules": frozenset(Rule),
    "weights": frozenset(Part),
    "fit": frozenset({"exact", "parent"}),
    "nearness": frozenset({"village", "district", "regency", "province"}),
    "prior": frozenset({"cases", Part.ACCEPTANCE, Part.ANSWER, Part.OUTCOME}),
    "protected": frozenset(ProtectedKind),
}


def _mistakes(content: Mapping[str, Any]) -> list[str]:
    wrong = [
        f"[{table}] has other names than {', '.join(sorted(names))}"
        for table, names in _NAMES.items()
        if content[table].keys() != names
    ]
    if not set(content["hard_rules"].values()) <= {"lawful", "soft"}:
        wrong.append("[hard_rules] are lawful or soft")
    if sum(content["weights"].values()) != 100:
        wrong.append("[weights] do not add up to 100")
    if not all(0 <= share <= 1 for table in ("fit", "nearness") for share in content[table].values()):
        wrong.append("[fit] and [nearness] are shares from 0 to 1")
    return wrong


def protected_kinds(
    service_types: Collection[str], categories: Collection[str], policy: RoutingPolicy
) -> frozenset[ProtectedKind]:
    """The kinds of protected case that what is asked for, or a PPKS category of the person, makes this one."""
    return frozenset(
        kind
        for kind, (types, codes) in policy.protected.items()
        if types.intersection(service_types) or codes.intersection(categories)
    )
