"""Makers of a past in rows, past the services: years of offers and unmet needs that no test could live through."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa

from kessos_case.core.db import table_of
from kessos_case.core.ids import new_id
from kessos_case.employment.models import Placement, PlacementCheck
from kessos_case.referrals.models import Offer, Referral, ReferralTransition
from tests.conftest import Truth
from tests.factories import AMBULU, Make
from tests.factories.cases import open_case
from tests.factories.offers import Receiver, shelter


def at(text: str) -> datetime:
    """An instant on the office's clock: `2026-02-28 23:30`."""
    return datetime.fromisoformat(f"{text}+07:00")


@dataclass
class Past:
    """Writes rows of one person and one receiver as the superuser."""

    make: Make
    truth: Truth
    receiver: Receiver
    client_id: UUID
    sender: Any
    case_id: UUID
    _made: int = field(default=0)

    def offer(
        self,
        offered: datetime,
        fate: str,
        *,
        answered: timedelta | None = None,
        ended: timedelta | None = None,
        reason: str | None = None,
        met: timedelta | None = None,
        missed: Iterable[timedelta] = (),
        outcome: str | None = None,
        named_day: bool = False,
        lives: timedelta = timedelta(hours=48),
        receiver: Receiver | None = None,
        plan_step_id: UUID | None = None,
    ) -> UUID:
        """One offer of a referral of its own; all times are from when it was offered."""
        to = receiver or self.receiver
        state = "completed" if outcome else "routing"
        referral = self.referral(offered, state=state, outcome=outcome, plan_step_id=plan_step_id)
        moves = [(offered, "offer", "offered")]
        if named_day and answered is not None and fate != "waiting":
            moves.append((offered + answered, "accept", "accepted"))
        moves += [(offered + after, "no_show", "accepted") for after in missed]
        moves += [(offered + met, "meet", "met")] if met else []
        self.moves(referral, moves)
        self._insert(
            Offer,
            id=uuid4(), referral_id=referral, client_id=self.client_id, sender_id=self.sender.id,
            service_id=to.service_id, organisation_id=to.office.id, region_code=AMBULU, urgency="urgent", state=fate,
            snapshot_sealed=b"-", ranking={}, is_by_hand=False, policy_version="test", offered_at=offered,
            remind_at=offered + lives / 2, expires_at=offered + lives,
            answered_at=offered + answered if answered is not None else None,
            ended_at=offered + ended if ended is not None else None, reason=reason,
            expected_on=(offered + timedelta(days=3)).date() if named_day else None, version=1,
        )  # fmt: skip
        return referral

    def referral(self, sent: datetime, **stated: Any) -> UUID:
        """A referral, by itself in no list of anybody."""
        referral = new_id()
        defaults = {
            "content_hash": b"-", "state": "routing", "urgency": "urgent", "service_types": ["temporary_shelter"],
            "disclose": [], "confidentiality": "standard", "client_id": self.client_id, "sex": "P", "region_code": AMBULU,
            "submitted_at": sent, "sender_id": self.sender.id, "sender_organisation_id": self.sender.organisation_id,
            "policy_version": "test", "version": 1,
        }  # fmt: skip
        if stated.get("state") not in ("completed", "withdrawn"):
            # Whatever is open has somebody who has it, and a time.
            defaults |= {"owner_organisation_id": self.sender.organisation_id, "due_at": sent + timedelta(days=9)}
        self._insert(Referral, id=referral, **defaults | stated)
        return referral

    def moves(self, referral: UUID, moves: Iterable[tuple[datetime, str, str]]) -> None:
        """Moves of a referral: (when, verb, to which state)."""
        for moment, verb, state in moves:
            self._insert(
                ReferralTransition, id=new_id(), referral_id=referral, verb=verb, to_state=state, happened_at=moment,
                recorded_at=moment, policy_version="test",
            )  # fmt: skip

    def unmet(self, *stays: tuple[datetime, datetime | None], met: datetime | None = None, **stated: Any) -> UUID:
        """A referral that nobody could take between these instants; one without an end lasts."""
        referral = self.referral(stays[0][0] - timedelta(days=2), **{"state": "unmet"} | stated)
        moves = [(start, "mark_unmet", "unmet") for start, _end in stays]
        moves += [(end, "retry", "routing") for _start, end in stays if end]
        moves += [(met, "meet", "met")] if met else []
        self.moves(referral, sorted(moves))
        return referral

    def work(
        self, starts_on: date, *, employer: UUID, ended_on: date | None = None, end_reason: str = "resigned",
        checked: int | None = None, is_verified: bool = True, plan_step_id: UUID | None = None,
    ) -> UUID:  # fmt: skip
        """Work of the person; `checked` days after its begin somebody found him there."""
        placement = new_id()
        moment = datetime.combine(starts_on, datetime.min.time(), at("2020-01-01 00:00").tzinfo)
        state = "ended" if ended_on else "active" if is_verified else "proposed"
        self._insert(
            Placement, id=placement, case_id=self.case_id, client_id=self.client_id,
            organisation_id=self.receiver.office.id, plan_step_id=plan_step_id, kind="job", employer_id=employer,
            occupation="penjahit", starts_on=starts_on, state=state, verified_on=starts_on if is_verified else None,
            verification_method="visit" if is_verified else None, ended_on=ended_on,
            end_reason=end_reason if ended_on else None, recorded_at=moment, recorded_by=self.sender.id, version=1,
        )  # fmt: skip
        if checked is not None:
            self._insert(
                PlacementCheck, id=new_id(), placement_id=placement, client_id=self.client_id, period=180,
                checked_on=starts_on + timedelta(days=checked), still_active=True, method="visit", recorded_at=moment,
                recorded_by=self.sender.id,
            )  # fmt: skip
        return placement

    def _insert(self, model: Any, **values: Any) -> None:
        self.truth.run("select 1")
        self.truth._connection.execute(sa.insert(table_of(model)).values(**values))


def past(make: Make, truth: Truth) -> Past:
    """A person with a case, whom a shelter is asked to take."""
    worker = make.caseworker()
    case = open_case(make, worker)
    return Past(make, truth, shelter(make), case.client_id, worker, case.id)
