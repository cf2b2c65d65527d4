"""Sample calls of access, and people to change."""

from typing import Any

from kessos_case.access.rules import Role
from kessos_case.access.service import save_filter
from tests.access.samples import SENDERS, V1, Sample

REACH = {
    ("job", "own"): SENDERS,
    ("job", "foreign"): set[str](),
    ("user", "own"): {"administrator"},
    ("filter", "own"): {role.value for role in Role},
    ("filter", "foreign"): set[str](),
    ("organisation", "own"): {role.value for role in Role},
}
SAMPLES = {
    "DELETE /tokens/current": Sample(status=204),
    "GET /me": Sample(),
    "GET /roles": Sample(),
    "GET /organisations": Sample(),
    "POST /organisations": Sample(body={"kind": "lks", "code": "LKS-UJI", "name": "LKS Uji"}, status=201),
    "GET /organisations/<uuid:organisation_id>": Sample("organisation"),
    "PATCH /organisations/<uuid:organisation_id>": Sample("organisation", {"name": "Nama Baru"}, headers=V1),
    "GET /users": Sample(),
    "POST /users": Sample(body=lambda world: world.new_user, status=201),
    "GET /users/<uuid:user_id>": Sample("user"),
    "PATCH /users/<uuid:user_id>": Sample("user", {"name": "Nama Baru"}, headers=V1),
    "POST /users/<uuid:user_id>/grants": Sample("user", {"role": "dpo"}, 201),
    "DELETE /users/<uuid:user_id>/grants/<uuid:grant_id>": Sample("user"),
    "GET /jobs/<uuid:job_id>": Sample("job"),
    "GET /audit": Sample(),
    "GET /audit/verify": Sample(),
}
PAGES = {
    "POST /sign-out": Sample(status=303),
    "POST /filters": Sample(body={"page": "/cases", "query": "show=unassigned", "name": "Belum ada"}, status=303),
    "POST /filters/<uuid:filter_id>/removal": Sample("filter", status=303),
}


def furnish(world: Any) -> None:
    """A user to change, his office, and what a new one is; a saved view of the own and one of another user."""
    person = world.make.user("tksk")
    for which, owner in (("own", world.user), ("foreign", person)):
        with world.make.acting(owner) as session:
            kept = save_filter(session, "/cases", "Tunggu", "show=unassigned")
            world.objects["filter", which] = {"filter_id": kept.id}
    grant = world.truth.one("select id from grants where user_id = :id", id=person.id)
    world.objects["user", "own"] = {"user_id": person.id, "grant_id": grant}
    world.objects["organisation", "own"] = {"organisation_id": person.organisation_id}
    world.new_user = {
        "username": "baru.sekali", "name": "Baru", "organisation_id": str(person.organisation_id),
        "password": "panjang-sekali-99",
    }  # fmt: skip
