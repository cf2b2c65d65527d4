"""Makers of the house of a UPT: wards, people in beds and in the line, watches, as its people would make them."""

import itertools
from typing import Any

from kessos_case.access.models import User
from kessos_case.cases.models import Case
from kessos_case.residence import service
from tests.factories import Make
from tests.factories.cases import open_case
from tests.factories.casework import supervisor_beside

_number = itertools.count(1)


def ward(make: Make, by: User, **stated: Any) -> service.WardCard:
    """A ward for women with four beds, in the UPT of this caseworker or supervisor."""
    leader = by if by.grants[0].role == "supervisor" else supervisor_beside(make, by)
    with make.acting(leader) as session:
        defaults = {"name": f"Wisma {next(_number)}", "sex": "P", "beds": 4}
        return service.add_ward(session, leader.organisation_id, **defaults | stated)


def stay(make: Make, by: User, into: service.WardCard, case: Case | None = None, **stated: Any) -> service.StayCard:
    """The person of a case, or of a new one, in a bed of this ward."""
    about = case or open_case(make, by)
    with make.acting(by) as session:
        return service.admit(session, about.id, **{"ward_id": into.id} | stated)


def wait(make: Make, by: User, case: Case | None = None, **stated: Any) -> service.WaitCard:
    """The person of a case, or of a new one, in the line."""
    about = case or open_case(make, by)
    with make.acting(by) as session:
        return service.join_line(session, about.id, **{"urgency": "routine"} | stated)


def log(make: Make, by: User) -> service.ShiftCard:
    """The log of this watch."""
    with make.acting(by) as session:
        return service.open_log(session)


def entry(make: Make, by: User, into: service.ShiftCard, **stated: Any) -> service.ShiftCard:
    """A line in a watch."""
    with make.acting(by) as session:
        return service.write_entry(session, into.id, **{"kind": "routine", "text": "Makan malam habis."} | stated)


def handover(make: Make, by: User, of: service.ShiftCard, text: str = "Lampu teras mati.") -> service.ShiftCard:
    """The watch in the hands of the next one."""
    with make.acting(by) as session:
        return service.hand_over(session, of.id, text=text)


def discharged(make: Make, by: User, of: service.StayCard, **stated: Any) -> service.StayCard:
    """A stay that ended because the programme was done."""
    with make.acting(by) as session:
        return service.discharge(session, of.id, **{"reason": "programme_done"} | stated)
