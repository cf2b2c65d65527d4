"""Sample calls of notices: everybody has his own, and nobody another's."""

from typing import Any

from kessos_case.access.rules import Role
from tests.access.samples import Sample
from tests.factories import notices as maker

REACH = {("notice", "own"): {role.value for role in Role}, ("notice", "foreign"): set[str]()}
V0 = {"If-Match": '"0"'}
SAMPLES = {
    "GET /me/notices": Sample(),
    "POST /me/notices/<uuid:notice_id>/reading": Sample("notice", status=201),
    "POST /me/notices/reading": Sample(status=201),
    "GET /me/contact": Sample(),
    "PATCH /me/contact": Sample(body={"wants_digest": False}, headers=V0),
}
PAGES = {
    "GET /notices": Sample(),
    "POST /notices/<uuid:notice_id>/reading": Sample("notice", status=303),
    "POST /notices/reading": Sample(status=303),
    "GET /me": Sample(),
    "POST /me": Sample(body={"version": "0", "by_message": ""}, status=303),
}


def furnish(world: Any) -> None:
    """A notice of the user and one of a stranger."""
    for which, user in (("own", world.user), ("foreign", world.make.user("tksk"))):
        about = maker.tell(user)
        found = world.truth.one("select id from notifications where subject_id = :about", about=about)
        world.objects["notice", which] = {"notice_id": found}
