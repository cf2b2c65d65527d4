"""Pages of training, as a browser without JavaScript uses them: attendance of a whole batch, results, places, courses."""

import re

import pytest

from kessos_case.training import wording
from kessos_case.training.rules import DropReason, EnrolmentState, Presence
from tests.conftest import Clock, Truth
from tests.factories import Make
from tests.factories.cases import MAGETAN, open_case
from tests.factories.casework import in_days, supervisor_beside
from tests.factories.training import attendance, batch, course, dropped, enrolment, learner, result
from tests.readers import fields_of, text_of

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def worker(make: Make):
    return make.caseworker()


@pytest.fixture
def leader(make: Make, worker):
    return supervisor_beside(make, worker)


@pytest.fixture
def sewing(make: Make, worker):
    return batch(make, worker, capacity=8)


@pytest.fixture
def people(make: Make, worker, leader, sewing):
    return [enrolment(make, worker, sewing, learner(make, worker, leader)) for _ in range(3)]


def presences(truth: Truth, found) -> dict:
    return dict(truth.all("select enrolment_id, presence from attendances where batch_id = :id", id=found.id))


def named(make: Make, worker, leader, name: str, **stated):
    """A learner with this name."""
    return learner(make, worker, leader, client_id=make.client(worker, name=name, **stated).id)


def words(people, *said: str) -> dict[str, str]:
    return {f"p.{one.id}": word for one, word in zip(people, said, strict=True)}


class TestAttendance:
    """A whole batch on one page."""

    def test_nobody_is_taken_for_present_before_somebody_says_so(self, reader, worker, sewing, people):
        page = reader(worker).get(f"/batches/{sewing.id}/attendance").text
        assert len(re.findall(r'type="radio"', page)) == 9
        assert " checked" not in page
        assert "Hari ini belum dicatat." in text_of(page)

    def test_one_press_writes_the_whole_batch(self, reader, worker, sewing, people, truth: Truth):
        one = reader(worker)
        form = fields_of(one.get(f"/batches/{sewing.id}/attendance").text)
        sent = one.post(f"/batches/{sewing.id}/attendance", **form, **words(people, "present", "excused", "absent"))
        assert sent.status_code == 303
        assert presences(truth, sewing) == dict(
            zip([one.id for one in people], ["present", "excused", "absent"], strict=True)
        )
        said = text_of(one.get(sent.headers["Location"]).text)
        assert "Kehadiran sudah tersimpan." in said
        assert "1 hadir, 1 izin, 1 tidak hadir" in said

    def test_the_rest_was_present(self, reader, worker, sewing, people, truth: Truth):
        sent = reader(worker).post(
            f"/batches/{sewing.id}/attendance", all="present", **words(people[:1], "absent"), on=str(in_days(0))
        )
        assert sent.status_code == 303
        assert sorted(presences(truth, sewing).values()) == ["absent", "present", "present"]

    def test_who_was_left_out_is_named_and_nothing_typed_is_lost(self, make, reader, worker, sewing, people, truth):
        refused = reader(worker).post(f"/batches/{sewing.id}/attendance", **words(people[:2], "present", "excused"))
        assert refused.status_code == 422
        assert f'href="#p.{people[2].id}"' in refused.text
        assert refused.text.count(" checked") == 2
        assert str(wording.CHOOSE_PRESENCE) in text_of(refused.text)
        assert presences(truth, sewing) == {}

    def test_a_word_that_is_none_is_refused(self, reader, worker, sewing, people, truth: Truth):
        refused = reader(worker).post(f"/batches/{sewing.id}/attendance", **words(people, "present", "late", "absent"))
        assert refused.status_code == 422
        assert presences(truth, sewing) == {}

    def test_a_day_that_was_written_is_shown_and_corrected(self, make, reader, worker, sewing, people, truth: Truth):
        attendance(make, worker, sewing, *people)
        one = reader(worker)
        form = fields_of(one.get(f"/batches/{sewing.id}/attendance").text)
        assert [form[f"p.{person.id}"] for person in people] == ["present"] * 3
        one.post(f"/batches/{sewing.id}/attendance", **form | words(people[:1], "absent"))
        assert sorted(presences(truth, sewing).values()) == ["absent", "present", "present"]

    def test_what_somebody_else_wrote_meanwhile_is_told_before_it_is_lost(
        self, make, reader, worker, sewing, people, truth
    ):
        one = reader(worker)
        form = fields_of(one.get(f"/batches/{sewing.id}/attendance").text)
        attendance(make, worker, sewing, people[0])
        mine = form | words(people, "absent", "present", "present")
        refused = one.post(f"/batches/{sewing.id}/attendance", **mine)
        assert refused.status_code == 409
        said = text_of(refused.text)
        assert "Orang lain sudah mencatat hari ini" in said
        assert "Sekarang tercatat: Hadir." in said
        assert presences(truth, sewing)[people[0].id] == "present"
        again = one.post(f"/batches/{sewing.id}/attendance", **fields_of(refused.text))
        assert again.status_code == 303
        assert presences(truth, sewing)[people[0].id] == "absent"

    def test_the_same_words_twice_are_no_conflict(self, make, reader, worker, sewing, people):
        one = reader(worker)
        form = fields_of(one.get(f"/batches/{sewing.id}/attendance").text) | words(people, *["present"] * 3)
        statuses = [one.post(f"/batches/{sewing.id}/attendance", **form).status_code for _ in range(2)]
        # A second press of the same button finds the day written as it says itself; it is told, not lost.
        assert statuses[0] == 303

    @pytest.mark.parametrize(
        ("days", "words_of"),
        [(1, "Hari ini belum tiba."), (-1, "Hari itu di luar masa pelatihan."), (99, "di luar masa pelatihan")],
    )
    def test_a_day_that_cannot_be_is_refused_in_words(self, reader, worker, sewing, people, truth, days, words_of):
        one, on = reader(worker), str(in_days(days))
        assert words_of in text_of(one.get(f"/batches/{sewing.id}/attendance?on={on}").text)
        refused = one.post(f"/batches/{sewing.id}/attendance", on=on, **words(people, *["present"] * 3))
        assert refused.status_code == 422
        assert words_of in text_of(refused.text)
        assert presences(truth, sewing) == {}

    def test_a_batch_that_comes_says_when_it_begins(self, make, reader, worker):
        coming = batch(make, worker, starts_on=in_days(5), ends_on=in_days(9))
        said = text_of(reader(worker).get(f"/batches/{coming.id}/attendance").text)
        assert "Pelatihan ini mulai 7 Maret 2026." in said

    def test_who_came_later_may_be_left_out_of_a_day_that_was_written(
        self, make, reader, worker, leader, sewing, people, clock: Clock, truth
    ):
        attendance(make, worker, sewing, *people)
        on = str(in_days(0))
        clock.move(days=1)
        late = enrolment(make, worker, sewing, learner(make, worker, leader))
        one = reader(worker)
        page = one.get(f"/batches/{sewing.id}/attendance?on={on}").text
        assert "Terdaftar sejak 3 Maret 2026. Boleh dikosongkan." in text_of(page)
        form = fields_of(page)
        assert one.post(f"/batches/{sewing.id}/attendance", **form).status_code == 303
        assert late.id not in presences(truth, sewing)
        one.post(f"/batches/{sewing.id}/attendance", **form | words([late], "absent"))
        assert presences(truth, sewing)[late.id] == "absent"

    def test_who_has_left_stays_on_the_days_that_were_written(self, make, reader, worker, sewing, people, truth: Truth):
        attendance(make, worker, sewing, *people)
        dropped(make, worker, people[0])
        one = reader(worker)
        page = one.get(f"/batches/{sewing.id}/attendance").text
        assert "Sudah tidak ikut lagi." in text_of(page)
        assert one.post(f"/batches/{sewing.id}/attendance", **fields_of(page)).status_code == 303
        assert presences(truth, sewing)[people[0].id] == "present"

    def test_another_office_sees_no_list_and_writes_none(self, make, reader, sewing, people):
        stranger = reader(make.caseworker(MAGETAN))
        assert stranger.get(f"/batches/{sewing.id}/attendance").status_code == 403
        assert stranger.post(f"/batches/{sewing.id}/attendance", all="present").status_code == 403

    def test_the_list_is_in_the_trail(self, reader, worker, sewing, people, truth: Truth):
        reader(worker).get(f"/batches/{sewing.id}/attendance")
        seen = truth.one("select client_ids from audit_entries where action = 'read' and resource = 'attendance'")
        assert set(seen) == {one.client_id for one in people}


class TestResults:
    """How a course ended, for a whole batch."""

    def test_those_who_are_filled_in_are_written(self, make, reader, worker, sewing, people, truth: Truth):
        attendance(make, worker, sewing, *people)
        first, second, third = (one.id for one in people)
        sent = reader(worker).post(
            f"/batches/{sewing.id}/results",
            **{f"of.{one.id}": "1" for one in people},
            **{f"passed.{first}": "yes", f"score.{first}": "85", f"certificate_no.{first}": "S-1"},
            **{f"passed.{second}": "no", f"passed.{third}": ""},
        )
        assert sent.status_code == 303
        rows = truth.all(
            "select id, state, passed, score, certificate_no from enrolments where batch_id = :id", id=sewing.id
        )
        found = {row[0]: row[1:] for row in rows}
        assert found == {
            first: ("completed", True, 85, "S-1"),
            second: ("completed", False, None, None),
            third: ("attending", None, None, None),
        }

    def test_all_of_it_is_written_or_nothing_and_nothing_typed_is_lost(
        self, make, reader, worker, sewing, people, truth: Truth
    ):
        attendance(make, worker, sewing, *people)
        first, second, third = (one.id for one in people)
        refused = reader(worker).post(
            f"/batches/{sewing.id}/results",
            **{f"of.{one.id}": "1" for one in people},
            **{f"passed.{first}": "yes", f"passed.{second}": "yes", f"score.{second}": "185", f"passed.{third}": "yes"},
        )
        assert refused.status_code == 422
        said = text_of(refused.text)
        assert "Belum ada yang tersimpan." in said
        assert f"passed.{first}" in refused.text
        assert f'href="#score.{second}"' in refused.text
        assert str(wording.WRONG["score"]) in said
        assert 'value="185"' in refused.text
        assert truth.one("select count(*) from enrolments where state = 'completed'") == 0

    def test_a_certificate_number_is_nobody_elses(self, make, reader, worker, sewing, people, truth: Truth):
        attendance(make, worker, sewing, *people)
        first, second = people[0].id, people[1].id
        refused = reader(worker).post(
            f"/batches/{sewing.id}/results",
            **{f"of.{one.id}": "1" for one in people[:2]},
            **{f"passed.{first}": "yes", f"certificate_no.{first}": "S-1"},
            **{f"passed.{second}": "yes", f"certificate_no.{second}": "S-1"},
        )
        assert f'id="certificate_no.{second}-error"' in refused.text
        assert truth.one("select state from enrolments where id = :id", id=second) == "attending"

    def test_nothing_filled_in_is_said(self, reader, worker, sewing, people):
        refused = reader(worker).post(f"/batches/{sewing.id}/results", **{f"of.{people[0].id}": "1"})
        assert refused.status_code == 422
        assert "Belum ada yang diisi." in text_of(refused.text)

    def test_a_result_that_is_there_is_not_written_over(self, make, reader, worker, sewing, people, truth: Truth):
        attendance(make, worker, sewing, *people)
        result(make, worker, people[0], score=70)
        form = {f"of.{people[0].id}": "1", f"passed.{people[0].id}": "no"}
        refused = reader(worker).post(f"/batches/{sewing.id}/results", **form)
        assert refused.status_code == 409
        assert str(wording.CODES["wrong_state"]) in text_of(refused.text)
        assert truth.one("select passed from enrolments where id = :id", id=people[0].id) is True

    def test_the_form_reaches_nobody_of_another_batch(self, make, reader, worker, leader, sewing, people, truth: Truth):
        other = batch(make, worker)
        elsewhere = enrolment(make, worker, other, learner(make, worker, leader))
        attendance(make, worker, other, elsewhere)
        form = {f"of.{elsewhere.id}": "1", f"passed.{elsewhere.id}": "yes"}
        assert reader(worker).post(f"/batches/{sewing.id}/results", **form).status_code == 422
        assert truth.one("select state from enrolments where id = :id", id=elsewhere.id) == "attending"

    def test_another_office_writes_none(self, make, reader, sewing, people):
        stranger = reader(make.caseworker(MAGETAN))
        assert stranger.get(f"/batches/{sewing.id}/results").status_code == 403
        assert stranger.post(f"/batches/{sewing.id}/results", **{f"of.{people[0].id}": "1"}).status_code == 403


class TestPlaces:
    """Who gets a place, and who leaves."""

    def test_from_the_list_of_people_to_a_place(self, make, reader, worker, leader, sewing):
        case, one = named(make, worker, leader, "Siti Aminah"), reader(worker)
        page = one.get(f"/batches/{sewing.id}/enrolments").text
        way = f"/batches/{sewing.id}/enrolments/new?case_id={case.id}"
        assert way in page
        sent = one.post(f"/batches/{sewing.id}/enrolments/new", **fields_of(one.get(way).text))
        assert sent.status_code == 303
        said = text_of(one.get(sent.headers["Location"]).text)
        assert "Orangnya sudah terdaftar di pelatihan ini." in said
        assert "Siti Aminah" in said
        assert way not in one.get(f"/batches/{sewing.id}/enrolments").text

    def test_somebody_is_found_by_name_and_the_name_stands_in_no_address(self, make, reader, worker, leader, sewing):
        case = named(make, worker, leader, "Siti Aminah")
        other = named(make, worker, leader, "Bambang Hartono")
        found = reader(worker).post(f"/batches/{sewing.id}/enrolments", q="Siti Aminah")
        assert f"case_id={case.id}" in found.text
        assert f"case_id={other.id}" not in found.text

    def test_who_is_not_yet_so_far_is_not_offered_and_refused_in_words(self, make, reader, worker, sewing):
        case, one = open_case(make, worker), reader(worker)
        assert str(case.id) not in one.get(f"/batches/{sewing.id}/enrolments").text
        refused = one.post(f"/batches/{sewing.id}/enrolments/new", case_id=str(case.id))
        assert refused.status_code == 409
        assert str(wording.CODES["wrong_stage"]) in text_of(refused.text)
        assert f'href="/cases/{case.id}"' in refused.text

    def test_a_full_batch_offers_the_line(self, make, reader, worker, leader, truth: Truth):
        small = batch(make, worker, capacity=1)
        enrolment(make, worker, small, learner(make, worker, leader))
        case, one = learner(make, worker, leader), reader(worker)
        refused = one.post(f"/batches/{small.id}/enrolments/new", case_id=str(case.id))
        assert refused.status_code == 409
        assert str(wording.CODES["batch_full"]) in text_of(refused.text)
        sent = one.post(f"/batches/{small.id}/enrolments/new", **fields_of(refused.text))
        assert "Orangnya masuk daftar tunggu." in text_of(one.get(sent.headers["Location"]).text)
        assert truth.one("select state from enrolments where case_id = :id", id=case.id) == "waiting"

    def test_two_presses_give_one_place(self, make, reader, worker, leader, sewing, truth: Truth):
        case, one = learner(make, worker, leader), reader(worker)
        form = fields_of(one.get(f"/batches/{sewing.id}/enrolments/new?case_id={case.id}").text)
        sent = [one.post(f"/batches/{sewing.id}/enrolments/new", **form).status_code for _ in range(2)]
        assert sent == [303, 303]
        assert truth.one("select taken from batches where id = :id", id=sewing.id) == 1

    def test_another_course_on_these_days_is_said(self, make, reader, worker, sewing, people):
        other = batch(make, worker)
        refused = reader(worker).post(f"/batches/{other.id}/enrolments/new", case_id=str(people[0].case_id))
        assert refused.status_code == 409
        assert str(wording.CODES["clash"]) in text_of(refused.text)

    def test_whoever_leaves_gives_the_place_to_the_first_in_line(self, make, reader, worker, leader, truth: Truth):
        small = batch(make, worker, capacity=1)
        first = enrolment(make, worker, small, learner(make, worker, leader))
        waiting = enrolment(make, worker, small, learner(make, worker, leader), wait=True)
        one = reader(worker)
        form = fields_of(one.get(f"/enrolments/{first.id}/drop").text)
        assert form["on"] == "2026-03-02"
        refused = one.post(f"/enrolments/{first.id}/drop", **form)
        assert refused.status_code == 422
        assert str(wording.WRONG["reason"]) in text_of(refused.text)
        assert one.post(f"/enrolments/{first.id}/drop", **form | {"reason": "illness"}).status_code == 303
        assert truth.one("select state from enrolments where id = :id", id=waiting.id) == "enrolled"

    def test_a_foreign_person_and_a_foreign_batch(self, make, reader, sewing, people):
        stranger = make.caseworker(MAGETAN)
        one = reader(stranger)
        assert one.get(f"/enrolments/{people[0].id}/drop").status_code == 404
        assert one.post(f"/enrolments/{people[0].id}/drop", reason="illness", on="2026-03-02").status_code == 404
        assert one.get(f"/batches/{sewing.id}/enrolments").status_code == 403
        mine = learner(make, stranger)
        assert one.post(f"/batches/{sewing.id}/enrolments/new", case_id=str(mine.id)).status_code == 403


class TestBatches:
    """Courses and their runs."""

    def test_what_must_be_done_now_stands_on_the_card(self, make, reader, worker, sewing, people):
        one = reader(worker)
        assert "Kehadiran hari ini belum dicatat." in text_of(one.get("/batches").text)
        attendance(make, worker, sewing, *people)
        assert "Kehadiran hari ini sudah dicatat." in text_of(one.get("/batches").text)

    def test_a_batch_without_results_waits_under_its_own_heading(
        self, make, reader, worker, sewing, people, clock: Clock
    ):
        clock.move(days=20)
        one = reader(worker)
        said = text_of(one.get("/batches?view=results").text)
        assert "Menunggu hasil (1)" in said
        assert "3 orang belum ada hasilnya" in said
        assert f"/batches/{sewing.id}/results" in one.get("/batches?view=results").text

    def test_all_states_are_told_in_words(self, make, reader, worker, leader, truth: Truth):
        small = batch(make, worker, capacity=2)
        done = enrolment(make, worker, small, learner(make, worker, leader))
        gone = enrolment(make, worker, small, learner(make, worker, leader))
        enrolment(make, worker, small, learner(make, worker, leader), wait=True)
        attendance(make, worker, small, done)
        result(make, worker, done, score=90, certificate_no="S-7")
        dropped(make, worker, gone)
        said = text_of(reader(worker).get(f"/batches/{small.id}").text)
        for part in ("Lulus", "Nilai 90", "Sertifikat nomor S-7", "Tidak mau ikut lagi", "Hadir 1 hari"):
            assert part in said

    def test_a_foreign_batch_tells_whose_it_is_and_of_nobody_in_it(self, make, reader, sewing, people):
        page = reader(make.caseworker(MAGETAN)).get(f"/batches/{sewing.id}").text
        assert "Orang dari kantor Anda masuk lewat rujukan" in text_of(page)
        assert not [one for one in people if str(one.client_id) in page]

    def test_restricted_people_are_not_named_in_lists(self, make, reader, worker, leader, sewing):
        case = named(make, worker, leader, "Dewi Rahasia", confidentiality="strict")
        one, place = reader(worker), enrolment(make, worker, sewing, case)
        for path in ("", "/attendance", "/results", "/enrolments"):
            page = one.get(f"/batches/{sewing.id}{path}").text
            assert "Dewi Rahasia" not in page
        assert f"Dirahasiakan {case.client_id.hex[-4:]}" in one.get(f"/batches/{sewing.id}/attendance").text
        assert "Dewi Rahasia" in one.get(f"/enrolments/{place.id}/drop").text, "alone a person has a name"

    def test_a_course_and_its_batch_are_made_and_changed(self, reader, worker, truth: Truth):
        one = reader(worker)
        refused = one.post("/courses/new", name="Las Dasar", skill="las", hours="banyak", capacity="8")
        assert refused.status_code == 422
        assert 'value="banyak"' in refused.text
        assert str(wording.WRONG["hours"]) in text_of(refused.text)
        assert one.post("/courses/new", name="Las Dasar", skill="las", hours="80", capacity="8").status_code == 303
        made = truth.one("select id from courses")
        form = {"course_id": str(made), "starts_on": "2026-03-10", "ends_on": "2026-03-09"}
        refused = one.post("/batches/new", **form)
        assert str(wording.CODES["before_start"]) in text_of(refused.text)
        assert one.post("/batches/new", **form | {"ends_on": "2026-03-20"}).status_code == 303
        found = truth.one("select id from batches")
        change = fields_of(one.get(f"/batches/{found}/change").text)
        one.post(f"/batches/{found}/change", **change | {"starts_on": "2026-03-12", "capacity": "9"})
        assert str(truth.one("select starts_on from batches")) == "2026-03-12"
        again = one.post(f"/batches/{found}/change", **change)
        assert again.status_code == 409
        assert "Keadaannya sudah berubah" in text_of(again.text)

    def test_places_below_those_taken_are_refused_in_words(self, reader, worker, sewing, people, truth: Truth):
        one = reader(worker)
        change = fields_of(one.get(f"/batches/{sewing.id}/change").text)
        assert "starts_on" not in change, "a batch that has begun keeps its days"
        refused = one.post(f"/batches/{sewing.id}/change", **change | {"capacity": "2"})
        assert refused.status_code == 409
        assert str(wording.CODES["capacity_in_use"]) in text_of(refused.text)
        assert truth.one("select capacity from batches where id = :id", id=sewing.id) == 8

    def test_a_course_that_is_taught_no_more_leaves_the_list(self, make, reader, worker, truth: Truth):
        found, one = course(make, worker), reader(worker)
        form = fields_of(one.get(f"/courses/{found.id}").text)
        form.pop("is_active")
        assert one.post(f"/courses/{found.id}", **form).status_code == 303
        assert "Menjahit Dasar" not in text_of(one.get("/courses").text)
        assert "Menjahit Dasar" in text_of(one.get("/courses?show=ended").text)

    def test_another_office_looks_and_changes_nothing(self, make, reader, worker, truth: Truth):
        found, one = course(make, worker), reader(make.caseworker(MAGETAN))
        page = one.get(f"/courses/{found.id}")
        assert page.status_code == 200
        assert "Ubah pelatihan" not in page.text
        form = {"name": "Lain", "skill": "lain", "hours": "5", "capacity": "5", "version": "1"}
        assert one.post(f"/courses/{found.id}", **form).status_code == 403
        assert truth.one("select name from courses") == "Menjahit Dasar"

    def test_filters_that_are_none_show_everything(self, reader, worker, sewing):
        assert reader(worker).get("/batches?view=x&course=y&office=z&case_id=q").status_code == 200

    def test_a_view_can_be_kept(self, reader, worker, sewing):
        one = reader(worker)
        one.post("/filters", page="/batches", name="Yang selesai", query="view=ended")
        assert "Yang selesai" in one.get("/batches").text


def test_every_word_of_the_rules_has_words():
    assert set(wording.STATES) == set(EnrolmentState)
    assert set(wording.PRESENCES) == set(Presence)
    assert set(wording.DROP_REASONS) == set(DropReason)


@pytest.mark.parametrize("path", ["", "/attendance", "/results", "/enrolments"])
def test_more_people_ask_no_more_of_the_database(make, reader, worker, leader, sewing, people, statements, path):
    one, address = reader(worker), f"/batches/{sewing.id}{path}"
    few = len(statements(lambda: one.get(address)))
    for _ in range(3):
        enrolment(make, worker, sewing, learner(make, worker, leader))
    assert len(statements(lambda: one.get(address))) == few <= 12
