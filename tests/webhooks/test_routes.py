"""The contract of /webhooks: an organisation's own, the secret once, versions, lists, refusals by code."""

import pytest
import sqlalchemy as sa

from kessos_case.core import db
from kessos_case.webhooks.service import forget_old
from tests.conftest import Clock, Truth
from tests.factories import Api, Make
from tests.factories import webhooks as maker

NEW = {"address": "https://8.8.8.8/kabar", "events": ["offer.made", "offer.expired"]}


@pytest.fixture
def partner(make: Make):
    return make.user("partner", organisation="PSTW-BONDOWOSO")


@pytest.fixture
def colleague(make: Make):
    return make.user("supervisor", organisation="PSTW-BONDOWOSO")


@pytest.fixture
def made(api: Api, partner):
    answer = api(partner).post("/webhooks", json=NEW)
    assert answer.status_code == 201
    return answer.json


class TestSubscribing:
    def test_the_secret_is_shown_at_birth_and_never_again(self, api: Api, partner, colleague, made):
        assert made["secret"].startswith("whsec_")
        assert made["events"] == ["offer.made", "offer.expired"]
        for reader in (partner, colleague):
            one = api(reader).get(f"/webhooks/{made['id']}").json
            listed = api(reader).get("/webhooks").json["items"]
            assert one | {"secret": made["secret"]} == made
            assert listed == [one]

    def test_the_same_address_again_is_refused(self, api: Api, colleague, made):
        again = api(colleague).post("/webhooks", json=NEW)
        assert (again.status_code, again.json["code"]) == (409, "exists")

    def test_another_office_may_have_the_same(self, api: Api, make: Make, made):
        other = make.user("partner", organisation="PSTW-MAGETAN")
        assert api(other).post("/webhooks", json=NEW).status_code == 201

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"address": "https://127.0.0.1/"}, "address"),
            ({"address": "http://8.8.8.8/"}, "address"),
            ({"address": "https://8.8.8.8:6379/"}, "address"),
            ({"address": ""}, "address"),
            ({"events": []}, "events"),
            ({"events": ["offer.stolen"]}, "events"),
            ({"events": ["webhook.trial"]}, "events"),
            ({"secret": "whsec_AAAA"}, "secret"),
        ],
    )
    def test_what_is_wrong_is_named(self, api: Api, partner, change, field):
        answer = api(partner).post("/webhooks", json=NEW | change)
        assert answer.status_code == 422
        assert answer.json["errors"][0]["field"].startswith(field)

    def test_not_for_another_office(self, api: Api, make: Make, partner):
        other = str(make.organisation("PSTW-MAGETAN").id)
        answer = api(partner).post("/webhooks", json=NEW | {"organisation_id": other})
        assert (answer.status_code, answer.json["code"]) == (403, "scope")

    def test_ten_are_enough(self, api: Api, partner):
        mine = api(partner)
        for number in range(10):
            assert mine.post("/webhooks", json=NEW | {"address": f"https://8.8.8.8/{number}"}).status_code == 201
        answer = mine.post("/webhooks", json=NEW)
        assert (answer.status_code, answer.json["code"]) == (409, "too_many")


class TestChanging:
    def test_events_by_version(self, api: Api, partner, made):
        place, wanted = f"/webhooks/{made['id']}", {"events": ["offer.revoked"]}
        changed = api(partner).patch(place, json=wanted, version=1)
        assert changed.json["events"] == ["offer.revoked"]
        stale = api(partner).patch(place, json={"events": ["offer.made"]}, version=1)
        assert (stale.status_code, stale.json["code"]) == (412, "stale")

    def test_a_new_secret_leaves_the_old_one_for_a_day(self, api: Api, clock: Clock, partner, made):
        rotated = api(partner).post(f"/webhooks/{made['id']}/rotation").json
        assert rotated["secret"] != made["secret"]
        assert rotated["secret_before_until"].startswith("2026-03-03T03:00")
        clock.move(days=1)
        assert api(partner).get(f"/webhooks/{made['id']}").json["secret_before_until"] is None

    def test_stopped_and_started(self, api: Api, partner, made):
        place = f"/webhooks/{made['id']}"
        stopped = api(partner).post(f"{place}/stop").json
        assert (stopped["stop_reason"], stopped["version"]) == ("by_hand", 2)
        assert api(partner).post(f"{place}/stop").json["code"] == "stopped"
        assert api(partner).post(f"{place}/trial").json["code"] == "stopped"
        started = api(partner).post(f"{place}/start").json
        assert (started["stop_reason"], started["stopped_at"]) == (None, None)
        assert api(partner).post(f"{place}/start").json["code"] == "running"

    def test_each_deed_is_in_the_trail_without_address_or_secret(self, api: Api, truth: Truth, partner, made):
        place = f"/webhooks/{made['id']}"
        api(partner).patch(place, json={"events": ["offer.made"]}, version=1)
        for deed in ("rotation", "trial", "stop", "start"):
            api(partner).post(f"{place}/{deed}")
        rows = truth.all("select action, detail::text from audit_entries where resource = 'webhook' order by at, id")
        assert [action for action, _ in rows] == ["create", "change", "rotate", "try", "stop", "start"]
        told = " ".join(detail for _, detail in rows)
        assert "8.8.8.8" not in told
        assert "whsec_" not in told


class TestDeliveries:
    @pytest.fixture
    def subscribed(self, make: Make, partner):
        return maker.subscribe(make, partner)

    def test_where_each_stands(self, api: Api, partner, subscribed):
        maker.delivery(subscribed, state="given_up", attempts=7, last_status=500, problem="refused")
        waiting = maker.delivery(subscribed)
        place = f"/webhooks/{subscribed.id}"
        listed = api(partner).get(f"{place}/deliveries", query_string={"state": "waiting"}).json["items"]
        assert [one["id"] for one in listed] == [str(waiting)]
        assert len(api(partner).get(f"{place}/deliveries").json["items"]) == 2
        counts = api(partner).get(place).json["deliveries"]
        assert counts == {"waiting": 1, "delivered": 0, "given_up": 1, "dropped": 0}

    def test_pages_go_on_where_the_one_before_ended(self, api: Api, partner, subscribed):
        made = {str(maker.delivery(subscribed)) for _ in range(5)}
        place, cursor, seen = f"/webhooks/{subscribed.id}/deliveries", None, []
        for _ in range(3):
            query = {"limit": 2} | ({"cursor": cursor} if cursor else {})
            found = api(partner).get(place, query_string=query).json
            cursor = found["next_cursor"]
            seen += [one["id"] for one in found["items"]]
        assert cursor is None
        assert len(seen) == 5
        assert set(seen) == made

    def test_again_by_hand(self, api: Api, truth: Truth, partner, subscribed):
        delivery = maker.delivery(subscribed, state="given_up", attempts=7)
        place = f"/webhooks/{subscribed.id}/deliveries/{delivery}/repetition"
        again = api(partner).post(place)
        assert (again.status_code, again.json["state"], again.json["attempts"]) == (201, "waiting", 0)
        assert truth.one("select count(*) from jobs where name = 'webhooks.send' and status = 'queued'") == 1
        assert api(partner).post(place).json["code"] == "waiting"

    def test_not_by_another_subscription(self, api: Api, make: Make, partner, subscribed):
        other = maker.subscribe(make, partner)
        delivery = maker.delivery(subscribed, state="given_up")
        assert api(partner).post(f"/webhooks/{other.id}/deliveries/{delivery}/repetition").status_code == 404

    def test_a_trial_is_made_once_a_minute(self, api: Api, clock: Clock, truth: Truth, partner, subscribed):
        for _ in range(3):
            assert api(partner).post(f"/webhooks/{subscribed.id}/trial").status_code == 201
        assert truth.all("select event from webhook_deliveries") == ["webhook.trial"]
        clock.move(minutes=1)
        api(partner).post(f"/webhooks/{subscribed.id}/trial")
        assert len(truth.all("select event from webhook_deliveries")) == 2

    def test_what_is_over_is_forgotten_after_30_days(self, clock: Clock, truth: Truth, subscribed):
        maker.delivery(subscribed, state="delivered")
        waiting = maker.delivery(subscribed)
        clock.move(days=30, minutes=1)
        with db.transaction(db.system("worker")) as session:
            forget_old(session)
        assert truth.all("select id from webhook_deliveries") == [waiting]


class TestRowSecurity:
    """By raw SQL as the program's role: what the program forgets, the database refuses."""

    def seen(self, make: Make, user, query: str):
        with make.acting(user) as session:
            return session.scalar(sa.text(query))

    @pytest.mark.parametrize("table", ["webhook_subscriptions", "webhook_deliveries"])
    def test_nobody_sees_those_of_another_office(self, make: Make, partner, table):
        maker.delivery(maker.subscribe(make, partner))
        count = f"select count(*) from {table}"
        assert self.seen(make, partner, count) == 1
        assert self.seen(make, make.user("partner", organisation="PSTW-MAGETAN"), count) == 0
        # Of the same office, but not of those who may.
        assert self.seen(make, make.caseworker("PSTW-BONDOWOSO"), count) == 0

    @pytest.mark.parametrize(
        "deed",
        [
            "update webhook_subscriptions set address = 'https://8.8.4.4/'",
            "update webhook_subscriptions set organisation_id = (select id from organisations where code = 'PSTW-MAGETAN')",
            "update webhook_deliveries set body = '{}'",
            "update webhook_deliveries set problem = 'x'",
            "delete from webhook_deliveries",
            "delete from webhook_subscriptions",
            "insert into webhook_deliveries select * from webhook_deliveries",
        ],
    )
    def test_what_was_sent_cannot_be_rewritten(self, make: Make, partner, deed):
        maker.delivery(maker.subscribe(make, partner))
        with make.acting(partner) as session, pytest.raises(sa.exc.ProgrammingError), session.begin_nested():
            session.execute(sa.text(deed))
