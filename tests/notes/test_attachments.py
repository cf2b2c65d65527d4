"""Papers of a case: what is taken, what is refused by what it holds, who reads it, and what stays when it is removed."""

import io
import os

import pytest
import sqlalchemy as sa
from PIL import Image

from kessos_case.core.errors import Conflict, Forbidden, Invalid, NotFound
from kessos_case.core.papers import PaperError, check_pdf
from kessos_case.core.settings import settings
from kessos_case.notes import service
from kessos_case.notes.rules import file_name
from tests.factories import Make, fresh_id
from tests.factories import cases as c
from tests.factories import employment as e
from tests.factories import notes as n
from tests.factories.casework import approved_plan

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def worker(make: Make):
    return make.caseworker()


@pytest.fixture
def case(make: Make, worker):
    return c.open_case(make, worker)


def photo(mode: str = "RGB", form: str = "JPEG", **options) -> bytes:
    out = io.BytesIO()
    Image.new(mode, (40, 30)).save(out, form, **options)
    return out.getvalue()


def content(make: Make, by, paper_id):
    with make.acting(by) as session:
        return service.content_of(session, paper_id)


def code_of(error) -> str:
    return error.value.errors[0]["code"]


def test_a_photo_is_written_anew_without_its_place(make: Make, worker, case):
    exif = Image.Exif()
    exif[0x010F] = "Kamera Rahasia"
    paper = n.paper(make, worker, case.id, raw=photo(exif=exif), name="KTP Ani.JPG")
    found = content(make, worker, paper.id)
    assert (found.name, found.media) == ("KTP Ani.jpg", "image/jpeg")
    assert b"Kamera" not in found.raw
    assert dict(Image.open(io.BytesIO(found.raw)).getexif()) == {}


def test_where_a_picture_is_clear_it_becomes_white(make: Make, worker, case):
    paper = n.paper(make, worker, case.id, raw=photo("RGBA", "PNG"))
    seen = Image.open(io.BytesIO(content(make, worker, paper.id).raw))
    assert seen.getpixel((5, 5)) == (255, 255, 255)


def test_a_pdf_stays_as_it_is_and_nothing_of_it_lies_open(make: Make, worker, case, truth):
    raw = n.pdf(b"<< /Type /Page /Title (Surat rahasia) >>")
    paper = n.paper(make, worker, case.id, raw=raw, name="../../Surat Ibu Ani.pdf")
    assert content(make, worker, paper.id) == service.Content("Surat Ibu Ani.pdf", "application/pdf", raw)
    stored = truth.run("select content_sealed, name_sealed from attachments").one()
    assert b"rahasia" not in stored[0] and b"Ani" not in stored[1]


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "missing"),
        (b"<html><script>alert(1)</script></html>", "not_a_paper"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "not_a_paper"),
        (b"PK\x03\x04 surat.docx", "not_a_paper"),
        (b"  " + n.pdf(), "not_a_paper"),
        (b"%PDF-1.7 tanpa akhir", "pdf_not_a_pdf"),
        (n.pdf(b"<< /Encrypt 2 0 R >>"), "pdf_encrypted"),
        (n.pdf(b"<< /S /JavaScript /JS (app.alert) >>"), "pdf_active"),
        (n.pdf(b"<< /S /J#61vaScript >>"), "pdf_active"),
        (n.pdf(b"<< /S /Launch /F (cmd.exe) >>"), "pdf_active"),
        (n.pdf(b"<< /EmbeddedFiles 3 0 R >>"), "pdf_active"),
        (n.pdf(b"1 0 << /S /JavaScript >>", packed=True), "pdf_active"),
        (n.pdf(b"1 0 << /S /Java#53cript >>", packed=True), "pdf_active"),
        (n.pdf(packed=True).replace(b"/FlateDecode", b"/LZWDecode"), "pdf_unreadable"),
        (n.pdf(packed=True).replace(b"/ObjStm", b"/Obj#53tm"), "pdf_unreadable"),
        (n.pdf(b"0" * 70_000_000, packed=True), "pdf_unreadable"),
    ],
    ids=lambda value: None if isinstance(value, bytes) else value,
)
def test_what_is_no_such_paper_is_refused(make: Make, worker, case, raw, code, truth):
    with pytest.raises(Invalid) as error:
        n.paper(make, worker, case.id, raw=raw)
    assert code_of(error) == code
    assert truth.one("select count(*) from attachments") == 0


@pytest.mark.parametrize("raw", [n.pdf(), n.pdf(b"<< /S /URI >>"), n.pdf(packed=True), n.pdf(b"<< /Launcher /X >>"),
                                 n.pdf(os.urandom(2_000_000))])  # fmt: skip
def test_an_ordinary_pdf_is_taken(raw):
    check_pdf(raw)


def test_a_pdf_that_ends_early_inside_a_pack_is_refused():
    raw = n.pdf(b"1 0 << /Type /Page >>" * 50, packed=True)
    cut = raw.replace(b"\nendstream", b"", 1)
    with pytest.raises(PaperError):
        check_pdf(cut.replace(b"endobj", b"endstream", 1)[:-80] + b"endstream %%EOF")


@pytest.mark.parametrize(("said", "kept"), [("C:\\surat\\KTP.png", "KTP.jpg"), ("..", "berkas.jpg"),
                                            ("a\u202egpj.exe", "agpj.jpg"),
                                            ("x" * 300, "x" * 100 + ".jpg"), ('a"b\r\nc.png', "abc.jpg")])  # fmt: skip
def test_a_name_is_a_name_and_no_way(said, kept):
    assert file_name(said, "image/jpeg") == kept


def test_it_belongs_to_something_of_the_case(make: Make, worker, case):
    other = c.open_case(make, worker)
    note, plan = n.note(make, worker, other.id), approved_plan(make, worker, case.id)
    held = n.conference(make, worker, case.id)
    for kind, about in (("plan_step", plan.goals[0].steps[0].id), ("conference", held.id)):
        assert n.paper(make, worker, case.id, about_kind=kind, about_id=about).about_id == about
    for kind, about in (("note", note.id), ("conference", fresh_id()), ("placement", fresh_id()), ("stay", None),
                        ("case", other.id)):  # fmt: skip
        with pytest.raises(Invalid) as error:
            n.paper(make, worker, case.id, about_kind=kind, about_id=about)
        assert error.value.errors[0]["field"] == "about_id"


def test_about_a_placement_of_the_person(make: Make, worker, case):
    placement = e.placement(make, worker, case)
    assert n.paper(make, worker, case.id, about_kind="placement", about_id=placement.id).about_kind == "placement"


def test_about_a_note_in_confidence_it_is_in_confidence(make: Make, worker, case, truth):
    note = n.note(make, worker, case.id, level="confidential")
    paper = n.paper(make, worker, case.id, about_kind="note", about_id=note.id)
    assert paper.level == "confidential"
    assert truth.one("select count(*) from timeline_entries where subject_id = :id", id=paper.id) == 0
    colleague = make.caseworker()
    with pytest.raises(NotFound):
        content(make, colleague, paper.id)
    with pytest.raises(Invalid):
        n.paper(make, colleague, case.id, about_kind="note", about_id=note.id)


def test_removed_its_content_is_gone_and_its_row_stays(make: Make, worker, case, truth):
    paper = n.paper(make, worker, case.id)
    with pytest.raises(Forbidden), make.acting(make.caseworker()) as session:
        service.remove_attachment(session, paper.id, reason="mistake")
    for by in (c.supervisor(make), worker):
        with make.acting(by) as session:
            removed = service.remove_attachment(session, paper.id, reason="wrong_person")
    assert (removed.removed_reason, removed.may_remove) == ("wrong_person", False)
    assert truth.all("select content_sealed from attachments") == [None]
    with pytest.raises(NotFound):
        content(make, worker, paper.id)
    with pytest.raises(sa.exc.ProgrammingError), make.acting(worker) as session:
        session.execute(sa.text("delete from attachments"))


def test_the_papers_of_a_case_have_room_for_so_much(make: Make, worker, case, monkeypatch, truth):
    monkeypatch.setenv("KESSOS_CASE_ATTACHMENTS_BYTES", str(len(n.pdf()) * 2 + 1))
    settings.cache_clear()
    try:
        n.paper(make, make.caseworker(), case.id, level="confidential")
        second = n.paper(make, worker, case.id)
        with pytest.raises(Conflict) as error:
            n.paper(make, worker, case.id)
        assert error.value.code == "no_room", "what he may not see counts too"
        with make.acting(worker) as session:
            service.remove_attachment(session, second.id, reason="replaced")
        assert n.paper(make, worker, case.id).id
    finally:
        monkeypatch.undo()
        settings.cache_clear()


def test_every_look_is_in_the_trail(make: Make, worker, case, truth):
    paper = n.paper(make, worker, case.id)
    content(make, worker, paper.id)
    actions = truth.all("select action from audit_entries where resource_id = :id order by id", id=paper.id)
    assert actions == ["add", "read_content"]


def test_as_a_download_no_browser_opens_it(make: Make, api, worker, case):
    paper = n.paper(make, worker, case.id, name="Surat – Bu Ani.pdf")
    answer = api(worker).get(f"/attachments/{paper.id}/content")
    assert answer.headers["Content-Disposition"].startswith("attachment; ")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.mimetype == "application/pdf"
