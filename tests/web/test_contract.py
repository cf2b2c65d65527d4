"""What every route has in common: the form of errors, versions, idempotency keys, headers, logs without people."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from kessos_case.app import create_app
from tests.factories import AMBULU, Api, Make

REPORT = {
    "person": {"alias": "Mbah Surip"}, "service_types": ["temporary_shelter"], "urgency": "routine",
    "region_code": AMBULU,
}  # fmt: skip


def test_every_error_has_the_one_form(make: Make, api: Api):
    worker = api(make.caseworker())
    answers = {
        400: worker.call("POST", "/clients", data="{", content_type="application/json"),
        401: api.get("/me"),
        403: worker.get("/users"),
        404: worker.get("/nothing/here"),
        405: worker.call("DELETE", "/me"),
        413: worker.call("POST", "/clients", data=b"0" * 17_000_000, content_type="application/json"),
        422: worker.post("/clients", {"nmae": "Siti"}),
    }
    for status, answer in answers.items():
        assert (answer.status_code, answer.mimetype) == (status, "application/problem+json"), status
        body = answer.json
        assert set(body) == {"type", "title", "status", "code", "detail", "errors", "request_id"}
        assert body["status"] == status
        assert body["request_id"] == answer.headers["X-Request-ID"]


def test_an_unknown_field_is_named(make: Make, api: Api):
    answer = api(make.caseworker()).post("/clients", {"nmae": "Siti"})
    assert answer.json["errors"] == [{"field": "nmae", "code": "unknown_field", "detail": "Unknown field."}]


@pytest.mark.parametrize(
    "name", ["Siti\x00", "Siti\ud800", "Siti\u202e", "x" * 201, "", "   ", None, 7, ["Siti"], {"a": 1}]
)
def test_hostile_names_are_refused_and_never_an_error_of_ours(name, make: Make, api: Api):
    worker = api(make.caseworker())
    answer = worker.call("POST", "/clients", data=json.dumps({"name": name}), content_type="application/json")
    assert answer.status_code == 422
    assert {error["field"] for error in answer.json["errors"]} == {"name"}


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "2026-02-30", "1e9", 20260101, ""])
def test_hostile_dates_are_refused(day, make: Make, api: Api):
    answer = api(make.caseworker()).post("/clients", {"name": "Siti", "birth_date": day})
    assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, "birth_date")


@pytest.mark.parametrize("word", [1, 0, "yes", "true", "", None, [True]])
def test_a_yes_is_said_and_never_guessed(word, make: Make, api: Api):
    answer = api(make.user("tksk")).patch("/me/contact", {"wants_digest": word})
    assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, "wants_digest")


@pytest.mark.parametrize("found_at", ["9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59", "kemarin"])
def test_hostile_instants_are_refused(found_at, make: Make, api: Api):
    answer = api(make.user("tksk")).post("/referrals", REPORT | {"found_at": found_at})
    assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, "found_at")


@pytest.mark.parametrize("age", [10**30, -1, 131, 3.5, "tua", True])
def test_hostile_numbers_are_refused(age, make: Make, api: Api):
    answer = api(make.user("tksk")).post("/referrals", REPORT | {"person": {"alias": "x", "estimated_age": age}})
    assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, "person.estimated_age")


class TestVersions:
    """If-Match."""

    def test_a_change_without_it_is_refused(self, make: Make, api: Api):
        worker = make.caseworker()
        client = make.client(worker)
        assert api(worker).patch(f"/clients/{client.id}", {"name": "Baru"}).status_code == 428

    def test_a_stale_one_is_told_both_values(self, make: Make, api: Api):
        worker = make.caseworker()
        client, mine = make.client(worker), api(worker)
        first = mine.patch(f"/clients/{client.id}", {"name": "Sutrisno", "sex": "L"}, version=1)
        assert (first.status_code, first.headers["ETag"]) == (200, '"2"')
        late = mine.patch(f"/clients/{client.id}", {"name": "Sutarno", "sex": "L"}, version=1)
        assert (late.status_code, late.json["code"]) == (412, "stale")
        error = late.json["errors"][0]
        assert (error["field"], error["yours"], error["theirs"]) == ("name", "Sutarno", "Sutrisno")
        assert mine.get(f"/clients/{client.id}").json["name"] == "Sutrisno"

    def test_two_at_once_are_one_change_and_one_refusal(self, committed, make_committed: Make):
        worker = make_committed.caseworker()
        client, mine = make_committed.client(worker), Api(create_app())(worker)
        with ThreadPoolExecutor(4) as pool:
            answers = pool.map(
                lambda n: mine.patch(f"/clients/{client.id}", {"name": f"Nama {n}"}, version=1), range(4)
            )
        assert sorted(answer.status_code for answer in answers) == [200, 412, 412, 412]


class TestIdempotency:
    """Idempotency-Key."""

    def send(self, mine: Api, key: str, **more):
        return mine.post("/referrals", REPORT | more, headers={"Idempotency-Key": key})

    def test_the_same_again_is_the_same_resource(self, make: Make, api: Api):
        mine = api(make.user("tksk"))
        first, again = self.send(mine, "k1"), self.send(mine, "k1")
        assert (again.status_code, again.json["id"]) == (201, first.json["id"])
        assert again.headers["Idempotent-Replayed"] == "true"
        assert len(mine.get("/referrals").json["items"]) == 1

    def test_another_body_is_refused(self, make: Make, api: Api):
        mine = api(make.user("tksk"))
        self.send(mine, "k1")
        answer = self.send(mine, "k1", place="Lain")
        assert (answer.status_code, answer.json["code"]) == (422, "idempotency_mismatch")

    def test_another_user_may_use_the_same_key(self, make: Make, api: Api):
        one, two = self.send(api(make.user("tksk")), "k1"), self.send(api(make.user("tksk")), "k1")
        assert one.json["id"] != two.json["id"]

    def test_the_key_is_forgotten_after_its_days(self, make: Make, api: Api, clock):
        user = make.user("tksk")
        first = self.send(api(user), "k1")
        clock.move(days=31)
        assert self.send(api(user), "k1").json["id"] != first.json["id"]

    def test_a_refused_request_keeps_no_key(self, make: Make, api: Api):
        mine = api(make.user("tksk"))
        assert self.send(mine, "k1", region_code="35").status_code == 422
        assert self.send(mine, "k1").status_code == 201

    def test_a_replay_shows_nothing_that_the_caller_may_not_see_any_more(self, make: Make, api: Api, truth):
        mine, other = api(make.user("tksk")), make.user("tksk")
        self.send(mine, "k1")
        truth.run("update referrals set sender_id = :id", id=other.id)
        assert self.send(mine, "k1").status_code == 404

    @pytest.mark.parametrize("key", ["", "x" * 201, "kunci\u00e9"])
    def test_a_malformed_key_is_named(self, key: str, make: Make, api: Api):
        answer = self.send(api(make.user("tksk")), key)
        assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, "Idempotency-Key")

    def test_doubles_at_the_same_moment_have_one_effect(self, committed, make_committed: Make):
        mine = Api(create_app())(make_committed.user("tksk"))
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda _: self.send(mine, "k1"), range(8)))
        assert {answer.status_code for answer in answers} <= {201, 409}
        made = {answer.json["id"] for answer in answers if answer.status_code == 201}
        codes = {answer.json["code"] for answer in answers if answer.status_code == 409}
        assert (len(made), codes <= {"in_progress"}) == (1, True)
        assert len(mine.get("/referrals").json["items"]) == 1


def test_security_headers_stand_on_every_answer(api: Api):
    for path in ("/healthz", "/api/v1/me", "/nothing"):
        headers = api.bare.get(path).headers
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert (headers["X-Content-Type-Options"], headers["Cache-Control"]) == ("nosniff", "no-store")


def test_health_readiness_and_metrics(api: Api):
    assert api.bare.get("/healthz").json == {"status": "ok"}
    ready = api.bare.get("/readyz")
    assert (ready.status_code, ready.json["parts"]) == (200, {"database": "ok", "broker": "ok"})
    assert b"kessos_requests_total" in api.bare.get("/metrics").data


def test_logs_carry_the_request_id_and_no_person(make: Make, api: Api, capsys: pytest.CaptureFixture[str]):
    import logging

    from kessos_case.core.logs import configure_logs
    from kessos_case.core.settings import settings

    worker = make.caseworker()
    configure_logs(settings())
    logging.getLogger().setLevel("INFO")
    try:
        mine = api(worker)
        mine.get("/clients?q=Siti+Aminah", headers={"X-Request-ID": "permintaan-77"})
        mine.post("/clients", {"name": "Siti Aminah", "nik": "3509125507909901"})
    finally:
        configure_logs(settings())
    written = capsys.readouterr().out
    lines = [json.loads(line) for line in written.splitlines()]
    assert [line["route"] for line in lines if line["event"] == "request"] == ["/api/v1/clients", "/api/v1/clients"]
    assert lines[0]["request_id"] == "permintaan-77"
    for secret in ("Siti", "Aminah", "3509125507909901"):
        assert secret not in written


def test_an_error_of_ours_tells_its_number_and_nothing_else(make: Make, api: Api, truth, capsys):
    worker = make.caseworker()
    client = make.client(worker, address="Jl. Mawar 1")
    truth.run("update clients set address_sealed = 'x' where id = :id", id=client.id)
    answer = api(worker).get(f"/clients/{client.id}")
    assert (answer.status_code, answer.json["code"]) == (500, "internal_error")
    assert answer.json["request_id"] in answer.json["detail"]


def test_too_many_requests_say_when_to_come_back(make: Make, api: Api, monkeypatch):
    from kessos_case.core.settings import settings

    mine = api(make.user("tksk"))
    monkeypatch.setenv("KESSOS_REQUESTS_PER_MINUTE", "3")
    settings.cache_clear()
    try:
        answers = [mine.get("/me") for _ in range(5)]
    finally:
        monkeypatch.undo()
        settings.cache_clear()
    assert (answers[-1].status_code, answers[-1].headers["Retry-After"]) == (429, "60")
