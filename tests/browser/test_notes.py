"""Notes and papers of a case in a real browser: written, put right, added to, and what another may not see."""

import io
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from kessos_case.access.models import User
from kessos_case.core import clock
from tests.browsers import DESK, PHONE, TARGETS, Opens, Served, faults, shoot
from tests.factories import Make
from tests.factories import cases as c
from tests.factories import notes as n
from tests.factories.casework import in_days, supervisor_beside

pytestmark = pytest.mark.browser

KINDS = {
    "Perkembangan": "Sudah bisa menjahit lurus.",
    "Bertemu orangnya": "Ia tampak sehat dan mau bicara.",
    "Telepon dengan orangnya": "Ia bertanya kapan pelatihannya mulai.",
    "Kejadian": "Jatuh di kamar mandi, tidak luka.",
}
TEAM, SECRET = "Semua yang menangani kasus ini di UPT", "Rahasia: hanya saya, pekerja sosial kasus ini, dan kepala UPT"
HIDDEN = "Ia bercerita pernah dipukul di rumahnya."
# Tags of a photo: where it was taken stands under its own, the owner of the camera under another.
GPS, OWNER = 0x8825, 0xA430


@pytest.fixture(scope="module")
def people(served: Served) -> dict[str, User]:
    make = Make()
    worker = make.caseworker()
    return {
        "caseworker": worker,
        "colleague": make.caseworker(),
        "supervisor": supervisor_beside(make, worker),
        "stranger": make.caseworker(c.MAGETAN),
    }


@pytest.fixture
def case(people: dict[str, User]) -> c.Case:
    return c.open_case(Make(), people["caseworker"])


def write(page: Page, kind: str, text: str, level: str = TEAM) -> None:
    form = page.locator("section", has=page.get_by_role("heading", name="Tulis catatan"))
    form.get_by_role("radio", name=kind).check()
    expect(form.get_by_label("Kapan terjadi?")).to_have_value(str(in_days(0)))
    form.get_by_label("Apa yang terjadi?").fill(text)
    form.get_by_role("radio", name=level).check()
    form.get_by_role("button", name="Simpan catatan").click()
    expect(page.get_by_role("status").first).to_contain_text("Catatan sudah tersimpan.")


def note_with(page: Page, text: str):
    return page.locator("article", has_text=text)


@pytest.mark.parametrize("javascript", [True, False], ids=["with_javascript", "without_javascript"])
def test_a_note_of_each_kind_is_written_on_a_phone_and_found_again(reader: Opens, case, javascript: bool):
    page = reader("caseworker", javascript=javascript).open(f"/cases/{case.id}/notes")
    for kind, text in KINDS.items():
        write(page, kind, text)
        expect(note_with(page, text).locator("h3")).to_contain_text(kind)
    expect(page.locator("article")).to_have_count(len(KINDS))
    tabs = page.get_by_role("navigation", name="Jenis catatan")
    for kind, text in KINDS.items():
        tabs.get_by_role("link", name=kind).click()
        expect(page.locator("article")).to_have_count(1)
        expect(note_with(page, text)).to_be_visible()


def test_what_is_missing_is_said_at_the_field_and_nothing_typed_is_lost(reader: Opens, case):
    page = reader("caseworker").open(f"/cases/{case.id}/notes")
    page.get_by_label("Kapan terjadi?").fill("")
    page.get_by_label("Apa yang terjadi?").fill("Ibunya menelepon.")
    page.get_by_role("button", name="Simpan catatan").click()
    problem = page.get_by_role("alert")
    expect(problem).to_contain_text("Pilih catatan ini tentang apa.")
    expect(problem).to_contain_text("Tulis tanggalnya, paling lambat hari ini.")
    expect(page.get_by_label("Apa yang terjadi?")).to_have_value("Ibunya menelepon.")
    problem.get_by_role("link", name="Tulis tanggalnya").click()
    expect(page.get_by_label("Kapan terjadi?")).to_be_focused()
    assert faults(page) == ""


def test_a_note_is_put_right_while_it_is_young_and_not_over_anothers_change(reader: Opens, case):
    worker = reader("caseworker")
    page = worker.open(f"/cases/{case.id}/notes")
    write(page, "Perkembangan", "Sudah bisa menjahid.")
    page.get_by_role("link", name="Perbaiki catatan ini").click()
    page.wait_for_url("**/notes/*-*")
    other = page.context.new_page()
    other.goto(page.url)
    page.get_by_label("Apa yang terjadi?").fill("Sudah bisa menjahit.")
    page.get_by_role("button", name="Simpan", exact=True).click()
    expect(page.get_by_role("status").first).to_contain_text("Catatan sudah diperbaiki.")
    expect(note_with(page, "Sudah bisa menjahit.")).to_contain_text("diperbaiki")
    other.get_by_label("Apa yang terjadi?").fill("Yang lama.")
    other.get_by_role("button", name="Simpan", exact=True).click()
    expect(other.get_by_role("alert")).to_contain_text("Catatannya sudah berubah")
    expect(other.get_by_label("Apa yang terjadi?")).to_have_value("Yang lama.")


def test_after_48_hours_a_note_is_only_added_to(reader: Opens, people, monkeypatch: pytest.MonkeyPatch):
    make, worker = Make(), people["caseworker"]
    monkeypatch.setenv("KESSOS_NOW", (clock.wall() - timedelta(hours=48, minutes=1)).isoformat())
    case = c.open_case(make, worker)
    old = n.note(make, worker, case.id, text="Bertemu hari Selasa.")
    monkeypatch.delenv("KESSOS_NOW")
    young = n.note(make, worker, case.id, text="Hari ini ia datang sendiri.")
    page = reader("caseworker").open(f"/cases/{case.id}/notes")
    may_change = page.get_by_role("link", name="Perbaiki catatan ini")
    expect(may_change).to_have_count(1)
    assert str(young.id) in (may_change.get_attribute("href") or "")
    page.goto(page.url + f"/{old.id}")
    expect(page.get_by_text("Catatan ini tidak bisa diubah lagi.")).to_be_visible()
    assert page.locator("main textarea").count() == 0
    page.get_by_role("link", name="Kembali ke catatan kasus").click()
    note = note_with(page, "Bertemu hari Selasa.")
    note.get_by_text("Tulis tambahan").click()
    note.get_by_label("Apa yang perlu ditambahkan?").fill("Ternyata hari Rabu.")
    note.get_by_role("button", name="Simpan tambahan").click()
    expect(page.get_by_role("status").first).to_contain_text("Tambahan sudah tersimpan.")
    expect(note_with(page, "Bertemu hari Selasa.").locator("blockquote")).to_contain_text("Ternyata hari Rabu.")


def photo_with_a_place() -> bytes:
    picture, tags, out = Image.new("RGB", (640, 480), "teal"), Image.Exif(), io.BytesIO()
    tags[GPS] = {1: "S", 2: (8.0, 10.0, 0.0)}
    tags[OWNER] = "Ibu Pekerja Sosial"
    picture.save(out, "JPEG", exif=tags)
    return out.getvalue()


def test_a_photo_and_a_letter_are_kept_beside_a_note_and_come_back(reader: Opens, case, tmp_path: Path):
    page = reader("caseworker").open(f"/cases/{case.id}/notes")
    write(page, "Bertemu orangnya", "Ia membawa surat dari kelurahan.")
    for name, content in (("rumah.jpg", photo_with_a_place()), ("Surat kelurahan.pdf", n.pdf())):
        (tmp_path / name).write_bytes(content)
        page.get_by_role("link", name="Tambah berkas pada catatan ini").click()
        expect(page.get_by_role("heading", name="Tambah berkas pada sebuah catatan")).to_be_visible()
        page.get_by_label("Foto atau PDF").set_input_files(tmp_path / name)
        page.get_by_role("radio", name=TEAM).check()
        page.get_by_role("button", name="Simpan berkas").click()
        expect(page.get_by_role("status").first).to_contain_text("Berkas sudah tersimpan.")
        page.goto(page.url.partition("/attachments")[0] + "/notes")
    note = note_with(page, "Ia membawa surat dari kelurahan.")
    kept = {}
    for name in ("rumah.jpg", "Surat kelurahan.pdf"):
        with page.expect_download() as coming:
            note.get_by_role("link", name=name).click()
        assert coming.value.suggested_filename == name
        kept[name] = Path(coming.value.path()).read_bytes()
    assert kept["Surat kelurahan.pdf"] == n.pdf()
    with Image.open(io.BytesIO(kept["rumah.jpg"])) as picture:
        assert picture.size == (640, 480)
        assert dict(picture.getexif()) == {}, "where it was taken and by whom is gone"


def test_a_paper_is_taken_out_for_a_reason_and_another_file_is_refused_in_words(
    reader: Opens, people, case, tmp_path: Path
):
    n.paper(Make(), people["caseworker"], case.id, name="Orang lain.pdf")
    one = reader("caseworker")
    page = one.open(f"/cases/{case.id}/attachments")
    (tmp_path / "foto.jpg").write_text("bukan foto")
    page.get_by_label("Foto atau PDF").set_input_files(tmp_path / "foto.jpg")
    page.get_by_role("button", name="Simpan berkas").click()
    expect(page.get_by_role("alert")).to_contain_text("Ini bukan foto")
    page.get_by_text("Hapus berkas ini").click()
    page.get_by_role("button", name="Hapus untuk selamanya").click()
    expect(page.get_by_role("alert")).to_contain_text("Pilih alasannya.")
    page.get_by_label("Mengapa?").select_option(label="Milik orang lain")
    page.get_by_role("button", name="Hapus untuk selamanya").click()
    expect(page.locator("article")).to_contain_text("Berkas dihapus: Milik orang lain")
    expect(page.get_by_role("link", name="Orang lain.pdf")).to_have_count(0)


def test_what_is_told_in_confidence_is_not_there_for_a_colleague(reader: Opens, people, case, tmp_path: Path):
    page = reader("caseworker").open(f"/cases/{case.id}/notes")
    write(page, "Telepon dengan orangnya", KINDS["Telepon dengan orangnya"])
    write(page, "Bertemu orangnya", HIDDEN, SECRET)
    hidden = note_with(page, HIDDEN)
    expect(hidden.get_by_text("Rahasia", exact=True)).to_be_visible()
    of_note = hidden.get_by_role("link", name="Perbaiki catatan ini").get_attribute("href")
    hidden.get_by_role("link", name="Tambah berkas pada catatan ini").click()
    (tmp_path / "Visum.pdf").write_bytes(n.pdf())
    expect(page.get_by_text("Catatannya rahasia, jadi berkas ini juga.")).to_be_visible()
    expect(page.get_by_role("radio", name=TEAM)).to_have_count(0)
    page.get_by_label("Foto atau PDF").set_input_files(tmp_path / "Visum.pdf")
    page.get_by_role("button", name="Simpan berkas").click()
    expect(page.get_by_role("status").first).to_contain_text("Berkas sudah tersimpan.")
    content = page.get_by_role("link", name="Visum.pdf").get_attribute("href")

    colleague = reader("colleague")
    for path in (f"/cases/{case.id}/notes", f"/cases/{case.id}/attachments", f"/cases/{case.id}",
                 f"/clients/{case.client_id}"):  # fmt: skip
        said = colleague.open(path).content()
        assert HIDDEN not in said, path
        assert "Visum" not in said, path
    said = colleague.open(f"/cases/{case.id}/notes").inner_text("main")
    assert KINDS["Telepon dengan orangnya"] in said, "what the team may read is there"
    for path in (of_note, content):
        assert colleague.page.request.get(colleague.address + path).status == 404
    for path in (f"/cases/{case.id}/notes", of_note, content):
        assert reader("stranger").page.request.get(colleague.address + path).status == 404
    leader = reader("supervisor")
    expect(leader.open(f"/cases/{case.id}/notes").get_by_text(HIDDEN)).to_be_visible()
    assert leader.page.request.get(leader.address + content).status == 200


@pytest.mark.timeout(600)
@pytest.mark.parametrize(("language", "sizes"), [("id", (PHONE, DESK)), ("en", (PHONE,))], ids=["id", "en"])
def test_the_pages_can_be_used_by_everyone(reader: Opens, people, language: str, sizes: tuple):
    make, worker = Make(), people["caseworker"]
    case = c.open_case(make, worker)
    secret = n.note(make, worker, case.id, level="confidential", text=HIDDEN)
    for kind in ("progress", "visit", "call", "incident"):
        n.note(make, worker, case.id, kind=kind, text="Ia datang sendiri dan bercerita panjang tentang anaknya. " * 8)
    n.paper(make, worker, case.id, name="Surat keterangan tidak mampu dari Kelurahan Kaliwates Kabupaten Jember.pdf")
    n.paper(make, worker, case.id, level="confidential", about_kind="note", about_id=secret.id)
    one, found = reader("caseworker", language=language), {}
    one.page.context.add_cookies([{"name": "kessos_language", "value": language, "url": one.address}])
    pages = {"notes": "/notes", "note": f"/notes/{secret.id}", "papers": "/attachments", "none": "/notes?kind=call"}
    for name, path in pages.items():
        for size in sizes:
            one.page.set_viewport_size(size)
            page = one.open(f"/cases/{case.id}{path}")
            found[name, size["width"]] = faults(page) or page.evaluate(TARGETS)
            shoot(page, f"notes_{language}_{size['width']}_{name}")
    assert {place: said for place, said in found.items() if said} == {}
