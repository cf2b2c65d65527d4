"""Submitting, moving and matching referrals."""

import contextlib
import random
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO

import pytest
from PIL import Image

from kessos_case.core import db, jobs
from kessos_case.core.errors import Conflict, Forbidden, Invalid, NotFound, RuleBroken
from kessos_case.core.images import PhotoError, clean_photo
from kessos_case.referrals import service
from tests.factories import AMBULU, SURABAYA, Make
from workers.runner import run_job


def move(make: Make, by, referral, verb, **how):
    with make.acting(by) as session:
        return service.move_referral(session, referral.id, verb=verb, **how)


def test_a_report_belongs_to_the_desk_of_its_regency_with_a_clock(make: Make, clock):
    sent = make.referral(make.user("tksk"), urgency="emergency")
    assert sent.owner == make.organisation("DINSOS-35.09").name
    assert (sent.due_at - clock.now).total_seconds() == 3600


def test_a_routine_report_is_due_after_three_working_days_of_indonesia(make: Make, clock):
    clock.set("2026-03-17T03:00:00+00:00")  # Tuesday; then Nyepi, its leave, and the days around Idul Fitri
    sent = make.referral(make.user("tksk"), urgency="routine")
    assert sent.due_at.date().isoformat() == "2026-03-27"


def test_question_and_answer_change_owner_and_clock(make: Make, clock):
    tksk, desk = make.user("tksk"), make.user("triage")
    sent = make.referral(tksk)
    clock.move(hours=5)
    asked = move(make, desk, sent, "return", note="Di sebelah mana pasar?")
    assert (asked.state, asked.owner) == ("returned", "sender")
    clock.move(hours=2)
    answered = move(make, tksk, sent, "resubmit", note="Pintu timur")
    assert (answered.state, answered.owner) == ("submitted", sent.owner)
    assert (answered.due_at - clock.now).days == 1
    with make.acting(desk) as session:
        told = [(step["verb"], step["note"]) for step in service.history_for(session, sent.id)]
    assert told == [("submit", None), ("return", "Di sebelah mana pasar?"), ("resubmit", "Pintu timur")]


def test_an_overdue_report_says_so(make: Make, clock):
    tksk = make.user("tksk")
    sent = make.referral(tksk)
    clock.move(hours=25)
    with make.acting(tksk) as session:
        assert service.read_referral(session, sent.id).is_overdue


def test_a_question_needs_words(make: Make):
    sent = make.referral(make.user("tksk"))
    with pytest.raises(RuleBroken) as refused:
        move(make, make.user("triage"), sent, "return")
    assert [error["code"] for error in refused.value.errors] == ["question_missing"]


def test_a_sender_cannot_answer_what_nobody_asked(make: Make):
    tksk = make.user("tksk")
    with pytest.raises(RuleBroken):
        move(make, tksk, make.referral(tksk), "resubmit", note="?")


def test_the_desk_of_another_regency_sees_nothing(make: Make):
    sent = make.referral(make.user("tksk"))
    elsewhere = make.user("triage", organisation="DINSOS-35.78")
    with pytest.raises(NotFound):
        move(make, elsewhere, sent, "return", note="?")


def test_the_desk_of_the_province_sees_every_regency(make: Make):
    sent = make.referral(make.user("tksk"))
    province = make.user("triage", organisation="DINSOS-35")
    assert move(make, province, sent, "return", note="?").state == "returned"


def test_a_sender_cannot_reject(make: Make):
    tksk = make.user("tksk")
    with pytest.raises(Forbidden):
        move(make, tksk, make.referral(tksk), "reject", reason="duplicate")


def test_a_desk_may_withdraw_too(make: Make):
    closed = move(make, make.user("triage"), make.referral(make.user("tksk")), "withdraw", reason="not_reached")
    assert (closed.state, closed.due_at) == ("withdrawn", None)


def test_one_who_is_sender_and_desk_in_one_may_do_both(make: Make):
    desk = make.user("triage")
    sent = make.referral(desk)
    assert sent.allowed_verbs == ["return", "triage", "reject", "withdraw"]


def test_a_rejected_report_is_closed_with_a_reason_and_without_a_clock(make: Make):
    sent = make.referral(make.user("tksk"))
    closed = move(make, make.user("triage"), sent, "reject", reason="duplicate")
    assert (closed.state, closed.owner, closed.due_at, closed.allowed_verbs) == ("rejected", None, None, [])


def test_everything_open_has_owner_and_due_time(make: Make, truth):
    tksk, desk = make.user("tksk"), make.user("triage")
    for verb in (None, "return", "reject"):
        sent = make.referral(tksk)
        if verb:
            move(make, desk, sent, verb, note="?", reason="duplicate" if verb == "reject" else None)
    open_ones = "state in ('submitted', 'returned')"
    query = f"select count(*) from referrals where {open_ones} and (owner_organisation_id is null or due_at is null)"
    assert truth.one(query) == 0


def test_mistakes_are_named_field_by_field(make: Make):
    from datetime import UTC, datetime
    from uuid import uuid4

    with pytest.raises(Invalid) as refused:
        make.referral(
            make.user("tksk"), person=None, client_id=uuid4(), region_code="35", service_types=["nothing"],
            found_at=datetime(2190, 1, 1, tzinfo=UTC),
        )  # fmt: skip
    fields = [(error["field"], error["code"]) for error in refused.value.errors]
    assert fields == [
        ("region_code", "too_wide"), ("service_types", "not_found"), ("found_at", "in_future"), ("client_id", "not_found"),
    ]  # fmt: skip


def test_neither_a_client_nor_a_person_is_nobody(make: Make):
    with pytest.raises(Invalid) as refused:
        make.referral(make.user("tksk"), person=None)
    assert refused.value.errors[0]["code"] == "one_of"


def test_another_report_under_the_same_reference_is_not_swallowed(make: Make):
    tksk = make.user("tksk")
    first = make.referral(tksk, client_reference="hp-7")
    with pytest.raises(Conflict) as refused:
        make.referral(tksk, client_reference="hp-7", place="Lain tempat")
    assert (refused.value.code, refused.value.errors[0]["id"]) == ("client_reference_used", str(first.id))


def test_two_senders_may_use_the_same_reference(make: Make):
    one, two = (
        make.referral(make.user("tksk"), client_reference="1"),
        make.referral(make.user("tksk"), client_reference="1"),
    )
    assert one.id != two.id


def test_the_same_report_sent_eight_times_at_once_is_one(committed, make_committed: Make):
    tksk = make_committed.user("tksk")
    with ThreadPoolExecutor(8) as pool:
        sent = list(pool.map(lambda _: make_committed.referral(tksk, client_reference="hp-1").id, range(8)))
    assert len(set(sent)) == 1


def test_two_desks_at_once_make_one_move(committed, make_committed: Make):
    tksk, desks = make_committed.user("tksk"), [make_committed.user("triage") for _ in range(2)]
    sent = make_committed.referral(tksk)

    def ask(desk):
        try:
            return move(make_committed, desk, sent, "return", note="?").state
        except RuleBroken:
            return "refused"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(ask, desks)) == ["refused", "returned"]


def test_what_was_said_of_the_person_is_stored_sealed(make: Make, truth):
    make.referral(
        make.user("tksk"), person={"name": "Pak Rahasia", "condition": "luka bakar"}, place="Gang Dua", note="hati-hati"
    )
    stored = repr(truth.all("select * from referrals")) + repr(truth.all("select * from jobs"))
    for word in ("Rahasia", "luka", "Gang", "hati-hati"):
        assert word not in stored


def test_a_report_on_a_known_client_opens_the_desks_reach_and_tells_the_timeline(make: Make, truth):
    worker, desk = make.caseworker(), make.user("triage")
    client = make.client(worker)
    sent = make.referral(worker, person=None, client_id=client.id)
    assert sent.client_id == client.id
    from kessos_case.clients.service import read_client

    with make.acting(desk) as session:
        assert read_client(session, client.id).name == client.name
    kinds = truth.all("select kind from timeline_entries where client_id = :id order by id", id=client.id)
    assert kinds == ["client_registered", "referral_submitted"]


def test_a_strict_service_hides_the_person_in_lists_from_all_but_the_sender(make: Make, api):
    tksk, desk = make.user("tksk"), make.user("triage")
    sent = make.referral(tksk, person={"name": "Anak Rahasia"}, service_types=["child_protection"])
    mine, listed = api(tksk).get("/referrals").json["items"][0], api(desk).get("/referrals").json["items"][0]
    assert mine["person"]["name"] == "Anak Rahasia"
    assert (listed["is_masked"], listed["person"]["name"]) == (True, None)
    assert api(desk).get(f"/referrals/{sent.id}").json["person"]["name"] == "Anak Rahasia"


class TestMatches:
    """Who the described person may be."""

    def found(self, make: Make, truth, desk, sent):
        with db.transaction(db.system("test")) as session:
            job = session.get_one(
                jobs.Job, truth.one("select id from jobs where args ->> 'referral_id' = :id", id=str(sent.id))
            )
            service.find_matches(session, job)
        with make.acting(desk) as session:
            return [candidate.shown() for candidate in service.matches_for(session, sent.id)]

    def test_the_desk_sees_a_reference_and_who_holds_the_person(self, make: Make, truth):
        make.client(make.caseworker(), name="Mbah Surip", region_code=AMBULU)
        sent = make.referral(make.user("tksk"), person={"alias": "Surip"})
        shown = self.found(make, truth, make.user("triage"), sent)
        assert shown[0]["held_by"] == [make.organisation("PSTW-BONDOWOSO").name]
        assert "name" not in shown[0]

    def test_a_restricted_person_is_not_among_them(self, make: Make, truth):
        make.client(make.caseworker(), name="Mbah Surip", region_code=AMBULU, categories=["PPKS-18"])
        sent = make.referral(make.user("tksk"), person={"alias": "Surip"})
        assert self.found(make, truth, make.user("triage"), sent) == []

    def test_the_sender_is_told_nothing(self, make: Make):
        tksk = make.user("tksk")
        sent = make.referral(tksk)
        with pytest.raises(Forbidden), make.acting(tksk) as session:
            service.matches_for(session, sent.id)

    def test_the_job_done_twice_changes_nothing(self, committed, make_committed: Make):
        make_committed.client(make_committed.caseworker(), name="Mbah Surip", region_code=AMBULU)
        make_committed.referral(make_committed.user("tksk"), person={"alias": "Surip"})
        with committed.connect() as connection:
            job_id = connection.exec_driver_sql("select id from jobs").scalar()
        assert [run_job(job_id), run_job(job_id)] == [True, False]
        with committed.connect() as connection:
            assert connection.exec_driver_sql("select count(*) from referral_matches").scalar() == 1


def picture(size=(3000, 2000), kind="JPEG", **options) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, "teal").save(out, kind, **options)
    return out.getvalue()


class TestPhotos:
    """Photos lose everything but the picture."""

    def add(self, make: Make, by, sent, raw):
        with make.acting(by) as session:
            return service.add_photo(session, sent.id, raw)

    def test_exif_and_place_are_gone_and_the_size_is_bounded(self, make: Make):
        tksk = make.user("tksk")
        sent = make.referral(tksk)
        exif = Image.Exif()
        exif[0x010E] = "Jl. Mawar 1"
        exif.get_ifd(0x8825)[1] = "S"
        stored = self.add(make, tksk, sent, picture(exif=exif))
        assert (stored.width, stored.height) == (1280, 853)
        with make.acting(tksk) as session:
            seen = Image.open(BytesIO(service.photo_for(session, sent.id, stored.id)))
        assert dict(seen.getexif()) == {}

    def test_the_same_picture_twice_is_one(self, make: Make):
        tksk = make.user("tksk")
        sent = make.referral(tksk)
        raw = picture()
        assert self.add(make, tksk, sent, raw).id == self.add(make, tksk, sent, raw).id

    @pytest.mark.parametrize(
        "raw", [b"", b"<svg/>", picture()[:200], b"GIF89a" + b"0" * 50, picture(kind="BMP", size=(9, 9))]
    )
    def test_what_is_no_photo_is_refused_by_name(self, raw: bytes, make: Make):
        tksk = make.user("tksk")
        with pytest.raises(Invalid) as refused:
            self.add(make, tksk, make.referral(tksk), raw)
        assert refused.value.errors[0]["field"] == "photo"

    def test_a_photo_broken_anywhere_is_refused_and_never_an_error_of_ours(self):
        whole = bytearray(picture(size=(60, 40), exif=Image.Exif()))
        shuffled = random.Random(7)
        for _ in range(2000):
            broken = whole.copy()
            for _ in range(shuffled.randint(1, 12)):
                broken[shuffled.randrange(len(broken))] = shuffled.randrange(256)
            with contextlib.suppress(PhotoError):
                clean_photo(bytes(broken), 1280)

    def test_a_bomb_of_pixels_is_refused(self, make: Make):
        tksk = make.user("tksk")
        out = BytesIO()
        Image.new("1", (12000, 9000)).save(out, "PNG")
        bomb = out.getvalue()
        assert len(bomb) < 100_000
        with pytest.raises(Invalid):
            self.add(make, tksk, make.referral(tksk), bomb)

    def test_the_desk_sees_but_does_not_add(self, make: Make):
        tksk, desk = make.user("tksk"), make.user("triage")
        sent = make.referral(tksk)
        stored = self.add(make, tksk, sent, picture(size=(30, 20)))
        with make.acting(desk) as session:
            assert service.photo_for(session, sent.id, stored.id)
        with pytest.raises(Forbidden):
            self.add(make, desk, sent, picture())

    def test_it_is_stored_sealed(self, make: Make, truth):
        tksk = make.user("tksk")
        self.add(make, tksk, make.referral(tksk), picture(size=(30, 20)))
        assert b"JFIF" not in truth.one("select image_sealed from referral_photos")


def test_a_place_without_kecamatan_is_the_regencys(make: Make):
    sent = make.referral(make.user("tksk"), region_code=SURABAYA)
    assert sent.owner == make.organisation("DINSOS-35.78").name
