"""JSON endpoints of webhooks: the own organisation's subscriptions, and where each delivery stands."""

from kessos_case.core.paging import Page, page
from kessos_case.web.api import IF_MATCH, ApiBlueprint
from kessos_case.web.auth import door
from kessos_case.web.lists import ListArgs, listed, page_request
from kessos_case.web.versions import check_version, etag, expected_version
from kessos_case.webhooks import queries, service
from kessos_case.webhooks import schemas as s
from kessos_case.webhooks.models import WebhookDelivery, WebhookSubscription

blp = ApiBlueprint("webhooks", __name__, description="Programs of organisations that are told when an offer moves")


@blp.get("/webhooks")
@door("webhook", "read")
@blp.response(200, listed(s.WebhookOut))
@blp.arguments(ListArgs, location="query")
def subscriptions(session, args):
    """Subscriptions of the own organisation, newest first."""
    select = queries.subscriptions(service.offices_for(session, "read"))
    keys = [WebhookSubscription.created_at, WebhookSubscription.id]
    found = page(session, select, keys, page_request(args), descending=True)
    return Page(service.subscription_cards(session, found.items), found.next_cursor)


@blp.post("/webhooks")
@door("webhook", "manage")
@blp.response(201, s.WebhookMade)
@blp.arguments(s.WebhookIn)
def subscribe(session, data):
    """Subscribe a program. The secret stands in this answer alone, so a repeat is refused and not answered again."""
    return service.subscribe(session, **data)


@blp.get("/webhooks/<uuid:subscription_id>")
@door("webhook", "read")
@blp.response(200, s.WebhookOut)
def subscription(session, subscription_id):
    """One subscription, without its secret."""
    found = service.read_subscription(session, subscription_id)
    return found, etag(found.version)


@blp.patch("/webhooks/<uuid:subscription_id>")
@blp.doc(parameters=[IF_MATCH])
@door("webhook", "manage")
@blp.response(200, s.WebhookOut)
@blp.arguments(s.WebhookChange)
def change(session, data, subscription_id):
    """Change the events. For another address, subscribe that one and stop this."""
    expected = expected_version()
    found = service.read_subscription(session, subscription_id, lock=True)
    check_version(found.version, expected, data, found.as_stated())
    changed = service.change_events(session, subscription_id, data["events"])
    return changed, etag(changed.version)


def _deed(path, answer):
    """What is done to a subscription, or to one of its deliveries, by a POST that says nothing more."""

    def route(view):
        for decorate in (blp.arguments(s.WebhookDeed), blp.response(201, answer), door("webhook", "manage")):
            view = decorate(view)
        return blp.post(f"/webhooks/<uuid:subscription_id>/{path}")(view)

    return route


@_deed("rotation", s.WebhookMade)
def rotate(session, _data, subscription_id):
    """A new secret, in this answer alone. For 24 hours the one before signs too."""
    return service.rotate_secret(session, subscription_id)


@_deed("stop", s.WebhookOut)
def stop(session, _data, subscription_id):
    """Send nothing more; what waits is dropped."""
    return service.stop(session, subscription_id)


@_deed("start", s.WebhookOut)
def start(session, _data, subscription_id):
    """Send again what happens from now on."""
    return service.start(session, subscription_id)


@_deed("trial", s.WebhookOut)
def send_trial(session, _data, subscription_id):
    """Send a delivery `webhook.trial`, at most one a minute."""
    return service.send_trial(session, subscription_id)


@blp.get("/webhooks/<uuid:subscription_id>/deliveries")
@door("webhook", "read")
@blp.response(200, listed(s.DeliveryOut))
@blp.arguments(s.DeliveryArgs, location="query")
def deliveries(session, args, subscription_id):
    """Deliveries of a subscription, newest first; kept for 30 days."""
    service.read_subscription(session, subscription_id)
    select = queries.deliveries(subscription_id, args["state"])
    keys = [WebhookDelivery.created_at, WebhookDelivery.id]
    return page(session, select, keys, page_request(args), descending=True)


@_deed("deliveries/<uuid:delivery_id>/repetition", s.DeliveryOut)
def send_again(session, _data, subscription_id, delivery_id):
    """Send it once more, under the same id."""
    return service.send_again(session, subscription_id, delivery_id)
