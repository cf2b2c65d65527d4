"""What a described person and a registered one have in common, field by field, for an eye to judge. Values in, values out."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from kessos_case.clients.rules import search_forms
from kessos_case.clients.rules.identity import ESTIMATE_YEARS
from kessos_case.reference.rules import region_lineage


class Verdict(StrEnum):
    """How two statements about one thing go together."""

    SAME = "same"
    NEAR = "near"
    OTHER = "other"
    UNKNOWN = "unknown"


class Likely(StrEnum):
    """How likely two records are one person, in the words of a desk."""

    VERY = "very"
    PERHAPS = "perhaps"
    SOMEWHAT = "somewhat"


@dataclass(frozen=True)
class Looks:
    """What is known of how somebody is called, how old, of which sex and where. The age is a range, None where unknown."""

    names: tuple[str, ...]
    age_from: int | None
    age_to: int | None
    sex: str
    region_code: str | None


def described(names: Collection[str | None], age: int | None, sex: str, region_code: str) -> Looks:
    """A description: its age is a guess, ESTIMATE_YEARS off either way."""
    least, most = (None, None) if age is None else (max(0, age - ESTIMATE_YEARS), age + ESTIMATE_YEARS)
    return Looks(tuple(name for name in names if name), least, most, sex, region_code)


def compared(one: Looks, other: Looks, *, sounds_alike: bool = False) -> dict[str, Verdict]:
    """Name, age, sex and place of both. What one of them does not know is neither the same nor another.

    `sounds_alike`: they were found by their names, which letters alone do not show.
    """
    names = _names(one.names, other.names)
    return {
        "name": Verdict.NEAR if sounds_alike and names is Verdict.OTHER else names,
        "age": _ages(one, other),
        "sex": _sexes(one.sex, other.sex),
        "place": _places(one.region_code, other.region_code),
    }


def likely(score: int) -> Likely:
    """A likeness of clients.rules.duplicates in words.

    A description can reach 50 (name 40, place 10); equal numbers, which only a registration has, go beyond that.
    """
    if score >= 45:
        return Likely.VERY
    return Likely.PERHAPS if score >= 38 else Likely.SOMEWHAT


def _names(ours: Collection[str], theirs: Collection[str]) -> Verdict:
    if not ours or not theirs:
        return Verdict.UNKNOWN
    mine, yours = (set(search_forms("", names)) for names in (ours, theirs))
    if mine & yours:
        return Verdict.SAME
    words = ({word for form in forms for word in form.split()} for forms in (mine, yours))
    return Verdict.NEAR if set.intersection(*words) else Verdict.OTHER


def _ages(one: Looks, other: Looks) -> Verdict:
    if one.age_from is None or one.age_to is None or other.age_from is None or other.age_to is None:
        return Verdict.UNKNOWN
    return Verdict.NEAR if one.age_from <= other.age_to and other.age_from <= one.age_to else Verdict.OTHER


def _sexes(ours: str, theirs: str) -> Verdict:
    if "unknown" in (ours, theirs):
        return Verdict.UNKNOWN
    return Verdict.SAME if ours == theirs else Verdict.OTHER


def _places(ours: str | None, theirs: str | None) -> Verdict:
    """The same kecamatan, else the same regency."""
    if not ours or not theirs:
        return Verdict.UNKNOWN
    mine, yours = region_lineage(ours), region_lineage(theirs)
    shared = sum(1 for left, right in zip(mine, yours, strict=False) if left == right)
    if shared >= min(3, len(mine), len(yours)):
        return Verdict.SAME
    return Verdict.NEAR if shared == 2 else Verdict.OTHER
