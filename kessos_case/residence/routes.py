"""JSON endpoints of the house."""

from kessos_case.core.paging import Page, page
from kessos_case.residence import queries, service
from kessos_case.residence import schemas as s
from kessos_case.residence.models import BedWait, ShiftLog, Stay
from kessos_case.web.api import IDEMPOTENCY_KEY, IF_MATCH, ApiBlueprint
from kessos_case.web.auth import door
from kessos_case.web.idempotency import idempotent
from kessos_case.web.lists import ListArgs, listed, page_request
from kessos_case.web.versions import check_version, etag, expected_version

blp = ApiBlueprint(
    "residence", __name__, description="The house of a UPT: beds, stays, the line, the log of each watch"
)


@blp.get("/offices/<uuid:office_id>/wards")
@door("residence", "read")
@blp.response(200, s.WardsOut)
def wards(session, office_id):
    """The wards of the own house and how many beds are free."""
    return {"items": service.wards_of(session, office_id)}


@blp.post("/offices/<uuid:office_id>/wards")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("residence", "manage")
@blp.response(201, s.WardOut)
@blp.arguments(s.WardIn)
@idempotent(again=service.read_ward)
def add_ward(session, data, office_id):
    """Open a ward of the own house."""
    return service.add_ward(session, office_id, **data)


@blp.get("/wards/<uuid:ward_id>")
@door("residence", "read")
@blp.response(200, s.WardOut)
def ward(session, ward_id):
    """One ward."""
    found = service.read_ward(session, ward_id)
    return found, etag(found.version)


@blp.patch("/wards/<uuid:ward_id>")
@blp.doc(parameters=[IF_MATCH])
@door("residence", "manage")
@blp.response(200, s.WardOut)
@blp.arguments(s.WardChange)
def change_ward(session, data, ward_id):
    """Change a ward; nobody is put out of a bed by it."""
    expected = expected_version()
    found = service.ward_for(session, ward_id, lock=True)
    check_version(found.version, expected, data, service.ward_as_stated(found))
    changed = service.change_ward(session, found, data)
    return changed, etag(changed.version)


@blp.get("/offices/<uuid:office_id>/house-rule")
@door("residence", "read")
@blp.response(200, s.TermsOut)
def terms(session, office_id):
    """How long people are meant to stay, and how often a stay is looked at again."""
    found = service.read_terms(session, office_id)
    return found, etag(found.version)


@blp.put("/offices/<uuid:office_id>/house-rule")
@blp.doc(parameters=[IF_MATCH])
@door("residence", "manage")
@blp.response(200, s.TermsOut)
@blp.arguments(s.TermsIn)
def set_terms(session, data, office_id):
    """Set both; stays that have begun keep what was planned."""
    expected, found = expected_version(), service.read_terms(session, office_id)
    check_version(found.version, expected, data, {name: getattr(found, name) for name in data})
    changed = service.set_terms(session, office_id, **data)
    return changed, etag(changed.version)


@blp.get("/stays")
@door("residence", "read")
@blp.response(200, listed(s.StayOut))
@blp.arguments(s.StayArgs, location="query")
def stays(session, args):
    """Who lives or lived in the own house, the newest first."""
    keys = [Stay.admitted_at, Stay.id]
    select = queries.stays(args | {"houses": service.own_houses(session, "read")})
    found = page(session, select, keys, page_request(args), descending=True)
    return Page(service.listed_stays(session, found.items), found.next_cursor)


@blp.post("/cases/<uuid:case_id>/stays")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("residence", "record")
@blp.response(201, s.StayOut)
@blp.arguments(s.StayIn)
@idempotent(again=service.read_stay)
def admit(session, data, case_id):
    """Give the person of a case a bed in a ward of its UPT."""
    return service.admit(session, case_id, **data)


@blp.get("/stays/<uuid:stay_id>")
@door("residence", "read")
@blp.response(200, s.StayOut)
def stay(session, stay_id):
    """One stay with all that happened in it."""
    found = service.read_stay(session, stay_id)
    return found, etag(found.version)


@blp.post("/stays/<uuid:stay_id>/moves")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("residence", "record")
@blp.response(201, s.StayOut)
@blp.arguments(s.WardMoveIn)
@idempotent(again=service.read_stay)
def move(session, data, stay_id):
    """Another ward of the house."""
    return service.move_ward(session, stay_id, **data)


@blp.post("/stays/<uuid:stay_id>/absences")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("residence", "record")
@blp.response(201, s.StayOut)
@blp.arguments(s.AbsenceIn)
@idempotent(again=service.read_stay)
def leave(session, data, stay_id):
    """Away for some days; the bed is kept."""
    return service.leave_for_days(session, stay_id, **data)


@blp.post("/stays/<uuid:stay_id>/returns")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("residence", "record")
@blp.response(201, s.StayOut)
@blp.arguments(s.ReturnIn)
@idempotent(again=service.read_stay)
def come_back(session, data, stay_id):
    """Back again."""
    return service.come_back(session, stay_id, **data)


@blp.post("/stays/<uuid:stay_id>/reviews")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("residence", "record")
@blp.response(201, s.StayOut)
@blp.arguments(s.StayReviewIn)
@idempotent(again=service.read_stay)
def review(session, data, stay_id):
    """Look at the stay with the person: the planned end from now on."""
    return service.review_stay(session, stay_id, **data)


@blp.post("/stays/<uuid:stay_id>/discharge")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("residence", "record")
@blp.response(201, s.StayOut)
@blp.arguments(s.DischargeIn)
@idempotent(again=service.read_stay)
def discharge(session, data, stay_id):
    """End the stay; the bed is free at once."""
    return service.discharge(session, stay_id, **data)


@blp.get("/bed-waits")
@door("residence", "read")
@blp.response(200, listed(s.BedWaitOut))
@blp.arguments(s.BedWaitArgs, location="query")
def waits(session, args):
    """The line for a bed, by urgency and then by how long somebody has waited."""
    keys = [queries.URGENCY_RANK, BedWait.since, BedWait.id]
    select = queries.waits(args | {"houses": service.own_houses(session, "read")})
    found = page(session, select, keys, page_request(args))
    return Page(service.listed_waits(session, found.items), found.next_cursor)


@blp.post("/cases/<uuid:case_id>/bed-waits")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("residence", "record")
@blp.response(201, s.BedWaitOut)
@blp.arguments(s.BedWaitIn)
@idempotent(again=service.read_wait)
def wait(session, data, case_id):
    """Stand in the line for a bed of the case's UPT."""
    return service.join_line(session, case_id, **data)


@blp.post("/bed-waits/<uuid:wait_id>/departure")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("residence", "record")
@blp.response(201, s.BedWaitOut)
@blp.arguments(s.LeaveLineIn)
@idempotent(again=service.read_wait)
def leave_line(session, data, wait_id):
    """Leave the line without a bed."""
    return service.leave_line(session, wait_id, **data)


@blp.get("/shift-logs")
@door("residence", "read")
@blp.response(200, listed(s.ShiftLogOut))
@blp.arguments(ListArgs, location="query")
def logs(session, args):
    """The watches of the own house, the newest first."""
    select = queries.shift_logs(service.own_house(session))
    found = page(session, select, [ShiftLog.opened_at, ShiftLog.id], page_request(args), descending=True)
    return Page(service.listed_logs(found.items), found.next_cursor)


@blp.post("/shift-logs")
@door("residence", "record")
@blp.response(201, s.ShiftLogOut)
def open_log(session):
    """Begin the log of this watch, or go on with it; a retry needs no key."""
    return service.open_log(session)


@blp.get("/shift-logs/<uuid:log_id>")
@door("residence", "read")
@blp.response(200, s.ShiftLogOut)
def log(session, log_id):
    """One watch with its lines."""
    found = service.read_log(session, log_id)
    return found, etag(found.version)


@blp.post("/shift-logs/<uuid:log_id>/entries")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("residence", "record")
@blp.response(201, s.ShiftLogOut)
@blp.arguments(s.ShiftEntryIn)
@idempotent(again=service.read_log)
def write(session, data, log_id):
    """Add a line about the house or about somebody who lives in it."""
    return service.write_entry(session, log_id, **data)


@blp.post("/shift-logs/<uuid:log_id>/handover")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("residence", "record")
@blp.response(201, s.ShiftLogOut)
@blp.arguments(s.HandoverIn)
@idempotent(again=service.read_log)
def hand_over(session, data, log_id):
    """Hand the watch over to the next one with what is open."""
    return service.hand_over(session, log_id, **data)


@blp.get("/offices/<uuid:office_id>/occupancy")
@door("residence", "read")
@blp.response(200, s.OccupancyOut)
@blp.arguments(s.OccupancyArgs, location="query")
def occupancy(session, args, office_id):
    """How full the own house was in a month, who came and went, and how long they stayed; names nobody."""
    return service.occupancy(session, office_id, args["month"])
