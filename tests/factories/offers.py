"""Makers of receivers, and of referrals on their way: triaged, offered, accepted, through the real services."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from kessos_case.access.models import Organisation, User
from kessos_case.core import db, jobs
from kessos_case.referrals import service
from tests.factories import Make
from tests.factories.partners import agree, offer_service, open_places, partner

UPT = "PSTW-BONDOWOSO"
# Longer than any clock of a test goes.
LONG = {"starts_on": date(2026, 1, 1), "ends_on": date(2099, 12, 31)}


@dataclass(frozen=True)
class Receiver:
    """A service that can be asked, its organisation, and who answers there."""

    service_id: UUID
    office: Organisation
    user: User


def shelter(make: Make, places: int = 3, *, office: Organisation | None = None, **stated: Any) -> Receiver:
    """A shelter of a partner with an agreement and places."""
    held_by = office or partner(make)
    offered = offer_service(make, held_by.id, **stated)
    open_places(make, offered, places, **LONG)
    if office is None:
        agree(make, held_by.id, **LONG)
    return Receiver(offered.id, held_by, make.user("partner", organisation=held_by.code))


def home(make: Make, places: int = 3, **stated: Any) -> Receiver:
    """A shelter of a UPT, with a caseworker."""
    office = make.organisation(UPT)
    offered = offer_service(make, office.id, **stated)
    open_places(make, offered, places, **LONG)
    return Receiver(offered.id, office, make.caseworker(UPT))


def move(make: Make, by: User, referral_id: UUID, verb: str, **said: Any) -> service.ReferralCard:
    """One move of a referral."""
    with make.acting(by) as session:
        return service.move_referral(session, referral_id, verb=verb, **said)


def triaged(
    make: Make, desk: User, *, by: User | None = None, client: dict[str, Any] | None = None, **stated: Any
) -> Any:
    """A report about a new person, registered by the desk; the router has asked whom it may."""
    sent = make.referral(by or make.user("tksk"), **stated)
    return move(make, desk, sent.id, "triage", new_client=client or {})


def offers(make: Make, by: User, referral_id: UUID) -> list[service.OfferCard]:
    """The offers of a referral as this user sees them."""
    with make.acting(by) as session:
        return service.offers_of(session, referral_id)


def offer(make: Make, desk: User, referral_id: UUID, service_id: UUID | None = None, **said: Any) -> service.OfferCard:
    """Asked by hand."""
    with make.acting(desk) as session:
        return service.make_offer(session, referral_id, service_id=service_id, **said)


def accept(make: Make, receiver: Receiver, asked: service.OfferCard, **said: Any) -> service.OfferCard:
    """The receiver's yes; of a UPT with the standard that it must name."""
    standard = {}
    if receiver.office.kind == "upt":
        recommending = make.organisation("DINSOS-35.09").id
        standard = {
            "spm_type": "homeless_beggars",
            "spm_level": "province",
            "recommending_organisation_id": recommending,
        }
    with make.acting(receiver.user) as session:
        return service.accept_offer(session, asked.referral_id, asked.id, **standard | said)


def decline(make: Make, receiver: Receiver, asked: service.OfferCard, reason: str, **said: Any) -> service.OfferCard:
    """The receiver's no."""
    with make.acting(receiver.user) as session:
        return service.decline_offer(session, asked.referral_id, asked.id, reason=reason, **said)


def wait(make: Make, receiver: Receiver, asked: service.OfferCard, **said: Any) -> service.OfferCard:
    """The receiver puts the person in line."""
    with make.acting(receiver.user) as session:
        return service.put_in_line(session, asked.referral_id, asked.id, **said)


def run_clocks() -> None:
    """One round of the clock."""
    with db.transaction(db.system("worker")) as session:
        service.run_clocks(session, jobs.Job(name="referrals.run_clocks", queue="interactive", args={}))


def assign_waiting() -> Counter[str]:
    """What waits is assigned to what is free, and each offer of the plan is made."""
    with db.transaction(db.system("worker")) as session:
        counts = service.assign_waiting(session)
    while offer_next_part():
        pass
    return counts


def offer_next_part() -> bool:
    """One part of the plan that is being offered; False when there is none."""
    with db.transaction(db.system("worker")) as session:
        waits = sa.select(jobs.Job).where(jobs.Job.name == "referrals.offer_assigned", jobs.Job.status == "queued")
        job = session.scalar(waits)
        if job is None:
            return False
        pause = service.offer_assigned(session, job)
        jobs.finish(session, job) if pause is None else jobs.go_on(session, job, pause)
    return True


def count_records() -> int:
    """The nightly count of what became of the offers to each service."""
    with db.transaction(db.system("night")) as session:
        return service.count_records(session)
