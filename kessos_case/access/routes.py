"""JSON endpoints of access: sign-in, the own account, organisations, users and grants, jobs, the audit trail."""

from flask import request

from kessos_case.access import queries, service
from kessos_case.access import schemas as s
from kessos_case.access.keys import audit_public_key, exported_heads
from kessos_case.access.models import AuditEntry, Organisation, User
from kessos_case.access.rules import PERMISSIONS, Role
from kessos_case.core.jobs import job_for
from kessos_case.core.paging import page
from kessos_case.web.api import IDEMPOTENCY_KEY, IF_MATCH, ApiBlueprint
from kessos_case.web.auth import door
from kessos_case.web.idempotency import idempotent
from kessos_case.web.jobs import JobOut
from kessos_case.web.lists import listed, page_request
from kessos_case.web.versions import check_version, etag, expected_version

blp = ApiBlueprint("access", __name__, description="Who works here and what they may do")


@blp.post("/tokens")
@blp.doc(security=[])
@door("token", "create", public=True)
@blp.response(201, s.TokenOut)
@blp.arguments(s.SignIn)
def sign_in(session, data):
    """Sign in and get a token for `Authorization: Bearer`."""
    return service.sign_in(session, **data, kind="bearer", address=request.remote_addr or "")


@blp.delete("/tokens/current")
@door("self", "change")
@blp.response(204)
def sign_out(session):
    """End this sign-in at once."""
    service.sign_out(session)


@blp.get("/me")
@door("self", "read")
@blp.response(200, s.UserOut)
def me(session):
    """The own account with the grants that hold now."""
    return service.user_for(session, session.actor.user_id)


@blp.get("/roles")
@door("self", "read")
@blp.response(200, s.Roles)
def roles(_session):
    """The permission table: what each role may do, and how far."""
    lines = {role: [line for line in PERMISSIONS if line.role == role] for role in Role}
    items = [
        {"role": role, "permissions": [{"resource": x.resource, "action": x.action, "scope": x.scope} for x in found]}
        for role, found in lines.items()
    ]
    return {"items": items, "next_cursor": None}


@blp.get("/organisations")
@door("organisation", "read")
@blp.response(200, listed(s.OrganisationOut))
@blp.arguments(s.OrganisationArgs, location="query")
def organisations(session, args):
    """Offices, units and partners."""
    select = queries.organisations(args["kind"], args["region_code"])
    return page(session, select, [Organisation.name, Organisation.id], page_request(args))


@blp.post("/organisations")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("organisation", "create")
@blp.response(201, s.OrganisationOut)
@blp.arguments(s.OrganisationIn)
@idempotent(again=service.organisation_for)
def add_organisation(session, data):
    """Add an organisation."""
    return service.add_organisation(session, **data)


@blp.get("/organisations/<uuid:organisation_id>")
@door("organisation", "read")
@blp.response(200, s.OrganisationOut)
def organisation(session, organisation_id):
    """One organisation."""
    found = service.organisation_for(session, organisation_id)
    return found, etag(found.version)


@blp.patch("/organisations/<uuid:organisation_id>")
@blp.doc(parameters=[IF_MATCH])
@door("organisation", "change")
@blp.response(200, s.OrganisationOut)
@blp.arguments(s.OrganisationChange)
def change_organisation(session, data, organisation_id):
    """Change an organisation."""
    found = service.organisation_for(session, organisation_id)
    check_version(found.version, expected_version(), data, {name: getattr(found, name) for name in data})
    return service.change_organisation(session, found, data), etag(found.version)


@blp.get("/users")
@door("user", "read")
@blp.response(200, listed(s.UserOut))
@blp.arguments(s.UserArgs, location="query")
def users(session, args):
    """Who works with the program."""
    return page(session, queries.users(args["organisation_id"]), [User.username, User.id], page_request(args))


@blp.post("/users")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("user", "create")
@blp.response(201, s.UserOut)
@blp.arguments(s.UserIn)
@idempotent(again=service.user_for)
def add_user(session, data):
    """Add a user; grants come separately."""
    return service.add_user(session, **data)


@blp.get("/users/<uuid:user_id>")
@door("user", "read")
@blp.response(200, s.UserOut)
def user(session, user_id):
    """One user."""
    found = service.user_for(session, user_id)
    return found, etag(found.version)


@blp.patch("/users/<uuid:user_id>")
@blp.doc(parameters=[IF_MATCH])
@door("user", "change")
@blp.response(200, s.UserOut)
@blp.arguments(s.UserChange)
def change_user(session, data, user_id):
    """Change a user; one who is no longer active loses every sign-in at once."""
    found = service.user_for(session, user_id)
    check_version(found.version, expected_version(), data, {name: getattr(found, name) for name in data})
    return service.change_user(session, found, data), etag(found.version)


@blp.post("/users/<uuid:user_id>/grants")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("grant", "create")
@blp.response(201, s.GrantOut)
@blp.arguments(s.GrantIn)
@idempotent(again=service.grant_for)
def add_grant(session, data, user_id):
    """Give a role within an organisation or region, until a date."""
    return service.add_grant(session, service.user_for(session, user_id), **data)


@blp.delete("/users/<uuid:user_id>/grants/<uuid:grant_id>")
@door("grant", "change")
@blp.response(200, s.GrantOut)
def end_grant(session, user_id, grant_id):
    """End a grant now."""
    return service.end_grant(session, service.user_for(session, user_id), grant_id)


@blp.get("/jobs/<uuid:job_id>")
@door("job", "read")
@blp.response(200, JobOut)
def job(session, job_id):
    """How far a job that you started has come."""
    return job_for(session, job_id)


@blp.get("/audit")
@door("audit", "read")
@blp.response(200, listed(s.AuditEntryOut))
@blp.arguments(s.AuditArgs, location="query")
def audit(session, args):
    """Who saw or changed what, newest first."""
    service.record(session, "read", "audit", clients=[args["client_id"]] if args["client_id"] else [])
    keys = [AuditEntry.at, AuditEntry.id]
    return page(session, queries.audit_entries(args), keys, page_request(args), descending=True)


@blp.get("/audit/verify")
@door("audit", "verify")
@blp.response(200, s.AuditVerdictOut)
def verify_audit(session):
    """Compute the chain of seals again and name what was changed, removed or inserted."""
    return service.verify(session, audit_public_key(), exported_heads())
