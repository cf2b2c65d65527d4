"""JSON endpoints of notices: what the caller was told, and how he wants to be told."""

from kessos_case.core.paging import Page, page
from kessos_case.notices import queries, service
from kessos_case.notices import schemas as s
from kessos_case.notices.models import Notification
from kessos_case.web.api import IF_MATCH, ApiBlueprint
from kessos_case.web.auth import door
from kessos_case.web.lists import listed, page_request
from kessos_case.web.versions import check_version, etag, expected_version

blp = ApiBlueprint("notices", __name__, description="What people who work here are told, never by name")


@blp.get("/me/notices")
@door("self", "read")
@blp.response(200, listed(s.NoticeOut))
@blp.arguments(s.NoticeArgs, location="query")
def notices(session, args):
    """Own notices, newest first."""
    select = queries.own_notices(session.actor.user_id, unread_only=args["unread"])
    found = page(session, select, [Notification.created_at, Notification.id], page_request(args), descending=True)
    return Page(service.listed_notices(found.items), found.next_cursor)


@blp.post("/me/notices/<uuid:notice_id>/reading")
@door("self", "change")
@blp.response(201, s.NoticeOut)
@blp.arguments(s.NoticeReading)
def read_notice(session, _data, notice_id):
    """It was read. Saying so twice changes nothing."""
    return service.read_notice(session, notice_id)


@blp.post("/me/notices/reading")
@door("self", "change")
@blp.response(201, s.NoticesRead)
@blp.arguments(s.NoticeReading)
def read_all(session, _data):
    """All were read."""
    return {"read": service.read_all(session)}


@blp.get("/me/contact")
@door("self", "read")
@blp.response(200, s.ContactOut)
def contact(session):
    """How you want to be told, beside the app."""
    found = service.own_contact(session)
    return found, etag(found.version)


@blp.patch("/me/contact")
@blp.doc(parameters=[IF_MATCH])
@door("self", "change")
@blp.response(200, s.ContactOut)
@blp.arguments(s.ContactChange)
def change_contact(session, data):
    """Change how you want to be told. `If-Match: "0"` before the first choice."""
    expected = expected_version()
    found = service.own_contact(session, lock=True)
    check_version(found.version, expected, data, found.as_stated())
    changed = service.change_contact(session, data)
    return changed, etag(changed.version)
