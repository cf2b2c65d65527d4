"""A partner answers on a phone, by a link and by account, with and without JavaScript, and by the keyboard alone."""

from datetime import datetime
from typing import Any

import pytest
from playwright.sync_api import Page

from kessos_case.access.models import User
from kessos_case.core import db
from kessos_case.core.clock import OFFICE_ZONE
from kessos_case.referrals import service
from tests.browsers import DESK, PHONE, TARGETS, Opens, Served, faults, shoot
from tests.factories import Make
from tests.factories.offers import Receiver, accept, home, move, offer, shelter, wait

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def desk(served: Served) -> User:
    return Make().user("triage")


@pytest.fixture(scope="module")
def receiver(served: Served) -> Receiver:
    """A shelter of a partner with all the places of a test."""
    return shelter(Make(), places=90, allows_waiting=True)


@pytest.fixture(scope="module")
def unit(served: Served) -> Receiver:
    """A home of a UPT, which alone takes in families."""
    return home(Make(), places=90, service_type="family_support")


@pytest.fixture(scope="module")
def people(receiver: Receiver, unit: Receiver) -> dict[str, User]:
    return {"partner": receiver.user, "caseworker": unit.user}


def offered(desk: User, receiver: Receiver, **stated: Any) -> service.OfferCard:
    """An open offer to this receiver that tells a name, a condition and a photo."""
    make = Make()
    tksk, client = make.user("tksk"), make.client(desk, name="Sukarmin Wiryo Kusumo")
    make.consent(desk, client.id)
    person = {
        "name": "Sukarmin Wiryo Kusumo",
        "alias": "Mbah Kar",
        "estimated_age": 70,
        "sex": "L",
        "condition": "demam",
    }
    told = {"disclose": ["name", "condition", "photo", "address"], "place": "Belakang Pasar Ambulu"}
    sent = make.referral(tksk, person=person, **told | stated)
    make.photo(tksk, sent.id)
    move(make, desk, sent.id, "triage", client_id=client.id)
    # By hand: the router asks nobody who has as many to answer already as all these tests leave.
    return offer(make, desk, sent.id, receiver.service_id, reason="Sanggup menjawab semuanya")


def link_to(desk: User, asked: service.OfferCard) -> str:
    with Make().acting(desk) as session:
        return f"/answers/{service.make_answer_link(session, asked.referral_id, asked.id).token}"


def button(page: Page, text: str) -> None:
    page.get_by_role("button", name=text, exact=True).click()


def check(page: Page, path: str, name: str, address: str) -> None:
    for size in (PHONE, DESK):
        page.set_viewport_size(size)
        page.goto(address + path)
        assert faults(page) == "", f"{path} {size}"
        assert page.evaluate(TARGETS) == [], f"{path} {size}"
        shoot(page, f"{size['width']}_{name}")


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_page_can_be_used_by_everyone(
    reader: Opens, served: Served, desk: User, receiver: Receiver, language: str
):
    make = Make()
    asked = {name: offered(desk, receiver) for name in ("answer", "meet", "finish", "line", "ended")}
    for name in ("meet", "finish"):
        accept(make, receiver, asked[name])
    move(make, receiver.user, asked["meet"].referral_id, "no_show", offer_id=asked["meet"].id)
    with make.acting(receiver.user) as session:
        met = {"verb": "meet", "happened_at": session.now}
        service.move_referral(session, asked["finish"].referral_id, **met)
    wait(make, receiver, asked["line"], expected_on=asked["line"].expires_at.date())
    links = {name: link_to(desk, one) for name, one in asked.items()}
    move(make, desk, asked["ended"].referral_id, "withdraw", reason="solved")
    one = reader("partner", language=language)
    one.page.context.add_cookies([{"name": "kessos_language", "value": language, "url": one.address}])
    for view in ("", "?view=line", "?view=ended"):
        check(one.page, f"/inbox{view}", f"{language}_inbox{view[6:]}", one.address)
    for name in asked:
        check(one.page, f"/inbox/{asked[name].id}", f"{language}_inbox_{name}", one.address)
        check(one.page, links[name], f"{language}_answer_{name}", one.address)


def test_a_upt_names_the_standard(reader: Opens, desk: User, unit: Receiver):
    asked = offered(desk, unit, service_types=["family_support"], urgency="emergency")
    one = reader("caseworker", size=DESK)
    check(one.page, f"/inbox/{asked.id}", "upt_answer", one.address)
    button(one.page, "Terima orang ini")
    assert "Pilih jenis layanan dasarnya." in one.page.inner_text("[role=alert]")
    assert faults(one.page) == ""
    shoot(one.page, "1280_upt_mistakes")
    one.page.select_option("#accept-spm_type", "neglected_elderly")
    button(one.page, "Terima orang ini")
    assert "Anda menerima orang ini" in one.page.inner_text("[role=status]")


@pytest.mark.parametrize("javascript", [True, False], ids=["with_javascript", "without_javascript"])
def test_a_partner_answers_by_link_until_the_outcome(
    reader: Opens, served: Served, desk: User, receiver: Receiver, javascript: bool
):
    asked = offered(desk, receiver)
    someone = reader(None, javascript=javascript)
    page = someone.open(link_to(desk, asked))
    assert "Mbah Kar" in page.inner_text("main") and "Mbah Kar" not in page.title()
    page.click("summary >> text=Tidak bisa menerima")
    button(page, "Jawab tidak bisa")
    assert "Pilih alasannya." in page.inner_text("[role=alert]")
    page.fill("#accept-expected_on", "2099-01-05")
    button(page, "Terima orang ini")
    assert "Anda menerima orang ini" in page.inner_text("[role=status]")
    button(page, "Catat: sudah ditemui")
    assert "Isi hari dan jam orangnya ditemui." in page.inner_text("[role=alert]")
    page.fill("#meet-happened_at", f"{datetime.now(OFFICE_ZONE):%Y-%m-%dT%H:%M}")
    button(page, "Catat: sudah ditemui")
    page.check("[name=reason][value=served]")
    button(page, "Catat hasilnya")
    assert page.inner_text("h1") == "Terima kasih"
    assert served.one("select outcome from referrals where id = :id", id=asked.referral_id) == "served"


def test_a_no_by_the_keyboard_alone(reader: Opens, served: Served, desk: User, receiver: Receiver):
    asked = offered(desk, receiver)
    page = reader(None).open(link_to(desk, asked))
    page.get_by_text("Tidak bisa menerima", exact=True).focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type("Kamar penuh sampai Jumat.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Terima kasih")
    found = "select reason from offers where id = :id"
    assert served.one(found, id=asked.id) == "full"


def test_a_double_tap_counts_one_missed_meeting(reader: Opens, served: Served, desk: User, receiver: Receiver):
    asked = offered(desk, receiver)
    accept(Make(), receiver, asked)
    page = reader(None).open(link_to(desk, asked))
    page.click("summary >> text=Orangnya tidak datang")
    page.get_by_role("button", name="Catat: tidak datang").dblclick()
    page.wait_for_selector("text=Sudah 1 kali tidak datang")
    assert served.one("select no_shows from referrals where id = :id", id=asked.referral_id) == 1


def test_nothing_but_the_page_itself_is_told_where_it_was(
    reader: Opens, served: Served, desk: User, receiver: Receiver
):
    asked = offered(desk, receiver)
    path = link_to(desk, asked)
    one = reader(None)
    addresses = []
    one.page.on("request", lambda request: addresses.append(request.url))
    one.open(path)
    assert {address for address in addresses if not address.startswith(served.address)} == set()


def test_the_link_of_a_page_that_was_left_open_is_told_what_happened(
    reader: Opens, served: Served, desk: User, receiver: Receiver
):
    asked = offered(desk, receiver)
    page = reader(None).open(link_to(desk, asked))
    with db.transaction(db.user(receiver.user.id)) as session:
        service.accept_offer(session, asked.referral_id, asked.id)
    button(page, "Terima orang ini")
    assert "Keadaannya sudah berubah" in page.inner_text("[role=alert]")
    assert "Sudah bertemu orangnya?" in page.inner_text("main")
