"""The pages of webhooks as a browser without JavaScript shows them."""

import re

import pytest

from tests.conftest import Truth
from tests.factories import Make
from tests.factories import webhooks as maker
from tests.readers import text_of

ADDRESS = "https://8.8.8.8/kabar"


@pytest.fixture
def partner(make: Make):
    return make.user("partner", organisation="PSTW-BONDOWOSO")


@pytest.fixture
def browser(reader, partner):
    return reader(partner)


@pytest.fixture
def subscribed(make: Make, partner):
    return maker.subscribe(make, partner, ADDRESS)


def test_an_empty_list_says_that_nothing_is_lost_without(browser):
    assert "Semua tetap berjalan tanpa ini" in text_of(browser.get("/webhooks").text)


def test_the_secret_is_on_the_page_that_answers_and_on_no_other(browser, truth: Truth):
    made = browser.post("/webhooks", address=ADDRESS, events="offer.made")
    assert made.status_code == 201
    assert re.search(r">whsec_[A-Za-z0-9+/=]{44}<", made.text)
    place = f"/webhooks/{truth.one('select id from webhook_subscriptions')}"
    for path in (place, "/webhooks"):
        assert "whsec_" not in browser.get(path).text


def test_a_reload_of_that_page_makes_no_second(browser, truth: Truth):
    browser.post("/webhooks", address=ADDRESS, events="offer.made")
    again = browser.post("/webhooks", address=ADDRESS, events="offer.made")
    assert again.status_code == 409
    assert "Alamat ini sudah ada di daftar kantor Anda." in text_of(again.text)
    assert truth.one("select count(*) from webhook_subscriptions") == 1


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("", "Tulis satu alamat lengkap"),
        ("halo", "Tulis satu alamat lengkap"),
        ("http://8.8.8.8/", "harus diawali https://"),
        ("https://192.168.1.10/kabar", "Alamat ini menuju jaringan dalam"),
        ("https://tidak-ada.invalid/", "Periksa ejaannya"),
        ("https://8.8.8.8:22/", "443 atau 8443"),
    ],
)
def test_a_wrong_address_is_told_at_its_field_and_nothing_is_lost(browser, address, told):
    answer = browser.post("/webhooks", address=address, events="offer.expired")
    assert answer.status_code == 422
    mistake = re.search(r'<p class="mistake" id="address-error">(.*?)</p>', answer.text)
    assert mistake
    assert told in mistake[1]
    assert f'value="{address}"' in answer.text
    assert re.findall(r'value="(offer\.\w+)" checked', answer.text) == ["offer.expired"]


def test_nothing_chosen_is_told_at_its_field(browser):
    answer = browser.post("/webhooks", address=ADDRESS)
    assert answer.status_code == 422
    assert "Pilih paling sedikit satu kabar." in text_of(answer.text)


def test_events_are_changed_and_a_stale_form_is_told(browser, subscribed, truth: Truth):
    place = f"/webhooks/{subscribed.id}"
    assert browser.post(place, events="offer.met", version="1").status_code == 303
    stale = browser.post(place, events="offer.made", version="1")
    assert stale.status_code == 409
    assert "Keadaannya sudah berubah" in text_of(stale.text)
    assert truth.one("select events from webhook_subscriptions") == ["offer.met"]


def test_a_new_secret_is_made_once_for_one_press(browser, subscribed, truth: Truth):
    place = f"/webhooks/{subscribed.id}/secret"
    made = browser.post(place, version="1")
    assert (made.status_code, made.text.count("whsec_")) == (201, 1)
    assert "Kunci yang lama masih berlaku sampai" in text_of(made.text)
    sealed = truth.one("select secret_sealed from webhook_subscriptions")
    assert browser.post(place, version="1").status_code == 409
    assert truth.one("select secret_sealed from webhook_subscriptions") == sealed


def test_why_it_did_not_arrive_and_a_button_for_it(browser, subscribed, truth: Truth):
    delivery = maker.delivery(subscribed, state="given_up", attempts=7, last_status=500, problem="refused")
    place = f"/webhooks/{subscribed.id}"
    told = text_of(browser.get(f"{place}?state=given_up").text)
    assert "Aplikasi di sana menolaknya. Jawabannya bernomor 500. Sudah dicoba 7 kali." in told
    assert browser.post(f"{place}/deliveries/{delivery}/again").status_code == 303
    assert truth.all("select state from webhook_deliveries") == ["waiting"]


def test_stopped_and_started_in_a_press(browser, subscribed):
    place = f"/webhooks/{subscribed.id}"
    assert "Tidak ada lagi yang dikirim" in text_of(browser.get(browser.post(f"{place}/stop").location).text)
    assert "Dimatikan oleh kantor Anda." in text_of(browser.get(place).text)
    refused = browser.post(f"{place}/trial")
    assert (refused.status_code, "Nyalakan dulu." in text_of(refused.text)) == (409, True)
    assert browser.post(f"{place}/start").status_code == 303


def test_every_figure_leads_to_its_rows(browser, subscribed):
    maker.delivery(subscribed)
    assert (
        f'href="/webhooks/{subscribed.id}?state=waiting#deliveries">Menunggu dikirim: 1</a>'
        in browser.get("/webhooks").text
    )


def test_the_pages_ask_the_database_as_often_for_twenty_as_for_one(
    make: Make, browser, partner, subscribed, statements
):
    paths = ("/webhooks", f"/webhooks/{subscribed.id}")
    maker.delivery(subscribed)
    few = [len(statements(lambda path=path: browser.get(path))) for path in paths]
    for _ in range(6):
        maker.delivery(maker.subscribe(make, partner))
        maker.delivery(subscribed)
    many = [len(statements(lambda path=path: browser.get(path))) for path in paths]
    assert few == many
    assert max(many) <= 4


def test_what_needs_somebody_stands_on_top_with_its_cause(make: Make, browser, partner, subscribed, truth: Truth):
    maker.delivery(subscribed, attempts=1, last_status=503, problem="refused")
    truth.run("update webhook_subscriptions set failing_since = now()")
    newer = maker.subscribe(make, partner, "https://8.8.8.8/lain")
    page = browser.get("/webhooks").text
    assert page.index(str(subscribed.id)) < page.index(str(newer.id))
    assert "Sebabnya: Aplikasi di sana menolaknya. Jawabannya bernomor 503." in text_of(page)
