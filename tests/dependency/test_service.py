"""One person's score over the real database: what counts, what is known when, what is written."""

from contextlib import nullcontext
from datetime import date

import pytest

from kessos_case.core.errors import Conflict, Invalid, NotFound
from kessos_case.dependency import service
from tests.factories import aid, cases, employment, fresh_id, households
from tests.factories import dependency as maker


def test_a_score_counts_months_and_names_policy_and_fingerprint(make, clock, truth):
    case = maker.long_aided(make, make.caseworker(), months=41)
    counts = maker.scored(case.client_id)
    assert (counts["people"], counts["changed"], counts["scored"]) == (1, 1, 1)
    row = truth.run("select * from dependency_scores").one()
    assert (row.months_on_60, row.current_spell_length, row.observed_months) == (41, 41, 60)
    assert row.policy == service.dependency_policy().label
    assert truth.one("select count(*) from score_policies where label = :label", label=row.policy) == 1


def test_the_same_facts_write_nothing_the_second_time(make, clock, truth):
    case = maker.long_aided(make, make.caseworker())
    maker.scored(case.client_id)
    clock.move(days=1)
    assert maker.scored(case.client_id)["changed"] == 0
    assert truth.one("select count(*) from dependency_scores") == 1


def test_a_corrected_fact_is_scored_at_once_and_both_scores_stay(make, clock, truth):
    worker = make.caseworker()
    case = maker.long_aided(make, worker, months=12)
    line = aid.disbursement(make, worker, case.client_id, "2025-02", programme=maker.PROGRAMME)
    maker.scored(case.client_id)
    aid.reversal(make, worker, line, reason="wrong_person", paid_on=maker.today())
    with make.acting(worker) as session:
        card = service.recalculate(session, case.client_id)
    assert [score.indicators["months_on_60"] for score in (card.score, *card.history)] == [12, 13]
    with make.acting(worker) as session:
        assert len(service.recalculate(session, case.client_id).history) == 1


def test_what_was_not_known_on_the_day_does_not_count(make, clock, truth):
    worker = make.caseworker()
    case = maker.long_aided(make, worker, months=12)
    clock.move(days=3)
    aid.disbursement(make, worker, case.client_id, "2024-06", programme=maker.PROGRAMME, paid_on=date(2024, 6, 3))
    maker.scored(case.client_id, date(2026, 3, 2))
    assert truth.one("select months_on_60 from dependency_scores") == 12
    maker.scored(case.client_id)
    assert truth.all("select months_on_60 from dependency_scores order by as_of") == [12, 13]


def test_aid_of_the_household_counts_in_the_months_of_membership(make, clock, truth):
    worker = make.caseworker()
    case = maker.long_aided(make, worker, months=0)
    household = households.membership(make, worker, case.client_id, "2025-11..").household_id
    aid.disbursement(make, worker, None, "2025-09..2026-02", household_id=household, programme="SEMBAKO")
    maker.scored(case.client_id)
    assert truth.one("select months_on_60 from dependency_scores") == 4


def test_aid_for_a_child_of_the_household_makes_nobody_dependent(make, clock, truth):
    worker = make.caseworker()
    case = maker.long_aided(make, worker, months=0)
    household = households.membership(make, worker, case.client_id).household_id
    for stated in ({"programme": "PKH-SD"}, {"programme": "SEMBAKO", "component": "Balita"}):
        aid.disbursement(make, worker, None, "2025-09..2026-02", household_id=household, **stated)
    maker.scored(case.client_id)
    assert truth.one("select months_on_60 from dependency_scores") == 0


def test_a_later_statement_of_income_corrects_an_earlier_one(make, clock, truth):
    worker = make.caseworker()
    case = maker.long_aided(make, worker, months=12)
    for months in ("2025-03..2025-05", "2025-06..2025-08", "2025-09..2025-11", "2025-12..2026-02"):
        employment.income(make, worker, case.client_id, months, amount=3_000_000)
    clock.move(hours=1)
    employment.income(make, worker, case.client_id, "2026-02", amount=0)
    maker.scored(case.client_id)
    row = truth.run("select income_months_known, income_12, share_bp from dependency_scores").one()
    assert tuple(row) == (12, 11_000_000, 10_000 * 3_600_000 // 14_600_000)


def test_income_that_nobody_stated_stays_unknown_and_is_named(make, clock):
    worker = make.caseworker()
    case = maker.long_aided(make, worker, months=12)
    employment.income(make, worker, case.client_id, "2025-12..2026-02", amount=3_000_000)
    maker.scored(case.client_id)
    score = maker.seen(make, worker, case.client_id).score
    assert (score.indicators["income_12"], score.indicators["share_bp"]) == (None, None)
    assert "share_bp" in [one.code for one in score.unknown]


def test_nobody_is_said_not_to_have_worked_before_a_case_has_followed_him_for_a_year(make, clock):
    worker = make.caseworker()
    case = maker.long_aided(make, worker)
    maker.scored(case.client_id)
    assert "worked_12" in [one.code for one in maker.seen(make, worker, case.client_id).score.unknown]
    clock.move(days=13 * 31)
    maker.scored(case.client_id)
    score = maker.seen(make, worker, case.client_id).score
    assert "worked_12" not in [one.code for one in score.unknown]
    assert "tidak bekerja dalam 12 bulan terakhir" in " ".join(one.words.id for one in score.reasons)


def test_work_that_nobody_has_verified_leaves_it_unknown(make, clock):
    worker = make.caseworker()
    case = maker.long_aided(make, worker)
    clock.move(days=13 * 31)
    employment.placement(make, worker, case, starts_on=date(2027, 1, 4))
    maker.scored(case.client_id)
    score = maker.seen(make, worker, case.client_id).score
    assert "worked_12" in [one.code for one in score.unknown]
    assert {"worked_12", "active_work"}.isdisjoint(one.code for one in (*score.reasons, *score.helps))


def test_work_that_was_verified_is_known_at_once_and_helps(make, clock):
    worker = make.caseworker()
    case = maker.long_aided(make, worker)
    employment.work(make, worker, case)
    maker.scored(case.client_id)
    score = maker.seen(make, worker, case.client_id).score
    assert [(one.code, one.points) for one in score.helps] == [("active_work", -4)]


@pytest.mark.parametrize(
    ("born", "precision", "ground"),
    [
        (date(2008, 3, 3), "day", "under_18"),
        (date(2008, 3, 2), "day", None),
        (date(1966, 3, 3), "day", None),
        (date(1966, 3, 2), "day", "age_60"),
        (date(2008, 2, 29), "day", None),
        (date(2008, 1, 1), "year", "under_18"),
        (date(1968, 1, 1), "estimated", "age_60"),
        (None, None, "birth_date_unknown"),
    ],
)
def test_the_reading_of_an_age_that_protects_counts(make, clock, truth, born, precision, ground):
    worker = make.caseworker()
    client = make.client(worker, birth_date=born, birth_date_precision=precision).id
    cases.open_case(make, worker, client, category="PPKS-24")
    maker.scored(client)
    assert truth.one("select ground from dependency_scores") == ground


def test_childhood_does_not_count_among_the_observed_months(make, clock, truth):
    worker = make.caseworker()
    client = maker.person(make, worker, birth_date=date(2007, 11, 20))
    cases.open_case(make, worker, client, category="PPKS-24")
    maker.aid_for(make, worker, client, 12)
    maker.scored(client)
    assert tuple(truth.run("select observed_months, months_on_60 from dependency_scores").one()) == (4, 4)


def test_of_an_age_by_sight_the_longest_childhood_is_left_out(make, clock, truth):
    worker = make.caseworker()
    client = maker.person(make, worker, birth_date=date(2002, 11, 20), birth_date_precision="estimated")
    cases.open_case(make, worker, client, category="PPKS-24")
    maker.scored(client)
    assert truth.one("select observed_months from dependency_scores") == 4


@pytest.mark.parametrize(
    ("pathway", "status", "ground"),
    [
        ("reunification", "exempt", "reunification"),
        ("long_term_care", "exempt", "long_term_care"),
        ("independence", "scored", None),
    ],
)
def test_the_pathway_says_who_is_scored(make, clock, truth, pathway, status, ground):
    worker = make.caseworker()
    case = maker.long_aided(make, worker, months=0, pathway=pathway, pathway_reason="Keadaan orangnya")
    maker.scored(case.client_id)
    assert tuple(truth.run("select status, ground from dependency_scores").one()) == (status, ground)


def test_who_has_neither_aid_nor_a_case_is_out_of_scope_and_keeps_no_numbers(make, clock, truth):
    client = maker.person(make, make.caseworker())
    maker.scored(client)
    row = truth.run("select * from dependency_scores").one()
    assert (row.status, row.ground, row.points, row.months_on_60, row.lines) == (
        "out_of_scope",
        "no_aid",
        None,
        None,
        None,
    )


def test_aid_for_a_severe_disability_exempts_unless_it_was_taken_back(make, clock, truth):
    worker = make.caseworker()
    case = maker.long_aided(make, worker, months=12)
    line = aid.disbursement(make, worker, case.client_id, "2026-01", programme="ASPD-JATIM")
    maker.scored(case.client_id)
    clock.move(hours=1)
    aid.reversal(make, worker, line, reason="wrong_person", paid_on=maker.today())
    maker.scored(case.client_id)
    assert truth.all("select ground from dependency_scores order by recorded_at") == ["severe_disability", None]


def test_whoever_has_died_is_out_of_scope_from_that_day(make, clock, truth):
    case = maker.long_aided(make, make.caseworker())
    truth.run("update clients set died_on = '2026-03-03' where id = :id", id=case.client_id)
    maker.scored(case.client_id, date(2026, 3, 2))
    maker.scored(case.client_id, date(2026, 3, 3))
    assert truth.all("select ground from dependency_scores order by as_of") == [None, "dead"]


def test_an_exemption_holds_at_once_and_its_end_too(make, clock, truth):
    worker = make.caseworker()
    case = maker.long_aided(make, worker)
    maker.scored(case.client_id)
    made = maker.exemption(make, worker, case.client_id)
    assert made.holds
    with make.acting(worker) as session:
        assert not service.end_exemption(session, made.id).holds
    assert truth.all("select status from dependency_scores order by recorded_at") == ["scored", "exempt", "scored"]


def test_an_exemption_is_refused_with_everything_that_is_wrong(make, clock):
    worker = make.caseworker()
    case = maker.long_aided(make, worker, months=0)
    with pytest.raises(Invalid) as refused:
        maker.exemption(
            make, worker, case.client_id, ground="pregnant", source="washington_group", from_on=date(2026, 3, 3)
        )
    assert [wrong["field"] for wrong in refused.value.errors] == ["source", "from_on", "until_on"]


def test_what_if_shows_the_effect_and_stores_nothing(make, clock, truth):
    worker = make.caseworker()
    case = maker.long_aided(make, worker)
    maker.scored(case.client_id)
    with make.acting(worker) as session:
        placed = service.what_if(session, case.client_id, facts={}, step_kind="placement")
        poor = service.what_if(session, case.client_id, facts={"income_12": 0})
    assert placed.difference == -4
    assert poor.difference == 4
    assert truth.one("select count(*) from dependency_scores") == 1


def test_what_if_needs_a_score(make, clock):
    worker = make.caseworker()
    case = maker.long_aided(make, worker, months=0, pathway="reunification", pathway_reason="Keadaan orangnya")
    maker.scored(case.client_id)
    with pytest.raises(Conflict, match="not scored"), make.acting(worker) as session:
        service.what_if(session, case.client_id, facts={"worked_12": True})


def test_whoever_has_no_case_here_sees_no_score(make, clock):
    case = maker.long_aided(make, make.caseworker())
    maker.scored(case.client_id)
    stranger = make.caseworker(cases.MAGETAN)
    maker.reached_by(stranger, case.client_id)
    with make.acting(stranger) as session:
        for look in (service.dependency_of, service.recalculate, service.exemptions_of):
            with pytest.raises(NotFound):
                look(session, case.client_id)


@pytest.mark.parametrize(("closed_on", "is_seen"), [("2024-03-02", True), ("2024-03-01", False)])
def test_an_office_whose_case_is_long_closed_sees_no_score(make, clock, truth, closed_on, is_seen):
    worker = make.caseworker()
    case = maker.long_aided(make, worker)
    truth.run(
        "update cases set stage = 'closed', close_reason = 'moved', opened_at = '2020-01-01', closed_at = :at",
        at=f"{closed_on}T03:00:00+00:00",
    )
    maker.reached_by(worker, case.client_id)
    with make.acting(worker) as session, nullcontext() if is_seen else pytest.raises(NotFound):
        service.dependency_of(session, case.client_id)


def test_the_trail_does_not_say_why_a_person_is_exempt(make, clock, truth):
    worker = make.caseworker()
    case = maker.long_aided(make, worker, months=0)
    stated = {"ground": "pregnant", "source": "visit", "until_on": date(2026, 9, 1)}
    maker.exemption(make, worker, case.client_id, **stated)
    kept = truth.one("select string_agg(a::text, '') from audit_entries a where resource = 'exemption'")
    assert "pregnant" not in kept


def test_a_look_at_a_score_is_in_the_audit_trail(make, clock, truth):
    worker = make.caseworker()
    case = maker.long_aided(make, worker, months=0)
    maker.seen(make, worker, case.client_id)
    assert (
        truth.one("select count(*) from audit_entries where resource = 'dependency' and user_id = :id", id=worker.id)
        == 1
    )


def test_a_person_who_is_not_there_is_scored_by_nobody(make, clock, truth):
    assert maker.scored(fresh_id())["people"] == 0
