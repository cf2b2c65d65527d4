"""JSON endpoints of the directory."""

from flask import jsonify

from kessos_case.access.models import Organisation
from kessos_case.access.service import organisation_for
from kessos_case.core.paging import Page, page
from kessos_case.partners import queries, service
from kessos_case.partners import schemas as s
from kessos_case.partners.models import Agreement, OrganisationContact, Service, ServiceCapacity, ServicePause
from kessos_case.web.api import IDEMPOTENCY_KEY, IF_MATCH, ApiBlueprint
from kessos_case.web.auth import door
from kessos_case.web.idempotency import idempotent
from kessos_case.web.lists import ListArgs, listed, page_request
from kessos_case.web.versions import check_version, etag, expected_version

blp = ApiBlueprint(
    "partners", __name__, description="Who offers which service, where, for whom and with how many places"
)


@blp.get("/partners")
@door("partner", "read")
@blp.response(200, {"anyOf": [listed(s.PartnerOut), s.HsdsPage]})
@blp.arguments(s.PartnerArgs, location="query")
def partners(session, args):
    """Organisations that offer something now, by name; with `format=hsds` for other directories."""
    found = page(session, queries.partners(args), [Organisation.name, Organisation.id], page_request(args))
    if args["format"] == "hsds":
        return jsonify(_hsds_page(service.hsds_organizations(session, found.items), found.next_cursor, args["cursor"]))
    return jsonify(listed(s.PartnerOut)().dump(Page(service.partner_cards(session, found.items), found.next_cursor)))


def _hsds_page(contents, next_cursor, cursor):
    return s.HsdsPage().dump(
        {
            "contents": contents,
            "size": len(contents),
            "first_page": cursor is None,
            "last_page": next_cursor is None,
            "empty": not contents,
            "next_cursor": next_cursor,
        }
    )


@blp.get("/partners/<uuid:organisation_id>")
@door("partner", "read")
@blp.response(200, s.PartnerOut)
def partner(session, organisation_id):
    """One organisation with what it offers."""
    return service.read_partner(session, organisation_id)


@blp.post("/partners/<uuid:organisation_id>/confirmation")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("partner", "confirm")
@blp.response(201, s.PartnerOut)
@blp.arguments(s.Confirmation)
@idempotent(again=service.read_partner)
def confirm_entry(session, _data, organisation_id):
    """Say that all that it offers still stands as written: whoever keeps the entry, or the desk of its region for him."""
    service.confirm_entry(session, organisation_id)
    return service.read_partner(session, organisation_id)


@blp.get("/partners/<uuid:organisation_id>/contacts")
@door("partner", "read")
@blp.response(200, listed(s.PartnerContactOut))
@blp.arguments(s.ContactArgs, location="query")
def contacts(session, args, organisation_id):
    """Whom to call there, by name."""
    organisation_for(session, organisation_id)
    select = queries.contacts(organisation_id, is_active=args["is_active"])
    return page(session, select, [OrganisationContact.name, OrganisationContact.id], page_request(args))


@blp.post("/partners/<uuid:organisation_id>/contacts")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("partner", "manage")
@blp.response(201, s.PartnerContactOut)
@blp.arguments(s.ContactIn)
@idempotent(again=service.contact_for)
def add_contact(session, data, organisation_id):
    """Write down whom to call, by phone, mail or both."""
    return service.add_contact(session, organisation_id, **data)


@blp.patch("/partners/<uuid:organisation_id>/contacts/<uuid:contact_id>")
@blp.doc(parameters=[IF_MATCH])
@door("partner", "manage")
@blp.response(200, s.PartnerContactOut)
@blp.arguments(s.PartnerContactChange)
def change_contact(session, data, organisation_id, contact_id):
    """Change a contact, or say that nobody is reached there any more."""
    expected = expected_version()
    found = service.contact_for(session, contact_id, organisation_id=organisation_id, lock=True)
    check_version(found.version, expected, data, service.contact_as_stated(found))
    changed = service.change_contact(session, found, data)
    return changed, etag(changed.version)


@blp.get("/partners/<uuid:organisation_id>/services")
@door("partner", "read")
@blp.response(200, listed(s.ServiceOut))
@blp.arguments(s.ServiceArgs, location="query")
def services(session, args, organisation_id):
    """What an organisation offers or has offered, by name."""
    organisation_for(session, organisation_id)
    select = queries.services(organisation_id, is_active=args["is_active"])
    found = page(session, select, [Service.name, Service.id], page_request(args))
    return Page(service.service_cards(session, found.items), found.next_cursor)


@blp.post("/partners/<uuid:organisation_id>/services")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("partner", "manage")
@blp.response(201, s.ServiceOut)
@blp.arguments(s.ServiceIn)
@idempotent(again=service.read_service)
def add_service(session, data, organisation_id):
    """Offer a service: partners and supervisors for their own organisation, administrators for every one."""
    return service.add_service(session, organisation_id, **data)


@blp.patch("/partners/<uuid:organisation_id>/services/<uuid:service_id>")
@blp.doc(parameters=[IF_MATCH])
@door("partner", "manage")
@blp.response(200, s.ServiceOut)
@blp.arguments(s.ServiceChange)
def change_service(session, data, organisation_id, service_id):
    """Change a service; an empty change confirms that it still stands so."""
    expected = expected_version()
    found = service.service_for(session, service_id, organisation_id=organisation_id, lock=True)
    check_version(found.version, expected, data, service.as_stated(found))
    changed = service.change_service(session, found, data)
    return changed, etag(changed.version)


@blp.get("/partners/<uuid:organisation_id>/capacity")
@door("partner", "read")
@blp.response(200, listed(s.CapacityOut))
@blp.arguments(s.CapacityArgs, location="query")
def capacities(session, args, organisation_id):
    """Places by service and period, the latest period first."""
    organisation_for(session, organisation_id)
    select = queries.capacities(organisation_id, args["service_id"])
    keys = [ServiceCapacity.starts_on, ServiceCapacity.id]
    return page(session, select, keys, page_request(args), descending=True)


@blp.post("/partners/<uuid:organisation_id>/capacity")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("partner", "manage")
@blp.response(201, s.CapacityOut)
@blp.arguments(s.CapacityIn)
@idempotent(again=service.capacity_for)
def set_capacity(session, data, organisation_id):
    """Say how many places a service has between two days; the same days again change the number."""
    return service.set_capacity(session, organisation_id, **data)


@blp.get("/partners/<uuid:organisation_id>/agreements")
@door("partner", "read")
@blp.response(200, listed(s.AgreementOut))
@blp.arguments(ListArgs, location="query")
def agreements(session, args, organisation_id):
    """Agreements, the latest first."""
    organisation_for(session, organisation_id)
    keys = [Agreement.starts_on, Agreement.id]
    return page(session, queries.agreements(organisation_id), keys, page_request(args), descending=True)


@blp.post("/partners/<uuid:organisation_id>/agreements")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("partner", "manage")
@blp.response(201, s.AgreementOut)
@blp.arguments(s.AgreementIn)
@idempotent(again=service.agreement_for)
def add_agreement(session, data, organisation_id):
    """Write down an agreement."""
    return service.add_agreement(session, organisation_id, **data)


@blp.post("/partners/<uuid:organisation_id>/agreements/<uuid:agreement_id>/ending")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("partner", "manage")
@blp.response(201, s.AgreementOut)
@blp.arguments(s.AgreementEnding)
@idempotent(again=service.agreement_for)
def end_agreement(session, data, organisation_id, agreement_id):
    """Let an agreement end before its day; offers that are out live on, new ones are refused from the day after."""
    return service.end_agreement(session, organisation_id, agreement_id, **data)


@blp.get("/partners/<uuid:organisation_id>/pauses")
@door("partner", "read")
@blp.response(200, listed(s.PauseOut))
@blp.arguments(ListArgs, location="query")
def pauses(session, args, organisation_id):
    """Days on which nobody is taken, the latest first."""
    organisation_for(session, organisation_id)
    keys = [ServicePause.starts_on, ServicePause.id]
    return page(session, queries.pauses(organisation_id), keys, page_request(args), descending=True)


@blp.post("/partners/<uuid:organisation_id>/pauses")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("partner", "manage")
@blp.response(201, s.PauseOut)
@blp.arguments(s.PauseIn)
@idempotent(again=service.pause_for)
def add_pause(session, data, organisation_id):
    """Take nobody for some days: one service, or all of them."""
    return service.add_pause(session, organisation_id, **data)


@blp.post("/partners/<uuid:organisation_id>/pauses/<uuid:pause_id>/ending")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("partner", "manage")
@blp.response(201, s.PauseOut)
@idempotent(again=service.pause_for)
def end_pause(session, organisation_id, pause_id):
    """Take people again from today on."""
    return service.end_pause(session, organisation_id, pause_id)
