"""What a verdict is made of: the facts of one person as plain values with their ids, and the policy they are held against.

`as_of` is the office's day. None is 'not known' and never means no. Source: spec graduation.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, is_dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Any, TypeVar, get_args, get_origin, get_type_hints
from uuid import UUID

from kessos_case.core.months import Month, format_month, month_of, share_of

Shape = TypeVar("Shape")


class GraduationKind(StrEnum):
    """How a graduation is counted; the kinds are always reported apart."""

    EMPOWERED = "empowered"
    NATURAL = "natural"
    REUNIFIED = "reunified"


# Natural is only 'no longer eligible': a child left school. It is never counted as a success.
SUCCESSES = frozenset({GraduationKind.EMPOWERED, GraduationKind.REUNIFIED})


class CriterionCode(StrEnum):
    """What a pathway can demand; the policy says which pathway demands which."""

    INCOME = "income"
    WORK_LASTS = "work_lasts"
    OFF_AID = "off_aid"
    PLAN = "plan"
    FUNCTIONING = "functioning"
    STABILITY = "stability"
    OWN_VOICE = "own_voice"
    SAFE_HOME = "safe_home"
    VISITS_PASSED = "visits_passed"
    SCHOOL = "school"
    TREATMENT = "treatment"
    GUARDIAN_CONSENT = "guardian_consent"


class WeightedCode(StrEnum):
    """What gives points."""

    SKILLS_CERTIFICATE = "skills_certificate"
    SELF_EFFICACY = "self_efficacy"
    SAVINGS = "savings"
    INCOME_SOURCES = "income_sources"
    HEALTH_INSURANCE = "health_insurance"
    CHILDREN_AT_SCHOOL = "children_at_school"
    SOCIAL_SUPPORT = "social_support"
    DECILE = "decile"


@dataclass(frozen=True)
class IncomeStatement:
    """Income of the whole household (rupiah) over first..last, spread evenly, shared by so many people.

    Two statements of one month are two views of the same money and are never added. Raises ValueError when it covers no
    month or nobody.
    """

    id: UUID
    first: Month
    last: Month
    amount: int
    source: str  # wage_slip, employer, visit, business_books, self_report
    people: int
    recorded_on: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError(f"{format_month(self.first)}..{format_month(self.last)} holds no month")
        if self.people < 1:
            raise ValueError("an income is shared by at least one person")

    def covers(self, month: Month) -> bool:
        """Does it tell of this month?"""
        return self.first <= month <= self.last

    def in_month(self, month: Month) -> int:
        """The household's rupiah in a month that it covers."""
        return share_of(self.amount, self.first, self.last, month)

    def per_head_in(self, month: Month) -> Fraction:
        """Rupiah per head in a month that it covers, exactly."""
        return Fraction(self.in_month(month), self.people)


@dataclass(frozen=True)
class PovertyLineFact:
    """Rupiah per head and month in force in a month; region_code is the province's where the regency has none."""

    amount: int
    region_code: str
    published: Month


@dataclass(frozen=True)
class CheckFact:
    """A retention check of a placement: its period in days, and whether the person still worked."""

    id: UUID
    period: int
    on: date
    still_active: bool
    method: str


@dataclass(frozen=True)
class PlacementFact:
    """A job, an apprenticeship or a business of one's own; not verified means proposed, which is no work yet."""

    id: UUID
    kind: str
    starts_on: date
    ended_on: date | None = None
    verified_on: date | None = None
    method: str | None = None
    checks: tuple[CheckFact, ...] = ()

    def is_active_on(self, day: date) -> bool:
        """Does it go on beyond this day?"""
        return self.ended_on is None or self.ended_on > day


@dataclass(frozen=True)
class AidFact:
    """Net consumption aid (rupiah) of the person's assistance unit per month it is for, and the lines that make it up.

    His own and his household's, without what stands for exempt members. A month that is absent had none; months before
    `covered_from`, the first that the ledger covers, are unknown.
    """

    net: Mapping[Month, int]
    disbursement_ids: Mapping[Month, tuple[UUID, ...]]
    covered_from: Month


@dataclass(frozen=True)
class GoalFact:
    """A goal of the approved plan: open, met or dropped; a drop counts once a supervisor accepted its reason."""

    id: UUID
    state: str
    drop_accepted: bool = False


@dataclass(frozen=True)
class FunctioningFact:
    """The newest complete assessment of social functioning: per part its value and the instrument's threshold."""

    assessment_id: UUID
    completed_on: date
    parts: Mapping[str, tuple[float, float]]


@dataclass(frozen=True)
class AlertFact:
    """A danger on record, open through the day `until`, or without end."""

    id: UUID
    kind: str
    severity: str
    until: date | None = None


@dataclass(frozen=True)
class VoiceFact:
    """What the person said when asked about graduating; None: asked, and no answer yet.

    `others` are further rows of the same day that say the same.
    """

    id: UUID
    asked_on: date
    agrees: bool | None
    has_reason: bool = False
    others: tuple[UUID, ...] = ()


@dataclass(frozen=True)
class ScoreFact:
    """The total of an instrument, such as the GSE-10 (10 to 40)."""

    id: UUID
    total: int


@dataclass(frozen=True)
class DecileFact:
    """The household's welfare decile (1 to 10) as of a day."""

    id: UUID
    decile: int
    as_of: date


@dataclass(frozen=True)
class WeightedFacts:
    """What gives points; None = unknown, which gives none and is named.

    `certificate_ids` is empty when it is known that there is none. `children_at_school` is true also where no child is of
    school age. `ids` holds, by line, the rows behind the bare values.
    """

    certificate_ids: tuple[UUID, ...] | None = None
    self_efficacy_first: ScoreFact | None = None
    self_efficacy_last: ScoreFact | None = None
    savings: int | None = None
    spending: int | None = None  # rupiah of one month
    income_source_count: int | None = None
    health_insurance: bool | None = None
    children_at_school: bool | None = None
    social_support: bool | None = None
    decile: DecileFact | None = None
    ids: Mapping[str, tuple[UUID, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class VisitFact:
    """A visit after the return home; school (or day care) and treatment are None where the visitor did not say."""

    id: UUID
    on: date
    passed: bool
    school: bool | None = None
    treatment: bool | None = None


@dataclass(frozen=True)
class HomeLook:
    """A home that was looked at: found safe or not; since when the person lives there, was seen there, and until when."""

    id: UUID
    assessed_on: date
    is_safe: bool
    starts_on: date | None = None
    ended_on: date | None = None
    verified_on: date | None = None
    guardian_consents: bool = False


@dataclass(frozen=True)
class ReunificationFacts:
    """The return into a family or community. What does not apply (an adult needs no guardian) is said, not left unknown."""

    safe_home_id: UUID | None = None
    safe_home_on: date | None = None
    visits: tuple[VisitFact, ...] = ()
    guardian_consent_id: UUID | None = None
    school_applies: bool = True
    treatment_applies: bool = True
    guardian_applies: bool = True


@dataclass(frozen=True)
class EligibilityEnd:
    """Aid ended because its ground fell away, such as a child that left school."""

    id: UUID
    on: date
    ground: str


@dataclass(frozen=True)
class GraduationFacts:
    """Everything that a verdict on one person is reached from. The order within a tuple means nothing.

    As known on `as_of`, or on the later day `known_by` where a day that is past is judged again.
    """

    as_of: date
    pathway: str
    statements: tuple[IncomeStatement, ...] = ()
    poverty_lines: Mapping[Month, PovertyLineFact] = field(default_factory=dict)
    placements: tuple[PlacementFact, ...] = ()
    aid: AidFact | None = None
    plan_id: UUID | None = None
    goals: tuple[GoalFact, ...] = ()
    functioning: FunctioningFact | None = None
    alerts: tuple[AlertFact, ...] = ()
    voice: VoiceFact | None = None
    weighted: WeightedFacts = WeightedFacts()
    reunification: ReunificationFacts = ReunificationFacts()
    eligibility_end: EligibilityEnd | None = None
    known_by: date | None = None

    def closed_months(self, count: int) -> range:
        """The last `count` months that were over on `as_of`."""
        return range(month_of(self.as_of) - count, month_of(self.as_of))


@dataclass(frozen=True)
class PathwayRule:
    """What one pathway demands, and as what its graduates are counted."""

    kind: GraduationKind
    mandatory: tuple[CriterionCode, ...]
    points_needed: int


@dataclass(frozen=True)
class IncomeRule:
    """[income]: closed months, percent of the poverty line, months of a statement."""

    poverty_line_percent: int
    months: int
    evidence_kinds_needed: int
    evidence_kinds: tuple[str, ...]
    statement_months_back: int
    statement_months_long: int


@dataclass(frozen=True)
class WorkRule:
    """[work]: days of a spell, periods of its checks, days between two placements."""

    days: int
    checks: tuple[int, ...]
    gap_days: int
    confirming_methods: tuple[str, ...]


@dataclass(frozen=True)
class AidRule:
    """[off_aid]: closed months."""

    months: int
    share_percent: int
    share_months: int


@dataclass(frozen=True)
class FunctioningRule:
    """[functioning]: the parts, and the age in days that an assessment may have."""

    parts: tuple[str, ...]
    days: int


@dataclass(frozen=True)
class StabilityRule:
    """[stability]."""

    severities: tuple[str, ...]


@dataclass(frozen=True)
class ReunificationRule:
    """[reunification]."""

    visits_passed: int


@dataclass(frozen=True)
class Cuts:
    """[cuts]: from where on a weighted line gives its points."""

    self_efficacy_gain: int
    savings_months: int
    income_sources: int
    decile: int


@dataclass(frozen=True)
class GateRule:
    """[gate]."""

    signatures: int


@dataclass(frozen=True)
class AftercareRule:
    """[aftercare]: months since the provisional verdict."""

    months: int
    visit_months: tuple[int, ...]


@dataclass(frozen=True)
class RelapseRule:
    """[relapse]: months of aid in a window of consecutive months; days without work."""

    aid_months: int
    aid_window: int
    work_days: int


@dataclass(frozen=True)
class GraduationPolicy:
    """config/policies/graduation.toml, table by table."""

    version: int
    pathways: dict[str, PathwayRule]
    income: IncomeRule
    work: WorkRule
    off_aid: AidRule
    functioning: FunctioningRule
    stability: StabilityRule
    reunification: ReunificationRule
    weighted: dict[WeightedCode, int]
    cuts: Cuts
    gate: GateRule
    aftercare: AftercareRule
    relapse: RelapseRule


_MAY_BE_ZERO = frozenset({"points_needed", "gap_days", "share_percent"})


def read_policy(content: dict[str, Any]) -> GraduationPolicy:
    """The policy file's content as a checked value. Raises ValueError naming the key that is missing, unknown or wrong."""
    policy = _table(GraduationPolicy, {key: value for key, value in content.items() if key != "name"}, "")
    for key, is_wrong, why in _contradictions(policy):
        if is_wrong:
            raise ValueError(f"{key}: {why}")
    return policy


def _contradictions(policy: GraduationPolicy) -> list[tuple[str, bool, str]]:
    """Key, whether it is wrong, and why: what no single value shows."""
    rules = policy.pathways.items()
    found = [(f"pathways.{name}.kind", rule.kind not in SUCCESSES, "is no success") for name, rule in rules]
    found += [(f"pathways.{name}.points_needed", rule.points_needed > 100, "is above 100") for name, rule in rules]
    total = sum(policy.weighted.values())
    late = max(policy.aftercare.visit_months)
    return [
        *found,
        ("weighted", total != 100, f"the points sum to {total} and not to 100"),
        ("income.evidence_kinds_needed", policy.income.evidence_kinds_needed > len(policy.income.evidence_kinds),
         "is more than there are kinds"),
        ("work.checks", max(policy.work.checks) > policy.work.days, "a check comes after the days that are needed"),
        ("gate.signatures", policy.gate.signatures < 2, "nobody graduates on one signature"),
        ("aftercare.visit_months", late > policy.aftercare.months, f"month {late} is after the end"),
        ("relapse.aid_months", policy.relapse.aid_months > policy.relapse.aid_window, "is more than the window"),
    ]  # fmt: skip


def _table(shape: type[Shape], given: Any, path: str) -> Shape:
    kinds = get_type_hints(shape)
    if not isinstance(given, dict):
        raise ValueError(f"{path.rstrip('.')}: must be a table")
    for key in sorted(given.keys() ^ kinds.keys()):
        raise ValueError(f"{path}{key}: is {'missing' if key in kinds else 'not known'}")
    return shape(**{key: _value(kind, given[key], f"{path}{key}") for key, kind in kinds.items()})


def _value(kind: Any, given: Any, path: str) -> Any:
    if isinstance(kind, type) and is_dataclass(kind):
        return _table(kind, given, f"{path}.")
    if get_origin(kind) is tuple:
        if not isinstance(given, list) or not given:
            raise ValueError(f"{path}: must be a list of at least one")
        return tuple(_value(get_args(kind)[0], item, path) for item in given)
    if get_origin(kind) is dict:
        if not isinstance(given, dict) or not given:
            raise ValueError(f"{path}: must be a table")
        name, rule = get_args(kind)
        return {
            _value(name, key, f"{path}.{key}"): _value(rule, value, f"{path}.{key}") for key, value in given.items()
        }
    return _number(given, path) if kind is int else _word(kind, given, path)


def _number(given: Any, path: str) -> int:
    least = 0 if path.rsplit(".", 1)[-1] in _MAY_BE_ZERO else 1
    # true is an int to Python, and a number to nobody.
    if not isinstance(given, int) or isinstance(given, bool) or given < least:
        raise ValueError(f"{path}: must be a whole number of {least} or more")
    return given


def _word(kind: type[str], given: Any, path: str) -> str:
    if not isinstance(given, str):
        raise ValueError(f"{path}: must be a text")
    try:
        return kind(given)
    except ValueError:
        raise ValueError(f"{path}: {given!r} is not known") from None
