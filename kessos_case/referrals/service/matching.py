"""Who the described person may be: looked for in the background after the report, shown to the triage desk only."""

from uuid import UUID

from sqlalchemy.dialects import postgresql

from kessos_case.access.service import record
from kessos_case.clients.service import Candidate, candidates_from, described_as, held_by
from kessos_case.core.db import Session
from kessos_case.core.errors import Forbidden
from kessos_case.core.jobs import Job
from kessos_case.referrals import queries
from kessos_case.referrals.models import Referral, ReferralMatch
from kessos_case.referrals.service.sealed import content
from kessos_case.referrals.service.sight import is_desk
from kessos_case.referrals.service.submission import referral_for


def find_matches(session: Session, job: Job) -> None:
    """Look for registered people who may be the described one and keep them for the desk. Done twice changes nothing."""
    referral = session.get(Referral, UUID(job.args["referral_id"]))
    if referral is None or referral.client_id is not None:
        return
    known = content(referral)
    called = [name for name in (known.get("name"), known.get("alias")) if name]
    rows = [
        {
            "referral_id": referral.id,
            "client_id": client_id,
            "score": score,
            "reasons": list(reasons),
            "found_at": session.now,
        }
        for client_id, score, reasons in described_as(session, called, referral.region_code)
    ]
    if rows:
        session.execute(postgresql.insert(ReferralMatch).on_conflict_do_nothing(), rows)


def matches_for(session: Session, referral_id: UUID) -> list[Candidate]:
    """The candidates as this desk may see them; restricted people of other teams are left out.

    Raises Forbidden for anyone but the desk: a sender must not learn who is registered.
    """
    referral = referral_for(session, referral_id)
    if not is_desk(session, referral, "match"):
        raise Forbidden("Only the desk of the place may see who this may be.")
    return matches_of(session, referral)


def matches_of(session: Session, referral: Referral) -> list[Candidate]:
    """The same, for a desk that has been asked for its right already."""
    found = {match.client_id: match for match in queries.matches(session, referral.id)}
    listed = _held(session, found) if found else []
    shown = [candidate for candidate in listed if not candidate.is_hidden]
    record(session, "match", "referral", referral.id, clients=[candidate.client_id for candidate in shown])
    return shown


def _held(session: Session, found: dict[UUID, ReferralMatch]) -> list[Candidate]:
    held = held_by(session, list(found))
    listed = [
        (client_id, match.score, match.reasons, *held[client_id])
        for client_id, match in found.items()
        if client_id in held
    ]
    return candidates_from(session, listed)
