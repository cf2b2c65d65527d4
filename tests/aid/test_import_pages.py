"""Pages of files of aid: sent, read, applied and answered, by a person without JavaScript."""

import io
import re

import pytest
from werkzeug.datastructures import FileStorage

from tests.access.samples import OTHER_UPT
from tests.factories import Make, fresh_id
from tests.factories.imports import NIK, applied, checked, csv_of, row, sari, uploaded, work_off
from tests.readers import fields_of, text_of

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def head(make: Make):
    return make.user("supervisor")


def file_of(content: bytes, name: str = "bantuan maret.csv") -> FileStorage:
    return FileStorage(io.BytesIO(content), filename=name)


def send(desk, content: bytes, name: str = "bantuan maret.csv", **form):
    blank = fields_of(desk.get("/aid/imports/new").text)
    blank.pop("file", None)
    return desk.post("/aid/imports/new", **blank | form | {"file": file_of(content, name)})


def id_of(answer) -> str:
    assert answer.status_code == 303, text_of(answer.text)
    return re.search(r"/aid/imports/([0-9a-f-]{36})", answer.location)[1]


def apply(desk, import_id, **form):
    blank = fields_of(desk.get(f"/aid/imports/{import_id}").text)
    return desk.post(f"/aid/imports/{import_id}/application", **blank | form)


def lines(truth) -> int:
    return truth.one("select count(*) from disbursements")


def test_a_file_is_sent_read_and_written(make: Make, head, reader, truth):
    desk = reader(head)
    sari(make, head)
    import_id = id_of(send(desk, csv_of(row(), row(from_="2026-02", amount="450000"))))
    address = f"/aid/imports/{import_id}"
    waiting = desk.get(address).text
    assert "Berkas sedang diperiksa" in text_of(waiting)
    assert "progress.js" in waiting
    work_off(import_id)
    read = text_of(desk.get(address).text)
    assert "2 baris dibaca 2 siap dicatat" in read
    assert "Jan–Feb 2026 · 2 baris Rp 750.000" in read
    assert "Catat 2 baris" in read
    assert lines(truth) == 0
    assert apply(desk, import_id).status_code == 303
    assert "Baris sedang dicatat" in text_of(desk.get(address).text)
    work_off(import_id)
    assert "2 baris dibaca 2 dicatat" in text_of(desk.get(address).text)
    assert "progress.js" not in desk.get(address).text
    assert lines(truth) == 2


def test_the_list_says_where_each_file_stands_and_what_is_open(make: Make, head, reader):
    desk = reader(head)
    assert "Kantor Anda belum pernah mengirim berkas." in text_of(desk.get("/aid/imports").text)
    checked(make, head, csv_of(row(amount="x"), row()))
    listed = text_of(desk.get("/aid/imports").text)
    for said in ("bantuan.csv Menunggu keputusan", "1 baris belum jelas orangnya", "1 baris isinya salah", head.name):
        assert said in listed
    assert "Tidak ada di daftar ini." in text_of(desk.get("/aid/imports?state=applied").text)


def test_wrong_rows_stand_by_reason_with_their_rows_and_without_a_name(make: Make, head, reader):
    sent = csv_of(row(amount="x"), row(amount="x", paid_on="kemarin"), row(name="Bambang Rahasia", nik=""))
    found = checked(make, head, sent)
    page = reader(head).get(f"/aid/imports/{found.id}").text
    said = text_of(page)
    assert "2 · jumlah: bukan jumlah rupiah baris 2, 3" in said
    assert "1 · tanggal bayar: bukan tanggal" in said
    assert "1 · orang ini belum terdaftar baris 4" in said
    assert "Bambang" not in page
    assert NIK not in page


def test_of_many_rows_the_first_are_examples(make: Make, head, reader):
    found = checked(make, head, csv_of(*[row(amount="x")] * 5))
    assert "5 · jumlah: bukan jumlah rupiah misalnya baris 2, 3, 4" in text_of(
        reader(head).get(f"/aid/imports/{found.id}").text
    )


def test_each_reason_leads_to_its_rows(make: Make, head, reader):
    found = checked(make, head, csv_of(row(amount="x"), row(paid_on="kemarin"), row(amount="y")))
    desk = reader(head)
    page = desk.get(f"/aid/imports/{found.id}").text
    [way] = re.findall(r'href="([^"]*field=amount[^"]*)"', page)
    shown = text_of(desk.get(way.replace("&amp;", "&")).text)
    assert "Hanya yang ini: bukan jumlah rupiah" in shown
    assert ("Baris 2" in shown, "Baris 3" in shown, "Baris 4" in shown) == (True, False, True)


def test_wrong_rows_are_not_left_out_without_a_word(make: Make, head, reader, truth):
    sari(make, head)
    found = checked(make, head, csv_of(row(), row(amount="x")))
    desk = reader(head)
    refused = apply(desk, found.id)
    assert refused.status_code == 409
    assert "centang di sini supaya baris itu dilewati" in text_of(refused.text)
    assert apply(desk, found.id, skip_failed="1").status_code == 303
    assert work_off(found.id).added == 1


def test_a_double_press_of_the_verb_is_one(make: Make, head, reader):
    sari(make, head)
    found = checked(make, head, csv_of(row()))
    desk = reader(head)
    blank = fields_of(desk.get(f"/aid/imports/{found.id}").text)
    address = f"/aid/imports/{found.id}/application"
    assert [desk.post(address, **blank).status_code for _ in range(2)] == [303, 303]


def test_a_page_that_is_out_of_date_does_not_decide(make: Make, head, reader):
    found = checked(make, head, csv_of(row()))
    desk, colleague = reader(head), reader(make.user("supervisor"))
    blank = fields_of(desk.get(f"/aid/imports/{found.id}").text)
    assert apply(colleague, found.id).status_code == 303
    late = desk.post(f"/aid/imports/{found.id}/application", **blank)
    assert late.status_code == 409
    assert "sudah berubah sejak halaman ini dibuka" in text_of(late.text)


def test_the_same_file_again_is_said_with_the_way_to_the_first(make: Make, head, reader, truth):
    desk, content = reader(head), csv_of(row())
    first = id_of(send(desk, content))
    again = send(desk, content, name="lain.csv", is_historic="1")
    assert again.status_code == 409
    assert "Berkas ini sudah pernah dikirim" in text_of(again.text)
    assert f'href="/aid/imports/{first}"' in again.text
    assert 'name="is_historic" value="1" checked' in again.text
    assert truth.one("select count(*) from aid_imports") == 1
    assert id_of(send(desk, content, again="1")) != first


def test_a_form_that_is_sent_twice_takes_the_file_once(make: Make, head, reader, truth):
    desk = reader(head)
    blank = fields_of(desk.get("/aid/imports/new").text)
    blank.pop("file", None)
    sent = [desk.post("/aid/imports/new", **blank | {"file": file_of(csv_of(row()))}) for _ in range(2)]
    assert id_of(sent[0]) == id_of(sent[1])
    assert "sudah diterima tadi" in text_of(desk.get(sent[1].location).text)
    other = desk.post("/aid/imports/new", **blank | {"file": file_of(csv_of(row(amount="5")))})
    assert id_of(other) != id_of(sent[0])


def test_a_colleague_of_another_office_may_send_the_same_file(make: Make, head, reader):
    content = csv_of(row())
    id_of(send(reader(head), content))
    assert send(reader(make.user("supervisor", organisation=OTHER_UPT)), content).status_code == 303


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"%PDF-1.7 \x00\x01", "Ini bukan tabel"),
        (b"", "Berkas ini kosong"),
        (csv_of(row(), heading=("programme", "nik", "name", "from", "amount")), "tidak ditemukan"),
        (csv_of(), "di bawahnya tidak ada baris"),
        (b"\xd0\xcf\x11\xe0" + bytes(900), "Excel model lama"),
        (b"PK\x03\x04" + bytes(900), "Kirim berkas"),
    ],
)  # fmt: skip
def test_what_is_no_table_of_aid_is_refused_in_words(content, said, make: Make, head, reader):
    desk = reader(head)
    sent = send(desk, content)
    if sent.status_code == 422:
        assert said in text_of(sent.text)
        return
    work_off(id_of(sent))
    assert said in text_of(desk.get(sent.location).text)


def test_a_missing_column_is_named_as_people_name_it(make: Make, head, reader):
    heading = ("programme", "nik", "name", "from", "amount")
    found = checked(make, head, csv_of(row(), heading=heading))
    shown = text_of(reader(head).get(f"/aid/imports/{found.id}").text)
    assert "tanggal bayar" in shown
    assert "paid_on" not in shown


def test_a_column_that_nobody_reads_is_said(make: Make, head, reader):
    found = checked(make, head, csv_of(row(), heading=(*row(), "keterangan lain")))
    assert "salah tulis: keterangan lain." in text_of(reader(head).get(f"/aid/imports/{found.id}").text)


def test_nothing_chosen_is_said_at_the_field_and_the_rest_stays(head, reader):
    refused = reader(head).post("/aid/imports/new", programme="ASPD-JATIM", is_historic="1")
    assert refused.status_code == 422
    assert "Pilih berkasnya." in text_of(refused.text)
    assert '<option value="ASPD-JATIM" selected' in refused.text


def test_a_file_that_is_given_up_leaves_nothing(make: Make, head, reader, truth):
    found = checked(make, head, csv_of(row()))
    desk = reader(head)
    assert desk.post(f"/aid/imports/{found.id}/cancellation").status_code == 303
    shown = text_of(desk.get(f"/aid/imports/{found.id}").text)
    assert "Berkas ini dibatalkan" in shown
    assert "Catat" not in shown
    assert truth.one("select count(*) from aid_import_rows") == 0


def test_what_is_written_cannot_be_given_up(make: Make, head, reader):
    found = applied(make, head, csv_of(row()))
    refused = reader(head).post(f"/aid/imports/{found.id}/cancellation")
    assert refused.status_code == 409
    assert "tidak bisa dilakukan lagi" in text_of(refused.text)


def test_another_offices_file_is_not_there(make: Make, head, reader):
    found = applied(make, head, csv_of(row()))
    stranger = reader(make.user("supervisor", organisation=OTHER_UPT))
    for path in ("", "/rows", "/rows/2"):
        assert stranger.get(f"/aid/imports/{found.id}{path}").status_code == 404
    for path in ("/application", "/cancellation", "/rows/2/candidates", "/rows/2/settlement"):
        assert stranger.post(f"/aid/imports/{found.id}{path}", version="1", q="x").status_code == 404


def test_an_unsure_row_is_answered_beside_whom_it_may_mean(make: Make, head, reader, truth):
    person = sari(make, head)
    found = applied(make, head, csv_of(row(name="Bambang Sutejo")))
    desk = reader(head)
    address = f"/aid/imports/{found.id}/rows"
    assert "Baris 2: Bambang Sutejo Nama berbeda dengan pemilik NIK ini" in text_of(desk.get(address).text)
    page = desk.get(f"{address}/2")
    assert "Nama Sari Wulandari berbeda" in text_of(page.text)
    assert NIK not in page.text
    settled = desk.post(f"{address}/2/settlement", client_id=str(person.id))
    assert settled.status_code == 303
    left = text_of(desk.get(settled.location).text)
    assert "Tidak ada lagi yang perlu dijawab." in left
    assert truth.one("select client_id from disbursements") == person.id
    again = desk.post(f"{address}/2/settlement", client_id=str(person.id))
    assert (again.status_code, lines(truth)) == (303, 1)
    assert "sudah dijawab" in text_of(desk.get(f"{address}/2").text)


def test_a_row_may_be_looked_for_by_another_name_which_no_address_holds(make: Make, head, reader):
    make.client(head, name="Suparman Hadi")
    found = applied(make, head, csv_of(row(name="Joko Tingkir", nik="")))
    desk = reader(head)
    address = f"/aid/imports/{found.id}/rows/2"
    assert "Tidak ditemukan di antara orang yang boleh Anda lihat." in text_of(desk.get(address).text)
    shown = desk.post(f"{address}/candidates", q="Suparman")
    assert shown.status_code == 200
    assert "Suparman Hadi" in text_of(shown.text)


def test_a_hidden_person_is_told_of_by_no_page(make: Make, reader):
    """The same pages, word for word, whether somebody hidden has this NIK or nobody has."""
    desk_user, elsewhere = make.user("triage"), make.user("supervisor", organisation=OTHER_UPT)
    desk = reader(desk_user)
    said = []
    for name in ("Sari Wulandari", "Tiada Orang"):
        if name == "Sari Wulandari":
            sari(make, elsewhere, confidentiality="strict")
            content = csv_of(row())
        else:
            content = csv_of(row(nik="3509124101909902", name="Sari Wulandari"))
        found = checked(make, desk_user, content)
        before = text_of(desk.get(f"/aid/imports/{found.id}").text)
        assert apply(desk, found.id).status_code == 303
        work_off(found.id)
        pages = [
            before,
            *(text_of(desk.get(f"/aid/imports/{found.id}{path}").text) for path in ("", "/rows", "/rows/2")),
        ]
        said.append([page.replace("35************02", "35************01") for page in pages])
    assert "1 belum jelas orangnya" in said[0][0]
    assert said[0] == said[1]


def test_a_person_beyond_reach_cannot_be_chosen(make: Make, head, reader, truth):
    found = applied(make, head, csv_of(row()))
    stranger = make.client(make.user("supervisor", organisation=OTHER_UPT))
    desk = reader(head)
    address = f"/aid/imports/{found.id}/rows/2/settlement"
    assert [desk.post(address, client_id=str(one)).status_code for one in (stranger.id, fresh_id())] == [404, 404]
    refused = desk.post(address, client_id="x")
    assert (refused.status_code, lines(truth)) == (422, 0)
    assert "Pilih orangnya." in text_of(refused.text)


def test_who_read_the_names_of_rows_stands_in_the_trail(make: Make, head, reader, truth):
    found = applied(make, head, csv_of(row()))
    reader(head).get(f"/aid/imports/{found.id}/rows/2")
    read = truth.all("select detail -> 'rows' from audit_entries where action = 'read_rows'")
    assert read == [[2]]


def test_a_job_that_gave_up_is_said_with_its_number(make: Make, head, reader, truth):
    import_id = uploaded(make, head, csv_of(row()))
    job_id = truth.one("select job_id from aid_imports")
    truth.run("update jobs set status = 'failed', error = 'Boom' where id = :id", id=job_id)
    page = reader(head).get(f"/aid/imports/{import_id}").text
    assert f"nomor ini: {job_id}" in text_of(page)
    assert "<progress" not in page
    assert "Batalkan berkas ini" in text_of(page)


def test_progress_says_how_far_a_job_has_come(make: Make, head, reader, truth):
    import_id = uploaded(make, head, csv_of(row()))
    truth.run("update jobs set done = 1200, total = 5000, error = 'Hiccup' where id = (select job_id from aid_imports)")
    page = reader(head).get(f"/aid/imports/{import_id}").text
    assert "1.200 dari 5.000 baris Tadi ada gangguan." in text_of(page)
    assert 'max="5000" value="1200"' in page


def test_pages_of_files_ask_little_of_the_database(make: Make, head, reader, statements):
    for number in range(3):
        sari_row = row(nik="", name=f"Orang {number}")
        found = applied(make, head, csv_of(*[sari_row | {"amount": str(n + 1)} for n in range(25)], row(amount="x")))
    desk = reader(head)
    asked = {
        path: len(statements(lambda path=path: desk.get(f"/aid/imports{path}")))
        for path in ("", "/new", f"/{found.id}", f"/{found.id}/rows", f"/{found.id}/rows/2")
    }
    assert {path: count for path, count in asked.items() if count > 12} == {}
