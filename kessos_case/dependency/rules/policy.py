"""config/policies/dependency.toml as a checked value: what counts, who is scored, the scorecard, bands, flags, the night."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Any

from kessos_case.core.months import Month, month_of
from kessos_case.dependency.rules import reading
from kessos_case.dependency.rules.facts import Fact
from kessos_case.dependency.rules.words import Band

# Everybody: the region code under which [window.observed_from] says what holds where nothing nearer is said.
PROVINCE = "35"
# How far back anything looks: the window of 60 months.
WINDOW = 60


class Measure(StrEnum):
    """An indicator that a line of the scorecard may compare."""

    MONTHS_ON_60 = "months_on_60"
    CURRENT_SPELL_LENGTH = "current_spell_length"
    RECIDIVISM_COUNT = "recidivism_count"
    SHARE_BP = "share_bp"


@dataclass(frozen=True)
class WindowRule:
    """[window]: which months are looked at, and how many off-months a spell survives."""

    closing_lag_months: int
    gap: int
    observed_from: Mapping[str, Month]


@dataclass(frozen=True)
class AidRule:
    """[aid]: what counts toward dependency, by the codes of programmes and the names of components."""

    consumption: frozenset[str]
    exempt_programmes: frozenset[str]
    exempt_components: frozenset[str]
    severe_disability: frozenset[str]
    staged: frozenset[str]
    stage_months: int
    stage_patience_months: int

    def counts(self, programme: str) -> bool:
        """Does a line of this programme count for the person whom it was paid to?"""
        return programme in self.consumption

    def counts_for_household(self, programme: str, component: str | None = None) -> bool:
        """Does a household's line count for its members? Not where it stands for a member who is exempt himself."""
        is_exempt = programme in self.exempt_programmes or (
            component is not None and component.strip().lower() in self.exempt_components
        )
        return self.counts(programme) and not is_exempt


@dataclass(frozen=True)
class ScopeRule:
    """[scope]: ages from `youngest` to below `oldest` are scored; how recent aid must be."""

    youngest: int
    oldest: int
    recent_months: int


@dataclass(frozen=True)
class Cut:
    """Below which value of an instrument's domain a fact is true; a fixed number for each version of the instrument."""

    fact: Fact
    instrument: str
    version: int
    domain: str
    below: int


@dataclass(frozen=True)
class ScoreLine:
    """A line of the scorecard: a measure of at least so much, or a fact known to be so. Its place is its bit in a score."""

    code: str
    points: int
    measure: Measure | None = None
    at_least: int = 0
    fact: Fact | None = None
    is_true: bool = True

    @property
    def asks(self) -> Measure | Fact:
        """What the line asks for. Lines that ask the same are told as one reason."""
        asked = self.measure or self.fact
        assert asked is not None, "reading.score_lines sees to it"
        return asked


@dataclass(frozen=True)
class FlagRule:
    """[flags]: when one is raised, how many, and how long they stand."""

    bands: frozenset[Band]
    rise_points: int
    rise_months: int
    per_supervisor: int
    off_factor_percent: int
    due_days: int
    expire_days: int
    lot_percent: int
    closed_case_months: int
    dismissed_days_most: int


@dataclass(frozen=True)
class NightRule:
    """[night]: how large the chunks are."""

    people_in_chunk: int
    cases_in_chunk: int


@dataclass(frozen=True)
class DependencyPolicy:
    """The policy as the rules take it. `label` names file, version and hash; every score keeps it."""

    label: str
    window: WindowRule
    aid: AidRule
    scope: ScopeRule
    cuts: tuple[Cut, ...]
    lines: tuple[ScoreLine, ...]
    bands: Mapping[Band, int]
    flags: FlagRule
    night: NightRule

    @classmethod
    def read(cls, label: str, content: Mapping[str, Any]) -> "DependencyPolicy":
        """The file's content, checked. Raises ValueError that names the key which is missing, unknown or wrong."""
        tables = {"window", "aid", "scope", "cuts", "line", "bands", "flags", "night"}
        reading.same_keys("", content, tables | {"name", "version"})
        return cls(
            label=label,
            window=_window(content["window"]),
            aid=reading.table(AidRule, "aid", content["aid"]),
            scope=_scope(content["scope"]),
            cuts=reading.tables(Cut, "cuts", content["cuts"]),
            lines=_lines(content["line"]),
            bands=_bands(content["bands"]),
            flags=reading.table(FlagRule, "flags", content["flags"]),
            night=reading.table(NightRule, "night", content["night"]),
        )

    def observed_from(self, region_code: str | None) -> Month:
        """The first month that the ledger covers there: the longest code that holds the place, else the province's."""
        codes = [code for code in self.window.observed_from if _holds(code, region_code or PROVINCE)]
        return self.window.observed_from[max(codes, key=len, default=PROVINCE)]

    def last_month(self, as_of: date) -> Month:
        """T, the last month that is looked at on this day: the one before it, and before so many that are not closed yet."""
        return month_of(as_of) - 1 - self.window.closing_lag_months

    @cached_property
    def asked(self) -> tuple[Measure | Fact, ...]:
        """What the lines ask for, each once, in their order."""
        return tuple(dict.fromkeys(line.asks for line in self.lines))


def _holds(code: str, place: str) -> bool:
    return place == code or place.startswith(f"{code}.")


def _window(given: Any) -> WindowRule:
    window = reading.table(WindowRule, "window", given)
    if PROVINCE not in window.observed_from:
        raise ValueError(f"window.observed_from: lacks {PROVINCE}, which holds for everybody")
    if window.gap >= WINDOW:
        raise ValueError(f"window.gap: must be less than the window of {WINDOW} months")
    return window


def _scope(given: Any) -> ScopeRule:
    scope = reading.table(ScopeRule, "scope", given)
    if scope.youngest >= scope.oldest:
        raise ValueError("scope.oldest: must be above scope.youngest")
    if scope.recent_months > WINDOW:
        raise ValueError(f"scope.recent_months: must not be more than the window of {WINDOW} months")
    return scope


def _bands(given: Any) -> Mapping[Band, int]:
    """Lowest points by band, in the order of Band."""
    reading.same_keys("bands.", given, set(Band))
    bands = {band: reading.number(f"bands.{band}", given[band]) for band in Band}
    least = list(bands.values())
    if least[0] != 0 or sorted(set(least)) != least:
        raise ValueError("bands: must begin at 0 and rise")
    return bands


def _lines(given: Any) -> tuple[ScoreLine, ...]:
    lines = tuple(_line(f"line[{place}]", entry) for place, entry in enumerate(reading.entries("line", given)))
    codes = [line.code for line in lines]
    if len(set(codes)) < len(codes):
        raise ValueError("line: two of them have one code")
    # A score keeps the lines it reached as bits of one signed 64-bit number.
    if len(lines) > 62:
        raise ValueError("line: more than 62 cannot be stored")
    return lines


def _line(path: str, given: Any) -> ScoreLine:
    """A [[line]] with either `measure` and `at_least` or `fact` and `is`."""
    asks = {"measure", "at_least"} if "measure" in given else {"fact", "is"}
    reading.same_keys(f"{path}.", given, {"code", "points"} | asks)
    code = reading.word(str, f"{path}.code", given["code"])
    points = reading.number(f"{path}.points", given["points"], least=None)
    if points == 0:
        raise ValueError(f"{path}.points: a line without points says nothing")
    if "measure" in given:
        measure = reading.word(Measure, f"{path}.measure", given["measure"])
        return ScoreLine(
            code, points, measure=measure, at_least=reading.number(f"{path}.at_least", given["at_least"], 1)
        )
    if not isinstance(given["is"], bool):
        raise ValueError(f"{path}.is: must be true or false")
    return ScoreLine(code, points, fact=reading.word(Fact, f"{path}.fact", given["fact"]), is_true=given["is"])
