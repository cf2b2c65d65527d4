"""Pages of tables of partners: chosen, looked at, written."""

import io
import re

import pytest
from werkzeug.datastructures import FileStorage

from kessos_case.partners.import_forms import MOST_CARRIED, carried
from tests.factories.directories import bring, entry, table
from tests.readers import text_of

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def administrator(make):
    return make.user("administrator")


def chosen(content: bytes) -> dict:
    return {"file": FileStorage(io.BytesIO(content), "mitra.csv")}


def carries(page: str) -> dict[str, str]:
    """The fields that the page of a look sends on."""
    return dict(re.findall(r'<input type="hidden" name="(digest|content)" value="([^"]*)"', page))


def test_a_table_is_looked_at_and_written_in_one_press(make, reader, truth, administrator):
    browser = reader(administrator)
    looked = browser.post("/partners/imports/new", **chosen(table(entry())))
    assert looked.status_code == 200
    assert "Belum ada yang dicatat" in text_of(looked.text)
    assert "Kabupaten Jember" in text_of(looked.text)
    assert "35.09" not in text_of(looked.text)
    done = browser.post("/partners/imports/application", **carries(looked.text))
    assert (done.status_code, done.location) == (303, "/partners/imports/new?notice=applied&create=1&change=0&failed=0")
    assert "1 layanan baru" in text_of(browser.get(done.location).text)
    assert truth.one("select count(*) from services") == 1


def test_a_renamed_service_is_doubted_first_and_leads_to_the_old_one(make, reader, truth, administrator):
    bring(make, administrator, entry())
    renamed = [entry(service_name=f"Kebun {number}", service_type="meals") for number in range(100)]
    browser = reader(administrator)
    looked = browser.post("/partners/imports/new", **chosen(table(*renamed, entry(service_name="Rumah Aman"))))
    told = text_of(looked.text)
    assert "1 layanan baru mungkin sudah tercatat dengan nama lain." in told
    assert "Mungkin nama baru dari layanan yang sudah tercatat: Rumah Singgah Mawar" in told
    old = re.search(r'href="(/partners/[^"]*/services/[^"]*)"', looked.text)[1]
    assert browser.get(old).status_code == 200


def test_without_a_file_the_form_says_so(reader, administrator):
    refused = reader(administrator).post("/partners/imports/new")
    assert refused.status_code == 422
    assert "Pilih dulu berkasnya" in text_of(refused.text)


@pytest.mark.parametrize("content", [b"\0\0", b"a,b\nc,d\n", b""])
def test_what_is_no_table_is_said_in_words(reader, administrator, content: bytes):
    refused = reader(administrator).post("/partners/imports/new", **chosen(content))
    assert refused.status_code == 422
    assert "Perbaiki dulu" in text_of(refused.text)


def test_rows_with_mistakes_stand_first_and_must_be_skipped_on_purpose(reader, truth, administrator):
    browser = reader(administrator)
    looked = browser.post("/partners/imports/new", **chosen(table(entry(), entry(service_name="Dapur", min_age="tua"))))
    assert "bukan umur" in text_of(looked.text)
    stopped = browser.post("/partners/imports/application", **carries(looked.text))
    assert stopped.status_code == 409
    assert "centang untuk melewatinya" in text_of(stopped.text)
    assert truth.one("select count(*) from services") == 0
    done = browser.post("/partners/imports/application", **carries(stopped.text) | {"skip_failed": "1"})
    assert (done.status_code, truth.one("select count(*) from services")) == (303, 1)


def test_when_the_directory_has_changed_the_new_look_is_shown(make, reader, truth, administrator):
    bring(make, administrator, entry())
    browser = reader(administrator)
    looked = browser.post("/partners/imports/new", **chosen(table(entry(max_age="60"))))
    bring(make, administrator, entry(max_age="50"))
    refused = browser.post("/partners/imports/application", **carries(looked.text))
    assert refused.status_code == 409
    assert "Keadaannya sudah berubah" in text_of(refused.text)
    assert "50 → 60" in text_of(refused.text)
    assert truth.one("select max_age from services") == 50
    assert browser.post("/partners/imports/application", **carries(refused.text)).status_code == 303


def test_pressed_twice_it_is_written_once(reader, truth, administrator):
    browser = reader(administrator)
    looked = browser.post("/partners/imports/new", **chosen(table(entry())))
    assert [browser.post("/partners/imports/application", **carries(looked.text)).status_code for _ in range(2)] == [
        303,
        303,
    ]
    assert truth.one("select count(*) from services") == 1


@pytest.mark.parametrize("content", ["x", "AAAA", "eJwDAAAAAAE=", "😀"])
def test_a_page_that_was_cut_asks_for_the_file_again(reader, administrator, content: str):
    refused = reader(administrator).post("/partners/imports/application", digest="0" * 64, content=content)
    assert refused.status_code == 422


def test_a_table_too_large_for_the_page_is_chosen_again(reader, truth, administrator, monkeypatch):
    monkeypatch.setattr("kessos_case.partners.import_forms.MOST_CARRIED", 10)
    browser = reader(administrator)
    looked = browser.post("/partners/imports/new", **chosen(table(entry())))
    assert "Pilih lagi berkas yang sama" in text_of(looked.text)
    assert browser.post("/partners/imports/application", **carries(looked.text)).status_code == 422
    done = browser.post("/partners/imports/application", **carries(looked.text) | chosen(table(entry())))
    assert (done.status_code, truth.one("select count(*) from services")) == (303, 1)


def test_two_thousand_rows_fit_into_the_page():
    rows = [
        entry(service_name=f"Layanan {number * 7919 % 10007}", coverage=f"35.{number % 30:02}")
        for number in range(2000)
    ]
    assert len(carried(table(*rows)) or "x" * MOST_CARRIED) < MOST_CARRIED


def test_the_result_can_be_kept(reader, administrator):
    browser = reader(administrator)
    looked = browser.post("/partners/imports/new", **chosen(table(entry(min_age="tua"))))
    kept = browser.post("/partners/imports/result", **carries(looked.text))
    assert "bukan umur" in kept.text


def test_a_number_in_the_address_that_is_none_is_left_out(reader, administrator):
    assert (
        reader(administrator).get("/partners/imports/new?notice=applied&create=x&change=99999999&failed=1").status_code
        == 200
    )


def test_a_look_at_many_rows_asks_little(make, reader, statements, administrator):
    rows = [entry(service_name=f"Layanan {number}") for number in range(30)]
    browser = reader(administrator)
    assert len(statements(lambda: browser.post("/partners/imports/new", **chosen(table(*rows))))) <= 12
