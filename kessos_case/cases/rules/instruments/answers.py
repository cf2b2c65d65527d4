"""What a set of answers is worth: mistakes named all at once, scores, and the change between two of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from kessos_case.cases.rules.instruments.form import Direction, Domain, Instrument, Item, Scoring


@dataclass(frozen=True)
class AnswerError:
    """One thing that is wrong with the answers; `field` is the dotted path in the body of the request."""

    field: str
    code: str
    detail: str


@dataclass(frozen=True)
class DomainScore:
    """A domain's value within least..most. It is None, as is `is_flagged`, while the items in `unknown` lack an answer.

    In points, or in hundredths of a point where the domain's scoring is a mean.
    """

    value: int | None
    least: int
    most: int
    is_flagged: bool | None
    unknown: tuple[str, ...]


@dataclass(frozen=True)
class Scores:
    """Each domain's score by its code, and the codes of those that are flagged, both in the instrument's order."""

    domains: Mapping[str, DomainScore]
    flagged: tuple[str, ...]


class Change(NamedTuple):
    """Last less first; None when either is unknown. `is_important` is None too where no source says what matters."""

    difference: int | None
    is_important: bool | None


def check_answers(instrument: Instrument, answers: Mapping[str, Any], *, complete: bool) -> list[AnswerError]:
    """Name everything that is wrong with these answers (JSON values) at once; empty when they may be kept.

    Null is no answer yet. A draft may lack answers and contradict itself; with `complete` every required item that is
    asked needs an answer, and the numbers must agree. Codes: unknown_item, wrong_type, not_an_option, not_a_date,
    out_of_range, skipped, missing, more_than, not_the_sum.
    """
    sheet = _Sheet(instrument, answers)
    found = [(item.id, sheet.error(item, complete=complete)) for item in instrument.items]
    found += [(key, ("unknown_item", "There is no such item.")) for key in answers if key not in sheet.items]
    return [AnswerError(f"answers.{key}", *error) for key, error in found if error]


def score(instrument: Instrument, answers: Mapping[str, Any]) -> Scores:
    """Score every domain from nothing but the instrument and the answers; an impossible answer counts as unknown."""
    sheet = _Sheet(instrument, answers)
    domains = {domain.code: _domain_score(sheet, domain) for domain in instrument.domains}
    return Scores(domains, tuple(code for code, domain in domains.items() if domain.is_flagged))


def change(first: Scores, last: Scores, instrument: Instrument) -> dict[str, Change]:
    """Compare each domain of two scorings by this same version of the instrument."""
    return {
        domain.code: _change(first.domains[domain.code].value, last.domains[domain.code].value, domain.mid)
        for domain in instrument.domains
    }


class _Sheet:
    """The possible answers among those given; null and everything impossible is as good as not answered."""

    def __init__(self, instrument: Instrument, answers: Mapping[str, Any]) -> None:
        self.instrument = instrument
        self.items = {item.id: item for item in instrument.items}
        self.given = {key: value for key, value in answers.items() if value is not None}
        self.known = {
            key: value for key, value in self.given.items() if key in self.items and not self.items[key].fault(value)
        }

    def is_asked(self, item: Item) -> bool | None:
        """None while the answer that decides it is not known. A question behind a skipped one is skipped."""
        if item.only_if is None:
            return True
        gate = self.items[item.only_if.item]
        if (is_gate_asked := self.is_asked(gate)) is not True:
            return is_gate_asked
        return item.only_if.holds(self.known[gate.id]) if gate.id in self.known else None

    def error(self, item: Item, *, complete: bool) -> tuple[str, str] | None:
        is_asked = self.is_asked(item)
        if item.id not in self.given:
            is_missing = complete and item.is_required and is_asked
            return ("missing", "This needs an answer.") if is_missing else None
        if is_asked is False and item.only_if:
            return "skipped", f"Is not asked after the answer to {item.only_if.item}."
        return item.fault(self.given[item.id]) or (self._contradiction(item) if complete else None)

    def _contradiction(self, item: Item) -> tuple[str, str] | None:
        if item.at_most in self.known and self.known[item.id] > self.known[item.at_most]:
            return "more_than", f"Is more than {item.at_most}."
        if item.sum_of and all(part in self.known for part in item.sum_of):
            total = sum(self.known[part] for part in item.sum_of)
            return ("not_the_sum", f"The parts make {total}.") if total != self.known[item.id] else None
        return None


def _domain_score(sheet: _Sheet, domain: Domain) -> DomainScore:
    points, unknown = [], []
    for item in sheet.instrument.items_of(domain.code):
        if sheet.is_asked(item) is False:
            points += [] if item.when_skipped is None else [item.when_skipped]
        elif item.id in sheet.known:
            points.append(item.points(sheet.known[item.id]))
        else:
            unknown.append(item.id)
    value = None if unknown else _value(domain.scoring, points)
    return DomainScore(value, domain.least, domain.most, _is_flagged(domain, value), tuple(unknown))


def _value(scoring: Scoring, points: Sequence[int]) -> int:
    if scoring is Scoring.LOWEST:
        return min(points)
    if scoring is Scoring.MEAN:
        # Hundredths, halves up.
        return (200 * sum(points) + len(points)) // (2 * len(points))
    return sum(points)


def _is_flagged(domain: Domain, value: int | None) -> bool | None:
    if value is None:
        return None
    return value < domain.threshold if domain.flag is Direction.BELOW else value >= domain.threshold


def _change(first: int | None, last: int | None, mid: int | None) -> Change:
    if first is None or last is None:
        return Change(None, None)
    return Change(last - first, None if mid is None else abs(last - first) >= mid)
