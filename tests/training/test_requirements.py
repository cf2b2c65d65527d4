"""What a course asks for: kept by its office, checked from what is known of a person, waived by a supervisor alone."""

from datetime import date

import pytest

from kessos_case.cases.service import case_for, change_case
from kessos_case.core.errors import Forbidden, Invalid, RuleBroken
from kessos_case.notes.service import remove_attachment
from kessos_case.training import service
from kessos_case.training.rules import Learner, Requirement, RequirementKind, Standing, standing, wrong_requirement
from tests.factories import Make
from tests.factories import notes as n
from tests.factories.cases import MAGETAN
from tests.factories.casework import assessment, in_days, supervisor_beside
from tests.factories.training import attendance, batch, course, enrolment, learner, result
from tests.readers import fields_of, text_of

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def worker(make: Make):
    return make.caseworker()


@pytest.fixture
def leader(make: Make, worker):
    return supervisor_beside(make, worker)


def asks(make: Make, by, of, *asked: tuple[str, str]):
    with make.acting(by) as session:
        found = service.course_for(session, of, lock=True)
        return service.change_requirements(
            session, found, [Requirement(RequirementKind(kind), value) for kind, value in asked]
        )


def refusals(make: Make, by, found, case, **stated) -> list[tuple[str, str]]:
    with pytest.raises(RuleBroken) as refused:
        enrolment(make, by, found, case, **stated)
    return [(error["code"], error["kind"]) for error in refused.value.errors]


def born(make: Make, by, leader, birth_date: date | None, precision: str = "day"):
    stated = {"birth_date": birth_date, "birth_date_precision": precision} if birth_date else {}
    return learner(make, by, leader, client_id=make.client(by, **stated).id)


class TestRules:
    """What is known decides, and what is not known is never lacking."""

    @pytest.mark.parametrize(
        ("ages", "found"),
        [
            ((18, 18), Standing.MET),
            ((17, 17), Standing.NOT_MET),
            ((16, 19), Standing.NOT_KNOWN),
            (None, Standing.NOT_KNOWN),
        ],
    )
    def test_an_age_that_may_be_either_is_not_known(self, ages, found):
        assert standing(Requirement(RequirementKind.LEAST_AGE, "18"), Learner(ages=ages)) is found

    @pytest.mark.parametrize(
        ("finished", "found"),
        [("senior", Standing.MET), ("junior", Standing.MET), ("primary", Standing.NOT_MET), (None, Standing.NOT_KNOWN)],
    )
    def test_schooling_is_a_ladder(self, finished, found):
        assert standing(Requirement(RequirementKind.SCHOOLING, "junior"), Learner(schooling=finished)) is found

    def test_what_was_learned_elsewhere_and_a_paper_that_nobody_saw_are_not_known(self):
        for kind, value in (("course_passed", "las"), ("document", "identity_card")):
            assert standing(Requirement(RequirementKind(kind), value), Learner()) is Standing.NOT_KNOWN

    @pytest.mark.parametrize(
        ("kind", "value", "why"),
        [("least_age", "0", "years"), ("most_age", "abc", "years"), ("least_age", "\u0661\u0668", "years"),
         ("schooling", "none", "schooling"),
         ("document", "passport", "document"), ("course_passed", "Las", "skill"), ("course_passed", "las", None)],
    )  # fmt: skip
    def test_what_makes_no_sense_cannot_be_asked_for(self, kind, value, why):
        assert wrong_requirement(Requirement(RequirementKind(kind), value)) == why


class TestKeeping:
    """Only the office that teaches says what its course asks for."""

    def test_they_are_replaced_as_a_whole(self, make: Make, worker):
        sewing = course(make, worker)
        asks(make, worker, sewing.id, ("least_age", "18"), ("schooling", "primary"))
        assert asks(make, worker, sewing.id, ("most_age", "40")) == [Requirement(RequirementKind.MOST_AGE, "40")]

    def test_every_mistake_is_named(self, make: Make, worker):
        with pytest.raises(Invalid) as refused:
            asks(
                make,
                worker,
                course(make, worker).id,
                ("least_age", "18"),
                ("least_age", "20"),
                ("document", "passport"),
            )
        assert {(one["field"], one["code"]) for one in refused.value.errors} == {
            ("items.1.kind", "named_twice"),
            ("items.2.value", "wrong_document"),
        }
        with pytest.raises(Invalid) as refused:
            asks(make, worker, course(make, worker).id, ("least_age", "40"), ("most_age", "20"))
        assert [one["code"] for one in refused.value.errors] == ["ages_out_of_order"]

    def test_another_office_changes_none(self, make: Make, worker):
        with pytest.raises(Forbidden):
            asks(make, make.caseworker(MAGETAN), course(make, worker).id, ("least_age", "18"))

    def test_over_http_they_have_the_version_of_the_course(self, make: Make, api, worker):
        sewing = course(make, worker)
        path = f"/courses/{sewing.id}/requirements"
        one = api(worker)
        seen = one.get(path)
        assert seen.json == {"items": []}
        body = {"items": [{"kind": "course_passed", "value": "  Jahit  DASAR "}]}
        assert one.call("PUT", path, json=body).status_code == 428
        changed = one.call("PUT", path, json=body, headers={"If-Match": seen.headers["ETag"]})
        assert changed.json == {"items": [{"kind": "course_passed", "value": "jahit dasar"}]}
        assert changed.headers["ETag"] != seen.headers["ETag"]
        assert one.call("PUT", path, json={"items": []}, headers={"If-Match": seen.headers["ETag"]}).status_code == 412

    def test_the_form_shows_and_keeps_them(self, make: Make, reader, worker):
        sewing = course(make, worker)
        one, path = reader(worker), f"/courses/{sewing.id}/requirements"
        form = fields_of(one.get(path).text)
        wrong = one.post(path, **form | {"least_age": "50", "most_age": "20", "course_passed": "Las, jahit"})
        assert wrong.status_code == 422
        assert "Umur paling muda tidak boleh lebih dari umur paling tua." in text_of(wrong.text)
        assert 'value="50"' in wrong.text
        assert one.post(path, **form | {"least_age": "0"}).status_code == 422
        assert one.post(path, **form | {"least_age": "18", "documents": "identity_card"}).status_code == 303
        page = text_of(one.get(f"/courses/{sewing.id}").text)
        assert "Umur paling muda 18 tahun" in page and "KTP" in page
        assert one.post(path, **form | {"least_age": "20"}).status_code == 409


class TestEnrolling:
    """Whoever lacks something is not enrolled, and each thing is named with the way to it."""

    def test_age_counts_on_the_first_day(self, make: Make, worker, leader):
        first = in_days(30)
        found = batch(make, worker, starts_on=first, ends_on=in_days(40))
        asks(make, worker, found.course_id, ("least_age", "18"))
        eighteen = born(make, worker, leader, first.replace(year=first.year - 18))
        assert enrolment(make, worker, found, eighteen).state == "enrolled"
        younger = born(make, worker, leader, in_days(31).replace(year=first.year - 18))
        assert refusals(make, worker, found, younger) == [("requirement_not_met", "least_age")]

    def test_who_was_born_on_29_february_is_18_on_1_march(self, make: Make, worker, leader, clock):
        clock.set("2026-02-10T03:00:00+00:00")
        case = born(make, worker, leader, date(2008, 2, 29))
        early = batch(make, worker, starts_on=date(2026, 2, 28), ends_on=date(2026, 2, 28))
        asks(make, worker, early.course_id, ("least_age", "18"))
        assert refusals(make, worker, early, case) == [("requirement_not_met", "least_age")]
        with make.acting(worker) as session:
            later = service.add_batch(
                session, course_id=early.course_id, starts_on=date(2026, 3, 1), ends_on=date(2026, 3, 9)
            )
        assert enrolment(make, worker, later, case).state == "enrolled"

    def test_without_a_birth_date_nothing_is_known_and_nothing_lacking(self, make: Make, worker, leader):
        found = batch(make, worker)
        asks(make, worker, found.course_id, ("least_age", "18"), ("schooling", "junior"), ("document", "identity_card"))
        case = born(make, worker, leader, None)
        assert {code for code, _kind in refusals(make, worker, found, case)} == {"requirement_not_known"}

    def test_schooling_comes_from_the_assessment(self, make: Make, worker, leader):
        found = batch(make, worker)
        asks(make, worker, found.course_id, ("schooling", "junior"))
        case = learner(make, worker, leader)
        assessment(make, worker, case.id, "household_skills", schooling="primary")
        assert refusals(make, worker, found, case) == [("requirement_not_met", "schooling")]
        other = learner(make, worker, leader)
        assessment(make, worker, other.id, "household_skills", schooling="senior")
        assert enrolment(make, worker, found, other).state == "enrolled"

    def test_a_course_passed_counts_by_its_skill(self, make: Make, worker, leader):
        basic = batch(make, worker, course(make, worker, name="Las", skill="  LAS "), ends_on=in_days(0))
        found = batch(make, worker, starts_on=in_days(5), ends_on=in_days(9))
        asks(make, worker, found.course_id, ("course_passed", "las"))
        case = learner(make, worker, leader)
        assert refusals(make, worker, found, case) == [("requirement_not_known", "course_passed")]
        place = enrolment(make, worker, basic, case)
        attendance(make, worker, basic, place)
        result(make, worker, place)
        assert enrolment(make, worker, found, case).state == "enrolled"

    def test_a_paper_is_what_the_enroller_saw(self, make: Make, worker, leader, truth):
        found = batch(make, worker)
        asks(make, worker, found.course_id, ("document", "identity_card"))
        case = learner(make, worker, leader)
        assert refusals(make, worker, found, case, documents=["family_card"]) == [("requirement_not_known", "document")]
        place = enrolment(make, worker, found, case, documents=["identity_card"])
        told = "select detail->'documents' from audit_entries where action = 'enrol' and :id = any (client_ids)"
        assert truth.one(told, id=place.client_id) == ["identity_card"]

    def test_a_paper_of_the_case_is_there_without_being_shown_again(self, make: Make, reader, worker, leader, truth):
        found = batch(make, worker)
        asks(make, worker, found.course_id, ("document", "identity_card"), ("document", "family_card"))
        case = learner(make, worker, leader)
        kept = n.paper(make, worker, case.id, paper="identity_card")
        n.paper(make, worker, case.id, paper="health_certificate")
        page = reader(worker).get(f"/batches/{found.id}/enrolments/new?case_id={case.id}").text
        assert "KTP: Terpenuhi . Ada di berkas kasus sejak" in text_of(page)
        assert "Saya sudah melihat: Kartu keluarga" in text_of(page)
        assert "Saya sudah melihat: KTP" not in text_of(page)
        look = "select detail->'attachments' from audit_entries where resource = 'attachment' and action = 'read'"
        assert truth.all(look) == [[str(kept.id)]]
        assert refusals(make, worker, found, case) == [("requirement_not_known", "document")]
        enrolment(make, worker, found, case, documents=["family_card"])

    def test_a_paper_that_is_gone_or_of_somebody_else_is_not_there(self, make: Make, worker, leader):
        found = batch(make, worker)
        asks(make, worker, found.course_id, ("document", "identity_card"))
        case, other = learner(make, worker, leader), learner(make, worker, leader)
        n.paper(make, worker, other.id, paper="identity_card")
        removed = n.paper(make, worker, case.id, paper="identity_card")
        with make.acting(worker) as session:
            remove_attachment(session, removed.id, reason="wrong_person")
        n.paper(make, leader, case.id, paper="identity_card", level="confidential")
        colleague = make.caseworker()
        with make.acting(leader) as session:
            change_case(session, case_for(session, case.id), {"caseworker_id": colleague.id})
        assert refusals(make, worker, found, case) == [("requirement_not_known", "document")]

    def test_a_supervisor_waives_with_a_reason_and_a_caseworker_does_not(self, make: Make, worker, leader, truth):
        found = batch(make, worker)
        asks(make, worker, found.course_id, ("least_age", "18"))
        case = born(make, worker, leader, in_days(-365 * 16))
        with pytest.raises(Forbidden) as refused:
            enrolment(make, worker, found, case, waiver_reason="teacher_agrees")
        assert refused.value.code == "waiver_by_supervisor"
        place = enrolment(make, leader, found, case, waiver_reason="teacher_agrees")
        assert place.waiver_reason == "teacher_agrees"
        assert truth.one("select waived_by from enrolments where id = :id", id=place.id) == leader.id

    def test_nothing_is_waived_where_nothing_is_lacking(self, make: Make, worker, leader):
        place = enrolment(
            make, leader, batch(make, worker), learner(make, worker, leader), waiver_reason="teacher_agrees"
        )
        assert place.waiver_reason is None

    def test_over_http_each_thing_has_its_way(self, make: Make, api, worker, leader):
        found = batch(make, worker)
        asks(make, worker, found.course_id, ("schooling", "junior"))
        case = learner(make, worker, leader)
        refused = api(worker).post("/enrolments", json={"batch_id": str(found.id), "case_id": str(case.id)})
        assert (refused.status_code, refused.json["code"]) == (409, "rule_broken")
        assert [(one["code"], one["way"]) for one in refused.json["errors"]] == [
            ("requirement_not_known", f"/cases/{case.id}/assessments")
        ]

    def test_the_page_says_before_the_press_what_is_lacking(self, make: Make, reader, worker, leader, truth):
        found = batch(make, worker)
        asks(make, worker, found.course_id, ("schooling", "junior"), ("document", "identity_card"))
        case = learner(make, worker, leader)
        path = f"/batches/{found.id}/enrolments/new?case_id={case.id}"
        page = reader(worker).get(path)
        assert "Tamat SMP atau yang setara: Belum diketahui" in text_of(page.text)
        assert f'href="/cases/{case.id}/assessments"' in page.text
        assert "waiver_reason" not in page.text
        form = fields_of(page.text)
        refused = reader(worker).post(path.partition("?")[0], **form | {"documents": "identity_card"})
        assert refused.status_code == 409
        assert "Ada syarat pelatihan yang belum diketahui." in text_of(refused.text)
        assert 'value="identity_card" checked' in refused.text
        allowed = fields_of(reader(leader).get(path).text)
        done = reader(leader).post(path.partition("?")[0], **allowed | {"waiver_reason": "helped_in_class"})
        assert done.status_code == 303
        assert "Dibebaskan dari syarat: Akan didampingi di kelas" in text_of(reader(worker).get(done.location).text)
