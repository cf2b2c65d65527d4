"""The pages of reports, as a browser without JavaScript uses them."""

import io
import re
from html import unescape

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.datastructures import FileStorage

from kessos_case.referrals import wording
from kessos_case.referrals.pages import A_PAGE as MOST_IN_A_LIST
from kessos_case.referrals.rules import TRANSITIONS, State, Urgency, Verb
from tests.conftest import Clock, Truth
from tests.factories import AMBULU, SURABAYA, Make


def filled(**more):
    return {
        "client_reference": "form-1",
        "alias": "Mbah Surip",
        "estimated_age": "70",
        "sex": "L",
        "condition": "lemas",
        "service_types": ["temporary_shelter", "meals"],
        "urgency": "urgent",
        "region_code": AMBULU,
        "place": "Pasar Ambulu",
        "note": "",
        "disclose": ["name"],
    } | more


def jpeg(colour: str = "red", exif: Image.Exif | None = None) -> io.BytesIO:
    out = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(out, "JPEG", exif=exif or Image.Exif())
    out.seek(0)
    return out


def count(truth: Truth, table: str) -> int:
    return truth.one(f"select count(*) from {table}")


def test_the_form_offers_the_places_of_the_grant_only(make: Make, reader):
    page = reader(make.user("tksk")).get("/referrals/new").text
    assert re.findall(r'<option value="([^"]*)"', page) == [AMBULU]
    page = reader(make.user("tksk", region="35.09")).get("/referrals/new").text
    codes = re.findall(r'<option value="([^"]*)"', page)
    assert codes[0] == ""
    assert AMBULU in codes
    assert all(code.startswith("35.09.") for code in codes[1:])


def test_someone_without_a_region_chooses_in_the_regency_of_his_office(make: Make, reader):
    page = reader(make.caseworker()).get("/referrals/new").text
    codes = [code for code in re.findall(r'<option value="([^"]*)"', page) if code]
    assert len(codes) > 10
    assert len({code[:5] for code in codes}) == 1


def test_the_form_speaks_the_readers_language(make: Make, reader):
    tksk = reader(make.user("tksk"))
    assert "Penampungan sementara" in tksk.get("/referrals/new").text
    tksk.client.set_cookie("kessos_language", "en")
    page = tksk.get("/referrals/new").text
    assert "Temporary shelter" in page
    assert "The office answers within 1 hour." in page


def test_a_tksk_reports_a_person_with_a_photo(make: Make, reader):
    tksk = reader(make.user("tksk"))
    sent = tksk.post("/referrals/new", **filled(photo=FileStorage(jpeg(), "IMG.jpg")))
    assert sent.status_code == 303
    page = tksk.get(sent.headers["Location"]).text
    for word in ("Laporan sudah terkirim", "Mbah Surip", "Pasar Ambulu", "Ambulu, Kabupaten Jember", "70 tahun"):
        assert word in page
    photo = re.search(r'src="(/referrals/[^"]+/photos/[^"]+)"', page)[1]
    picture = tksk.get(photo)
    assert (picture.status_code, picture.mimetype) == (200, "image/jpeg")
    assert picture.headers["Content-Disposition"] == "inline"
    assert picture.headers["X-Content-Type-Options"] == "nosniff"
    assert picture.headers["Cache-Control"] == "no-store"
    assert picture.headers["Content-Security-Policy"].startswith("sandbox")


def test_a_second_press_of_the_button_makes_no_second_report(make: Make, reader, truth: Truth):
    tksk = reader(make.user("tksk"))
    first = tksk.post("/referrals/new", **filled(photo=FileStorage(jpeg(), "IMG.jpg")))
    again = tksk.post("/referrals/new", **filled(photo=FileStorage(jpeg(), "IMG.jpg")))
    assert again.headers["Location"] == first.headers["Location"]
    assert (count(truth, "referrals"), count(truth, "referral_photos")) == (1, 1)


def test_an_edited_form_that_was_sent_before_is_not_lost(make: Make, reader, truth: Truth):
    tksk = reader(make.user("tksk"))
    first = tksk.post("/referrals/new", **filled())
    edited = tksk.post("/referrals/new", **filled(alias="Pak Lain"))
    assert edited.status_code == 409
    assert first.headers["Location"].partition("?")[0] in edited.text
    assert 'value="Pak Lain"' in edited.text
    fresh = re.search(r'name="client_reference" value="([^"]+)"', edited.text)[1]
    assert tksk.post("/referrals/new", **filled(alias="Pak Lain", client_reference=fresh)).status_code == 303
    assert count(truth, "referrals") == 2


def test_what_is_wrong_comes_back_at_its_field_with_all_that_was_typed(make: Make, reader, truth: Truth):
    tksk = reader(make.user("tksk"))
    wrong = filled(estimated_age="tua", urgency="", service_types=[], alias="<b>Mbah</b>", place="depan\npasar")
    answer = tksk.post("/referrals/new", **wrong)
    assert answer.status_code == 422
    for field in ("person.estimated_age", "urgency", "service_types"):
        assert f'id="{field}-error"' in answer.text
        assert f'href="#{field}"' in answer.text
    assert "Tulis umur dengan angka" in answer.text
    assert "&lt;b&gt;Mbah&lt;/b&gt;" in answer.text
    assert 'value="tua"' in answer.text
    assert "depan\npasar" in answer.text.replace("\r\n", "\n")
    assert 'value="form-1"' in answer.text
    assert count(truth, "referrals") == 0


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("region_code", "", "Pilih kecamatan"),
        ("region_code", "35.99.99", "Pilih kecamatan"),
        ("region_code", "x", "Pilih kecamatan"),
        ("estimated_age", "131", "Tulis umur"),
        ("estimated_age", "7" * 20, "Tulis umur"),
        ("name", "x" * 201, "terlalu panjang"),
        ("place", "a\x00b", "tidak bisa disimpan"),
        ("service_types", ["no_such_type"], "Centang"),
        ("sex", "X", "Pilih salah satu"),
    ],
)
def test_a_wrong_field_is_said_in_plain_words(make: Make, reader, field: str, value, said: str):
    answer = reader(make.user("tksk")).post("/referrals/new", **filled(**{field: value}))
    assert answer.status_code == 422
    assert said in answer.text


def test_a_report_of_nobody_known_needs_no_name(make: Make, reader):
    tksk = reader(make.user("tksk"))
    sent = tksk.post("/referrals/new", **filled(alias="", estimated_age="", condition="", place=""))
    assert "Orang tanpa nama" in tksk.get(sent.headers["Location"]).text


@pytest.mark.parametrize("raw", [b"", b"not a photo", b"\xff\xd8\xff\xe0 broken", b"GIF89a"])
def test_a_broken_photo_does_not_lose_the_report(make: Make, reader, truth: Truth, raw: bytes):
    tksk = reader(make.user("tksk"))
    sent = tksk.post(
        "/referrals/new", **filled(photo=[FileStorage(io.BytesIO(raw), "a.jpg"), FileStorage(jpeg(), "b.jpg")])
    )
    assert sent.status_code == 303
    assert "fotonya tidak bisa dibaca" in tksk.get(sent.headers["Location"]).text
    assert (count(truth, "referrals"), count(truth, "referral_photos")) == (1, 1)


def test_a_photo_larger_than_any_other_body_does_not_lose_the_report(make: Make, reader, truth: Truth):
    tksk = reader(make.user("tksk"))
    sent = tksk.post("/referrals/new", **filled(photo=FileStorage(io.BytesIO(b"x" * 17_000_000), "a.jpg")))
    assert sent.status_code == 303
    assert count(truth, "referrals") == 1


def test_a_photo_can_be_added_later_by_the_sender_only(make: Make, reader, truth: Truth):
    user = make.user("tksk")
    path = f"/referrals/{make.referral(user).id}"
    tksk, desk = reader(user), reader(make.user("triage"))
    assert "photo_added" in tksk.post(f"{path}/photos", photo=FileStorage(jpeg(), "a.jpg")).headers["Location"]
    assert "photo_refused" in tksk.post(f"{path}/photos").headers["Location"]
    assert desk.post(f"{path}/photos", photo=FileStorage(jpeg("blue"), "b.jpg")).status_code == 403
    assert count(truth, "referral_photos") == 1


def test_my_reports_say_who_has_each_and_until_when(make: Make, reader, clock: Clock):
    user = make.user("tksk")
    make.referral(user)
    page = reader(user).get("/referrals").text
    assert "Laporan saya" in page
    assert "Sekarang di: Dinas Sosial Kabupaten Jember" in page
    assert "besok 10.00" in page
    assert "Terlambat" not in page
    clock.move(hours=25)
    assert "Terlambat" in reader(user).get("/referrals").text


def test_an_empty_list_says_what_to_do(make: Make, reader):
    assert "Anda belum mengirim laporan" in reader(make.user("tksk")).get("/referrals").text
    assert "Tidak ada laporan yang menunggu" in reader(make.user("triage")).get("/referrals").text


def test_the_desk_sees_what_is_open_the_most_pressing_first(make: Make, reader):
    tksk, desk = make.user("tksk"), make.user("triage")
    for name, urgency in (("Biasa", "routine"), ("Darurat", "emergency"), ("Mendesak", "urgent")):
        make.referral(tksk, person={"alias": f"Mbah {name}"}, urgency=urgency)
    page = reader(desk).get("/referrals").text
    assert re.findall(r"Mbah (\w+)", page) == ["Darurat", "Mendesak", "Biasa"]
    assert "Anda belum mengirim laporan" in reader(desk).get("/referrals?view=mine").text


def test_a_desk_sees_nothing_of_another_regency(make: Make, reader):
    referral = make.referral(make.user("tksk"))
    foreign = reader(make.user("triage", organisation=f"DINSOS-{SURABAYA}"))
    assert "Mbah Uji" not in foreign.get("/referrals").text
    answer = foreign.get(f"/referrals/{referral.id}")
    assert answer.status_code == 404
    assert "Halaman ini tidak ada" in answer.text


def test_a_long_list_goes_on_where_it_ended(make: Make, reader):
    user = make.user("tksk")
    for number in range(MOST_IN_A_LIST + 1):
        make.referral(user, person={"alias": f"Mbah {number}."})
    tksk = reader(user)
    first = tksk.get("/referrals").text
    more = unescape(re.search(r'class="more" href="([^"]+)"', first)[1])
    second = tksk.get(more).text
    assert len(re.findall(r"Mbah \d+\.", first)) == MOST_IN_A_LIST
    assert re.findall(r"Mbah \d+\.", second) == ["Mbah 0."]
    assert 'class="more"' not in second


def test_the_desk_asks_and_the_sender_answers(make: Make, reader):
    user = make.user("tksk")
    path = f"/referrals/{make.referral(user).id}"
    tksk, desk = reader(user), reader(make.user("triage"))
    assert desk.post(f"{path}/moves", verb="return", note="Di sebelah mana?").status_code == 303
    page = tksk.get(path).text
    assert "Petugas bertanya kepada Anda" in page
    assert "Di sebelah mana?" in page
    assert "Sekarang di: Anda" in page
    assert tksk.post(f"{path}/moves", verb="resubmit", note="Dekat gapura.").status_code == 303
    page = desk.get(path).text
    assert "Dekat gapura." in page
    assert "Sekarang di: Dinas Sosial" in page


def test_a_question_without_words_is_asked_for(make: Make, reader):
    path = f"/referrals/{make.referral(make.user('tksk')).id}"
    answer = reader(make.user("triage")).post(f"{path}/moves", verb="return", note=" ")
    assert answer.status_code == 409
    assert "Tulis pertanyaannya." in answer.text
    assert 'id="return-note-error"' in answer.text


def test_a_reason_is_asked_for_and_the_words_stay(make: Make, reader):
    user = make.user("tksk")
    path = f"/referrals/{make.referral(user).id}"
    answer = reader(user).post(f"{path}/moves", verb="withdraw", note="sudah pulang")
    assert answer.status_code == 409
    assert "Pilih alasannya." in answer.text
    assert ">sudah pulang</textarea>" in answer.text


def test_a_rejected_report_tells_the_sender_what_to_do_instead(make: Make, reader):
    user = make.user("tksk")
    path = f"/referrals/{make.referral(user).id}"
    reader(make.user("triage")).post(f"{path}/moves", verb="reject", reason="person_not_found")
    for page in (reader(user).get(path).text, reader(user).get("/referrals").text):
        assert "Orangnya tidak ditemukan" in page
        assert "kirim laporan baru dengan tempat yang jelas" in page


def test_a_withdrawn_report_offers_nothing_more(make: Make, reader):
    user = make.user("tksk")
    path = f"/referrals/{make.referral(user).id}"
    assert reader(user).post(f"{path}/moves", verb="withdraw", reason="solved").status_code == 303
    page = reader(user).get(path).text
    assert "Sudah beres" in page
    assert f'action="{path}/' not in page


def test_a_verb_of_somebody_else_is_refused(make: Make, reader):
    user = make.user("tksk")
    path = f"/referrals/{make.referral(user).id}"
    assert reader(user).post(f"{path}/moves", verb="reject", reason="false_report").status_code == 403
    assert reader(user).post(f"{path}/moves", verb="fly").status_code == 422


def test_a_late_move_says_that_the_report_has_changed(make: Make, reader):
    user = make.user("tksk")
    path = f"/referrals/{make.referral(user).id}"
    reader(user).post(f"{path}/moves", verb="withdraw", reason="solved")
    answer = reader(make.user("triage")).post(f"{path}/moves", verb="return", note="Di mana?")
    assert answer.status_code == 409
    assert "sudah berubah" in answer.text


def test_a_secret_report_hides_the_name_in_the_desks_list(make: Make, reader):
    make.referral(make.user("tksk"), service_types=["child_protection"])
    page = reader(make.user("triage")).get("/referrals").text
    assert "Mbah Uji" not in page
    assert "Nama disembunyikan" in page


def test_a_made_up_cursor_is_a_page_that_says_so(make: Make, reader):
    answer = reader(make.user("tksk")).get("/referrals?cursor=xyz")
    assert (answer.status_code, answer.mimetype) == (422, "text/html")


def test_a_form_without_the_sessions_token_sends_nothing(make: Make, reader, truth: Truth):
    client: FlaskClient = reader(make.user("tksk")).client
    answer = client.post("/referrals/new", data=filled())
    assert answer.status_code == 403
    assert count(truth, "referrals") == 0


def test_a_list_asks_the_database_a_fixed_number_of_questions(make: Make, reader, superuser: sa.Engine):
    user = make.user("tksk")

    def asked() -> int:
        seen = []
        sa.event.listen(superuser, "before_cursor_execute", lambda *call: seen.append(call[2]))
        reader(user).get("/referrals")
        return len(seen)

    make.referral(user)
    first = asked()
    for _ in range(4):
        make.referral(user)
    assert asked() == first


def test_every_code_has_words():
    assert set(wording.STATES) == set(State)
    assert set(wording.URGENCIES) == set(wording.URGENCY_SIGNS) == set(Urgency)
    assert set(wording.MOVES) == set(Verb)
    for line in TRANSITIONS:
        assert set(wording.REASONS.get(line.verb, ())) == line.reasons
    assert set(wording.INSTEAD) == set(wording.REASONS[Verb.REJECT])
