"""The stages of a case and the pathways through them, as the policy file config/policies/pathways.toml says."""

from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from kessos_case.core.months import months_later


class Stage(StrEnum):
    """Where a case stands: the stages of PP 39/2012 art. 7(2) in working words, and its two ends."""

    INTAKE = "intake"
    ASSESSMENT = "assessment"
    PLANNING = "planning"
    TRAINING = "training"
    REHABILITATION = "rehabilitation"
    CARE = "care"
    PLACEMENT = "placement"
    REUNIFICATION = "reunification"
    AFTERCARE = "aftercare"
    GRADUATED = "graduated"
    CLOSED = "closed"


OPEN_STAGES = frozenset(Stage) - {Stage.GRADUATED, Stage.CLOSED}
# Where the service goes on, so that it is looked at again what it has changed.
SERVED_STAGES = OPEN_STAGES - {Stage.INTAKE, Stage.ASSESSMENT, Stage.PLANNING}


class Pathway(StrEnum):
    """What the service is for. Work is not right for everybody."""

    INDEPENDENCE = "independence"
    REUNIFICATION = "reunification"
    LONG_TERM_CARE = "long_term_care"


@dataclass(frozen=True)
class Label:
    """A word as users see it, in Indonesian and in English."""

    id: str
    en: str


@dataclass(frozen=True)
class PathwayPolicy:
    """One pathway: its stages in order, the instruments that planning needs and those that help it, the categories that
    propose it. What planning needed is asked again every `reassess_months`, and a plan is looked at after `plan_review_months`.
    """

    pathway: Pathway
    label: Label
    stages: tuple[Stage, ...]
    required_instruments: tuple[str, ...]
    advised_instruments: tuple[str, ...]
    reassess_months: int
    plan_review_months: int
    categories: frozenset[str]


@dataclass(frozen=True)
class Pathways:
    """The whole policy. Days are whole days of the office's calendar."""

    policies: Mapping[Pathway, PathwayPolicy]
    labels: Mapping[Stage, Label]
    assessment_days: int
    care_review_months: int
    reopen_days: int
    contact_attempts: int
    contact_days: int
    pause_most_days: int
    aftercare_months: int
    assign_days: int
    transfer_days: int
    reassess_lead_days: int
    plan_review_lead_days: int
    # By open stage: more days than these without seeing or speaking to the person, and the case stands still.
    quiet_days: Mapping[Stage, int]


# Every pathway begins so: a change of pathway leads to planning, and the plan rests on what came before it.
FIRST_STAGES = (Stage.INTAKE, Stage.ASSESSMENT, Stage.PLANNING)
CATEGORIES = frozenset(f"PPKS-{number:02d}" for number in range(1, 27))

_LIMITS = (
    "assessment_days",
    "care_review_months",
    "reopen_days",
    "contact_attempts",
    "contact_days",
    "pause_most_days",
    "aftercare_months",
    "assign_days",
    "transfer_days",
    "reassess_lead_days",
    "plan_review_lead_days",
)


_INSTRUMENTS = ("required", "advised")
_MONTHS = ("reassess_months", "plan_review_months")
_OF_A_PATHWAY = frozenset(
    {"label", "stages", "categories", *_MONTHS, *(f"{kind}_instruments" for kind in _INSTRUMENTS)}
)


def read_pathways(content: Mapping[str, Any]) -> Pathways:
    """The policy from the content of its file.

    Raises ValueError that names the key when one is missing, unknown or impossible, when a pathway does not begin with
    intake, assessment, planning, or when the 26 categories do not propose exactly one pathway each.
    """
    _only(content, {"name", "version", "limits", "quiet_days", "stages", "pathways"}, "pathways.toml")
    limits, quiet, stages, written = (
        _table(content, key, key) for key in ("limits", "quiet_days", "stages", "pathways")
    )
    _only(limits, _LIMITS, "limits")
    _only(quiet, OPEN_STAGES, "quiet_days")
    _only(stages, list(Stage), "stages")
    _only(written, list(Pathway), "pathways")
    policies = {pathway: _pathway(written, pathway) for pathway in Pathway}
    _check_categories(policies)
    return Pathways(
        policies=policies,
        labels={stage: _label(stages, stage, f"stages.{stage}") for stage in Stage},
        quiet_days={stage: _number(quiet, stage, f"quiet_days.{stage}") for stage in Stage if stage in OPEN_STAGES},
        **{name: _number(limits, name, f"limits.{name}") for name in _LIMITS},
    )


def proposed_pathway(pathways: Pathways, category: str) -> Pathway:
    """The pathway that a PPKS category proposes; the caseworker chooses. Raises KeyError for an unknown category."""
    for pathway, policy in pathways.policies.items():
        if category in policy.categories:
            return pathway
    raise KeyError(category)


def earlier_stages(pathways: Pathways, pathway: Pathway, stage: Stage) -> tuple[Stage, ...]:
    """The stages of the pathway before this one, first to last; none for a stage that is not on it."""
    stages = pathways.policies[pathway].stages
    return stages[: stages.index(stage)] if stage in stages else ()


def care_review_due(pathways: Pathways, since: date) -> date:
    """When care that began, or was last reviewed, on `since` is reviewed again."""
    return months_later(since, pathways.care_review_months)


def reassessment_due(policy: PathwayPolicy, last: Mapping[str, date], since: date) -> date:
    """When the first of the pathway's instruments is to be filled in again; `last` is when each was completed last, and one
    that never was counts from `since`.
    """
    return min(months_later(last.get(name, since), policy.reassess_months) for name in policy.required_instruments)


def _pathway(written: Mapping[str, Any], pathway: Pathway) -> PathwayPolicy:
    key = f"pathways.{pathway}"
    table = _table(written, pathway, key)
    _only(table, _OF_A_PATHWAY, key)
    required, advised = (_words(table, f"{kind}_instruments", f"{key}.{kind}_instruments") for kind in _INSTRUMENTS)
    if both := sorted({*required} & {*advised}):
        raise ValueError(f"{key}.advised_instruments: {', '.join(both)} is required already")
    return PathwayPolicy(
        pathway=pathway,
        label=_label(table, "label", f"{key}.label"),
        stages=_stages(table, f"{key}.stages"),
        required_instruments=required,
        advised_instruments=advised,
        categories=frozenset(_words(table, "categories", f"{key}.categories")),
        **{name: _number(table, name, f"{key}.{name}") for name in _MONTHS},
    )


def _stages(table: Mapping[str, Any], key: str) -> tuple[Stage, ...]:
    words = _words(table, "stages", key)
    unknown = [word for word in words if word not in OPEN_STAGES]
    if unknown:
        raise ValueError(f"{key}: {', '.join(unknown)} is no open stage")
    stages = tuple(Stage(word) for word in words)
    if stages[: len(FIRST_STAGES)] != FIRST_STAGES or stages == FIRST_STAGES:
        raise ValueError(f"{key}: a pathway begins with {', '.join(FIRST_STAGES)} and goes on")
    return stages


def _check_categories(policies: Mapping[Pathway, PathwayPolicy]) -> None:
    told = [category for policy in policies.values() for category in policy.categories]
    wrong = {category for category in told if told.count(category) > 1} | CATEGORIES.symmetric_difference(told)
    if wrong:
        raise ValueError(f"pathways.*.categories: {', '.join(sorted(wrong))} must propose exactly one pathway")


def _only(table: Mapping[str, Any], known: Container[str], key: str) -> None:
    unknown = sorted(name for name in table if name not in known)
    if unknown:
        raise ValueError(f"{key}: unknown key {', '.join(unknown)}")


def _table(table: Mapping[str, Any], name: str, key: str) -> Mapping[str, Any]:
    found = table.get(name)
    if not isinstance(found, Mapping):
        raise ValueError(f"{key}: a table is missing")
    return found


def _words(table: Mapping[str, Any], name: str, key: str) -> tuple[str, ...]:
    words = table.get(name)
    if not isinstance(words, list) or not words or not all(isinstance(word, str) and word for word in words):
        raise ValueError(f"{key}: a list of words is missing")
    if len(set(words)) < len(words):
        raise ValueError(f"{key}: a word stands twice")
    return tuple(words)


def _label(table: Mapping[str, Any], name: str, key: str) -> Label:
    words = _table(table, name, key)
    _only(words, {"id", "en"}, key)
    if not all(isinstance(words.get(language), str) and words[language].strip() for language in ("id", "en")):
        raise ValueError(f"{key}: both `id` and `en` must be said")
    return Label(words["id"], words["en"])


def _number(table: Mapping[str, Any], name: str, key: str) -> int:
    number = table.get(name)
    if type(number) is not int or number < 1:  # a bool is an int to isinstance
        raise ValueError(f"{key}: a whole number above 0 is missing")
    return number
