"""The least work that could give the same case: its rows by few statements of psycopg, the guards of the house over them.

What can be done now, and what is missing for it, is most of the answer: `allowed_verbs` is a pure function and is asked
here as it is there. Nothing is checked, hidden or put into an order but what the bench's own cases need; bench/__main__.py
compares both answers before it measures.
"""

import os
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from typing import Any
from uuid import UUID

import psycopg

from kessos_case.cases.rules import (
    AgreementForm,
    AssessmentFact,
    CaseFacts,
    GoalFact,
    GoalState,
    OpenItem,
    Pathway,
    PlanFact,
    PlanState,
    Stage,
    StepFact,
    StepState,
    allowed_verbs,
)
from kessos_case.cases.rules.pathways import Pathways
from kessos_case.cases.service import pathways
from kessos_case.core.clock import office_day

HEAD = """select c.*, p.name, p.temporary_label, p.confidentiality, p.died_on, a.id as agreement_id, a.form, a.lawful_ground,
        a.given_on, a.reason_sealed is not null as has_reason,
        (select t.id from case_transfers t where t.case_id = c.id and t.state = 'offered') as transfer_id,
        (select o.id from cases o where o.client_id = c.client_id and o.organisation_id = c.organisation_id
            and o.closed_at is null and o.id <> c.id) as other_id,
        tries.many, tries.days, moves.many as transitions, moves.rested,
        (select s.id from stays s where s.case_id = c.id and s.discharged_at is null) as stay_id
    from cases c left join clients p on p.id = c.client_id
    left join lateral (select * from case_agreements where case_id = c.id order by recorded_at desc, id desc limit 1) a on true
    cross join lateral (select count(*) as many, count(distinct visited_on) as days from visits v
        where v.client_id = c.client_id and not v.was_met and v.visited_on >= (c.opened_at at time zone 'Asia/Jakarta')::date
        and v.visited_on > (select coalesce(max(visited_on), '-infinity') from visits m
            where m.client_id = c.client_id and m.was_met)) tries
    cross join lateral (select count(*) as many, coalesce(sum((detail->>'rested_days')::int) filter (
        where verb = 'resume' and happened_at >= c.stage_since), 0) as rested from case_transitions where case_id = c.id) moves
    where c.id = %s"""
PLAN = """select p.id, p.number, p.author_id, p.state, p.decided_at, p.decided_by, p.client_agreed_on, g.id as goal_id,
        g.domain, g.state as goal_state, s.id as step_id, s.responsible_organisation_id, s.due_on, s.state as step_state,
        (select max(held_on) from conferences where plan_id = p.id) as met_on
    from plans p left join plan_goals g on g.plan_id = p.id left join plan_steps s on s.goal_id = g.id
    where p.id = (select id from plans where case_id = %s order by state <> 'approved', number desc limit 1)
    order by g.position, s.position"""
ASSESSED = """select instrument, completed_at, state, scores from assessments
    where case_id in (select %s::uuid union select c.id from cases c join case_transfers t on t.case_id = c.id
        where t.new_case_id = %s) and state <> 'draft' order by completed_at, id"""
ELSEWHERE = """select 'task' as what, id, kind as word, due_at as at, null::boolean as flag, null::date as on_day from tasks
        where client_id = %(client)s and state = 'open' and organisation_id = %(office)s
    union all select 'home', id, '', null, is_safe, verified_on from reunifications
        where case_id = %(case)s and ended_on is null
    union all select 'course', id, state, null, passed, null from enrolments where client_id = %(client)s
    union all select 'work', id, state, null, verified_on is not null, null from placements where client_id = %(client)s
    union all select 'referral', id, state, submitted_at, sender_organisation_id = %(office)s, null from referrals
        where client_id = %(client)s and state not in ('completed', 'closed', 'withdrawn', 'rejected', 'failed')
    union all select 'review', id, state, opened_at, null, confirmed_on from graduation_reviews where case_id = %(case)s
    order by at"""
_SETTLED = ("manual", "mandatory_report")


@dataclass(frozen=True)
class Actor:
    """Who reads, as `enter_as` tells."""

    roles: frozenset[str]


@cache
def ways() -> Pathways:
    """The policy, read once in a process, as the program reads it."""
    return pathways()


def read_case(cursor: psycopg.Cursor[dict[str, Any]], actor: Actor, case_id: UUID) -> dict[str, Any]:
    """One open case of the own office with what can be done now; the caller enters and writes the trail."""
    head = cursor.execute(HEAD, [case_id]).fetchone()
    assert head is not None
    planned = cursor.execute(PLAN, [case_id]).fetchall()
    assessed = cursor.execute(ASSESSED, [case_id, case_id]).fetchall()
    about = {"client": head["client_id"], "office": head["organisation_id"], "case": case_id}
    rows: dict[str, list[dict[str, Any]]] = {}
    for row in cursor.execute(ELSEWHERE, about).fetchall():
        rows.setdefault(row["what"], []).append(row)
    today = office_day(datetime.now(UTC))
    facts = _facts(actor, head, planned, assessed, rows, today)
    return shown(head, today) | {
        "client": person(head, in_list=False),
        "next_due_at": min((task["at"] for task in rows.get("task", ())), default=None),
        **{name: head[name] for name in _ALONE},
        "agreement": {"id": head["agreement_id"], **{name: head[name] for name in ("form", "lawful_ground", "given_on")}}
        if head["agreement_id"]
        else None,
        "transitions": head["transitions"],
        "allowed_verbs": [
            {"verb": str(verb), "missing": [entry.as_error() for entry in missing]}
            for verb, missing in allowed_verbs(facts, ways())
        ],
    }  # fmt: skip


_SAME = (
    "id", "version", "client_id", "organisation_id", "pathway", "stage", "stage_since", "caseworker_id", "opened_at",
    "closed_at", "close_reason", "paused_from", "paused_until",
)  # fmt: skip
_ALONE = (
    "referral_id", "previous_case_id", "successor_organisation_id", "spm_type", "spm_level",
    "recommending_organisation_id",
)  # fmt: skip


def shown(row: dict[str, Any], today: date) -> dict[str, Any]:
    """What a card and a list have in common."""
    resting = (today - row["paused_from"]).days if row["paused_from"] else 0
    days = (today - office_day(row["stage_since"])).days - row["rested"] - resting
    return {name: row[name] for name in _SAME} | {
        "category": row["category_code"], "is_paused": row["paused_from"] is not None, "days_in_stage": max(0, days),
    }  # fmt: skip


def person(row: dict[str, Any], *, in_list: bool) -> dict[str, Any]:
    """Whom it is about."""
    masked = in_list and row["confidentiality"] == "strict"
    label = f"Dirahasiakan {row['client_id'].hex[-4:]}" if masked else row["name"] or row["temporary_label"]
    known = {name: row[name] for name in ("confidentiality", "died_on")}
    return {"id": row["client_id"], "label": label, "is_masked": masked, **known}


def _facts(
    actor: Actor, head: dict[str, Any], planned: list[dict[str, Any]], assessed: list[dict[str, Any]],
    rows: dict[str, list[dict[str, Any]]], today: date,
) -> CaseFacts:  # fmt: skip
    open_items = [OpenItem("task", row["id"]) for row in rows.get("task", ()) if row["word"] in _SETTLED]
    open_items += [OpenItem("referral", row["id"]) for row in rows.get("referral", ()) if row["flag"]]
    courses = rows.get("course", ())
    open_items += [OpenItem("enrolment", row["id"]) for row in courses if row["word"] not in ("completed", "dropped")]
    open_items += [OpenItem("stay", head["stay_id"])] if head["stay_id"] else []
    homes, works = rows.get("home", ()), rows.get("work", ())
    return CaseFacts(
        today=today, stage=Stage(head["stage"]), pathway=Pathway(head["pathway"]), actor_roles=actor.roles,
        client_id=head["client_id"], category=head["category_code"], organisation_id=head["organisation_id"],
        died_on=head["died_on"], open_case_id=head["other_id"], accepted_referral_id=head["referral_id"],
        caseworker_id=head["caseworker_id"], agreement=AgreementForm(head["form"]) if head["form"] else None,
        has_ground_reason=bool(head["has_reason"]),
        assessments=tuple(
            AssessmentFact(row["instrument"], office_day(row["completed_at"]), frozenset(row["scores"]["flagged"]))
            for row in assessed if row["state"] == "completed"
        ),
        plan=_plan(planned) if planned else None, conference_on=planned[0]["met_on"] if planned else None,
        completed_courses=sum(bool(row["flag"]) for row in courses), safe_home=any(row["flag"] for row in homes),
        verified_outcome=any(row["word"] == "active" and row["flag"] for row in works)
        or any(row["on_day"] for row in homes),
        is_paused=head["paused_from"] is not None, transfer_open=head["transfer_id"] is not None,
        open_items=tuple(open_items), contact_attempts=head["many"], contact_attempt_days=head["days"],
    )  # fmt: skip


def _plan(rows: list[dict[str, Any]]) -> PlanFact:
    first, goals = rows[0], dict[UUID, tuple[str, str, list[StepFact]]]()
    for row in rows:
        if row["goal_id"]:
            steps = goals.setdefault(row["goal_id"], (row["domain"], row["goal_state"], []))[2]
            if row["step_id"]:
                step = (row["step_id"], row["responsible_organisation_id"], row["due_on"], StepState(row["step_state"]))
                steps.append(StepFact(*step))
    return PlanFact(
        id=first["id"], number=first["number"], author_id=first["author_id"], state=PlanState(first["state"]),
        approver_id=first["decided_by"] if first["decided_at"] else None, client_agreed_on=first["client_agreed_on"],
        goals=tuple(GoalFact(key, name, tuple(steps), GoalState(state)) for key, (name, state, steps) in goals.items()),
    )  # fmt: skip


def roles_of(actor: dict[str, Any]) -> Actor:
    """The roles that the actor holds; the bench's own user holds his in his own office."""
    assert os.environ["BENCH_ORGANISATION_ID"] == actor["organisation_id"]
    return Actor(frozenset(grant["role"] for grant in actor["grants"]))
