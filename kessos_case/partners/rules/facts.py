"""What the rules know of a service and of a need. Plain values, gathered by the services of partners and referrals."""

from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cached_property
from typing import NamedTuple
from uuid import UUID

from kessos_case.access.rules import OrganisationKind
from kessos_case.reference.rules import region_lineage

# Bodies of the government serve by law, without an agreement.
GOVERNMENT_KINDS = frozenset({OrganisationKind.UPT, OrganisationKind.DINSOS, OrganisationKind.OPD})
EVERY_SEX = frozenset({"L", "P"})


class ServiceFacts(NamedTuple):
    """One service of one organisation, as it is on the day of the need. A tuple, because a ranking makes thousands of them.

    `service_type` is the code of what it offers and `parent_type` of the group that holds it. `region_code` is where it
    stands; `coverage` are the regions whose people it takes, each with all within it ("35" is the whole province).
    No `sexes` and no `categories` mean no limit. `free` places are left in the period (None: no period is open) of `capacity`,
    and `waiting` people stand in line. A pause has its first and last day; without a last day it has no end yet.
    Past offers: `offered` of them ended, `accepted` of those, `answer_share` of the offer's time that its answers took
    on average (0 to 1, None without any); of the accepted ones `ended` came to an end and `completed` of those well; of
    the people `observed` for 180 days after a placement `retained` still worked. Of its whole organisation `open_offers`
    wait for an answer, and `answered_lately` were answered in the days of the policy's pace.
    `confirmed_on` is when somebody last said that the entry is right. `open_days` are ISO weekdays, none where nobody has
    said; the hours are both there or neither.
    """

    service_id: UUID
    organisation_id: UUID
    coverage: tuple[str, ...]
    organisation_kind: str
    service_type: str
    region_code: str
    sexes: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()
    open_days: frozenset[int] = frozenset()
    waiting: int = 0
    open_offers: int = 0
    parent_type: str | None = None
    min_age: int | None = None
    max_age: int | None = None
    disability_access: bool = False
    is_accredited: bool = False
    is_active: bool = True
    allows_waiting: bool = False
    agreement_from: date | None = None
    agreement_until: date | None = None
    paused_from: date | None = None
    paused_until: date | None = None
    capacity: int = 0
    free: int | None = None
    offered: int = 0
    accepted: int = 0
    answer_share: float | None = None
    ended: int = 0
    completed: int = 0
    observed: int = 0
    retained: int = 0
    answered_lately: int = 0
    confirmed_on: date | None = None
    opens_at: time | None = None
    closes_at: time | None = None
    last_offered_at: datetime | None = None


@dataclass(frozen=True)
class Need:
    """What a referral asks for on the day, at `at` of the office's clock, and of the person only what eligibility asks.

    `service_types` are any that help, `parents` the groups that hold them. The age is a range of whole years on `day`,
    None and None where nothing is known. `sex` is L, P or unknown. `protected` are the kinds of `protected_kinds`.
    `consented` are the organisations that a consent in force covers for this purpose; it counts where `needs_consent`.
    `refused_by`, `barred` and `served_well_by` are organisations too.
    """

    service_types: frozenset[str]
    region_code: str
    day: date
    at: time | None = None
    urgency: str = "routine"
    parents: frozenset[str] = frozenset()
    age_from: int | None = None
    age_to: int | None = None
    sex: str = "unknown"
    categories: frozenset[str] = frozenset()
    needs_access: bool = False
    protected: frozenset[str] = frozenset()
    needs_consent: bool = False
    consented: frozenset[UUID] = frozenset()
    refused_by: frozenset[UUID] = frozenset()
    barred: frozenset[UUID] = frozenset()
    served_well_by: frozenset[UUID] = frozenset()

    @cached_property
    def lineage(self) -> frozenset[str]:
        """The place and all that holds it."""
        return frozenset(region_lineage(self.region_code))


def is_open(service: ServiceFacts, need: Need) -> bool | None:
    """Is somebody there at the time of the need? None where the service has not said, or no time is asked about."""
    if need.at is None or not (service.open_days or service.opens_at):
        return None
    if service.open_days and need.day.isoweekday() not in service.open_days:
        return False
    if service.opens_at is None or service.closes_at is None:
        return True
    return service.opens_at <= need.at < service.closes_at
