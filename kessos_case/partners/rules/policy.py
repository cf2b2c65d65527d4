"""The routing policy as the rules take it, read from config/policies/routing.toml; and which cases are protected."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from kessos_case.reference.rules import is_region_code


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
    PACE = "pace"
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
    FRESHNESS = "freshness"


class ProtectedKind(StrEnum):
    """Cases that go only to services accredited for them (spec routing.md)."""

    CHILD = "child"
    TRAFFICKING = "trafficking"
    SEXUAL_VIOLENCE = "sexual_violence"


class Near(StrEnum):
    """How near a service is to a person, the nearest first."""

    VILLAGE = "village"
    DISTRICT = "district"
    REGENCY = "regency"
    NEIGHBOUR = "neighbour"
    PROVINCE = "province"
    NEIGHBOUR_PROVINCE = "neighbour_province"


class Age(StrEnum):
    """How long ago an entry of the directory was confirmed, as the rules see it."""

    FRESH = "fresh"
    STALE = "stale"
    OLD = "old"


@dataclass(frozen=True)
class Pace:
    """How many unanswered offers an organisation bears; `lifetimes` are the days that an offer lives, by urgency."""

    least: int
    factor: float
    days: float
    passes: frozenset[str]
    lifetimes: Mapping[str, float]

    def bears(self, answered_lately: int, urgency: str) -> int:
        """How many unanswered offers of this urgency an organisation may have that has answered so many lately."""
        answered = answered_lately / self.days * self.lifetimes.get(urgency, 0.0)
        return max(self.least, int(self.factor * answered))


@dataclass(frozen=True)
class RoutingPolicy:
    """What the rules and the score read of the policy. `weights` are points by part and add up to 100.

    `neighbours` and `minutes` are of two regions in either order.
    """

    lawful: frozenset[Rule]
    weights: Mapping[str, float]
    fit: Mapping[str, float]
    nearness: Mapping[str, float]
    neighbours: frozenset[frozenset[str]]
    minutes: Mapping[frozenset[str], float]
    half_after: float
    closed_share: float
    opening: frozenset[str]
    confirm_after: int
    freshness: Mapping[str, float]
    prior: Mapping[str, float]
    results: Mapping[str, float]
    pace: Pace
    longest_line: int
    may_wait: frozenset[str]
    protected: Mapping[ProtectedKind, tuple[frozenset[str], frozenset[str]]]
    child_age: int
    child_housing: frozenset[str]

    def houses_a_child(self, service_type: str, age_from: int | None) -> bool:
        """Would somebody sleep there who may be a child?"""
        return age_from is not None and age_from < self.child_age and service_type in self.child_housing


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
            neighbours=frozenset(frozenset({one, other}) for one, other in _pairs(content["neighbours"])),
            minutes={frozenset({one, other}): of[other] for one, of, other in _minutes(content)},
            half_after=content["travel"]["half_after"],
            closed_share=content["opening"]["closed"],
            opening=frozenset(content["opening"]["urgencies"]),
            confirm_after=content["upkeep"]["confirm_after_days"],
            freshness=dict(content["freshness"]),
            prior=dict(content["prior"]),
            results=dict(content["results"]),
            pace=_pace(content),
            longest_line=content["waiting_list"]["longest"],
            may_wait=frozenset(content["waiting_list"]["urgencies"]),
            protected={kind: _protected(content["protected"][kind]) for kind in ProtectedKind},
            child_age=content["child_housing"]["below_age"],
            child_housing=frozenset(content["child_housing"]["service_types"]),
        )
    except KeyError as error:
        raise ValueError(f"the policy lacks {error}") from error


_Entry = Mapping[str, Any]


def _pairs(table: Mapping[str, Collection[str]]) -> list[tuple[str, str]]:
    return [(one, other) for one, others in table.items() for other in others]


def _minutes(content: _Entry) -> list[tuple[str, Mapping[str, float], str]]:
    return [(one, others, other) for one, others in content["travel"]["minutes"].items() for other in others]


def _protected(entry: _Entry) -> tuple[frozenset[str], frozenset[str]]:
    return frozenset(entry["service_types"]), frozenset(entry["categories"])


def _pace(content: _Entry) -> Pace:
    pace = content["pace"]
    lifetimes = {urgency: _days(limit) for urgency, limit in content["offer"].items()}
    return Pace(pace["least"], pace["factor"], pace["days"], frozenset(pace["passes"]), lifetimes)


def _days(limit: Mapping[str, float]) -> float:
    """A clock of the policy in days of the calendar; working days are five of seven."""
    return limit["hours"] / 24 if "hours" in limit else limit["working_days"] * 7 / 5


_NAMES: dict[str, frozenset[str]] = {
    "hard_rules": frozenset(Rule),
    "weights": frozenset(Part),
    "fit": frozenset({"exact", "parent"}),
    "nearness": frozenset(Near),
    "freshness": frozenset(Age),
    "prior": frozenset({"cases", Part.ACCEPTANCE, Part.ANSWER, "completed", "retained"}),
    "results": frozenset({"completed", "retained"}),
    "protected": frozenset(ProtectedKind),
}
_SHARES = ("fit", "nearness", "freshness", "results")
# What must not rise from one name to the next.
_FALLING: dict[str, type[StrEnum]] = {"nearness": Near, "freshness": Age}


def _mistakes(content: Mapping[str, Any]) -> list[str]:
    wrong = [
        f"[{table}] has other names than {', '.join(sorted(names))}"
        for table, names in _NAMES.items()
        if content[table].keys() != names
    ]
    checks = {
        "[hard_rules] are lawful or soft": set(content["hard_rules"].values()) <= {"lawful", "soft"},
        "[weights] do not add up to 100": _sum(content["weights"]) == 100,
        "[weights] has one below 0": all(points >= 0 for points in content["weights"].values()),
        "[results] do not add up to 1": abs(_sum(content["results"]) - 1) < 1e-9,
        f"[{'], ['.join(_SHARES)}], [opening] closed and the means of [prior] are shares from 0 to 1": _are_shares(
            content
        ),
        "[pace] needs least from 1, factor from 0 and days above 0": _is_pace(content["pace"]),
        "[prior] cases and [travel] half_after are above 0": content["prior"]["cases"] > 0
        and content["travel"]["half_after"] > 0,
        "[neighbours] and [travel.minutes] pair two different region codes": _are_pairs(content),
        "[travel.minutes] has one below 0": all(of[other] >= 0 for _, of, other in _minutes(content)),
        "[upkeep] confirm_after_days is above 0": content["upkeep"]["confirm_after_days"] > 0,
    }
    wrong += [words for words, holds in checks.items() if not holds]
    return wrong + [
        f"[{table}] rises from near to far, or from new to old" for table in _FALLING if _rises(content, table)
    ]


def _sum(table: Mapping[str, float]) -> float:
    return sum(table.values())


def _are_shares(content: _Entry) -> bool:
    means = [mean for name, mean in content["prior"].items() if name != "cases"]
    shares = [share for table in _SHARES for share in content[table].values()]
    return all(0 <= share <= 1 for share in (*shares, *means, content["opening"]["closed"]))


def _are_pairs(content: _Entry) -> bool:
    pairs = [*_pairs(content["neighbours"]), *((one, other) for one, _, other in _minutes(content))]
    return all(one != other and is_region_code(one) and is_region_code(other) for one, other in pairs)


# More than this is no limit; without an end the count of what an organisation bears would be none either.
_MOST_FACTOR = 1_000


def _is_pace(pace: _Entry) -> bool:
    return bool(pace["least"] >= 1 and 0 <= pace["factor"] <= _MOST_FACTOR and pace["days"] > 0)


def _rises(content: _Entry, table: str) -> bool:
    shares = [content[table][name] for name in _FALLING[table] if name in content[table]]
    return shares != sorted(shares, reverse=True)


def protected_kinds(
    service_types: Collection[str], categories: Collection[str], policy: RoutingPolicy
) -> frozenset[ProtectedKind]:
    """The kinds of protected case that what is asked for, or a PPKS category of the person, makes this one."""
    return frozenset(
        kind
        for kind, (types, codes) in policy.protected.items()
        if types.intersection(service_types) or codes.intersection(categories)
    )
