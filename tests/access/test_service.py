"""Sign-in, users, grants and the audit trail with its seal."""

import time

import pyotp
import pytest
import sqlalchemy as sa

from kessos_case.access import service
from kessos_case.access.keys import audit_private_key, audit_public_key
from kessos_case.core import db
from kessos_case.core.errors import Invalid, RuleBroken, TooManyRequests, Unauthenticated
from kessos_case.core.settings import settings
from tests.factories import OPERATOR, PASSWORD, Make


def sign_in(username: str, password: str = PASSWORD, address: str = "192.0.2.7", otp: str | None = None):
    with db.transaction(db.nobody()) as session:
        return service.sign_in(session, username, password, kind="bearer", address=address, otp=otp)


def test_signing_in_gives_a_token_that_opens_a_transaction(make: Make):
    user = make.user("tksk")
    from kessos_case.core.keys import token_hash

    signed = sign_in(user.username.upper())
    with db.transaction(db.bearer(token_hash(signed.token))) as session:
        assert session.actor.user_id == user.id
        assert [grant.role for grant in session.actor.grants] == ["tksk"]


def test_a_wrong_password_and_an_unknown_name_say_the_same(make: Make):
    user = make.user("tksk")
    told = []
    for name in (user.username, "siapa-ini"):
        with pytest.raises(Unauthenticated) as refused:
            sign_in(name, "salah-sekali-1")
        told.append(refused.value.detail)
    assert told[0] == told[1]


def test_five_wrong_passwords_lock_the_account(make: Make):
    user = make.user("tksk")
    for _ in range(5):
        with pytest.raises(Unauthenticated):
            sign_in(user.username, "salah-sekali-1")
    with pytest.raises(TooManyRequests) as refused:
        sign_in(user.username)
    assert refused.value.extra["retry_after"] == 900


class TestTheSecondFactor:
    """Codes of a phone (RFC 6238)."""

    def enrol(self, user) -> pyotp.TOTP:
        with db.transaction(OPERATOR) as session:
            return pyotp.parse_uri(service.enrol_second_factor(session, service.user_for(session, user.id)))

    def test_whoever_has_one_must_use_it(self, make: Make):
        user = make.user("triage")
        phone = self.enrol(user)
        with pytest.raises(Unauthenticated) as refused:
            sign_in(user.username)
        assert refused.value.code == "otp_required"
        assert sign_in(user.username, otp=phone.now()).user.id == user.id

    def test_a_code_works_once(self, make: Make):
        user = make.user("triage")
        code = self.enrol(user).now()
        sign_in(user.username, otp=code)
        with pytest.raises(Unauthenticated) as refused:
            sign_in(user.username, otp=code)
        assert refused.value.code == "wrong_credentials"

    @pytest.mark.parametrize("code", ["000000", "", "x", "１２３４５６", "1" * 20])
    def test_a_wrong_code_opens_nothing(self, code: str, make: Make):
        user = make.user("triage")
        phone = self.enrol(user)
        if code != phone.now():
            with pytest.raises(Unauthenticated):
                sign_in(user.username, otp=code)

    def test_a_right_code_does_not_help_a_wrong_password(self, make: Make):
        user = make.user("triage")
        phone = self.enrol(user)
        with pytest.raises(Unauthenticated):
            sign_in(user.username, "salah-sekali-1", otp=phone.now())

    @pytest.mark.parametrize(
        ("role", "opens"), [("triage", False), ("dpo", False), ("tksk", True), ("caseworker", True)]
    )
    def test_where_it_is_required_wide_roles_need_one(self, role: str, opens: bool, make: Make, monkeypatch):
        user = make.user(role)
        monkeypatch.setenv("KESSOS_SECOND_FACTOR", "required")
        settings.cache_clear()
        try:
            code = "signed in" if sign_in(user.username) else ""
        except Unauthenticated as refused:
            code = refused.code
        finally:
            monkeypatch.undo()
            settings.cache_clear()
        assert code == ("signed in" if opens else "second_factor_missing")

    def test_the_secret_is_stored_sealed(self, make: Make, truth):
        user = make.user("triage")
        phone = self.enrol(user)
        assert phone.secret.encode() not in truth.one("select otp_sealed from users where id = :id", id=user.id)


def test_a_reset_ends_every_sign_in(make: Make, api):
    user = make.user("tksk")
    phone = api(user)
    assert phone.get("/me").status_code == 200
    with db.transaction(OPERATOR) as session:
        service.reset_password(session, service.user_for(session, user.id), "lain-lagi-sekali-9")
    assert phone.get("/me").status_code == 401


def test_a_user_who_leaves_loses_all_at_once(make: Make, api):
    user, admin = make.user("tksk"), make.user("administrator")
    phone = api(user)
    answer = api(admin).patch(f"/users/{user.id}", {"is_active": False}, version=1)
    assert answer.status_code == 200
    assert phone.get("/referrals").status_code == 401


def test_a_session_ends_when_nobody_uses_it(make: Make, clock):
    from kessos_case.core.keys import token_hash

    user = make.user("tksk")
    with db.transaction(db.nobody()) as session:
        signed = service.sign_in(session, user.username, PASSWORD, kind="session", address="192.0.2.8")
    clock.move(minutes=119)
    with db.transaction(db.bearer(token_hash(signed.token))):
        pass
    clock.move(minutes=121)
    with pytest.raises(Unauthenticated), db.transaction(db.bearer(token_hash(signed.token))):
        pass


@pytest.mark.parametrize("password", ["pendek", "tksk-rahasia-sekali"])
def test_weak_passwords_are_refused(password: str, make: Make):
    with pytest.raises(Invalid), db.transaction(OPERATOR) as session:
        office = service.organisation_named(session, "DINSOS-35.09")
        service.add_user(session, username="tksk", name="A", password=password, organisation_id=office.id)


def test_privacy_and_administration_are_not_in_one_hand(make: Make):
    dpo = make.user("dpo")
    with pytest.raises(RuleBroken), db.transaction(OPERATOR) as session:
        service.add_grant(session, service.user_for(session, dpo.id), role="administrator")


@pytest.mark.parametrize(("role", "code"), [("tksk", "region_needed"), ("caseworker", "organisation_needed")])
def test_a_grant_needs_its_scope(role: str, code: str, make: Make):
    user = make.user("partner")
    with pytest.raises(Invalid) as refused, db.transaction(OPERATOR) as session:
        service.add_grant(session, service.user_for(session, user.id), role=role)
    assert refused.value.errors[0]["code"] == code


def test_a_look_a_list_and_a_refused_look_are_in_the_trail(make: Make, api, truth):
    worker, stranger = make.caseworker(), make.caseworker("PSTW-MAGETAN")
    client = make.client(worker)
    api(worker).get(f"/clients/{client.id}")
    api(worker).get("/clients")
    api(stranger).get(f"/clients/{client.id}")
    query = "select user_id, action, outcome, resource_id, client_ids from audit_entries where resource = 'client'"
    rows = truth.all(query)
    assert (worker.id, "read", "ok", client.id, [client.id]) in rows
    assert (worker.id, "list", "ok", None, [client.id]) in rows
    assert (stranger.id, "read", "denied", client.id, []) in rows


def test_a_failed_sign_in_is_in_the_trail(make: Make, api, truth):
    user = make.user("tksk")
    answer = api.post("/tokens", {"username": user.username, "password": "salah-sekali-1"})
    assert answer.status_code == 401
    query = (
        "select resource_id from audit_entries where action = 'create' and resource = 'token' and outcome = 'denied'"
    )
    assert truth.all(query) == [user.id]


def test_who_saw_this_person_is_answered_to_the_data_protection_officer(make: Make, api):
    worker, dpo = make.caseworker(), make.user("dpo")
    client = make.client(worker)
    api(worker).get(f"/clients/{client.id}")
    seen = api(dpo).get(f"/audit?client_id={client.id}").json["items"]
    assert [(entry["action"], entry["user_id"]) for entry in seen][-2:] == [
        ("read", str(worker.id)),
        ("create", str(worker.id)),
    ]


class TestTheSeal:
    """Needs real commits: the horizon is about other transactions."""

    @pytest.fixture
    def trail(self, committed: sa.Engine, make_committed: Make) -> sa.Engine:
        worker = make_committed.caseworker()
        for _ in range(3):
            make_committed.client(worker)
        self.seal_all()
        make_committed.client(worker)
        self.seal_all()
        return committed

    def seal(self):
        with db.transaction(db.system("test")) as session:
            return service.seal(session, audit_private_key())

    def seal_all(self):
        """The horizon is that of the whole server: other processes of this run hold it back while they write."""
        for _ in range(300):
            self.seal()
            if self.verify().unsealed == 0:
                return
            time.sleep(0.1)
        raise TimeoutError("the horizon did not move")

    def verify(self, heads=()):
        with db.transaction(db.system("test")) as session:
            return service.verify(session, audit_public_key(), heads)

    def test_an_untouched_trail_is_whole(self, trail: sa.Engine):
        verdict = self.verify()
        assert (verdict.seals >= 2, verdict.problems, verdict.unsealed) == (True, [], 0)
        assert verdict.entries >= 4

    def test_younger_rows_are_counted_as_not_sealed(self, trail: sa.Engine, make_committed: Make):
        make_committed.client(make_committed.caseworker())
        assert self.verify().unsealed >= 1

    @pytest.mark.parametrize(
        ("change", "told"),
        [
            ("update audit_entries set action = 'other' where id = (select min(id::text)::uuid from audit_entries)",
             "an entry was changed"),
            ("delete from audit_entries where id = (select min(id::text)::uuid from audit_entries)", "are there"),
            ("insert into audit_entries select gen_random_uuid(), transaction_id, at, user_id, system, organisation_id,"
             " action, resource, resource_id, client_ids, outcome, request_id, detail from audit_entries limit 1",
             "are there"),
            ("delete from audit_seals where number = (select min(number) from audit_seals)", "a seal before it is missing"),
            ("update audit_seals set hash = sha256('x') where number = 2", "the signature is not ours"),
        ],
    )  # fmt: skip
    def test_a_changed_removed_or_inserted_row_is_found(self, trail: sa.Engine, change: str, told: str):
        with trail.begin() as connection:
            for table in ("audit_entries", "audit_seals"):
                connection.execute(sa.text(f"alter table {table} disable trigger append_only"))
            connection.execute(sa.text(change))
        assert any(told in problem for problem in self.verify().problems)

    def test_a_trail_cut_at_its_end_is_found_by_the_exported_heads(self, trail: sa.Engine):
        with trail.begin() as connection:
            query = "select number, encode(hash, 'hex') from audit_seals order by number desc limit 1"
            last, head = connection.execute(sa.text(query)).one()
            connection.execute(sa.text("alter table audit_seals disable trigger append_only"))
            connection.execute(sa.text("delete from audit_seals where number = :last"), {"last": last})
        assert self.verify([(last, head)]).problems == [f"seal {last}: the exported head is not in the database"]

    def test_a_row_of_a_transaction_still_open_is_left_for_the_next_seal(self, trail: sa.Engine, make_committed: Make):
        worker = make_committed.caseworker()
        with make_committed.acting(worker) as slow:
            service.record(slow, "read", "client")
            slow.flush()
            make_committed.client(worker)
            self.seal()
        self.seal_all()
        assert self.verify().problems == []
