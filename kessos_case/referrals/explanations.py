"""Why each service stands where it does in a ranking, in English and in Indonesian: for programs, in the words of the pages."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

from flask_babel import force_locale

from kessos_case.core.db import Session
from kessos_case.core.policies import policy
from kessos_case.reference.service import category_names, service_type_names
from kessos_case.referrals import page_queries
from kessos_case.referrals.desk_wording import PARTS
from kessos_case.referrals.rule_wording import Names, sentence
from kessos_case.referrals.service import ShownCandidate, routing

LANGUAGES = ("en", "id")


def explained(session: Session, candidates: Iterable[ShownCandidate]) -> dict[str, Any]:
    """The list as the API answers it, with the policy that made it."""
    listed = list(candidates)
    names = _names(session, {code for one in listed for code in one.facts.coverage}) if listed else {}
    return {
        "items": [_explained(one, names) for one in listed],
        "next_cursor": None,
        "policy_version": policy("routing").label,
    }


def _names(session: Session, places: Iterable[str]) -> dict[str, Names]:
    place_of = partial(page_queries.place_name, page_queries.region_names(session, places))
    return {
        language: Names(place_of, service_type_names(session, language), category_names(session, language))
        for language in LANGUAGES
    }


def _explained(found: ShownCandidate, names: Mapping[str, Names]) -> dict[str, Any]:
    return vars(found) | {
        "rules": [rule | _why(found, rule, names) for rule in found.rules],
        "points": [_points(part, points) for part, points in found.parts.items()],
    }


def _why(found: ShownCandidate, rule: Mapping[str, Any], names: Mapping[str, Names]) -> dict[str, str]:
    def said(language: str) -> str:
        return sentence(rule["code"], rule["holds"], found.facts, found.need, names[language])

    return _in_both("detail", said)


def _points(part: str, points: float) -> dict[str, Any]:
    return {"part": part, "points": points, "most": routing().weights[part]} | _in_both(
        "name", lambda _: str(PARTS[part])
    )


def _in_both(name: str, said: Callable[[str], str]) -> dict[str, str]:
    """`name` in English and `name_id` in Indonesian."""
    texts = {}
    for language in LANGUAGES:
        with force_locale(language):
            texts[name if language == "en" else f"{name}_id"] = said(language)
    return texts
