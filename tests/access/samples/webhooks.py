"""Sample calls of webhooks: an organisation has its own, and nobody another's."""

from typing import Any

from tests.access.samples import OTHER_UPT, V1, Sample
from tests.factories import webhooks as maker

MANAGERS = {"supervisor", "partner"}
REACH = {("webhook", "own"): MANAGERS, ("webhook", "foreign"): set[str]()}
# An address that needs no looking up, and where nothing is sent.
NEW = {"address": "https://8.8.8.8/new", "events": ["offer.made"]}
ONE = "/webhooks/<uuid:subscription_id>"
SAMPLES = {
    "GET /webhooks": Sample(),
    "POST /webhooks": Sample(body=NEW, status=201),
    f"GET {ONE}": Sample("webhook"),
    f"PATCH {ONE}": Sample("webhook", {"events": ["offer.made"]}, headers=V1),
    f"POST {ONE}/rotation": Sample("webhook", status=201),
    f"POST {ONE}/stop": Sample("webhook", status=201),
    f"POST {ONE}/start": Sample("webhook", status=409),
    f"POST {ONE}/trial": Sample("webhook", status=201),
    f"GET {ONE}/deliveries": Sample("webhook"),
    f"POST {ONE}/deliveries/<uuid:delivery_id>/repetition": Sample("webhook", status=201),
}
PAGES = {
    "GET /webhooks": Sample(),
    "POST /webhooks": Sample(body=NEW, status=201),
    f"GET {ONE}": Sample("webhook"),
    f"POST {ONE}": Sample("webhook", {"events": "offer.made", "version": "1"}, 303),
    f"POST {ONE}/secret": Sample("webhook", {"version": "1"}, 201),
    f"POST {ONE}/stop": Sample("webhook", status=303),
    f"POST {ONE}/start": Sample("webhook", status=409),
    f"POST {ONE}/trial": Sample("webhook", status=303),
    f"POST {ONE}/deliveries/<uuid:delivery_id>/again": Sample("webhook", status=303),
}


def furnish(world: Any) -> None:
    """A subscription of the user's organisation and one of another, each with a delivery that was given up."""
    for which, office in (("own", world.user.organisation_id), ("foreign", world.make.organisation(OTHER_UPT).id)):
        found = maker.subscription(world.make, office)
        world.objects["webhook", which] = {
            "subscription_id": found.id,
            "delivery_id": maker.delivery(found, state="given_up", attempts=7),
        }
