"""What the policy `routing` must say for referrals: clocks, the router's first step, what follows a no."""

from collections.abc import Iterator, Mapping
from typing import Any

from kessos_case.referrals.rules.clocks import CLOCK_OF
from kessos_case.referrals.rules.offers import MOST_OPEN, Followup
from kessos_case.referrals.rules.words import DeclineReason, Urgency

Content = Mapping[str, Any]

# A slip of the finger must not put a clock beyond the calendar: every move would stop there. Ten years; and of working days
# less than one, because the holidays of two years are looked at.
_MOST, _MOST_HOURS, _MOST_WORKING_DAYS = 3_650, 87_600, 250

# Tables that name urgencies in a list, and the name of the list.
_URGENCIES = {"waiting_list": "urgencies", "pace": "passes", "opening": "urgencies"}


def mistakes(content: Content) -> list[str]:
    """Everything that is missing or impossible in what the policy says of referrals, a sentence each."""
    return [*_clocks(content), *_automatic(content), *_lists(content), *_decline(content), *_counts(content)]


def _clocks(content: Content) -> Iterator[str]:
    for table in sorted(set(CLOCK_OF.values())):
        for urgency in Urgency:
            limit = content.get(table, {}).get(urgency)
            if not isinstance(limit, dict) or len(limit) != 1 or not _is_limit(limit):
                yield f"[{table}] {urgency} is neither hours nor working_days, from 1 to {_MOST_HOURS} or {_MOST_WORKING_DAYS}"


def _automatic(content: Content) -> Iterator[str]:
    for urgency, most in MOST_OPEN.items():
        asked = content.get("automatic", {}).get(urgency)
        if type(asked) is not int or not 0 <= asked <= most:
            yield f"[automatic] {urgency} is no whole number from 0 to {most}"


def _lists(content: Content) -> Iterator[str]:
    for table, name in _URGENCIES.items():
        named = content.get(table, {}).get(name)
        if not isinstance(named, list) or not set(named) <= set(Urgency):
            yield f"[{table}] {name} is no list of urgencies"
    if not isinstance(content.get("access", {}).get("categories"), list):
        yield "[access] categories is no list"


def _decline(content: Content) -> Iterator[str]:
    table = content.get("decline", {})
    if table.keys() != set(DeclineReason):
        yield f"[decline] has other reasons than {', '.join(sorted(DeclineReason))}"
    for reason, entry in table.items():
        then = entry.get("then")
        if then not in set(Followup):
            yield f"[decline] {reason}: then is none of {', '.join(Followup)}"
        if then == Followup.ASK_SENDER and not entry.get("question"):
            yield f"[decline] {reason}: asks the sender without a question"
        if then == Followup.PARK and not _is_count(entry.get("days")):
            yield f"[decline] {reason}: parks without days"
        if "again_after_days" in entry and not _is_count(entry["again_after_days"]):
            yield f"[decline] {reason}: again_after_days is no whole number from 1 to {_MOST}"


def _counts(content: Content) -> Iterator[str]:
    for table, name in (("no_show", "attempts"), ("expiry", "again_after_days"), ("waiting_list", "longest")):
        if not _is_count(content.get(table, {}).get(name)):
            yield f"[{table}] {name} is no whole number from 1 to {_MOST}"


def _is_limit(limit: Content) -> bool:
    return _is_count(limit.get("hours"), _MOST_HOURS) or _is_count(limit.get("working_days"), _MOST_WORKING_DAYS)


def _is_count(value: Any, most: int = _MOST) -> bool:
    return type(value) is int and 0 < value <= most
