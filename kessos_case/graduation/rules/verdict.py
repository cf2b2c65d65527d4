"""The verdict on one person: criteria and points together, as JSON and as a fingerprint of its facts; and what is a relapse.

Source: spec graduation.md "Criteria" and "The gate". A verdict says; only people decide (machine.py).
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields, is_dataclass, replace
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Any
from uuid import UUID

from kessos_case.core.months import Month, month_of
from kessos_case.employment.rules import spell_end, work_spells
from kessos_case.graduation.rules.criteria import CRITERIA
from kessos_case.graduation.rules.criterion import Criterion, Evidence, Missing, evidence_of
from kessos_case.graduation.rules.facts import (
    SUCCESSES,
    CriterionCode,
    GraduationFacts,
    GraduationKind,
    GraduationPolicy,
    PlacementFact,
    RelapseRule,
    WeightedCode,
    WeightedFacts,
)


@dataclass(frozen=True)
class WeightedLine:
    """One line of the weighted table: what it is worth, the value found (None = unknown) and the value needed for it.

    Yes and no are 1 and 0. `on` is the day of a dated fact.
    """

    code: WeightedCode
    worth: int
    value: int | None
    needed: int
    evidence: tuple[Evidence, ...] = ()
    on: date | None = None

    @property
    def points(self) -> int:
        """All that it is worth, or none; what is unknown gives none."""
        return self.worth if self.value is not None and self.value >= self.needed else 0


@dataclass(frozen=True)
class Verdict:
    """What the facts say under one version of the policy.

    `kind` is how it would be counted: as its pathway's, as natural when it is not met but the ground of aid fell away, and
    None for a pathway that is outside graduation.
    """

    policy_version: int
    as_of: date
    pathway: str
    kind: GraduationKind | None
    criteria: tuple[Criterion, ...]
    lines: tuple[WeightedLine, ...]
    points_needed: int
    facts: GraduationFacts

    @cached_property
    def evidence(self) -> tuple[Evidence, ...]:
        """Every row behind it, once, in a stable order. Put together when it is asked for, as the fingerprint is."""
        end = self.facts.eligibility_end
        rows = {row for criterion in self.criteria for row in criterion.evidence}
        rows |= {row for line in self.lines for row in line.evidence}
        return tuple(sorted(rows | set(evidence_of("eligibility_end", [end.id] if end else []))))

    @cached_property
    def fingerprint(self) -> str:
        """Of the facts behind it. Taken when it is asked for, for most verdicts of a night are kept nowhere."""
        return fingerprint(self.facts)

    @cached_property
    def points(self) -> int:
        """Points reached, 0 to 100."""
        return sum(line.points for line in self.lines)

    @property
    def is_met(self) -> bool:
        """Is every mandatory criterion met, and are the points enough?"""
        return not self.missing

    @property
    def is_success(self) -> bool:
        """Does it count as a graduation? A natural end never does."""
        return self.is_met and self.kind in SUCCESSES

    @property
    def unknown(self) -> tuple[str, ...]:
        """Criteria that are unmet only for want of facts, and lines without a value."""
        criteria = [criterion.code.value for criterion in self.criteria if criterion.is_unknown]
        return (*criteria, *(line.code.value for line in self.lines if line.value is None))

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader should see beside the criteria, such as `working_still_aided`."""
        return tuple(sorted({note for criterion in self.criteria for note in criterion.notes}))

    @cached_property
    def missing(self) -> tuple[Missing, ...]:
        """Everything that stands in the way, each with the shortest way to it."""
        if self.kind is None:
            way = "Have a supervisor change the pathway, if another is right for the person."
            return (Missing("outside_graduation", f"a pathway that can graduate: this is {self.pathway}", way),)
        return (*[entry for criterion in self.criteria for entry in criterion.missing], *self._missing_points())

    @property
    def unmet(self) -> tuple[Missing, ...]:
        """The same, one `criteria_unmet` for each criterion: what a refused signature names."""
        found = [(criterion.code.value, criterion.missing) for criterion in self.criteria if criterion.missing]
        if self.kind is None:
            found.append(("pathway", self.missing))
        if points := self._missing_points():
            found.append(("points", tuple(points)))
        return tuple(
            Missing(
                "criteria_unmet",
                f"{code}: {'; '.join(entry.detail for entry in missing)}",
                " ".join(dict.fromkeys(entry.way for entry in missing)),
                all(entry.is_unknown for entry in missing),
            )
            for code, missing in found
        )

    def _missing_points(self) -> list[Missing]:
        """The fewest lines that would make up the points that are missing."""
        lacking = self.points_needed - self.points
        if lacking <= 0:
            return []
        not_reached = sorted((line for line in self.lines if not line.points), key=lambda line: -line.worth)
        is_unknown = lacking <= sum(line.worth for line in not_reached if line.value is None)
        named = []
        for line in not_reached:
            if lacking > 0:
                named.append(f"{line.code} ({line.worth})")
                lacking -= line.worth
        detail = f"{self.points_needed} points: {self.points} so far"
        return [Missing("points_missing", detail, f"Reach {', '.join(named)}.", is_unknown)]

    def as_json(self) -> dict[str, Any]:
        """A plain dict, the same for the same verdict: ids and dates as strings, everything in a stable order."""
        return {
            "policy_version": self.policy_version,
            "as_of": self.as_of.isoformat(),
            "pathway": self.pathway,
            "kind": self.kind.value if self.kind else None,
            "is_met": self.is_met,
            "is_success": self.is_success,
            "criteria": [_criterion_json(criterion) for criterion in self.criteria],
            "lines": [_line_json(line) for line in self.lines],
            "points": self.points,
            "points_needed": self.points_needed,
            "unknown": list(self.unknown),
            "notes": list(self.notes),
            "missing": [asdict(entry) for entry in self.missing],
            "evidence": _evidence_json(self.evidence),
            "fingerprint": self.fingerprint,
        }


def _evidence_json(evidence: Iterable[Evidence]) -> list[dict[str, str]]:
    return [{"kind": kind, "id": number} for kind, number in evidence]


def _criterion_json(criterion: Criterion) -> dict[str, Any]:
    return {
        "code": criterion.code.value,
        "is_met": criterion.is_met,
        "value": criterion.value,
        "needed": criterion.needed,
        "missing": [asdict(entry) for entry in criterion.missing],
        "notes": list(criterion.notes),
        "evidence": _evidence_json(criterion.evidence),
    }


def _line_json(line: WeightedLine) -> dict[str, Any]:
    return {
        "code": line.code.value,
        "points": line.points,
        "worth": line.worth,
        "value": line.value,
        "needed": line.needed,
        "on": line.on and line.on.isoformat(),
        "evidence": _evidence_json(line.evidence),
    }


def evaluate(facts: GraduationFacts, policy: GraduationPolicy) -> Verdict:
    """Hold the facts against the policy. A pathway without a table in it (long-term care) is outside graduation."""
    rule = policy.pathways.get(facts.pathway)
    criteria = tuple(criteria_of(facts, policy, rule.mandatory)) if rule else ()
    lines = weighted_lines(facts.weighted, policy) if rule and rule.points_needed else ()
    end = facts.eligibility_end
    verdict = Verdict(
        policy_version=policy.version,
        as_of=facts.as_of,
        pathway=facts.pathway,
        kind=rule.kind if rule else None,
        criteria=criteria,
        lines=lines,
        points_needed=rule.points_needed if rule else 0,
        facts=facts,
    )
    is_natural = rule is not None and not verdict.is_met and end is not None and end.on <= facts.as_of
    return replace(verdict, kind=GraduationKind.NATURAL) if is_natural else verdict


def criteria_of(
    facts: GraduationFacts, policy: GraduationPolicy, codes: Iterable[CriterionCode]
) -> Iterator[Criterion]:
    """These criteria as found, one after the other as they are asked for: whoever has heard enough asks no further."""
    return (CRITERIA[code](facts, policy) for code in codes)


def weighted_lines(found: WeightedFacts, policy: GraduationPolicy) -> tuple[WeightedLine, ...]:
    """Every line of the policy's weighted table, in its order. What is unknown has no value and gives no points."""
    values = _weighted_values(found, policy)
    return tuple(
        WeightedLine(code, worth, *values[code], _weighted_evidence(found, code), _day_of(found, code))
        for code, worth in policy.weighted.items()
    )


def _weighted_values(found: WeightedFacts, policy: GraduationPolicy) -> dict[WeightedCode, tuple[int | None, int]]:
    """Value and needed value of each line; yes and no as 1 and 0."""
    cuts, first, last = policy.cuts, found.self_efficacy_first, found.self_efficacy_last
    # One test taken is no gain of nought: it is no second test.
    gain = last.total - first.total if first and last and first.id != last.id else None
    # A month that costs nothing was not asked about.
    covered = found.savings // found.spending if found.savings is not None and found.spending else None
    return {
        WeightedCode.SKILLS_CERTIFICATE: (None if found.certificate_ids is None else len(found.certificate_ids), 1),
        WeightedCode.SELF_EFFICACY: (gain, cuts.self_efficacy_gain),
        WeightedCode.SAVINGS: (covered, cuts.savings_months),
        WeightedCode.INCOME_SOURCES: (found.income_source_count, cuts.income_sources),
        WeightedCode.HEALTH_INSURANCE: (_yes(found.health_insurance), 1),
        WeightedCode.CHILDREN_AT_SCHOOL: (_yes(found.children_at_school), 1),
        WeightedCode.SOCIAL_SUPPORT: (_yes(found.social_support), 1),
        WeightedCode.DECILE: (found.decile.decile if found.decile else None, cuts.decile),
    }


def _yes(answer: bool | None) -> int | None:
    return None if answer is None else int(answer)


def _day_of(found: WeightedFacts, code: WeightedCode) -> date | None:
    return found.decile.as_of if found.decile and code is WeightedCode.DECILE else None


def _weighted_evidence(found: WeightedFacts, code: WeightedCode) -> tuple[Evidence, ...]:
    rows = evidence_of(code.value, found.ids[code]) if code in found.ids else ()
    if code is WeightedCode.SKILLS_CERTIFICATE:
        rows += evidence_of("certificate", found.certificate_ids or ())
    if code is WeightedCode.SELF_EFFICACY:
        scores = (found.self_efficacy_first, found.self_efficacy_last)
        rows += evidence_of("assessment", (score.id for score in scores if score))
    if code is WeightedCode.DECILE and found.decile:
        rows += evidence_of("decile", [found.decile.id])
    return rows


def fingerprint(facts: GraduationFacts) -> str:
    """SHA-256 (hex) of the facts as canonical JSON: the same in any order, another when any fact or the day differs."""
    text = json.dumps(_canonical(facts), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _canonical(value: Any) -> Any:
    if is_dataclass(value):
        return {field.name: _canonical(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _canonical(each) for key, each in value.items()}
    if isinstance(value, tuple):
        items = [_canonical(each) for each in value]
        # Rows are a set; a pair of numbers, such as value and threshold, is not.
        is_pair = any(isinstance(each, int | float) for each in items)
        return items if is_pair else sorted(items, key=lambda each: json.dumps(each, sort_keys=True))
    return str(value) if isinstance(value, date | UUID) else value


class RelapseKind(StrEnum):
    """How a person came to need help again after a provisional or confirmed verdict."""

    AID = "aid"
    NEW_CASE = "new_case"
    WORK_LOST = "work_lost"
    STREET = "street"


def relapse_by_aid(net: Mapping[Month, int], graduated_on: date, as_of: date, rule: RelapseRule) -> RelapseKind | None:
    """Consumption aid for so many months of a window of consecutive ones, all after the month of graduation.

    `net` is rupiah per month it is for; months after `as_of` do not count yet.
    """
    after = range(month_of(graduated_on) + 1, month_of(as_of) + 1)
    aided = sorted(month for month, amount in net.items() if amount > 0 and month in after)
    windows = zip(aided, aided[rule.aid_months - 1 :], strict=False)
    return RelapseKind.AID if any(last - first < rule.aid_window for first, last in windows) else None


def relapse_by_case(opened_on: Iterable[date], graduated_on: date) -> RelapseKind | None:
    """A new case opened after the day of graduation."""
    return RelapseKind.NEW_CASE if any(day > graduated_on for day in opened_on) else None


def relapse_by_work(
    placements: Iterable[PlacementFact], graduated_on: date, as_of: date, rule: RelapseRule
) -> RelapseKind | None:
    """Work that ended on or after the day of graduation, and more than so many days until a verified replacement.

    Who never worked has lost no work, nor is an old loss a relapse.
    """
    spells = work_spells(placements, as_of, rule.work_days)
    resumptions = [*(spell[0].starts_on for spell in spells[1:]), as_of]
    # Without any work there is one resumption too many, of nothing.
    for spell, resumed_on in zip(spells, resumptions, strict=False):
        lost_on = spell_end(spell, as_of)
        if lost_on >= graduated_on and (resumed_on - lost_on).days > rule.work_days:
            return RelapseKind.WORK_LOST
    return None


def relapse_by_street(found_on: Iterable[date], graduated_on: date) -> RelapseKind | None:
    """Found living on the street after the day of graduation."""
    return RelapseKind.STREET if any(day > graduated_on for day in found_on) else None


@dataclass(frozen=True)
class AfterGraduation:
    """What happened since a provisional or confirmed verdict, as known on `as_of`."""

    graduated_on: date
    as_of: date
    net: Mapping[Month, int]
    cases_opened_on: tuple[date, ...] = ()
    placements: tuple[PlacementFact, ...] = ()
    street_on: tuple[date, ...] = ()


def relapses_of(after: AfterGraduation, policy: GraduationPolicy) -> tuple[RelapseKind, ...]:
    """Every kind of relapse that happened; each is counted, and reopens aftercare or opens a linked case."""
    rule, graduated_on = policy.relapse, after.graduated_on
    found = (
        relapse_by_aid(after.net, graduated_on, after.as_of, rule),
        relapse_by_case(after.cases_opened_on, graduated_on),
        relapse_by_work(after.placements, graduated_on, after.as_of, rule),
        relapse_by_street(after.street_on, graduated_on),
    )
    return tuple(kind for kind in found if kind)
