"""Notes, papers and conferences to come, as a browser without JavaScript uses them."""

import io
import re

import pytest
from werkzeug.datastructures import FileStorage

from kessos_case.notes import wording
from kessos_case.notes.rules import AboutKind, NoteKind, NoteLevel, RemovalReason
from tests.conftest import Truth
from tests.factories import Make
from tests.factories import cases as c
from tests.factories import notes as n
from tests.readers import fields_of, text_of

pytestmark = pytest.mark.usefixtures("clock")

NOTE = {"kind": "call", "level": "team", "happened_on": "2026-03-01", "text": "Ia sudah mulai kerja."}
PLAN = {"of": "plan", "day": "2026-03-09", "hour": "09:00", "place": "Balai Desa", "agenda": "Tempat tinggal"}


@pytest.fixture
def worker(make: Make):
    return make.caseworker()


@pytest.fixture
def case(make: Make, worker):
    return c.open_case(make, worker, make.client(worker, name="Siti Aminah").id)


def test_every_word_has_words():
    for enum, words in ((NoteKind, wording.KINDS), (NoteLevel, wording.LEVELS), (AboutKind, wording.ABOUT),
                        (RemovalReason, wording.REMOVALS)):  # fmt: skip
        assert set(words) == set(enum)


class TestNotes:
    def test_without_any_the_page_says_what_they_are_for(self, reader, worker, case):
        said = text_of(reader(worker).get(f"/cases/{case.id}/notes").text)
        assert "Belum ada catatan." in said

    def test_one_is_written_once_and_shown(self, reader, worker, case, truth: Truth):
        one = reader(worker)
        form = fields_of(one.get(f"/cases/{case.id}/notes").text) | NOTE
        sent = [one.post(f"/cases/{case.id}/notes", **form) for _ in range(2)]
        assert [answer.status_code for answer in sent] == [303, 303]
        assert truth.one("select count(*) from case_notes") == 1
        said = text_of(one.get(sent[0].headers["Location"]).text)
        assert "Catatan sudah tersimpan." in said
        assert "1 Maret 2026 : Telepon dengan orangnya Ia sudah mulai kerja. Anda" in said

    def test_what_is_missing_is_told_at_its_field_and_nothing_is_lost(self, reader, worker, case):
        refused = reader(worker).post(
            f"/cases/{case.id}/notes", happened_on="2026-03-05", text="Sudah kerja", level="team"
        )
        assert refused.status_code == 422
        assert 'id="kind-error"' in refused.text and "Sudah kerja</textarea>" in refused.text

    def test_one_kind_alone(self, make: Make, reader, worker, case):
        n.note(make, worker, case.id, kind="incident", text="Jatuh di kamar mandi")
        n.note(make, worker, case.id, text="Belajar menjahit")
        said = text_of(reader(worker).get(f"/cases/{case.id}/notes?kind=incident").text)
        assert "Jatuh di kamar mandi" in said and "Belajar" not in said
        assert "Tidak ada catatan jenis ini." in text_of(reader(worker).get(f"/cases/{case.id}/notes?kind=visit").text)

    def test_a_note_in_confidence_is_not_there_for_a_colleague(self, make: Make, reader, worker, case):
        note = n.note(make, worker, case.id, level="confidential", text="Pernah dipukul")
        assert "Rahasia Pernah dipukul" in text_of(reader(worker).get(f"/cases/{case.id}/notes").text)
        other = reader(make.caseworker())
        assert "Belum ada catatan." in text_of(other.get(f"/cases/{case.id}/notes").text)
        assert other.get(f"/cases/{case.id}/notes/{note.id}").status_code == 404

    def test_its_author_puts_it_right(self, make: Make, reader, worker, case):
        note, one = n.note(make, worker, case.id), reader(worker)
        form = fields_of(one.get(f"/cases/{case.id}/notes/{note.id}").text) | {"kind": "progress", "level": "team"}
        assert one.post(f"/cases/{case.id}/notes/{note.id}", **form | {"text": "Lurus"}).status_code == 303
        again = one.post(f"/cases/{case.id}/notes/{note.id}", **form | {"text": "Bengkok"})
        assert again.status_code == 409
        assert "Catatannya sudah berubah sejak halaman ini dibuka." in text_of(again.text)

    def test_after_48_hours_it_is_only_added_to(self, make: Make, reader, worker, case, clock):
        note = n.note(make, worker, case.id)
        clock.move(hours=48)
        one = reader(worker)
        page = one.get(f"/cases/{case.id}/notes").text
        assert "Perbaiki catatan ini" not in page
        assert one.post(f"/cases/{case.id}/notes/{note.id}", **NOTE, version="1").status_code == 409
        added = one.post(f"/cases/{case.id}/notes/{note.id}/addenda", of=str(note.id), text="Ternyata hari Rabu")
        assert "Ternyata hari Rabu Tambahan: Anda" in text_of(one.get(added.headers["Location"]).text)
        empty = one.post(f"/cases/{case.id}/notes/{note.id}/addenda", of=str(note.id), text=" ")
        assert empty.status_code == 422 and f'id="{note.id}-text-error"' in empty.text

    def test_a_long_list_goes_on(self, make: Make, reader, worker, case, statements):
        for number in range(21):
            n.note(make, worker, case.id, text=f"Catatan {number}.")
        one = reader(worker)
        page = one.get(f"/cases/{case.id}/notes").text
        rest = re.search(r'href="([^"]*cursor=[^"]*)"', page)[1].replace("&amp;", "&")
        assert text_of(one.get(rest).text).count("Catatan 0.") == 1
        assert len(statements(lambda: one.get(f"/cases/{case.id}/notes"))) <= 12


class TestPapers:
    def test_one_is_kept_and_taken_out_for_a_reason(self, reader, worker, case, truth: Truth):
        one, here = reader(worker), f"/cases/{case.id}/attachments"
        wrong = one.post(here, file=FileStorage(io.BytesIO(n.pdf()), "Surat.pdf"), level="team", paper="passport")
        assert wrong.status_code == 422 and 'id="paper-error"' in wrong.text
        sent = one.post(here, file=FileStorage(io.BytesIO(n.pdf()), "Surat.pdf"), level="team", paper="family_card")
        assert sent.status_code == 303
        page = one.get(sent.headers["Location"]).text
        assert "Surat.pdf PDF · 1 KB" in text_of(page)
        content = re.search(r'href="(/attachments/[^"]+)"', page)[1]
        assert one.get(content).data == n.pdf()
        remove = re.search(r'action="([^"]+/removal)"', page)[1]
        assert one.post(remove).status_code == 422
        assert one.post(remove, reason="mistake").status_code == 303
        assert "Berkas dihapus: Salah unggah" in text_of(one.get(here).text)
        assert one.get(content).status_code == 404

    @pytest.mark.parametrize(
        ("raw", "said"), [(b"<html>", "Ini bukan foto"), (n.pdf(b"/Encrypt"), "terkunci kata sandi")]
    )
    def test_another_file_is_refused_in_words(self, reader, worker, case, raw, said):
        refused = reader(worker).post(
            f"/cases/{case.id}/attachments", file=FileStorage(io.BytesIO(raw), "x.pdf"), level="team"
        )
        assert refused.status_code == 422 and said in text_of(refused.text)
        assert reader(worker).post(f"/cases/{case.id}/attachments", level="team").status_code == 422

    def test_one_stands_under_its_note(self, make: Make, reader, worker, case):
        note, one = n.note(make, worker, case.id), reader(worker)
        one.post(
            f"/cases/{case.id}/attachments",
            file=FileStorage(io.BytesIO(n.pdf()), "Rapor.pdf"),
            level="team",
            note_id=str(note.id),
        )
        assert "Rapor.pdf" in text_of(one.get(f"/cases/{case.id}/notes").text)

    def test_about_a_note_in_confidence_no_other_reader_can_be_chosen(self, make: Make, reader, worker, case):
        here, one = f"/cases/{case.id}/attachments", reader(worker)
        secret = n.note(make, worker, case.id, level="confidential")
        form = one.get(f"{here}?note_id={secret.id}").text
        assert "Catatannya rahasia, jadi berkas ini juga." in text_of(form)
        assert 'name="level" value="team"' not in form
        for note_id in (n.note(make, worker, case.id).id, case.id, "x"):
            assert 'name="level" value="team"' in one.get(f"{here}?note_id={note_id}").text

    def test_the_note_of_another_case_is_not_named(self, make: Make, reader, worker, case):
        elsewhere = n.note(make, worker, c.open_case(make, worker).id)
        page = reader(worker).get(f"/cases/{case.id}/attachments?note_id={elsewhere.id}").text
        assert f"/notes/{elsewhere.id}" not in page


class TestConferences:
    def test_one_is_planned_and_a_guest_answers(self, make: Make, reader, api, worker, case, truth: Truth, statements):
        one, here = reader(worker), f"/cases/{case.id}/conferences"
        assert one.post(f"{here}/calls", **PLAN).status_code == 303
        call_id = truth.one("select id from conference_calls")
        page = one.post(f"{here}/calls/{call_id}/guests", of="guest", name="Bu Lurah").text
        link = re.search(r'value="http://[^/]+(/guests/[^"]+)"', page)[1]
        assert link not in one.get(here).text, "it is shown once"
        guest = api.bare
        asked = text_of(guest.get(link).text)
        assert "mengundang Anda ke sebuah pertemuan" in asked and "Balai Desa" in asked
        assert "Siti" not in asked and "Lurah" not in asked
        empty = guest.post(link, data={"version": "1", "said": "Saya bawa surat"})
        assert empty.status_code == 422 and "Saya bawa surat" in empty.text
        taken = guest.post(link, data={"version": "1", "answer": "comes", "said": "Saya bawa surat"})
        assert taken.status_code == 303
        assert "Jawaban Anda sudah tercatat." in text_of(guest.get(taken.headers["Location"]).text)
        assert "Bu Lurah : Datang Saya bawa surat" in text_of(one.get(here).text)
        one.post(f"{here}/calls/{call_id}/cancellation")
        ended = guest.get(link)
        assert ended.status_code == 404 and "Pertemuan ini dibatalkan. Anda tidak perlu datang." in text_of(ended.text)
        assert ended.headers["X-Robots-Tag"] == "noindex, nofollow"
        assert guest.post(link, data={"version": "1", "answer": "comes"}).status_code == 404

    def test_a_form_that_names_the_person_comes_back(self, reader, worker, case):
        refused = reader(worker).post(
            f"/cases/{case.id}/conferences/calls", **PLAN | {"agenda": "Bu Siti", "hour": "25:00"}
        )
        assert refused.status_code == 422 and 'id="plan-hour-error"' in refused.text
        refused = reader(worker).post(f"/cases/{case.id}/conferences/calls", **PLAN | {"agenda": "Bahas Bu Siti"})
        assert refused.status_code == 422 and 'id="plan-agenda-error"' in refused.text
        assert "Bahas Bu Siti</textarea>" in refused.text

    def test_a_colleague_answers_for_himself(self, make: Make, reader, worker, case):
        colleague = make.caseworker()
        call = n.call(make, worker, case.id, invite=[colleague.id])
        here = f"/cases/{case.id}/conferences"
        asked = "Anda diundang. Apakah Anda datang?"
        assert asked not in text_of(reader(worker).get(here).text)
        page = reader(colleague).get(here)
        assert asked in text_of(page.text)
        form = {"of": "answer", "version": "1"}
        empty = reader(colleague).post(f"{here}/calls/{call.id}/answer", **form, said="Saya bawa map")
        assert empty.status_code == 422 and 'id="answer-answer-error"' in empty.text and "Saya bawa map" in empty.text
        taken = reader(colleague).post(f"{here}/calls/{call.id}/answer", **form, answer="cannot", said="Saya dinas")
        assert taken.status_code == 303
        assert "Tidak bisa datang Saya dinas" in text_of(reader(worker).get(here).text)

    def test_it_is_moved_by_who_saw_it_last(self, make: Make, reader, worker, case):
        call, one = n.call(make, worker, case.id), reader(worker)
        here = f"/cases/{case.id}/conferences/calls/{call.id}"
        form = PLAN | {"of": "change", "version": "1"}
        assert [one.post(here, **form).status_code for _ in range(2)] == [303, 409]

    def test_what_was_decided_goes_into_the_plan_in_one_press(
        self, make: Make, reader, worker, case, truth: Truth, statements
    ):
        call, one = n.call(make, worker, case.id), reader(worker)
        office, here = str(worker.organisation_id), f"/cases/{case.id}/conferences"
        lines = {
            "agreed.2.text": "Daftar kursus",
            "agreed.2.kind": "course",
            "agreed.2.domain": "other",
            "agreed.2.responsible_organisation_id": office,
        }
        form = {"call_id": str(call.id), "held_on": "2026-03-02", "present": "client", **lines}
        refused = one.post(here, **form)
        assert refused.status_code == 422 and 'id="agreed.0.due_on-error"' in refused.text
        unsaid = one.post(here, **form | {"agreed.2.due_on": "2026-03-20", "agreed.2.kind": ""})
        assert unsaid.status_code == 422 and 'id="agreed.0.kind-error"' in unsaid.text
        assert one.post(here, **form, **{"agreed.2.due_on": "2026-03-20"}).status_code == 303
        page = one.get(here).text
        assert "1 keputusan belum ada di rencana" in text_of(page)
        assert "Pelatihan ·" in text_of(page)
        assert len(statements(lambda: one.get(here))) <= 12
        decide = re.search(r'action="([^"]+/decisions/[^"]+)"', page)[1]
        unsaid = one.post(decide, do="let_go", of=decide.rsplit("/", 1)[1])
        assert unsaid.status_code == 422 and "-reason-error" in unsaid.text
        assert one.post(decide, do="take_up").status_code == 303
        said = text_of(one.get(here).text)
        assert "keputusan belum ada" not in said and "Dimasukkan ke Rencana ke-1" in said
        assert truth.all("select state from plans") == ["draft"]
        assert truth.all("select kind from plan_steps") == ["course"]

    def test_what_is_planned_for_later_is_not_taken_for_what_was_held_today(
        self, make: Make, reader, worker, case, clock
    ):
        call, here = n.call(make, worker, case.id), f"/cases/{case.id}/conferences"
        box = f'name="call_id" value="{call.id}"'
        assert f"{box}>" in reader(worker).get(here).text
        clock.move(days=7)
        assert f"{box} checked>" in reader(worker).get(here).text

    def test_a_supervisor_sees_who_must_take_it_up(self, make: Make, reader, worker, case):
        n.conference(make, worker, case.id)
        said = text_of(reader(c.supervisor(make)).get(f"/cases/{case.id}/conferences").text)
        assert "Menunggu pekerja sosial." in said and "Masukkan ke rancangan rencana" not in said

    def test_the_first_page_leads_to_what_waits(self, make: Make, reader, worker, case):
        n.conference(make, worker, case.id)
        page = reader(worker).get("/?show=week").text
        assert f'href="/cases/{case.id}/conferences"' in page
