"""Finding, registering and correcting people, as a browser without JavaScript does it."""

import re
from datetime import date
from html import unescape

import pytest

from kessos_case.clients.models import Client
from tests.conftest import Clock, Truth
from tests.factories import AMBULU, Make
from tests.factories.cases import MAGETAN

pytestmark = pytest.mark.usefixtures("clock")

NIK = "3509124107600001"
# As a form says it, and as the register has it.
SITI = {"name": "Siti Aminah", "sex": "P", "birth_date": "1960-07-01", "region_code": AMBULU}
KNOWN = SITI | {"birth_date": date(1960, 7, 1)}


@pytest.fixture
def worker(make: Make):
    return make.caseworker()


def text_of(page: str) -> str:
    """What a page says, without its marks."""
    main = re.search(r"<main.*</main>", page, re.DOTALL)[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).replace("\xa0", " ").split())


def found_by(reader, user, words: str) -> list[str]:
    """The labels that a search finds, in its order."""
    one = reader(user)
    page = one.get(one.post("/clients", q=words).headers["Location"]).text
    return re.findall(r'<h3><a href="/clients/[0-9a-f-]{36}">([^<]+)</a>', page)


def value_of(page: str, field: str) -> str:
    """What a field of a form holds."""
    return unescape(re.search(rf'<input id="{field}"[^>]* value="([^"]*)"', page)[1])


# Finding


@pytest.mark.parametrize("words", ["Soetanto", "sutanto", "  H. Soetanto, S.Sos "])
def test_a_name_is_found_however_it_is_spelt(make: Make, reader, worker, words: str):
    make.client(worker, name="Sutanto")
    assert found_by(reader, worker, words) == ["Sutanto"]


@pytest.mark.parametrize("words", [NIK, "3509 1241 0760 0001", "0812-3456-7890"])
def test_a_number_is_found_whole(make: Make, reader, worker, words: str):
    make.client(worker, name="Siti Aminah", nik=NIK, phone="081234567890")
    assert found_by(reader, worker, words) == ["Siti Aminah"]
    assert found_by(reader, worker, "3509124107600002") == []


def test_what_was_searched_for_stands_in_no_address(make: Make, reader, worker):
    make.client(worker, name="Sutanto")
    address = reader(worker).post("/clients", q="Sutanto").headers["Location"]
    assert "utanto" not in address
    assert 'value="Sutanto"' in reader(worker).get(address).text


def test_nobody_opens_the_search_of_another(make: Make, reader, worker):
    address = reader(worker).post("/clients", q="Sutanto").headers["Location"]
    other = make.caseworker()
    make.client(other, name="Sutanto")
    page = reader(other).get(address).text
    assert 'value="Sutanto"' not in page
    assert "Terakhir didaftarkan" in page


@pytest.mark.parametrize("sealed", ["abc", "%00", "A" * 400, "AQ=="])
def test_an_address_that_was_tampered_with_searches_nothing(reader, worker, sealed: str):
    assert reader(worker).get(f"/clients?s={sealed}").status_code == 200


def test_a_secret_person_of_another_office_is_not_found_and_one_of_the_own_has_no_name(make: Make, reader, worker):
    make.client(make.caseworker(MAGETAN), name="Anak Rahasia", categories=["PPKS-06"])
    assert found_by(reader, worker, "Anak Rahasia") == []
    make.client(worker, name="Bocah Rahasia", categories=["PPKS-06"])
    shown = found_by(reader, worker, "Bocah Rahasia")
    assert len(shown) == 1
    assert shown[0].startswith("Dirahasiakan")


def test_a_list_shows_numbers_covered(make: Make, reader, worker):
    make.client(worker, nik=NIK, sex="P", phone="081234567890")
    page = reader(worker).get("/clients").text
    assert "35************01" in page
    assert NIK not in page


def test_nothing_found_leads_to_registering_with_the_name_typed(reader, worker):
    one = reader(worker)
    page = one.get(one.post("/clients", q="Bu Tarmi").headers["Location"]).text
    assert "Tidak ada yang cocok" in page
    way = unescape(re.search(r'href="(/clients/new\?s=[^"]+)"', page)[1])
    assert value_of(one.get(way).text, "name") == "Bu Tarmi"


def test_a_number_that_was_searched_for_is_not_taken_for_a_name(reader, worker):
    one = reader(worker)
    page = one.get(one.post("/clients", q=NIK).headers["Location"]).text
    way = unescape(re.search(r'href="(/clients/new\?s=[^"]+)"', page)[1])
    assert value_of(one.get(way).text, "name") == ""


def test_without_a_search_the_newest_come_first_over_pages(make: Make, reader, worker, clock: Clock):
    made = []
    for _ in range(22):
        clock.move(minutes=1)
        made.append(str(make.client(worker).id))
    first = reader(worker).get("/clients").text
    after = unescape(re.search(r'href="(/clients\?cursor=[^"]+)"', first)[1])
    pages = first + reader(worker).get(after).text
    assert re.findall(r'<h3><a href="/clients/([0-9a-f-]{36})"', pages) == made[::-1]


# Registering


def register(reader, user, **form):
    return reader(user).post("/clients/new", **{"sex": "unknown", "once": "x" * 22} | form)


def test_a_person_is_registered_and_his_page_opens(reader, worker, truth: Truth):
    sent = register(
        reader, worker, **SITI, nik=NIK, phone="0812 3456 7890", aliases="Mbok Siti\nSi Tua", address="RT 2 RW 1",
        categories="PPKS-08",
    )  # fmt: skip
    assert sent.status_code == 303
    assert re.fullmatch(r"/clients/[0-9a-f-]{36}\?notice=registered", sent.headers["Location"])
    row = truth.all("select name, aliases, birth_date::text, birth_date_precision, region_code from clients")
    assert row[-1] == ("Siti Aminah", ["Mbok Siti", "Si Tua"], "1960-07-01", "day", AMBULU)


def test_a_person_without_a_name_gets_one_for_now(reader, worker, truth: Truth):
    assert register(reader, worker, temporary_label="Bapak di pasar", no_nik_reason="unknown_person").status_code == 303
    assert truth.all("select temporary_label, no_nik_reason from clients")[-1] == ("Bapak di pasar", "unknown_person")


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ({"birth_year": "1960"}, ("1960-01-01", "year")),
        ({"estimated_age": "70"}, ("1956-01-01", "estimated")),
        ({"birth_date": "1960-03-31", "estimated_age": "70"}, ("1960-03-31", "day")),
        ({}, (None, None)),
    ],
)
def test_a_birth_is_kept_as_well_as_it_is_known(reader, worker, truth: Truth, typed, stored):
    register(reader, worker, name="Siti Aminah", **typed)
    assert truth.all("select birth_date::text, birth_date_precision from clients")[-1] == stored


@pytest.mark.parametrize(
    ("form", "field", "said"),
    [
        ({"name": ""}, "name", "sebutan sementara"),
        ({"birth_date": "2027-01-01"}, "birth_date", "sampai hari ini"),
        ({"birth_date": "kemarin"}, "birth_date", "misalnya 1960-03-31"),
        ({"birth_year": "60"}, "birth_year", "empat angka"),
        ({"estimated_age": "tua"}, "estimated_age", "angka antara 0 dan 130"),
        ({"nik": "123"}, "nik", "NIK terdiri dari 16 angka"),
        ({"nik": "1111111111111111"}, "nik", "bukan NIK yang sebenarnya"),
        ({"nik": "3509124113600001"}, "nik", "bukan tanggal lahir"),
        ({"kk": "12"}, "kk", "Nomor KK terdiri dari 16 angka"),
        ({"phone": "halo"}, "phone", "Nomor HP ini tidak mungkin"),
        ({"region_code": "99.99.99"}, "region_code", "Pilih kecamatannya"),
        ({"categories": "PPKS-99"}, "categories", "Centang dari daftar"),
        ({"name": "a\x00b"}, "name", "tidak bisa disimpan"),
        ({"name": "x" * 201}, "name", "terlalu panjang"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(reader, worker, truth: Truth, form, field, said):
    before = truth.one("select count(*) from clients")
    answer = register(reader, worker, **{"name": "Siti Aminah", "address": "Gang Melati"} | form)
    assert answer.status_code == 422
    assert re.search(rf'id="{field}-error">[^<]*{said}', answer.text), text_of(answer.text)
    assert "Gang Melati" in answer.text
    assert truth.one("select count(*) from clients") == before


def test_everything_wrong_is_said_at_once(reader, worker):
    page = register(reader, worker, name="", kk="1", phone="x").text
    assert all(f'id="{field}-error"' in page for field in ("name", "kk", "phone"))


def test_a_likely_double_of_the_own_office_is_shown_whole_and_can_be_gone_to(make: Make, reader, worker, truth: Truth):
    known = make.client(worker, **KNOWN | {"nik": NIK})
    answer = register(reader, worker, name="Sitti Aminah", nik=NIK, sex="P", address="Gang Melati")
    said = text_of(answer.text)
    assert answer.status_code == 409
    for words in ("Mungkin orang ini sudah terdaftar", "Siti Aminah", "65 tahun", "35************01", "NIK sama"):
        assert words in said
    assert f'href="/clients/{known.id}"' in answer.text
    assert "Gang Melati" in answer.text
    assert NIK in value_of(answer.text, "nik")
    assert truth.one("select count(*) from clients where name = 'Sitti Aminah'") == 0


def test_who_is_somebody_else_is_registered_once_that_is_said_of_each(make: Make, reader, worker, truth: Truth):
    make.client(worker, **KNOWN)
    make.client(worker, **KNOWN, acknowledge_duplicates=everybody(make, worker))
    first = register(reader, worker, **SITI)
    boxes = re.findall(r'name="acknowledge_duplicates" value="([^"]+)" form="registration"', first.text)
    assert len(boxes) == 2
    again = register(reader, worker, **SITI, acknowledge_duplicates=boxes[0])
    assert again.status_code == 409
    assert f'type="hidden" name="acknowledge_duplicates" value="{boxes[0]}"' in again.text
    done = register(reader, worker, **SITI, acknowledge_duplicates=boxes)
    assert done.status_code == 303
    assert truth.one("select count(*) from clients where name = 'Siti Aminah'") == 3


def everybody(make: Make, worker) -> list[str]:
    """Everybody whom a second Siti may be taken for."""
    with make.acting(worker) as session:
        return [str(client.id) for client in session.query(Client)]


def test_a_double_of_another_office_has_no_name_but_says_where(make: Make, reader, worker):
    make.client(make.caseworker(MAGETAN), **KNOWN | {"nik": NIK, "name": "Siti Rahmawati"})
    answer = register(reader, worker, name="Siti", nik=NIK, sex="P")
    said = text_of(answer.text)
    assert answer.status_code == 409
    assert "Orang yang dilayani kantor lain" in said
    assert "Magetan" in said or "MAGETAN" in said
    assert "Rahmawati" not in answer.text


def test_a_secret_double_is_never_told(make: Make, reader, worker):
    make.client(make.caseworker(MAGETAN), **KNOWN | {"nik": NIK, "categories": ["PPKS-06"]})
    assert register(reader, worker, **SITI, nik=NIK).status_code == 303


def test_a_form_sent_twice_registers_once(reader, worker, truth: Truth):
    sent = [register(reader, worker, name="Siti Aminah") for _ in range(2)]
    assert [answer.status_code for answer in sent] == [303, 303]
    assert truth.one("select count(*) from clients where name = 'Siti Aminah'") == 1


def test_with_a_family_card_and_a_place_in_it_he_stands_in_the_household(reader, worker, truth: Truth):
    register(reader, worker, name="Siti Aminah", kk="3509120101100001", relation="head")
    assert truth.all("select relation, to_month from household_members") == [("head", None)]


def test_the_own_regency_comes_first_among_the_places(make: Make, reader):
    page = reader(make.user("triage")).get("/clients/new").text
    assert "Jember" in re.search(r'<optgroup label="([^"]+)"', page)[1]


# Correcting


def edit(reader, user, client_id, **form):
    """The form of a change, filled in as it came, with what is typed over it."""
    one = reader(user)
    page = one.get(f"/clients/{client_id}/edit").text
    shown = {
        name: value_of(page, name) for name in ("name", "temporary_label", "birth_date", "birth_year", "estimated_age")
    }
    shown["sex"] = re.search(r'name="sex" value="([^"]*)" checked', page)[1]
    for name in ("region_code", "confidentiality"):
        options = re.search(rf'<select id="{name}".*?</select>', page, re.DOTALL)[0]
        shown[name] = re.search(r'value="([^"]*)" selected', options)[1]
    for name in ("aliases", "address"):
        shown[name] = unescape(re.search(rf'<textarea id="{name}"[^>]*>([^<]*)', page)[1])
    shown["version"] = re.search(r'name="version" value="(\d+)"', page)[1]
    return one.post(f"/clients/{client_id}/edit", **shown | form)


def test_a_correction_changes_what_was_typed_and_nothing_else(make: Make, reader, worker, truth: Truth):
    client = make.client(worker, **KNOWN | {"nik": NIK, "phone": "081234567890", "address": "RT 2"})
    sent = edit(reader, worker, client.id, name="Siti Aminah Lestari")
    assert sent.headers["Location"] == f"/clients/{client.id}?notice=changed"
    changed = truth.one("select detail->'fields' from audit_entries where action = 'change' order by id desc limit 1")
    assert changed == ["name"]
    assert truth.one("select nik_hash is not null from clients where id = :id", id=client.id)


@pytest.mark.parametrize("precision", ["estimated", "year", "month", "day"])
def test_a_birth_that_is_left_alone_keeps_its_precision(make: Make, reader, worker, truth: Truth, precision: str):
    client = make.client(worker, birth_date=date(1960, 5, 1), birth_date_precision=precision)
    edit(reader, worker, client.id, address="Gang Melati")
    stored = truth.all("select birth_date::text, birth_date_precision from clients where id = :id", id=client.id)
    assert stored == [("1960-05-01", precision)]


def test_a_village_that_was_known_stays(make: Make, reader, worker, truth: Truth):
    village = truth.one("select code from regions where code like '35.09.12.%' limit 1")
    client = make.client(worker, region_code=village)
    edit(reader, worker, client.id, address="Gang Melati")
    assert truth.one("select region_code from clients where id = :id", id=client.id) == village


def test_a_number_is_never_sent_in_plain_and_goes_only_when_that_is_said(make: Make, reader, worker, truth: Truth):
    client = make.client(worker, nik=NIK, sex="P")
    assert NIK not in reader(worker).get(f"/clients/{client.id}/edit").text
    edit(reader, worker, client.id, drop_nik="1", no_nik_reason="lost")
    assert truth.all("select nik_hash, no_nik_reason from clients where id = :id", id=client.id) == [(None, "lost")]


def test_who_comes_second_sees_both_values_and_overwrites_nothing(make: Make, reader, worker, truth: Truth):
    client = make.client(worker, **KNOWN)
    edit(reader, make.caseworker(), client.id, name="Siti Dua")
    answer = edit(reader, worker, client.id, name="Siti Tiga", version="1")
    said = text_of(answer.text)
    assert answer.status_code == 409
    assert "Nama Siti Dua Siti Tiga" in said
    assert 'value="Siti Tiga"' in answer.text
    assert truth.one("select name from clients where id = :id", id=client.id) == "Siti Dua"
    version = re.search(r'name="version" value="(\d+)"', answer.text)[1]
    assert edit(reader, worker, client.id, name="Siti Tiga", version=version).status_code == 303


def test_a_wrong_correction_comes_back_with_all_that_was_typed(make: Make, reader, worker):
    client = make.client(worker)
    answer = edit(reader, worker, client.id, name="", address="Gang Melati")
    assert answer.status_code == 422
    assert 'id="name-error"' in answer.text
    assert "Gang Melati" in answer.text


def test_nobody_corrects_a_person_of_another_office(make: Make, reader, worker):
    client = make.client(make.caseworker(MAGETAN))
    assert reader(worker).get(f"/clients/{client.id}/edit").status_code == 404
    assert reader(worker).post(f"/clients/{client.id}/edit", name="X", version="1").status_code == 404


def test_the_pages_ask_few_questions(make: Make, reader, worker, statements):
    for _ in range(12):
        make.client(worker)
    client, one = make.client(worker, name="Sutanto"), reader(worker)
    address = one.post("/clients", q="Sutanto").headers["Location"]
    for path in ("/clients", address, "/clients/new", f"/clients/{client.id}/edit"):
        assert len(statements(lambda path=path: one.get(path))) <= 12, path


def test_who_does_not_register_people_has_no_search(make: Make, reader):
    for role in ("tksk", "partner", "dpo", "administrator"):
        user = make.user(role)
        assert [reader(user).get(path).status_code for path in ("/clients", "/clients/new")] == [403, 403]


def test_what_no_database_can_keep_is_refused_in_words_and_is_no_mistake_of_ours(reader, worker):
    sent = reader(worker).post("/clients/new", name="Sri", sex="P", region_code="35.09\x0012")
    assert sent.status_code == 422
    assert "kesalahan kami" not in sent.text
