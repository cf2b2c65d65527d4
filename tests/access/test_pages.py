"""Signing in and out by the pages, refusals in words, and the cookie."""

import re

import pyotp
import pytest
from flask.testing import FlaskClient

from kessos_case.access import limits
from kessos_case.access.models import User
from kessos_case.access.service.signin import enrol_second_factor
from kessos_case.core.settings import settings
from kessos_case.web.auth import COOKIE
from tests.conftest import Truth
from tests.factories import PASSWORD, Api, Make


def sign_in(reader: FlaskClient, username: str, password: str = PASSWORD, **more):
    return reader.post("/sign-in", data={"username": username, "password": password} | more)


def csrf(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([0-9a-f]+)"', page)
    assert found
    return found[1]


def test_a_visitor_is_led_to_the_sign_in_and_back(make: Make, api: Api):
    reader, tksk = api.bare, make.user("tksk")
    sent = reader.get("/referrals?view=mine")
    assert (sent.status_code, sent.headers["Location"]) == (303, "/sign-in?next=%2Freferrals%3Fview%3Dmine")
    form = reader.get(sent.headers["Location"])
    assert 'name="next" value="/referrals?view=mine"' in form.text
    answer = sign_in(reader, tksk.username, next="/referrals?view=mine")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/referrals?view=mine")
    assert reader.get("/referrals").status_code == 200


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(make: Make, api: Api):
    cookie = sign_in(api.bare, make.user("tksk").username).headers["Set-Cookie"]
    assert cookie.startswith(f"{COOKIE}=")
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
    assert "Secure" not in cookie


def test_the_cookie_is_secure_behind_tls(make: Make, api: Api, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("KESSOS_TLS", "true")
    settings.cache_clear()
    try:
        assert "Secure" in sign_in(api.bare, make.user("tksk").username).headers["Set-Cookie"]
    finally:
        monkeypatch.undo()
        settings.cache_clear()


def test_a_wrong_password_is_said_in_words_and_the_name_stays(make: Make, api: Api):
    answer = sign_in(api.bare, make.user("tksk").username, "salah-sekali-123")
    assert answer.status_code == 401
    assert "kata sandi atau kode salah" in answer.text
    assert 'value="tksk' in answer.text
    assert "Set-Cookie" not in answer.headers
    assert "salah-sekali-123" not in answer.text


def test_a_failed_sign_in_is_in_the_trail(make: Make, api: Api, truth: Truth):
    user = make.user("tksk")
    sign_in(api.bare, user.username, "salah-sekali-123")
    kept = truth.all(
        "select outcome, detail ->> 'code' from audit_entries where resource_id = :id and outcome <> 'ok'", id=user.id
    )
    assert kept == [("denied", "wrong_credentials")]


def test_a_second_factor_is_asked_for_and_taken(make: Make, api: Api):
    user = make.user("tksk")
    with make.acting(user) as session:
        held = session.get_one(User, user.id)
        code = pyotp.parse_uri(enrol_second_factor(session, held))
    asked = sign_in(api.bare, user.username)
    assert asked.status_code == 401
    assert "kode dari aplikasi kode di HP" in asked.text
    assert sign_in(api.bare, user.username, otp=code.now()).status_code == 303


def test_an_empty_form_is_said_in_words(api: Api):
    answer = sign_in(api.bare, "", "")
    assert answer.status_code == 422
    assert "Isi nama pengguna" in answer.text


def test_a_locked_account_is_told_how_long(make: Make, api: Api):
    reader, username = api.bare, make.user("tksk").username
    for _ in range(settings().sign_in_tries_account):
        sign_in(reader, username, "salah-sekali-123")
    answer = sign_in(reader, username)
    assert answer.status_code == 429
    assert "Tunggu 15 menit" in answer.text


def test_without_the_counter_nobody_signs_in(make: Make, api: Api, monkeypatch: pytest.MonkeyPatch):
    username = make.user("tksk").username
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:1")
    settings.cache_clear()
    limits._storage.cache_clear()
    try:
        answer = sign_in(api.bare, username)
    finally:
        monkeypatch.undo()
        settings.cache_clear()
        limits._storage.cache_clear()
    assert answer.status_code == 503
    assert "Masuk sedang tidak bisa" in answer.text


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}, {"Origin": "null"}]
)
def test_another_site_cannot_sign_a_browser_in(make: Make, api: Api, headers: dict[str, str]):
    answer = api.bare.post(
        "/sign-in", data={"username": make.user("tksk").username, "password": PASSWORD}, headers=headers
    )
    assert answer.status_code == 403
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "same-origin"}, {"Origin": "http://localhost"}])
def test_our_own_form_signs_in(make: Make, api: Api, headers: dict[str, str]):
    answer = api.bare.post(
        "/sign-in", data={"username": make.user("tksk").username, "password": PASSWORD}, headers=headers
    )
    assert answer.status_code == 303


@pytest.mark.parametrize("next", ["//evil.example", "https://evil.example", "/\\evil.example", "/\tx", "javascript:1"])
def test_signing_in_leads_nowhere_else(make: Make, api: Api, next: str):
    assert sign_in(api.bare, make.user("tksk").username, next=next).headers["Location"] == "/"


def test_signing_out_ends_the_session_on_the_server(make: Make, api: Api):
    reader = api.bare
    sign_in(reader, make.user("tksk").username)
    token = reader.get_cookie(COOKIE).value
    answer = reader.post("/sign-out", data={"csrf_token": csrf(reader.get("/referrals").text)})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in")
    assert reader.get_cookie(COOKIE) is None
    other = api.bare
    other.set_cookie(COOKIE, token)
    assert other.get("/referrals").headers["Location"].startswith("/sign-in")
    # An ended cookie must not keep anybody from signing in again.
    assert other.get("/sign-in").status_code == 200


def test_a_form_without_its_token_changes_nothing(make: Make, api: Api):
    reader = api.bare
    sign_in(reader, make.user("tksk").username)
    answer = reader.post("/sign-out")
    assert answer.status_code == 403
    assert "terlalu lama terbuka" in answer.text
    assert reader.get("/referrals").status_code == 200


def test_a_page_of_another_role_is_refused_in_words(make: Make, api: Api):
    dpo = api.bare
    sign_in(dpo, make.user("dpo", organisation="DINSOS-35").username)
    refused = dpo.get("/referrals")
    assert refused.status_code == 403
    assert "bukan untuk peran Anda" in refused.text


def test_an_unknown_address_is_a_page_for_people_and_a_problem_for_programs(api: Api):
    page, problem = api.bare.get("/tidak-ada"), api.bare.get("/api/v1/tidak-ada")
    assert (page.status_code, page.mimetype) == (404, "text/html")
    assert "Halaman ini tidak ada" in page.text
    assert (problem.status_code, problem.mimetype) == (404, "application/problem+json")


def test_a_bearer_token_opens_no_page(make: Make, api: Api):
    token = make.token(make.user("tksk"))
    answer = api.bare.get("/referrals", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 303
