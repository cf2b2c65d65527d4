"""An entry that nobody confirms says so and is asked about once; an agreement that ends is not forgotten."""

from datetime import date

import pytest

from kessos_case.core import db
from kessos_case.core.errors import Conflict, Forbidden, Invalid
from kessos_case.core.policies import policy
from kessos_case.partners import service
from kessos_case.partners.rules import GOVERNMENT_KINDS
from kessos_case.partners.rules.upkeep import Upkeep, keeper, needs_agreement, upkeep
from tests.factories import Api, Make
from tests.factories.partners import agree, offer_service, partner

DAYS = Upkeep(90, 14, (90, 30))
TODAY = date(2026, 3, 2)


class TestRules:
    """Values in, values out."""

    @pytest.mark.parametrize(("confirmed", "stale"), [(date(2025, 12, 2), True), (date(2025, 12, 3), False)])
    def test_an_entry_is_stale_when_ninety_days_have_gone_by(self, confirmed: date, stale: bool):
        assert DAYS.is_stale(confirmed, TODAY) is stale

    @pytest.mark.parametrize(
        ("ends_on", "days"),
        [
            (date(2026, 6, 1), None),  # 91 days
            (date(2026, 5, 31), 90),
            (date(2026, 4, 2), 90),  # 31 days
            (date(2026, 4, 1), 30),
            (date(2026, 3, 2), 30),  # its last day
            (date(2026, 3, 1), None),  # over
        ],
    )
    def test_the_last_reminder_that_has_begun_is_the_one_that_counts(self, ends_on: date, days: int | None):
        assert DAYS.reminder(ends_on, TODAY) == days

    def test_the_policy_in_force_can_be_read(self):
        found = upkeep(policy("routing").content)
        assert (found.confirm_after, found.renew_before, found.longest_notice) == (90, (90, 30), 90)

    @pytest.mark.parametrize("wrong", [{"confirm_after_days": 0}, {"renew_before_days": [90, "30"]}, {}])
    def test_days_that_are_none_are_refused(self, wrong):
        stated = {"confirm_within_days": 14, **wrong}
        with pytest.raises(ValueError, match="upkeep"):
            upkeep({"upkeep": stated})

    def test_who_serves_by_law_needs_no_agreement(self):
        assert [kind for kind in GOVERNMENT_KINDS if needs_agreement(kind)] == []
        assert all(needs_agreement(kind) for kind in ("lks", "company", "university", "hospital"))

    @pytest.mark.parametrize(
        ("roles", "role"), [(set(), None), ({"partner"}, "partner"), ({"partner", "supervisor"}, "supervisor")]
    )
    def test_one_desk_of_an_organisation_keeps_its_entry(self, roles: set[str], role: str | None):
        assert keeper(roles) == role


def night() -> dict[str, int]:
    """What a night asks for."""
    with db.transaction(db.system("test")) as session:
        return dict(service.ask_for_upkeep(session))


def act(make: Make, verb, *args, by=None, **how):
    with make.acting(by or make.user("administrator")) as session:
        return verb(session, *args, **how)


@pytest.fixture
def tasks(truth):
    """Tasks of a kind, in the order in which they were raised."""

    def of(kind: str, *columns: str):
        return truth.all(f"select {', '.join(columns)} from tasks where kind = '{kind}' order by id")

    return of


class TestConfirming:
    """Whoever keeps an entry is asked once whether it still stands."""

    @pytest.fixture
    def office(self, make: Make, clock):
        """A partner with an account and two services, confirmed 100 days ago."""
        made = partner(make)
        made_by = make.user("partner", organisation=made.code)
        offer_service(make, made.id, by=made_by)
        offer_service(make, made.id, by=made_by, service_type="meals")
        clock.move(days=100)
        return made

    @pytest.fixture
    def officer(self, make: Make, office):
        return make.user("partner", organisation=office.code)

    def test_every_answer_says_how_old_it_is(self, office, make: Make, api: Api):
        one = api(make.user("tksk"))
        shown = one.get(f"/partners/{office.id}").json
        assert (shown["confirmed_on"], shown["is_stale"]) == ("2026-03-02", True)
        assert {(entry["confirmed_on"], entry["is_stale"]) for entry in shown["services"]} == {("2026-03-02", True)}
        listed = one.get(f"/partners/{office.id}/services").json["items"]
        assert [entry["is_stale"] for entry in listed] == [True, True]

    def test_the_organisation_itself_is_asked_once_for_all_its_services(self, office, tasks, clock):
        assert night()["entries"] == 1
        assert night()["entries"] == 0
        clock.move(days=1)
        assert night()["entries"] == 0
        asked = tasks("confirm_entry", "subject_id", "organisation_id", "role", "client_id", "due_at::date")
        assert asked == [(office.id, office.id, "partner", None, date(2026, 6, 24))]

    def test_who_is_fresh_is_not_asked(self, office, make: Make, tasks, officer):
        act(make, service.confirm_entry, office.id, by=officer)
        assert night()["entries"] == 0
        assert tasks("confirm_entry", "id") == []

    def test_an_organisation_without_an_account_is_asked_for_by_the_desk_of_the_province(
        self, make: Make, clock, tasks
    ):
        offer_service(make, partner(make).id)
        clock.move(days=90)
        night()
        assert tasks("confirm_entry", "organisation_id", "role") == [(make.organisation("DINSOS-35").id, "triage")]

    def test_a_upt_is_asked_by_its_head(self, make: Make, clock, tasks):
        upt = make.organisation("PSTW-BONDOWOSO")
        make.user("supervisor", organisation=upt.code)
        offer_service(make, upt.id)
        clock.move(days=90)
        night()
        assert tasks("confirm_entry", "organisation_id", "role") == [(upt.id, "supervisor")]

    def test_a_task_goes_on_to_whoever_can_do_it(self, office, make: Make, truth, tasks):
        night()
        truth.run("update users set is_active = false where organisation_id = :id", id=office.id)
        assert night()["entries"] == 0
        province = make.organisation("DINSOS-35").id
        assert tasks("confirm_entry", "organisation_id", "role", "state") == [(province, "triage", "open")]
        make.user("partner", organisation=office.code)
        night()
        assert tasks("confirm_entry", "organisation_id", "role") == [(office.id, "partner")]

    def test_confirming_all_at_once_settles_it(self, office, make: Make, api: Api, officer, tasks):
        night()
        answer = api(officer).post(f"/partners/{office.id}/confirmation")
        assert (answer.status_code, answer.json["is_stale"], answer.json["confirmed_on"]) == (201, False, "2026-06-10")
        assert tasks("confirm_entry", "state", "closed_by") == [("done", officer.id)]

    def test_confirming_one_of_two_settles_nothing_yet(self, office, make: Make, officer, tasks):
        night()
        with make.acting(officer) as session:
            first, second = service.read_partner(session, office.id).services
        for offered, state in ((first, "open"), (second, "done")):
            with make.acting(officer) as session:
                service.change_service(session, service.service_for(session, offered.id, lock=True), {})
            assert tasks("confirm_entry", "state") == [state]

    def test_a_service_that_is_no_longer_offered_need_not_be_confirmed(self, office, make: Make, officer, tasks, truth):
        night()
        truth.run("update services set confirmed_on = '2026-06-01' where service_type = 'meals'")
        with make.acting(officer) as session:
            (stale,) = [one for one in service.read_partner(session, office.id).services if one.is_stale]
            service.change_service(session, service.service_for(session, stale.id, lock=True), {"is_active": False})
        assert tasks("confirm_entry", "state") == ["done"]

    def test_an_organisation_that_is_gone_is_asked_nothing_any_more(self, office, truth, tasks):
        night()
        truth.run("update organisations set is_active = false where id = :id", id=office.id)
        night()
        assert tasks("confirm_entry", "state") == ["done"]

    def test_it_is_asked_anew_when_it_grows_old_again(self, office, make: Make, officer, tasks, clock):
        night()
        act(make, service.confirm_entry, office.id, by=officer)
        clock.move(days=90)
        assert night()["entries"] == 1
        assert tasks("confirm_entry", "period", "state") == [("2026-03-02", "done"), ("2026-06-10", "open")]

    def test_it_cannot_be_ticked_off_without_confirming(self, office, api: Api, officer):
        night()
        one = api(officer)
        (task,) = one.get("/tasks").json["items"]
        answer = one.post(f"/tasks/{task['id']}/completion")
        assert (answer.status_code, answer.json["code"]) == (409, "closed_by_doing")

    def test_the_first_page_of_the_partner_shows_it_with_the_reason(self, office, reader, officer):
        night()
        page = reader(officer).get("/?show=later").text
        assert f"Pastikan data layanan {office.name} masih benar" in page
        assert "Terakhir dipastikan 2 Maret 2026" in page
        assert f'href="/partners/{office.id}"' in page

    @pytest.mark.parametrize(
        ("role", "place", "may"),
        [
            ("triage", "DINSOS-35", True),
            ("triage", "DINSOS-35.09", True),
            ("triage", "DINSOS-35.78", False),
            ("administrator", "DINSOS-35", True),
            ("tksk", "DINSOS-35.09", False),
            ("caseworker", "PSTW-BONDOWOSO", False),
            ("supervisor", "PSTW-BONDOWOSO", False),
        ],
    )
    def test_the_desk_of_the_region_may_confirm_what_it_was_told_by_phone(
        self, role: str, place: str, may: bool, office, make: Make, api: Api
    ):
        answer = api(make.user(role, organisation=place)).post(f"/partners/{office.id}/confirmation")
        assert answer.status_code == (201 if may else 403)

    def test_another_partner_confirms_nothing_here(self, office, make: Make):
        with pytest.raises(Forbidden):
            act(make, service.confirm_entry, office.id, by=make.user("partner", organisation=partner(make).code))

    def test_what_has_no_region_is_confirmed_by_the_province_alone(self, make: Make, clock):
        firm = partner(make, kind="company", region_code=None)
        offer_service(make, firm.id)
        act(make, service.confirm_entry, firm.id, by=make.user("triage", organisation="DINSOS-35"))
        with pytest.raises(Forbidden):
            act(make, service.confirm_entry, firm.id, by=make.user("triage"))

    def test_confirming_twice_a_day_changes_nothing_more(self, office, make: Make, officer, truth):
        act(make, service.confirm_entry, office.id, by=officer)
        before = truth.all("select version from services order by id")
        act(make, service.confirm_entry, office.id, by=officer)
        assert truth.all("select version from services order by id") == before

    def test_the_trail_knows_who_confirmed(self, office, make: Make, officer, truth):
        act(make, service.confirm_entry, office.id, by=officer)
        assert truth.all(
            "select user_id, resource_id from audit_entries where action = 'confirm' and resource = 'organisation'"
        ) == [(officer.id, office.id)]


class TestRenewing:
    """Nobody lets an agreement end by oversight."""

    @pytest.fixture
    def office(self, make: Make, clock):
        """A partner with an account whose agreement ends on 31 December."""
        made = partner(make)
        make.user("partner", organisation=made.code)
        offer_service(make, made.id)
        return made

    @pytest.fixture
    def ends(self, office, make: Make):
        return agree(make, office.id)

    def on(self, clock, day: str) -> int:
        clock.set(f"{day}T03:00:00+00:00")
        return night()["agreements"]

    def test_the_desk_of_the_province_is_asked_twice_before_it_ends(self, ends, clock, make: Make, tasks):
        assert self.on(clock, "2026-10-01") == 0
        assert self.on(clock, "2026-10-02") == 1
        assert self.on(clock, "2026-10-03") == 0
        assert self.on(clock, "2026-12-01") == 1
        assert self.on(clock, "2026-12-31") == 0
        province = make.organisation("DINSOS-35").id
        assert tasks("renew_agreement", "subject_id", "period", "organisation_id", "role", "state", "reason") == [
            (ends.id, "90", province, "triage", "cancelled", "superseded"),
            (ends.id, "30", province, "triage", "open", None),
        ]

    def test_it_stays_open_when_the_agreement_has_ended(self, ends, clock, tasks):
        self.on(clock, "2026-12-01")
        self.on(clock, "2027-02-01")
        assert tasks("renew_agreement", "state", "due_at::date") == [("open", date(2026, 12, 31))]

    def test_the_partner_is_told_each_time(self, ends, office, clock, truth):
        for day in ("2026-10-02", "2026-10-03", "2026-12-01"):
            self.on(clock, day)
        told = truth.all("select kind, subject_id, period from notifications order by id")
        assert told == [
            ("agreement_ends", office.id, "2026-12-31 90"), ("agreement_ends", office.id, "2026-12-31 30"),
        ]  # fmt: skip

    def test_a_later_agreement_settles_it(self, ends, office, clock, make: Make, tasks, truth):
        self.on(clock, "2026-12-01")
        agree(make, office.id, number="PKS-2", starts_on=date(2027, 1, 1), ends_on=date(2027, 12, 31))
        assert tasks("renew_agreement", "state") == ["done"]
        assert truth.one("select read_at is not null from notifications")
        assert self.on(clock, "2026-12-02") == 0

    def test_one_that_begins_after_a_gap_settles_nothing(self, ends, office, clock, make: Make, tasks):
        self.on(clock, "2026-12-01")
        agree(make, office.id, number="PKS-2", starts_on=date(2027, 1, 2), ends_on=date(2027, 12, 31))
        assert tasks("renew_agreement", "state") == ["open"]

    @pytest.mark.parametrize("kind", ["upt", "dinsos", "opd"])
    def test_who_serves_by_law_is_not_asked(self, kind: str, make: Make, clock):
        made = partner(make, kind=kind)
        offer_service(make, made.id)
        agree(make, made.id)
        assert self.on(clock, "2026-12-01") == 0

    def test_who_offers_nothing_is_not_asked(self, make: Make, clock):
        agree(make, partner(make).id)
        assert self.on(clock, "2026-12-01") == 0

    def test_one_that_was_ended_on_purpose_is_not_asked_about(self, ends, office, clock, make: Make, tasks):
        self.on(clock, "2026-12-01")
        act(make, service.end_agreement, office.id, ends.id, reason="by_partner")
        assert tasks("renew_agreement", "state") == ["done"]
        assert self.on(clock, "2026-12-02") == 0

    def test_the_desk_sees_with_whom_and_until_when(self, ends, office, clock, reader, make: Make):
        self.on(clock, "2026-12-29")
        page = reader(make.user("triage", organisation="DINSOS-35")).get("/").text
        assert f"Perbarui perjanjian dengan {office.name}" in page
        assert "Perjanjian berakhir 31 Desember 2026" in page
        assert f'href="/partners/{office.id}"' in page


class TestEnding:
    """An agreement may end before its day."""

    @pytest.fixture
    def ends(self, make: Make, clock):
        return agree(make, partner(make).id, parties=["Dinas Sosial", "Yayasan", "Dinas Sosial"], subject="Penampungan")

    def end(self, make: Make, found, by=None, **how):
        return act(make, service.end_agreement, found.organisation_id, found.id, by=by, **{"reason": "by_both"} | how)

    def test_an_agreement_says_who_signed_it_and_about_what(self, ends):
        assert (ends.parties, ends.subject, ends.end_reason) == (["Dinas Sosial", "Yayasan"], "Penampungan", None)

    def test_it_ends_today_unless_a_day_is_named(self, ends, make: Make, truth):
        found = self.end(make, ends)
        assert (found.ends_on, found.end_reason) == (TODAY, "by_both")
        assert truth.one("select detail ->> 'was' from audit_entries where action = 'end'") == "2026-12-31"

    def test_one_that_has_not_begun_keeps_its_first_day(self, make: Make, clock):
        later = agree(make, partner(make).id, starts_on=date(2026, 5, 1))
        assert self.end(make, later).ends_on == date(2026, 5, 1)

    def test_it_is_not_made_longer(self, ends, make: Make):
        for day in (date(2026, 12, 31), date(2027, 1, 1)):
            with pytest.raises(Conflict) as refused:
                self.end(make, ends, ends_on=day)
            assert refused.value.code == "already_ends"

    def test_it_does_not_end_before_it_began(self, ends, make: Make):
        with pytest.raises(Invalid) as refused:
            self.end(make, ends, ends_on=date(2025, 12, 31))
        assert refused.value.errors[0]["field"] == "ends_on"

    def test_the_partner_does_not_end_it_himself(self, ends, make: Make):
        with make.acting(make.user("administrator")) as session:
            code = service.read_partner(session, ends.organisation_id).code
        with pytest.raises(Forbidden) as refused:
            self.end(make, ends, by=make.user("partner", organisation=code))
        assert refused.value.code == "agreement"

    def test_nobody_is_offered_from_the_day_after(self, ends, make: Make, clock):
        offered = offer_service(make, ends.organisation_id)
        self.end(make, ends)
        with db.transaction(db.system("test")) as session:
            assert service.facts_of(session, offered.id, date(2026, 3, 3)).agreement_until == TODAY

    def test_over_the_api(self, ends, make: Make, api: Api):
        mine = api(make.user("administrator"))
        where = f"/partners/{ends.organisation_id}/agreements"
        made = mine.post(f"{where}/{ends.id}/ending", {"reason": "replaced", "ends_on": "2026-06-30"})
        assert (made.status_code, made.json["ends_on"], made.json["end_reason"]) == (201, "2026-06-30", "replaced")
        assert mine.post(f"{where}/{ends.id}/ending", {"reason": "bored"}).status_code == 422
        elsewhere = f"/partners/{partner(make).id}/agreements/{ends.id}/ending"
        assert mine.post(elsewhere, {"reason": "replaced"}).status_code == 404
