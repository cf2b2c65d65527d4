"""Letters: what may be written by whom, what it says, that it stays as it was, and the PDF of it."""

import json

import pytest

from kessos_case.clients.service import client_for, data_key, withdraw_consent
from kessos_case.core.errors import Conflict, Forbidden, NotFound, Unavailable
from kessos_case.letters import service, writing
from kessos_case.letters.service import printing
from kessos_case.letters.service.issuing import content_of
from tests.factories import Make, cases, casework
from tests.factories import graduation as maker
from tests.factories.offers import accept, move, offers, shelter
from tests.letters.conftest import NAME
from tests.papers import pictures_on


def said(make: Make, by, letter):
    """All that a letter says."""
    with make.acting(by) as session:
        row = service.letter_for(session, letter.id)
        return content_of(row, data_key(client_for(session, row.client_id)))


def accepted(make: Make, desk, *, consent: bool):
    """An accepted offer about somebody with number and telephone, who consented to be told of or did not."""
    receiver = shelter(make)
    client = make.client(desk, name=NAME, nik="3509124101700002", phone="081234567890")
    given = make.consent(desk, client.id) if consent else None
    sent = make.referral(make.user("tksk"), disclose=["name", "condition"])
    move(make, desk, sent.id, "triage", client_id=client.id)
    asked = offers(make, desk, sent.id)[0]
    return accept(make, receiver, asked), client.id, given


def pictures(make: Make, by, letter) -> int:
    """How many pictures the printed letter has."""
    with make.acting(by) as session:
        return pictures_on(printing.printed(session, letter.id).content)


class TestWhatIsSaid:
    """What stands in each kind of letter."""

    def test_a_plan_says_goals_steps_and_who_does_them(self, make: Make, worker, planned, issue):
        content = said(make, worker, issue(worker, "plan", planned.plan.id))
        text = json.dumps(content, ensure_ascii=False)
        for goal in planned.plan.goals:
            assert goal.text in text and all(step.text in text for step in goal.steps)
        assert content["name"] == NAME and content["head"][0] == "Pemerintah Provinsi Jawa Timur"
        assert "Yang mengerjakan:" in text

    def test_a_plan_that_is_not_approved_gives_no_letter(self, make: Make, worker, issue):
        case = cases.open_case(make, worker)
        draft = casework.plan(make, worker, case.id)
        with pytest.raises(Conflict) as refused:
            issue(worker, "plan", draft.id)
        assert refused.value.code == "not_approved"

    def test_a_certificate_says_course_and_number(self, make: Make, worker, passed, issue):
        facts = dict(map(tuple, said(make, worker, issue(worker, "certificate", passed.id))["body"]["facts"]))
        assert facts["Pelatihan"] == passed.course_name
        assert "jam pelajaran" in facts["Lama"]

    def test_a_graduation_letter_names_who_confirmed(self, make: Make, worker, graduated, issue):
        content = said(make, worker, issue(worker, "graduation", graduated.id))
        assert len(content["body"]["signed_by"]) == 2
        assert "2027" in dict(map(tuple, content["body"]["facts"]))["Disahkan"]

    def test_what_the_person_drew_stands_beneath_the_plan(self, make: Make, worker, planned, issue):
        assert pictures(make, worker, issue(worker, "plan", planned.plan.id)) == 0
        casework.signed_plan(make, worker, planned.plan.id)
        assert pictures(make, worker, issue(worker, "plan", planned.plan.id)) == 1

    def test_without_two_signatures_there_is_no_graduation_letter(self, make: Make, worker, issue):
        made = maker.recommended(make, worker)
        with pytest.raises(Conflict) as refused:
            issue(worker, "graduation", made.id)
        assert refused.value.code == "not_confirmed"

    def test_a_referral_letter_says_what_was_disclosed_and_nothing_else(self, make: Make, issue):
        desk = make.user("triage")
        offer, _client_id, _given = accepted(make, desk, consent=False)
        content = said(make, desk, issue(desk, "referral", offer.id))
        text = json.dumps(content)
        assert NAME not in text and "3509124101700002" not in text and "81234567890" not in text
        assert content["name"] is None
        assert offer.organisation_name in text

    def test_with_consent_the_referral_letter_has_the_name_until_it_is_withdrawn(self, make: Make, issue):
        desk = make.user("triage")
        offer, client_id, given = accepted(make, desk, consent=True)
        first = issue(desk, "referral", offer.id)
        assert NAME in json.dumps(said(make, desk, first))
        with make.acting(desk) as session:
            withdraw_consent(session, client_id, given.id)
        second = issue(desk, "referral", offer.id)
        assert second.id != first.id and NAME not in json.dumps(said(make, desk, second))


class TestAgain:
    """The same letter, or a new one."""

    def test_the_same_thing_again_is_the_same_letter(self, worker, planned, issue):
        assert issue(worker, "plan", planned.plan.id) == issue(worker, "plan", planned.plan.id)

    def test_what_says_something_else_replaces_and_revokes_the_old(self, make: Make, worker, planned, issue, truth):
        first = issue(worker, "plan", planned.plan.id)
        truth.run("update clients set name = 'Slamet Wono' where id = :id", id=planned.client_id)
        second = issue(worker, "plan", planned.plan.id)
        assert first.id != second.id and first.code != second.code
        with make.acting(worker) as session:
            assert service.read_letter(session, first.id).revoked_reason == "superseded"

    def test_a_revoked_letter_is_followed_by_a_new_one(self, make: Make, worker, planned, issue):
        first = issue(worker, "plan", planned.plan.id)
        with make.acting(worker) as session:
            service.revoke(session, first.id, reason="lost")
        assert issue(worker, "plan", planned.plan.id).id != first.id
        with pytest.raises(Conflict) as refused, make.acting(worker) as session:
            service.revoke(session, first.id, reason="mistake")
        assert refused.value.code == "already_revoked"

    def test_issuing_and_revoking_stand_in_the_trail_and_the_timeline_without_words(
        self, make, worker, planned, issue, truth
    ):
        letter = issue(worker, "plan", planned.plan.id)
        with make.acting(worker) as session:
            service.revoke(session, letter.id, reason="mistake")
        assert truth.all("select kind from timeline_entries where subject_id = :id order by id", id=letter.id) == [
            "letter_issued", "letter_revoked",
        ]  # fmt: skip
        actions = truth.all("select action from audit_entries where resource_id = :id order by id", id=letter.id)
        assert actions == ["issue", "revoke"]
        assert NAME not in str(truth.all("select detail from audit_entries where resource = 'letter'"))


class TestReach:
    """Whose letters they are."""

    def test_another_office_neither_writes_nor_reads(self, make: Make, worker, planned, issue):
        letter = issue(worker, "plan", planned.plan.id)
        stranger = make.caseworker("PSTW-MAGETAN")
        with pytest.raises(NotFound):
            issue(stranger, "plan", planned.plan.id)
        with pytest.raises(NotFound), make.acting(stranger) as session:
            service.read_letter(session, letter.id)

    def test_a_thing_of_another_person_is_not_there(self, worker, planned, issue, passed):
        with pytest.raises(NotFound):
            issue(worker, "certificate", passed.id, of=planned.client_id)

    def test_a_co_signer_writes_no_graduation_letter(self, make: Make, graduated, issue):
        with pytest.raises((NotFound, Forbidden)):
            issue(maker.co_signer(make), "graduation", graduated.id)

    def test_what_it_says_is_sealed(self, worker, planned, issue, truth):
        letter = issue(worker, "plan", planned.plan.id)
        sealed = truth.one("select content_sealed from letters where id = :id", id=letter.id)
        assert b"Slamet" not in bytes(sealed)
        assert letter.id.version == 4


class TestPrinting:
    """The PDF."""

    def test_the_same_letter_is_the_same_bytes(self, make: Make, worker, planned, issue):
        letter = issue(worker, "plan", planned.plan.id)
        with make.acting(worker) as session:
            first, second = service.printed(session, letter.id), service.printed(session, letter.id)
        assert first.content.startswith(b"%PDF") and first == second
        assert "slamet" not in first.filename.lower() and first.filename.isascii()

    def test_after_erasure_it_says_nothing_more(self, make: Make, worker, planned, issue, truth):
        letter = issue(worker, "plan", planned.plan.id)
        truth.run("update clients set data_key = null where id = :id", id=planned.client_id)
        with pytest.raises(Conflict) as refused, make.acting(worker) as session:
            service.printed(session, letter.id)
        assert refused.value.code == "erased"

    @pytest.mark.parametrize(
        "name",
        [
            '#include "/etc/passwd"', '#read("letter.typ")', "$ x^2 $ *tebal* `kode` <a> @b", "\\u{202e}\u202eterbalik",
            "#" * 4000, "ا" * 100_000, "x" * 100_000, "\u0300" * 5000, "]]]]}}}}\"\"\"", "https://x.example/#let",
        ],
    )  # fmt: skip
    def test_a_hostile_name_is_a_name(self, name):
        body = writing.certificate(name, name, (maker.today(), maker.today()), 40, {}).as_json()
        assert printing.typeset(_whole(body), 0).startswith(b"%PDF")

    def test_what_cannot_be_set_is_refused_and_nothing_hangs(self):
        with pytest.raises(Unavailable):
            printing.typeset({"title": "tanpa isi"}, 0)


def _whole(body):
    return body | {
        "number": "K7QM/SERT/X/2026", "place_and_day": "Surabaya, 5 Oktober 2026", "head": ["Kantor"],
        "check": {"text": "Periksa.", "code": "K7QM", "address": ""},
    }  # fmt: skip
