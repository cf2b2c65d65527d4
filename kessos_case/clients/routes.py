"""JSON endpoints of people."""

from kessos_case.clients import queries, service
from kessos_case.clients import schemas as s
from kessos_case.clients.models import Client, TimelineEntry
from kessos_case.core.paging import Page, page
from kessos_case.web.api import IDEMPOTENCY_KEY, IF_MATCH, ApiBlueprint
from kessos_case.web.auth import door
from kessos_case.web.idempotency import idempotent
from kessos_case.web.lists import ListArgs, listed, page_request
from kessos_case.web.versions import check_version, etag, expected_version

blp = ApiBlueprint("clients", __name__, description="People who need social-welfare services (PPKS)")


@blp.get("/clients")
@door("client", "search")
@blp.response(200, listed(s.ClientOut))
@blp.arguments(s.ClientArgs, location="query")
def clients(session, args):
    """The people of the own organisation, newest first; with `q` those that match, best first and without further pages."""
    if args["q"]:
        return Page(service.search_clients(session, args["q"], args["limit"]), None)
    keys = [Client.registered_at, Client.id]
    found = page(session, queries.clients(args["category"]), keys, page_request(args), descending=True)
    return Page(service.listed_cards(session, found.items), found.next_cursor)


@blp.post("/clients")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("client", "create")
@blp.response(201, s.ClientOut)
@blp.arguments(s.ClientIn)
@idempotent(again=service.read_client)
def register_client(session, data):
    """Register a person; 409 `possible_duplicates` with `candidates` until each is acknowledged."""
    return service.register_client(session, **data)


@blp.get("/clients/<uuid:client_id>")
@door("client", "read")
@blp.response(200, s.ClientOut)
def client(session, client_id):
    """One person, numbers masked."""
    found = service.read_client(session, client_id)
    return found, etag(found.version)


@blp.patch("/clients/<uuid:client_id>")
@blp.doc(parameters=[IF_MATCH])
@door("client", "change")
@blp.response(200, s.ClientOut)
@blp.arguments(s.ClientChange)
def change_client(session, data, client_id):
    """Complete or correct a person's record."""
    expected = expected_version()
    found = service.client_for(session, client_id, lock=True)
    check_version(found.version, expected, data, service.as_stated(found))
    changed = service.change_client(session, found, data)
    return changed, etag(changed.version)


@blp.get("/clients/<uuid:client_id>/numbers")
@door("client", "reveal")
@blp.response(200, s.NumbersOut)
def numbers(session, client_id):
    """NIK, KK and phone in full; every look is in the audit trail."""
    return service.reveal_numbers(session, client_id)


@blp.get("/clients/<uuid:client_id>/timeline")
@door("timeline", "read")
@blp.response(200, listed(s.TimelineOut))
@blp.arguments(ListArgs, location="query")
def timeline(session, args, client_id):
    """What happened to the person, newest first."""
    service.read_client(session, client_id)
    keys = [TimelineEntry.happened_at, TimelineEntry.id]
    return page(session, queries.timeline(client_id), keys, page_request(args), descending=True)


@blp.get("/clients/<uuid:client_id>/consents")
@door("consent", "read")
@blp.response(200, s.ConsentsOut)
def consents(session, client_id):
    """Everything the person ever allowed, newest first, withdrawn ones too."""
    return {"items": service.consents_of(session, client_id), "next_cursor": None}


@blp.post("/clients/<uuid:client_id>/consents")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("consent", "record")
@blp.response(201, s.ConsentOut)
@blp.arguments(s.ConsentIn)
@idempotent(again=service.consent_for)
def record_consent(session, data, client_id):
    """Write down what the person allows, for one purpose and one receiver."""
    return service.record_consent(session, client_id, **data)


@blp.post("/clients/<uuid:client_id>/consents/<uuid:consent_id>/withdrawal")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("consent", "withdraw")
@blp.response(201, s.ConsentOut)
@idempotent(again=service.consent_for)
def withdraw_consent(session, client_id, consent_id):
    """Stop what the consent allowed, at once; help goes on."""
    return service.withdraw_consent(session, client_id, consent_id)


@blp.get("/clients/<uuid:client_id>/alerts")
@door("alert", "read")
@blp.response(200, s.AlertsOut)
def alerts(session, client_id):
    """Dangers to or around the person: to be read before a visit is planned."""
    return {"items": service.shown_alerts(session, service.alerts_of(session, client_id)), "next_cursor": None}


@blp.post("/clients/<uuid:client_id>/alerts")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("alert", "record")
@blp.response(201, s.AlertOut)
@blp.arguments(s.AlertIn)
@idempotent(again=service.read_alert)
def raise_alert(session, data, client_id):
    """Warn of a danger."""
    return service.read_alert(session, service.raise_alert(session, client_id, **data).id)


@blp.post("/clients/<uuid:client_id>/alerts/<uuid:alert_id>/ending")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("alert", "end")
@blp.response(201, s.AlertOut)
@idempotent(again=service.read_alert)
def end_alert(session, client_id, alert_id):
    """The danger is over."""
    return service.read_alert(session, service.end_alert(session, client_id, alert_id).id)


@blp.get("/clients/<uuid:client_id>/households")
@door("household", "read")
@blp.response(200, s.MembershipsOut)
def households(session, client_id):
    """The households that a person stood in, newest first, mistakes too."""
    return {"items": service.memberships_of(session, client_id), "next_cursor": None}


@blp.post("/clients/<uuid:client_id>/households")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("household", "record")
@blp.response(201, s.MembershipOut)
@blp.arguments(s.MembershipIn)
@idempotent(again=service.read_membership)
def join_household(session, data, client_id):
    """Put a person into a household from a month on; 409 `in_household` names the months in which he stands in one."""
    return service.join_household(session, client_id, **data)


@blp.get("/households/<uuid:household_id>")
@door("household", "read")
@blp.response(200, s.HouseholdOut)
def household(session, household_id):
    """A household: the members whom you reach, and how many others there are."""
    return service.read_household(session, household_id)


@blp.post("/household_memberships/<uuid:membership_id>/ending")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("household", "record")
@blp.response(201, s.MembershipOut)
@blp.arguments(s.MembershipEnd)
@idempotent(again=service.read_membership)
def end_membership(session, data, membership_id):
    """Write down the last month in which the person stood in the household."""
    return service.end_membership(session, membership_id, **data)


@blp.post("/household_memberships/<uuid:membership_id>/void")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("household", "record")
@blp.response(201, s.MembershipOut)
@idempotent(again=service.read_membership)
def void_membership(session, membership_id):
    """It was a mistake: the person never stood in this household."""
    return service.void_membership(session, membership_id)
