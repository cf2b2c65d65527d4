"""Everything that the scores of a range of people rest on, as arrays: who they are, the ledger, income, facts.

What is known of work and courses is known only of people whom a case has followed through all twelve months: of others
nobody can say that they did not work, and unknown stays unknown (spec dependency.md). Nor can anybody of one of whom work
is on record that no one has verified.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kessos_case.core.db import Session
from kessos_case.core.months import Month, first_day
from kessos_case.dependency import engine
from kessos_case.dependency import night_queries as queries
from kessos_case.dependency.engine.scope import PRECISIONS, People, bit_of, month_of_18
from kessos_case.dependency.night_queries import Records, Span
from kessos_case.dependency.rules import WINDOW, YEAR, AidRule, DependencyPolicy, ExemptionGround, Fact

Ids = npt.NDArray[np.bytes_]
Ints = npt.NDArray[np.integer]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Gathered:
    """One row a person, in the order of ids. `net` and `staged` are rupiah [people, 60] up to T."""

    ids: Ids
    people: People
    observed_from: Ints
    net: npt.NDArray[np.int64]
    staged: npt.NDArray[np.int64]
    statements: engine.Statements
    facts_known: Ints
    facts_true: Ints


@dataclass(frozen=True)
class _Registered:
    """Whoever is registered, sorted by id, with what the record itself says."""

    ids: Ids
    born: npt.NDArray[np.datetime64]
    precision: Ints
    is_dead: Flags
    observed_from: Ints


@dataclass(frozen=True)
class _Ledger:
    """Lines by programme: those of people, those of their households, and who belonged to which when."""

    own: Mapping[str, engine.Lines]
    shared: Mapping[str, engine.Lines]
    households: int
    memberships: engine.Memberships

    def nets(self, people: int, last: Month, counted: Iterable[str]) -> npt.NDArray[np.int64]:
        """Net rupiah [people, 60] of these programmes."""
        chosen = frozenset(counted)
        own = _joined(lines for code, lines in self.own.items() if code in chosen)
        shared = _joined(lines for code, lines in self.shared.items() if code in chosen)
        return engine.nets(people, self.households, own, shared, self.memberships, last)


def gather(session: Session, span: Span, policy: DependencyPolicy) -> Gathered:
    """Read what is known on the day of the people of the span. The program itself must act: no reach may narrow it."""
    known = _registered(session, span, policy)
    ledger = _ledger(session, span, policy.aid, known.ids)
    told = _bits(known.ids, queries.cases(session, span, first_day(span.month - YEAR + 1)))
    people = People(
        born=known.born,
        precision=known.precision,
        exemptions=_exemptions(session, span, policy.aid, known.ids, ledger),
        ends_in_care=(told & queries.IN_CARE) != 0,
        is_in_reunification=(told & queries.IN_REUNIFICATION) != 0,
        is_in_independence=(told & queries.IN_INDEPENDENCE) != 0,
        is_dead=known.is_dead,
    )
    facts_known, facts_true = _facts(session, span, policy, known.ids, (told & queries.FOLLOWED) != 0)
    return Gathered(
        ids=known.ids,
        people=people,
        observed_from=np.maximum(known.observed_from, month_of_18(people)),
        net=ledger.nets(len(known.ids), span.month, policy.aid.consumption),
        staged=ledger.nets(len(known.ids), span.month, policy.aid.consumption & policy.aid.staged),
        statements=_statements(session, span, known.ids),
        facts_known=facts_known,
        facts_true=facts_true,
    )


def _registered(session: Session, span: Span, policy: DependencyPolicy) -> _Registered:
    found = list(queries.people(session, span, list(PRECISIONS)))
    rows = np.concatenate([records for _, records in found] or [np.zeros(0, queries.PERSON)])
    observed = [np.full(len(records), policy.observed_from(region)) for region, records in found]
    order = np.argsort(rows["id"])
    days = rows["born"][order].astype(np.int64)
    born = np.where(days == queries.NO_DAY, np.datetime64("NaT"), queries.EPOCH + days.astype("m8[D]"))
    return _Registered(
        ids=rows["id"][order],
        born=born,
        precision=rows["precision"][order].astype(np.int64),
        is_dead=rows["is_dead"][order] != 0,
        observed_from=np.concatenate(observed or [np.zeros(0, np.int64)])[order],
    )


def _ledger(session: Session, span: Span, aid: AidRule, ids: Ids) -> _Ledger:
    since = span.month - WINDOW + 1
    lived = queries.memberships(session, span, since)
    lived = lived[queries.places(ids, lived["person"]) >= 0]
    households = np.unique(lived["household"])
    shared = [code for code in sorted(aid.consumption) if aid.counts_for_household(code)]
    exempt = sorted(aid.exempt_components)
    return _Ledger(
        own=_placed(ids, queries.own_lines(session, span, sorted(aid.consumption | aid.severe_disability), since)),
        shared=_placed(households, queries.household_lines(session, span, shared, exempt, since)),
        households=len(households),
        memberships=engine.Memberships(
            queries.places(ids, lived["person"]),
            queries.places(households, lived["household"]),
            lived["first"].astype(np.int64),
            lived["last"].astype(np.int64),
        ),
    )


def _placed(ids: Ids, found: Iterable[tuple[str, Records]]) -> dict[str, engine.Lines]:
    """The lines of each programme, with the places of their owners among the ids."""
    placed = {}
    for code, records in found:
        owner = queries.places(ids, records["owner"])
        known = owner >= 0
        placed[code] = engine.Lines(
            owner[known],
            records["first"][known].astype(np.int32),
            records["last"][known].astype(np.int32),
            records["amount"][known].astype(np.int64),
        )
    return placed


def _joined(lines: Iterable[engine.Lines]) -> engine.Lines:
    parts = list(lines)
    columns = (
        np.concatenate([getattr(part, name) for part in parts] or [np.zeros(0, np.int64)])
        for name in ("owner", "first", "last", "amount")
    )
    return engine.Lines(*columns)


def _exemptions(session: Session, span: Span, aid: AidRule, ids: Ids, ledger: _Ledger) -> Ints:
    """Recorded grounds that hold, and severe disability of whom a programme for it has paid, and not taken back."""
    recorded = _bits(ids, queries.exemptions(session, span, list(ExemptionGround)))
    paid = np.zeros(len(ids), np.int64)
    for code, lines in ledger.own.items():
        if code in aid.severe_disability:
            np.add.at(paid, lines.owner, lines.amount)
    return recorded | np.where(paid > 0, bit_of(ExemptionGround.SEVERE_DISABILITY), 0)


def _statements(session: Session, span: Span, ids: Ids) -> engine.Statements:
    records = queries.incomes(session, span, span.month - YEAR + 1)
    person = queries.places(ids, records["owner"])
    known = person >= 0
    month = records["month"][known].astype(np.int32)
    return engine.Statements(person[known], month, month, records["amount"][known].astype(np.int64))


def _facts(session: Session, span: Span, policy: DependencyPolicy, ids: Ids, is_followed: Flags) -> tuple[Ints, Ints]:
    """Bits over Fact: what is known, and what is true."""
    since = first_day(span.month - YEAR + 1)
    work = _bits(ids, queries.work(session, span, since))
    courses = _bits(ids, queries.courses(session, span, since))
    is_claimed = (work & queries.UNVERIFIED) != 0
    seen = {
        Fact.WORKED_12: (work & queries.WORKED) != 0,
        Fact.ACTIVE_WORK: (work & queries.AT_WORK) != 0,
        Fact.COURSE_COMPLETED: (courses & queries.PASSED) != 0,
        Fact.COURSE_LAST_12: (courses & queries.PASSED_LATELY) != 0,
    }
    is_told = {Fact.WORKED_12: is_followed & ~is_claimed}
    known = sum((is_seen | is_told.get(fact, is_followed)) * fact.bit for fact, is_seen in seen.items())
    true = sum(is_seen * fact.bit for fact, is_seen in seen.items())
    for cut in policy.cuts:
        told = _bits(ids, queries.assessed(session, span, cut))
        known = known | ((told & queries.CUT_KNOWN) != 0) * cut.fact.bit
        true = true | ((told & queries.CUT_TRUE) != 0) * cut.fact.bit
    return np.asarray(known, np.int64), np.asarray(true, np.int64)


def _bits(ids: Ids, records: Records) -> npt.NDArray[np.int64]:
    """The bits of each person; 0 for whom nothing was found."""
    bits = np.zeros(len(ids), np.int64)
    person = queries.places(ids, records["owner"])
    bits[person[person >= 0]] = records["bits"][person >= 0]
    return bits
