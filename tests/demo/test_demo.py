"""`kessos demo`: what it makes is whole, repeatable, and nothing that the program could not go on with."""

import ast
import re
from pathlib import Path
from typing import Any

import pytest

from kessos_case import demo
from kessos_case.access.rules import Role
from kessos_case.cases.rules import OPEN_STAGES
from kessos_case.core.db import Base
from kessos_case.referrals.rules import TRANSITIONS
from tests import servers
from tests.demo import marginals
from tests.demo.conftest import PEOPLE, World, make_demo

SIGN_IN = re.compile(r"^  (\S+)\s+(\w+)\s+(.+)$", re.MULTILINE)


def signed_in_as(made: Any, role: str) -> str:
    return next(name for name, shown, _office in SIGN_IN.findall(made.output) if shown == role)


def test_each_role_is_told_its_sign_in(made, world):
    shown = {role: name for name, role, _office in SIGN_IN.findall(made.output)}
    assert set(shown) == set(Role)
    for name in shown.values():
        assert world.sign_in(name).get("/me").status_code == 200


def test_what_is_printed_fits_a_terminal(made):
    printed = made.output[made.output.index("Made up:") :].splitlines()
    assert max(len(line) for line in printed) <= 80


def test_a_second_demo_is_refused(world, tmp_path):
    again = make_demo(tmp_path)
    assert again.exit_code == 1
    assert "already" in again.output


def test_production_has_no_made_up_people(empty, monkeypatch, tmp_path):
    from kessos_case.core.settings import settings

    monkeypatch.setenv("KESSOS_ENVIRONMENT", "production")
    settings.cache_clear()
    refused = make_demo(tmp_path)
    monkeypatch.undo()
    settings.cache_clear()
    assert refused.exit_code == 1
    assert "production" in refused.output


def test_a_login_under_row_security_is_told_so(empty, monkeypatch, tmp_path):
    from kessos_case.core.settings import settings

    monkeypatch.setenv("KESSOS_DATABASE_OWNER_URL", settings().database_url)
    settings.cache_clear()
    refused = make_demo(tmp_path)
    monkeypatch.undo()
    settings.cache_clear()
    assert refused.exit_code == 1
    assert "past row-level security" in refused.output


def test_every_room_has_something(world):
    empty_tables = {
        # Made by the nights, by imports at work, by requests and by people who are really there.
        "audit_seals", "tokens", "idempotency_keys", "duplicate_reviews", "referral_photos", "referral_matches",
        "score_policies", "dependency_scores", "dependency_flags", "nights", "night_chunks", "digests", "relapses",
        "saved_filters", "notifications", "contact_choices", "messages", "photo_parts", "answer_links", "letters",
        "service_records", "course_records", "cohort_drawings", "cohort_lives",
        "webhook_subscriptions", "webhook_deliveries", "alembic_version",
    }  # fmt: skip
    for table in Base.metadata.tables:
        assert world.one(f"select exists(select from {table})") or table in empty_tables, table


def test_nobody_is_taken_for_real(world):
    assert world.one("select count(*) from clients where name not like 'Contoh %'") == 0
    assert world.one("select count(*) from users where username not like 'demo.%'") == 0


@pytest.mark.parametrize(
    ("what", "query"),
    [
        ("an open referral without owner or time", """select count(*) from referrals where
         state not in ('completed', 'rejected', 'withdrawn') and (owner_organisation_id is null or due_at is null)"""),
        ("a reach that search does not know", """select count(*) from client_access a join client_search s using (client_id)
         where (a.valid_until is null or a.valid_until > :now)
         and not (a.organisation_id = any (s.organisation_ids) or a.user_id = any (s.user_ids))"""),
        ("a holder in search without a reach", """select count(*) from client_search s, unnest(s.organisation_ids) as o (id)
         where not exists (select from client_access a where a.client_id = s.client_id and a.organisation_id = o.id
         and (a.valid_until is null or a.valid_until > :now))"""),
        ("an open case whose UPT does not reach the person", """select count(*) from cases c where c.closed_at is null and
         not exists (select from client_access a where a.client_id = c.client_id and a.organisation_id = c.organisation_id
         and a.ground = 'case' and a.valid_until is null)"""),
        ("an open task about somebody whom nobody of its office reaches", """select count(*) from tasks t where state = 'open'
         and client_id is not null and not exists (select from client_access a where a.client_id = t.client_id
         and (a.organisation_id = t.organisation_id or a.user_id = t.user_id)
         and (a.valid_until is null or a.valid_until > :now))"""),
        ("a check of work by an office that saw the person no more", """select count(*) from placement_checks k
         join placements p on p.id = k.placement_id where not exists (select from client_access a
         where a.client_id = k.client_id and a.organisation_id = p.organisation_id
         and k.recorded_at between a.valid_from and coalesce(a.valid_until, :now))"""),
        ("a case whose last move leads elsewhere", """select count(*) from cases c where c.stage <> (select t.to_stage
         from case_transitions t where t.case_id = c.id order by t.recorded_at desc, t.id desc limit 1)"""),
        ("a referral whose last move leads elsewhere", """select count(*) from referrals r where r.state <>
         (select t.to_state from referral_transitions t where t.referral_id = r.id order by t.recorded_at desc, t.id desc
         limit 1)"""),
        ("a batch that counts other places than it has", """select count(*) from batches b where taken <> (select count(*)
         from enrolments e where e.batch_id = b.id and e.state in ('enrolled', 'attending', 'completed'))"""),
        ("a place that no living offer holds", """select count(*) from service_capacities c where
         (reserved, taken) <> (select count(*) filter (where o.state <> 'accepted'), count(*) filter
         (where o.state = 'accepted') from offers o where o.capacity_id = c.id and o.ended_at is null)"""),
        ("an instant to come", """select (select count(*) from timeline_entries where recorded_at > :now)
         + (select count(*) from clients where registered_at > :now) + (select count(*) from disbursements
         where recorded_at > :now or known_on > :today) + (select count(*) from tasks where created_at > :now)"""),
        ("a case before its person", """select count(*) from cases c join clients p on p.id = c.client_id
         where c.opened_at < p.registered_at"""),
        ("something open about who has died", """select (select count(*) from cases c join clients p on p.id = c.client_id
         where p.died_on is not null and c.closed_at is null) + (select count(*) from tasks t join clients p
         on p.id = t.client_id where p.died_on is not null and t.state = 'open') + (select count(*) from referrals r
         join clients p on p.id = r.client_id where p.died_on is not null
         and r.state not in ('completed', 'rejected', 'withdrawn')) + (select count(*) from placements w join clients p
         on p.id = w.client_id where p.died_on is not null and w.state <> 'ended')"""),
        ("two plans in force", """select count(*) from (select case_id from plans where state = 'approved' group by 1
         having count(*) > 1) twice"""),
        ("a referral that stands elsewhere than its offers", """select count(*) from referrals r where
         (r.state = 'offered') <> exists(select from offers o where o.referral_id = r.id and o.state = 'open')
         or (r.state = 'waiting') <> exists(select from offers o where o.referral_id = r.id and o.state = 'waiting')
         or (r.state in ('accepted', 'met', 'completed')) <> exists(select from offers o where o.referral_id = r.id
         and o.state = 'accepted')"""),
        ("an offer that lives after its end, or ends without one", """select count(*) from offers o join referrals r
         on r.id = o.referral_id where (o.ended_at is null) <> (o.state in ('open', 'waiting', 'accepted')
         and r.state <> 'completed')"""),
        ("an offer that held no place, or one of another year", """select count(*) from offers o left join
         service_capacities c on c.id = o.capacity_id where (o.offered_at at time zone 'Asia/Jakarta')::date
         not between coalesce(c.starts_on, 'infinity') and c.ends_on or c.id is null"""),
        ("an answer out of its time", """select count(*) from offers where answered_at < offered_at or ended_at < answered_at
         or (answered_at > expires_at) or (state = 'expired') <> (ended_at = expires_at and answered_at is null)"""),
        ("a person whom a service reaches after it gave him back", """select count(*) from client_access a join offers o
         on o.client_id = a.client_id and o.organisation_id = a.organisation_id where a.ground = 'referral'
         and a.valid_until is null and o.state in ('declined', 'revoked') and o.expected_on is not null
         and not exists(select from offers p where p.client_id = o.client_id and p.organisation_id = o.organisation_id
         and p.ended_at is null)"""),
        ("aid for a household that took capital and left", """select count(*) from disbursements p join disbursements d
         using (household_id) where p.programme_code = 'PENA' and p.reverses_id is null and d.amount > 0
         and (d.programme_code = 'SEMBAKO' or d.programme_code like 'PKH-%')
         and d.to_month between p.from_month + 6 and p.from_month + 30"""),
        ("an exemption that nobody could have recorded", """select count(*) from exemptions e where not exists(select from
         cases c join users u on u.organisation_id = c.organisation_id where c.client_id = e.client_id
         and u.id = e.recorded_by and e.recorded_at >= c.opened_at and (c.closed_at is null or e.recorded_at <= c.closed_at))
         or (e.ground in ('pregnant', 'carer_of_infant') and e.until_on is null) or e.until_on < e.from_on"""),
        ("a note of somebody who did not work there, or of a day out of its case", """select count(*) from case_notes n
         join cases c on c.id = n.case_id join users u on u.id = n.written_by where u.organisation_id <> n.organisation_id
         or n.organisation_id <> c.organisation_id or n.written_at < c.opened_at or n.written_at > coalesce(c.closed_at, :now)
         or n.happened_on > (n.written_at at time zone 'Asia/Jakarta')::date"""),
        ("an addendum or a paper before its time", """select (select count(*) from note_addenda a join case_notes n
         on n.id = a.note_id where a.written_at < n.written_at or a.written_at > :now) + (select count(*) from attachments p
         join cases c on c.id = p.case_id where p.added_at not between c.opened_at and coalesce(c.closed_at, :now)
         or p.removed_at > :now)"""),
        ("a contact that its case does not know", """select count(*) from cases c where c.closed_at is null and c.contact_on
         < (select max(n.happened_on) from case_notes n where n.case_id = c.id and n.kind in ('visit', 'call'))
         or c.contact_on < (select max(v.visited_on) from visits v where v.case_id = c.id and v.was_met
         and c.closed_at is null) or c.contact_on > :today"""),
        ("a signature under what nobody proposed", """select count(*) from plan_signatures s join plans p on p.id = s.plan_id
         where p.state not in ('proposed', 'approved') or s.recorded_at < p.proposed_at or s.signed_on <> p.client_agreed_on
         or (s.signer = 'guardian') <> (p.client_agreed_form = 'guardian') or s.recorded_at > p.decided_at"""),
        ("a plan out of its order", """select count(*) from plans p join cases c on c.id = p.case_id where p.created_at
         < c.opened_at or p.proposed_at < p.created_at or p.decided_at < p.proposed_at or p.decided_at > :now
         or (p.state = 'approved') <> (p.review_on is not null) or p.review_on < p.decided_at::date"""),
        ("a plan approved after what it lets begin", """select count(*) from plans p join case_transitions t
         on t.case_id = p.case_id and t.verb in ('start_training', 'start_rehabilitation', 'start_care')
         where p.decided_at > t.happened_at"""),
        ("a cost without a payer, or of a programme that a child gets for work", """select count(*) from plan_steps s
         join cases c on c.id = s.case_id where (s.cost is null) <> (s.cost_source is null) or (s.programme_code is not null
         and c.pathway <> 'independence')"""),
        ("a taper off the pathway, without an end, or with nothing before it", """select count(*) from aid_tapers a join cases c
         on c.id = a.case_id where c.pathway <> 'independence' or (select amount from taper_steps t where t.taper_id = a.id
         order by from_month desc limit 1) <> 0 or a.reason_sealed is null and not exists(select from plan_steps s
         where s.plan_id = a.plan_id and s.programme_code is not null and (s.state = 'done' or s.due_on <=
         (select make_date(min(from_month) / 12, min(from_month) % 12 + 1, 1) from taper_steps t where t.taper_id = a.id)))"""),
        ("a conference that stands elsewhere than its call", """select count(*) from conference_calls l join cases c
         on c.id = l.case_id left join conferences f on f.id = l.conference_id where l.called_at > l.planned_at
         or l.called_at < c.opened_at or l.called_at > :now or (l.state = 'planned') <> (l.planned_at > :now)
         or (l.state = 'planned' and c.closed_at is not null) or f.recorded_at < l.planned_at or f.case_id <> l.case_id"""),
        ("a guest out of the call's time, or a colleague of another office", """select count(*) from conference_guests g
         join conference_calls l on l.id = g.call_id left join users u on u.id = g.user_id where g.answered_at
         not between l.called_at and least(l.planned_at, :now) or g.expires_at <> l.planned_at
         or u.organisation_id <> l.organisation_id"""),
        ("a decision that its plan does not know, or that nobody is asked for", """select count(*) from conference_decisions d
         join conferences f on f.id = d.conference_id where d.settled_at < f.recorded_at or d.due_on < f.held_on
         or d.plan_id is not null and not exists(select from plan_steps s join plan_goals g on g.id = s.goal_id where
         s.plan_id = d.plan_id and g.domain = d.domain and s.due_on = d.due_on and s.responsible_organisation_id =
         d.responsible_organisation_id) or d.settled_at is null and not exists(select from tasks t where t.subject_id
         = d.conference_id and t.kind = 'take_up_decision' and t.state = 'open')"""),
        ("somebody who learns what asks for more, without a waiver", """select count(*) from enrolments e join
         course_requirements r on r.course_id = e.course_id join clients p on p.id = e.client_id
         where e.waiver_reason is null and (case r.kind when 'least_age' then e.starts_on < p.birth_date
         + make_interval(years => r.value::int) - interval '31 days'
         else r.value = 'identity_card' and p.nik_hash is null end)"""),
        ("a hire without its work, or work by two hires", """select count(*) from applications a join vacancies v
         on v.id = a.vacancy_id left join placements w on w.id = a.placement_id where (a.state = 'hired') <>
         (w.id is not null) or w.client_id <> a.client_id or w.employer_id <> v.employer_id or w.kind <> v.kind
         or w.occupation <> v.occupation or a.ended_on <> (w.recorded_at at time zone 'Asia/Jakarta')::date
         or (select count(*) from applications b where b.placement_id = a.placement_id) > 1"""),
        ("an application out of its time", """select count(*) from applications a join vacancies v on v.id = a.vacancy_id
         join cases c on c.id = a.case_id where a.applied_on not between (v.created_at at time zone 'Asia/Jakarta')::date
         and v.closes_on or a.ended_on not between a.applied_on and :today or a.recorded_at < c.opened_at
         or a.recorded_at > coalesce(c.closed_at, :now) or a.ended_on is null and (c.closed_at is not null
         or v.state <> 'open')"""),
        ("a vacancy that counts others than were hired", """select count(*) from vacancies v where taken <> (select count(*)
         from applications a where a.vacancy_id = v.id and a.state = 'hired') or (state = 'open') <>
         (taken < places and closes_on >= :today) or (state = 'filled') <> (taken = places)"""),
        ("a question to an employer without the person's word for it", """select count(*) from employer_inquiries q
         join consents s on s.id = q.consent_id join placements w on w.id = q.placement_id where s.client_id <> q.client_id
         or s.receiver_organisation_id <> q.employer_id or w.employer_id <> q.employer_id or s.recorded_at > q.created_at
         or q.answered_at not between q.created_at and least(q.expires_at, :now) or q.created_at > :now
         or w.ended_on < :today and q.answer is null and q.expires_at > :now and q.revoked_at is null"""),
        ("books of no business, or of a month that was not", """select (select count(*) from business_months m join placements w
         on w.id = m.placement_id join cases c on c.id = w.case_id where w.kind <> 'own_business' or m.recorded_at > :now
         or m.month < extract(year from w.starts_on) * 12 + extract(month from w.starts_on) - 1
         or make_date(m.month / 12, m.month % 12 + 1, 1) + interval '1 month' > m.recorded_at
         or c.stage = 'closed' and m.recorded_at > c.closed_at + interval '1 day')
         + (select count(*) from business_capital k join placements w on w.id = k.placement_id where w.kind <> 'own_business'
         or k.received_on < w.starts_on or k.recorded_at > :now or k.source = 'programme'
         and k.received_on < cast(:today as date) - 300 and not exists(select from disbursements d
         where d.client_id = k.client_id and d.programme_code = k.programme_code and d.amount = k.amount))"""),
        ("a mentor who did not graduate, has not consented or is not reached", """select count(*) from mentors m
         join consents s on s.id = m.consent_id join clients p on p.id = m.client_id where s.client_id <> m.client_id
         or s.purpose <> 'mentoring' or s.given_on > m.since_on or p.died_on is not null or not exists(select from
         graduation_reviews r where r.client_id = m.client_id and r.state in ('provisional', 'confirmed')
         and r.provisional_on < m.since_on) or (m.until_on is null) <> exists(select from client_access a
         where a.client_id = m.client_id and a.ground = 'mentoring' and a.valid_until is null)"""),
        ("a mentoring out of its order, or of one who has enough", """select count(*) from mentorings t join mentors m
         on m.id = t.mentor_id join cases c on c.id = t.case_id where t.client_id = m.client_id or t.proposed_at < m.recorded_at
         or t.client_agreed_on < t.proposed_at::date or t.first_met_on < t.client_agreed_on or t.ended_on < t.first_met_on
         or greatest(t.first_met_on, t.ended_on) > :today or not t.wanted = any (m.free_for) or t.state <> 'ended' and
         (c.closed_at is not null or m.until_on is not null) or (select count(*) from mentorings o where o.mentor_id = m.id
         and o.state <> 'ended') > m.most_at_once or t.client_agreed_on is not null and not exists(select from consents s
         where s.client_id = t.client_id and s.purpose = 'mentoring' and s.given_on <= t.client_agreed_on)"""),
        ("a step toward a mentor that stands elsewhere than its mentoring", """select count(*) from plan_steps s left join
         mentorings t on t.id = s.link_id where s.link_kind = 'mentoring' and (t.plan_step_id is distinct from s.id
         or (s.state = 'done') <> (t.first_met_on is not null) or s.kind <> 'mentor')"""),
        ("terms of a house that is none", """select count(*) from house_rules h join organisations o
         on o.id = h.organisation_id where o.kind <> 'upt'"""),
        ("a graduation without two signatures", """select count(*) from graduation_reviews r where state = 'confirmed' and
         (select count(distinct user_id) from graduation_signatures s where s.review_id = r.id
         and step = 'confirmation') < 2"""),
    ],
)  # fmt: skip
def test_there_is_not(world, what, query):
    now = {"now": "2026-03-02T03:00:00+00:00", "today": "2026-03-02"}
    wanted = {name: value for name, value in now.items() if f":{name}" in query}
    assert world.one(query, **wanted) == 0, what


def test_every_move_is_one_of_the_machine(world):
    known = {(line.verb, state, target) for line in TRANSITIONS for state in line.sources
             for target in (line.target, *line.otherwise)} | {("submit", None, "submitted")}  # fmt: skip
    told = world.all("select distinct verb, from_state, to_state from referral_transitions")
    assert set(told) <= known
    assert {"decline", "expire", "no_show", "mark_unmet", "retry"} <= {verb for verb, _before, _after in told}


def test_help_to_earn_is_in_the_ledger_beside_help_to_live(world):
    paid = set(world.all("select programme_code from disbursements"))
    assert paid >= {"PKH-SD", "SEMBAKO", "PBI-JK", "BLT-DD", "ATENSI-YAPI", "ASPD-JATIM", "BANSOS-KE-JATIM"}
    assert paid & {"PENA", "KUBE", "JATIM-PUSPA", "KIP-KPM-JAWARA", "KIP-PUTRI-JAWARA", "KIP-EKS-PPKS-JAWARA",
                   "KIP-PPKS-JAWARA"}  # fmt: skip


def test_the_trail_says_that_nothing_of_this_happened(world):
    made = world.all("select action, resource, detail from audit_entries where system = 'demo' and resource = 'demo'")
    assert made == [("create", "demo", {"people": PEOPLE, "seed": 7})]


def test_the_same_seed_and_day_make_the_same_world(world, tmp_path, monkeypatch):
    """All but what hangs on an installation's keys: sealed values, keyed hashes, the password's hash, offices' own ids."""
    other = twin(tmp_path, monkeypatch, seed=7)
    for table in comparable():
        assert other[table] == world.all(listed(table)), table


def test_another_seed_makes_other_people(world, tmp_path, monkeypatch):
    other = twin(tmp_path, monkeypatch, seed=8)
    assert not {row[0] for row in other["clients"]} & set(world.all("select id from clients"))


def comparable() -> dict[str, list[str]]:
    """What must be equal, by table; ids of organisations are made by each installation's first migration."""
    return {
        "clients": ["id", "name", "birth_date", "sex", "region_code", "died_on", "registered_at", "version"],
        "households": ["id", "region_code", "registered_at"],
        "household_members": ["id", "household_id", "client_id", "relation", "from_month", "to_month"],
        "disbursements": ["id", "client_id", "household_id", "programme_code", "from_month", "amount", "known_on",
                          "source_key", "reverses_id"],
        "cases": ["id", "client_id", "category_code", "pathway", "stage", "opened_at", "closed_at", "caseworker_id"],
        "referrals": ["id", "client_id", "state", "urgency", "submitted_at", "sender_id"],
        "offers": ["id", "referral_id", "state", "offered_at", "reason", "capacity_id"],
        "referral_transitions": ["id", "referral_id", "verb", "reason", "happened_at"],
        "service_pauses": ["id", "starts_on", "ends_on", "reason"],
        "exemptions": ["id", "client_id", "ground", "source", "from_on", "until_on"],
        "assessments": ["id", "case_id", "instrument", "scores::text", "completed_at"],
        "plan_steps": ["id", "kind", "state", "link_id", "due_on"],
        "enrolments": ["id", "batch_id", "state", "score"],
        "placements": ["id", "kind", "starts_on", "ended_on", "state"],
        "income_statements": ["id", "from_month", "amount", "source"],
        "graduation_reviews": ["id", "case_id", "state", "fingerprint"],
        "users": ["id", "username", "name"],
        "case_notes": ["id", "case_id", "kind", "level", "happened_on", "written_by", "written_at"],
        "note_addenda": ["id", "note_id", "written_at"],
        "attachments": ["id", "case_id", "media", "size", "added_at", "removed_reason"],
        "plans": ["id", "case_id", "state", "proposed_at", "decided_at", "client_agreed_form", "review_on"],
        "plan_signatures": ["plan_id", "signer", "signed_on", "recorded_by"],
        "aid_tapers": ["id", "plan_id", "programme_code"],
        "taper_steps": ["taper_id", "from_month", "amount"],
        "conferences": ["id", "case_id", "held_on"],
        "conference_calls": ["id", "case_id", "planned_at", "state", "conference_id"],
        "conference_guests": ["id", "call_id", "user_id", "answer", "answered_at"],
        "conference_decisions": ["id", "conference_id", "domain", "due_on", "plan_id", "let_go_reason"],
        "course_requirements": ["id", "course_id", "kind", "value"],
        "vacancies": ["id", "employer_id", "occupation", "places", "taken", "wage_from", "closes_on", "state"],
        "applications": ["id", "vacancy_id", "client_id", "state", "applied_on", "ended_on", "placement_id"],
        "employer_inquiries": ["id", "placement_id", "period", "created_at", "answer", "answered_at"],
        "business_months": ["id", "placement_id", "month", "turnover", "profit", "evidence"],
        "business_capital": ["id", "placement_id", "received_on", "source", "amount"],
        "mentors": ["id", "client_id", "free_for", "since_on", "until_on"],
        "mentorings": ["id", "mentor_id", "client_id", "state", "proposed_at", "outcome"],
        "tasks": ["id", "kind", "state", "due_at"],
    }  # fmt: skip


def listed(table: str) -> str:
    """The rows of a table that must be equal; lines of the one file that the program itself took in have ids of its own."""
    of_the_world = {
        "disbursements": " where source_reference is null or source_reference not like 'SP2D%'",
        "tasks": " where kind in ('take_up_decision', 'chase_application', 'look_at_work', 'meet_mentor')",
    }.get(table, "")
    return f"select {', '.join(comparable()[table])} from {table}{of_the_world} order by 1, 2"


def twin(folder: Path, monkeypatch: pytest.MonkeyPatch, *, seed: int) -> dict[str, list[Any]]:
    """What another database holds after its own demo."""
    from kessos_case.core.settings import settings

    with servers.database() as name:
        monkeypatch.setenv("DATABASE_URL", servers.postgres.url(name, "kessos_login"))
        monkeypatch.setenv("KESSOS_DATABASE_OWNER_URL", servers.postgres.url(name))
        settings.cache_clear()
        result = make_demo(folder, "--clients", str(PEOPLE), "--seed", str(seed))
        assert result.exit_code == 0, result.output
        engine = servers.engine_of(name)
        other = World(engine)
        found = {table: other.all(listed(table)) for table in comparable()}
        engine.dispose()
    monkeypatch.undo()
    settings.cache_clear()
    return found


def test_lives_know_no_scorecard_and_no_criterion():
    """The process must not be built from what it is to try: nothing of it sees the policies of dependency or graduation."""
    folder = Path(demo.__file__).parent
    for path in folder.glob("*.py"):
        imported = names_imported(path)
        seen = {name for module, name in imported if module.startswith("kessos_case.dependency")}
        # What a caseworker writes down by hand: a row, and the words that it may have.
        assert seen <= {"Exemption", "ExemptionGround", "ExemptionSource"}, path.name
        if path.name != "gate.py":
            assert not any(module.startswith("kessos_case.graduation") for module, _name in imported), path.name


def names_imported(path: Path) -> set[tuple[str, str]]:
    """Module and name of everything that a file imports."""
    nodes = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.ImportFrom | ast.Import)]
    return {(getattr(node, "module", None) or name.name, name.name) for node in nodes for name in node.names}


def test_a_case_in_every_open_stage_can_go_on(world):
    rows = world.all(
        """select distinct on (c.stage) c.stage, c.id, w.username, s.username from cases c
           join users w on w.id = c.caseworker_id join users s on s.organisation_id = c.organisation_id
           and s.username like 'demo.kepala%' where c.closed_at is null order by c.stage, c.id"""
    )
    assert {row[0] for row in rows} <= set(OPEN_STAGES)
    assert len(rows) >= 4
    for stage, case_id, caseworker, supervisor in rows:
        for name in (caseworker, supervisor):
            card = world.sign_in(name).get(f"/cases/{case_id}").json
            assert card["stage"] == stage
            assert card["allowed_verbs"], (stage, name)


def test_the_marginals_are_plausible(world):
    """Wide bounds: a hazard that was written ten times too large shows here. `-s` prints the figures."""
    print("\n".join(marginals.told(world.rows)))
    figures = dict(marginals.FIGURES)
    young, grown, old = world.rows(figures["people by age: below 18, 18-59, 60 and older, percent"])[0]
    assert 20 < young < 45
    assert 45 < grown < 70
    assert 4 < old < 20
    aided = [share for _, share in world.rows(figures["households with any consumption aid in a year, percent"])]
    assert all(25 < share < 85 for share in aided)
    taken_back, late = world.rows(
        next(query for name, query in marginals.FIGURES if name.startswith("lines taken back"))
    )[0]
    assert 0.1 < taken_back < 1.5
    assert 1 < late < 12


def test_a_night_that_looked_at_nobody_does_not_stand_in_the_way_of_the_next(world):
    assert world.all("select count(*) from nights") == [0]
