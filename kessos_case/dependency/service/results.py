"""Scores as rows: what was found, its fingerprint, and writing those that differ from what was known.

A table behind row-level security takes no COPY; the rows go by COPY into a table of this transaction and from there by one
INSERT. -1 stands for null on the way: nothing that is counted here lies below 0.
"""

from collections import Counter
from hashlib import blake2b
from typing import Any

import numpy as np
import numpy.typing as npt

from kessos_case.core.db import Session
from kessos_case.dependency import night_queries as queries
from kessos_case.dependency.engine import Measures, Scores
from kessos_case.dependency.engine.scope import GROUNDS, SCORED, status_of_ground
from kessos_case.dependency.night_queries import ID, Span
from kessos_case.dependency.rules import Band, Status

NULL = -1
STATUSES, BANDS = tuple(Status), tuple(Band)

# What a fingerprint is taken over: everything of a row but the day. Statuses, grounds and bands by their place.
_COLUMNS = [
    ("status", ">i2"), ("ground", ">i2"), ("points", ">i2"), ("band", ">i2"), ("observed_months", ">i2"),
    ("months_on_60", ">i2"), ("current_spell_length", ">i2"), ("current_spell_left_censored", ">i2"),
    ("months_since_last_on", ">i2"), ("recidivism_count", ">i2"), ("aid_12", ">i8"), ("income_months_known", ">i2"),
    ("income_12", ">i8"), ("share_bp", ">i4"), ("is_stage_open", ">i2"), ("facts_known", ">i2"),
    ("facts_true", ">i2"), ("lines", ">i8"),
]  # fmt: skip
_FACTS: np.dtype[np.void] = np.dtype(_COLUMNS)
_SENT = [("client_id", ID), ("recorded_at", ">i8"), ("fingerprint", ID), *_COLUMNS]
_SQL_TYPES = {ID: "uuid", ">i2": "smallint", ">i4": "integer", ">i8": "bigint"}
Facts = npt.NDArray[np.void]


def facts_of(
    grounds: npt.NDArray[np.integer],
    measures: Measures,
    scores: Scores,
    stages: npt.NDArray[np.bool_],
    known: npt.NDArray[np.integer],
    true: npt.NDArray[np.integer],
) -> Facts:
    """One row a person. Of whom is not scored only status and ground are kept."""
    facts = np.zeros(len(grounds), _FACTS)
    columns: dict[str, Any] = {
        name: getattr(measures, name)
        for name in ("observed_months", "months_on_60", "current_spell_length", "current_spell_left_censored",
                     "recidivism_count", "aid_12", "income_months_known")
    }  # fmt: skip
    columns |= {"points": scores.points, "band": scores.band, "lines": scores.lines, "is_stage_open": stages}
    columns |= {
        "months_since_last_on": np.where(measures.was_on, measures.months_since_last_on, NULL),
        "income_12": np.where(measures.is_income_known, measures.income_12, NULL),
        "share_bp": np.where(measures.has_share, measures.share_bp, NULL),
        "facts_known": known,
        "facts_true": true,
    }
    is_scored = grounds == SCORED
    for name, column in columns.items():
        facts[name] = np.where(is_scored, column, NULL)
    of_ground = {place: STATUSES.index(status_of_ground(place)) for place in (SCORED, *range(len(GROUNDS)))}
    facts["status"] = np.array([of_ground[place - 1] for place in range(len(GROUNDS) + 1)])[grounds + 1]
    facts["ground"] = grounds
    return facts


def fingerprints(facts: Facts, policy: str) -> npt.NDArray[np.bytes_]:
    """128 bits of each row under the policy of this label."""
    content, width, key = facts.tobytes(), facts.dtype.itemsize, policy.encode()[:64]
    hashes = [
        blake2b(content[at : at + width], digest_size=16, key=key).digest() for at in range(0, len(content), width)
    ]
    return np.array(hashes, ID) if hashes else np.zeros(0, ID)


def write_changed(session: Session, span: Span, ids: npt.NDArray[np.bytes_], facts: Facts, policy: str) -> Counter[str]:
    """Write the rows whose fingerprint is another than that of the person's latest score; counts of all and of those."""
    latest = queries.latest_scores(session, span)
    place = queries.places(ids, latest["owner"])
    before, recorded_at = np.zeros(len(ids), ID), np.zeros(len(ids), np.int64)
    before[place[place >= 0]] = latest["fingerprint"][place >= 0]
    recorded_at[place[place >= 0]] = latest["recorded_at"][place >= 0]
    found = fingerprints(facts, policy)
    changed = found != before
    if changed.any():
        # A fact corrected in the instant of the last score, by a clock that stands still, is later all the same.
        at = np.maximum(queries.microseconds(session.now), recorded_at + 1)
        _write(session, span, policy, _sent(ids[changed], at[changed], found[changed], facts[changed]))
    return _counts(facts, changed)


def _sent(ids: npt.NDArray[np.bytes_], at: npt.NDArray[np.int64], found: npt.NDArray[np.bytes_], facts: Facts) -> bytes:
    """The rows as binary COPY wants them: every field with its length before it."""
    columns = {"client_id": ids, "recorded_at": at, "fingerprint": found} | {name: facts[name] for name, _ in _COLUMNS}
    form: list[Any] = [("fields", ">i2")]
    for name, kind in _SENT:
        form += [(f"{name}_length", ">i4"), (name, kind)]
    rows = np.zeros(len(ids), np.dtype(form))
    rows["fields"] = len(_SENT)
    for name, kind in _SENT:
        rows[f"{name}_length"], rows[name] = np.dtype(kind).itemsize, columns[name]
    return b"PGCOPY\n\xff\r\n\0" + bytes(8) + rows.tobytes() + b"\xff\xff"


def _sql_type(name: str, kind: str) -> str:
    return "timestamptz" if name == "recorded_at" else _SQL_TYPES[kind]


_STAGE = "create temporary table if not exists scores_found ({}) on commit drop".format(
    ", ".join(f"{name} {_sql_type(name, kind)}" for name, kind in _SENT)
)
_INSERT = """
    insert into dependency_scores (client_id, as_of, recorded_at, month, status, ground, points, band, observed_months,
        months_on_60, current_spell_length, current_spell_left_censored, months_since_last_on, recidivism_count, aid_12,
        income_months_known, income_12, share_bp, is_stage_open, facts_known, facts_true, lines, fingerprint, policy)
    select client_id, %(as_of)s, recorded_at, %(month)s, (%(statuses)s::text[])[status + 1],
        (%(grounds)s::text[])[ground + 1], nullif(points, -1), (%(bands)s::text[])[band + 1],
        nullif(observed_months, -1), nullif(months_on_60, -1), nullif(current_spell_length, -1),
        nullif(current_spell_left_censored, -1) = 1, nullif(months_since_last_on, -1), nullif(recidivism_count, -1),
        nullif(aid_12, -1), nullif(income_months_known, -1), nullif(income_12, -1), nullif(share_bp, -1),
        nullif(is_stage_open, -1) = 1, nullif(facts_known, -1), nullif(facts_true, -1), nullif(lines, -1),
        fingerprint, %(policy)s
    from scores_found
"""


def _write(session: Session, span: Span, policy: str, rows: bytes) -> None:
    connection: Any = session.connection().connection.driver_connection
    values = {"statuses": list(STATUSES), "grounds": list(GROUNDS), "bands": list(BANDS), "policy": policy}
    with connection.cursor() as cursor:
        cursor.execute(_STAGE)
        with cursor.copy("copy scores_found from stdin (format binary)") as copy:
            copy.write(rows)
        cursor.execute(_INSERT, span.values(**values))
        cursor.execute("truncate scores_found")


def _counts(facts: Facts, changed: npt.NDArray[np.bool_]) -> Counter[str]:
    counts = Counter(people=len(facts), changed=int(changed.sum()))
    for name, words in (("status", STATUSES), ("band", BANDS)):
        for place, word in enumerate(words):
            counts[word.value] += int((facts[name] == place).sum())
    return counts
