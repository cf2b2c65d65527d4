"""JSON endpoints of episodes of service: lists, who serves, what was agreed, met and seen, and hand-overs.

Opening, reading and moving one case belongs to the journey, which knows the facts of every room.
"""

from kessos_case.cases import queries, service
from kessos_case.cases import schemas as s
from kessos_case.cases.models import Case, CaseTransfer, Visit
from kessos_case.core.paging import Page, page
from kessos_case.web.api import IDEMPOTENCY_KEY, IF_MATCH, ApiBlueprint
from kessos_case.web.auth import door
from kessos_case.web.idempotency import idempotent
from kessos_case.web.lists import ListArgs, listed, page_request
from kessos_case.web.versions import check_version, etag, expected_version

blp = ApiBlueprint("cases", __name__, description="Episodes of service of one person at one UPT")


@blp.get("/cases")
@door("case", "read")
@blp.response(200, listed(s.ListedCaseOut))
@blp.arguments(s.CaseArgs, location="query")
def cases(session, args):
    """The episodes of the own office, newest first; of one person also those that the office took over."""
    select = queries.listed(queries.cases(args, service.case_offices(session), session.actor.user_id))
    found = page(session, select, [Case.opened_at, Case.id], page_request(args), descending=True)
    return Page(service.cards_of(session, [queries.Listed(*row) for row in found.items]), found.next_cursor)


@blp.patch("/cases/<uuid:case_id>")
@blp.doc(parameters=[IF_MATCH])
@door("case", "assign")
@blp.response(200, s.CaseOut)
@blp.arguments(s.CaseChange)
def change_case(session, data, case_id):
    """Name the caseworker, to whom the open tasks go, and the service standard."""
    expected = expected_version()
    found = service.own_case_for(session, case_id, lock=True)
    check_version(found.version, expected, data, service.as_stated(found))
    changed = service.change_case(session, found, data)
    return service.card(session, changed), etag(changed.version)


@blp.get("/offices/<uuid:organisation_id>/caseworkers")
@door("case", "assign")
@blp.response(200, s.WhoServesOut)
def who_serves(session, organisation_id):
    """Whoever serves open cases of an office that you lead, also who has left, and how many."""
    return {"items": service.who_serves(session, organisation_id), "next_cursor": None}


@blp.post("/offices/<uuid:organisation_id>/hand-overs")
@door("case", "assign")
@blp.response(201, s.HandOverOut)
@blp.arguments(s.HandOverIn)
def hand_over(session, data, organisation_id):
    """Give all or some cases of one caseworker to others with their open tasks; sent again it finds nothing left (409)."""
    return service.hand_over_cases(session, organisation_id, **data)


@blp.get("/cases/<uuid:case_id>/history")
@door("case", "read")
@blp.response(200, s.CaseHistoryOut)
def history(session, case_id):
    """Every move with what was said, oldest first."""
    found = service.case_for(session, case_id)
    return {"items": service.history_of(session, found), "next_cursor": None}


@blp.get("/cases/<uuid:case_id>/agreements")
@door("case", "read")
@blp.response(200, s.ServiceAgreementsOut)
def agreements(session, case_id):
    """What was agreed about the service, newest first; the first one holds."""
    return {"items": service.agreements_of(session, case_id), "next_cursor": None}


@blp.post("/cases/<uuid:case_id>/agreements")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("case", "record")
@blp.response(201, s.ServiceAgreementOut)
@blp.arguments(s.ServiceAgreementIn)
@idempotent(again=service.read_agreement)
def record_agreement(session, data, case_id):
    """How the person agreed to the service, or the lawful ground to begin without."""
    return service.record_agreement(session, case_id, **data)


@blp.get("/cases/<uuid:case_id>/reunifications")
@door("case", "read")
@blp.response(200, s.ReunificationsOut)
def reunifications(session, case_id):
    """The homes that were assessed, newest first."""
    return {"items": service.listed_reunifications(session, case_id), "next_cursor": None}


@blp.post("/cases/<uuid:case_id>/reunifications")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("case", "record")
@blp.response(201, s.ReunificationOut)
@blp.arguments(s.ReunificationIn)
@idempotent(again=service.read_reunification)
def assess_home(session, data, case_id):
    """Write down a family or community that was looked at, safe or not."""
    return service.assess_home(session, case_id, **data)


@blp.post("/reunifications/<uuid:reunification_id>/start")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("case", "record")
@blp.response(201, s.ReunificationOut)
@blp.arguments(s.ReunificationStart)
@idempotent(again=service.read_reunification)
def start_reunification(session, data, reunification_id):
    """The person moves in; only into a home that was found safe."""
    return service.start_reunification(session, reunification_id, **data)


@blp.post("/reunifications/<uuid:reunification_id>/verification")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("case", "record")
@blp.response(201, s.ReunificationOut)
@blp.arguments(s.ReunificationVerification)
@idempotent(again=service.read_reunification)
def verify_reunification(session, data, reunification_id):
    """Somebody went to see that the person lives there."""
    return service.verify_reunification(session, reunification_id, **data)


@blp.post("/reunifications/<uuid:reunification_id>/ending")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("case", "record")
@blp.response(201, s.ReunificationOut)
@blp.arguments(s.ReunificationEnding)
@idempotent(again=service.read_reunification)
def end_reunification(session, data, reunification_id):
    """The person does not live there any more."""
    return service.end_reunification(session, reunification_id, **data)


@blp.get("/clients/<uuid:client_id>/visits")
@door("visit", "read")
@blp.response(200, listed(s.VisitOut))
@blp.arguments(ListArgs, location="query")
def visits(session, args, client_id):
    """Visits, calls and attempts, newest first; a TKSK sees the own ones."""
    select = queries.visits(client_id)
    found = page(session, select, [Visit.visited_on, Visit.id], page_request(args), descending=True)
    return Page(service.listed_visits(session, client_id, found.items), found.next_cursor)


@blp.post("/clients/<uuid:client_id>/visits")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("visit", "record")
@blp.response(201, s.VisitOut)
@blp.arguments(s.VisitIn)
@idempotent(again=service.read_visit)
def record_visit(session, data, client_id):
    """Write down a visit, a call, or the attempt at one."""
    return service.record_visit(session, client_id, **data)


@blp.get("/transfers")
@door("case", "read")
@blp.response(200, listed(s.TransferOut))
@blp.arguments(s.TransferArgs, location="query")
def transfers(session, args):
    """Episodes offered to the own office and by it, newest first."""
    select = service.list_transfers(session, args)
    found = page(session, select, [CaseTransfer.offered_at, CaseTransfer.id], page_request(args), descending=True)
    return Page(service.listed_transfers(session, found.items), found.next_cursor)


@blp.get("/transfers/<uuid:transfer_id>")
@door("case", "read")
@blp.response(200, s.TransferOut)
def transfer(session, transfer_id):
    """One offer; the UPT that has not accepted sees the snapshot alone."""
    found = service.read_transfer(session, transfer_id)
    return found, etag(found.version)


@blp.post("/transfers/<uuid:transfer_id>/decline")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("case", "transfer")
@blp.response(201, s.TransferOut)
@blp.arguments(s.TransferDecline)
@idempotent(again=service.read_transfer)
def decline_transfer(session, data, transfer_id):
    """Leave the case where it is, for a reason."""
    return service.decline_transfer(session, transfer_id, **data)


@blp.post("/transfers/<uuid:transfer_id>/withdrawal")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("case", "transfer")
@blp.response(201, s.TransferOut)
@idempotent(again=service.read_transfer)
def withdraw_transfer(session, transfer_id):
    """Take the own offer back."""
    return service.withdraw_transfer(session, transfer_id)
