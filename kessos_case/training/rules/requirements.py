"""What a course asks for, and whether a person has it. What is not known of him is never taken for lacking. Values in, out."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

from kessos_case.notes.rules import PaperKind

# In their order, as the item `schooling` of household_skills has them.
SCHOOLING = ("none", "primary", "junior", "senior", "higher")
LEAST_YEARS, MOST_YEARS = 1, 100


class RequirementKind(StrEnum):
    """What a course may ask for."""

    LEAST_AGE = "least_age"
    MOST_AGE = "most_age"
    SCHOOLING = "schooling"
    COURSE_PASSED = "course_passed"
    DOCUMENT = "document"


class WaiverReason(StrEnum):
    """Why somebody takes part though a requirement is not met."""

    LEARNED_AT_WORK = "learned_at_work"
    DOCUMENT_FOLLOWS = "document_follows"
    HELPED_IN_CLASS = "helped_in_class"
    TEACHER_AGREES = "teacher_agrees"


class Standing(StrEnum):
    """How a person stands to a requirement."""

    MET = "met"
    NOT_MET = "not_met"
    NOT_KNOWN = "not_known"


# A course asks for one of each of these; of skills and papers for as many as it likes.
ONCE = frozenset({RequirementKind.LEAST_AGE, RequirementKind.MOST_AGE, RequirementKind.SCHOOLING})
AGES = (RequirementKind.LEAST_AGE, RequirementKind.MOST_AGE)


@dataclass(frozen=True)
class Requirement:
    """One thing that a course asks for: a number of years, a level of schooling, a skill or a document, by kind."""

    kind: RequirementKind
    value: str


@dataclass(frozen=True)
class Learner:
    """What is known of a person. `ages` are the youngest and oldest that he can be on the first day; None: not known."""

    ages: tuple[int, int] | None = None
    schooling: str | None = None
    skills: frozenset[str] = frozenset()
    documents: frozenset[str] = frozenset()


def skill_key(skill: str) -> str:
    """A skill as it is compared: small letters, single blanks."""
    return " ".join(skill.casefold().split())


def standing(asked: Requirement, learner: Learner) -> Standing:
    """How the person stands to what is asked.

    A course that he passed elsewhere and a paper that nobody has looked at are not known here, so they are never lacking.
    """
    if asked.kind in AGES:
        return _by_age(asked, learner.ages)
    if asked.kind is RequirementKind.SCHOOLING:
        return _by_schooling(asked.value, learner.schooling)
    have = learner.skills if asked.kind is RequirementKind.COURSE_PASSED else learner.documents
    return Standing.MET if asked.value in have else Standing.NOT_KNOWN


def wrong_requirement(asked: Requirement) -> str | None:
    """Why a course cannot ask for this: `years`, `schooling`, `document` or `skill`; None when it can."""
    if asked.kind in AGES:
        is_years = asked.value.isascii() and asked.value.isdigit() and len(asked.value) <= 3
        return None if is_years and LEAST_YEARS <= int(asked.value) <= MOST_YEARS else "years"
    if asked.kind is RequirementKind.SCHOOLING:
        return None if asked.value in SCHOOLING[1:] else "schooling"
    if asked.kind is RequirementKind.DOCUMENT:
        return None if asked.value in frozenset(PaperKind) else "document"
    return None if asked.value and asked.value == skill_key(asked.value) else "skill"


def are_ages_in_order(asked: Iterable[Requirement]) -> bool:
    """Is there an age that the least and the most leave?"""
    years = {one.kind: int(one.value) for one in asked if one.kind in AGES}
    return len(years) < len(AGES) or years[RequirementKind.LEAST_AGE] <= years[RequirementKind.MOST_AGE]


def _by_age(asked: Requirement, ages: Collection[int] | None) -> Standing:
    if ages is None:
        return Standing.NOT_KNOWN
    limit = int(asked.value)
    found = {age >= limit if asked.kind is RequirementKind.LEAST_AGE else age <= limit for age in ages}
    if len(found) > 1:
        return Standing.NOT_KNOWN
    return Standing.MET if found == {True} else Standing.NOT_MET


def _by_schooling(asked: str, finished: str | None) -> Standing:
    if finished not in SCHOOLING:
        return Standing.NOT_KNOWN
    return Standing.MET if SCHOOLING.index(finished) >= SCHOOLING.index(asked) else Standing.NOT_MET
