"""Graduation at a glance: where one person stands and what to do next, and the policy by which it is judged."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from kessos_case.access.service import record
from kessos_case.clients.service import client_for
from kessos_case.core.db import Session
from kessos_case.core.errors import NotFound
from kessos_case.graduation import queries
from kessos_case.graduation.rules import CriterionCode, GraduationPolicy, WeightedCode
from kessos_case.graduation.service.reading import graduation_policy, policy_label
from kessos_case.graduation.service.reviews import card_of
from kessos_case.graduation.service.signatures import next_steps
from kessos_case.graduation.service.standing import standing_of, told_missing


def graduation_of(session: Session, client_id: UUID) -> dict[str, Any]:
    """The verdict on a person as of now, the newest review of the case, and the steps that are the actor's.

    Of the open case at the own office, else of the newest. Raises NotFound for a person beyond reach or without a case.
    """
    client = client_for(session, client_id)
    case = queries.case_of_client(session, client.id)
    if case is None:
        raise NotFound("The person has no case here.")
    standing = standing_of(session, case)
    verdict, review = standing.verdict, queries.latest_review(session, case.id)
    signed = queries.signatures(session, review.id) if review else ()
    record(session, "read", "graduation", case.id, clients=[client.id])
    return verdict.as_json() | {
        "client_id": client.id,
        "case_id": case.id,
        "policy_version": policy_label(),
        "missing": told_missing(verdict),
        "state": review.state if review else None,
        "review": card_of(session, review, standing.client, signed) if review else None,
        "next_steps": next_steps(session, review, standing, signed) if review else [],
    }


def criteria() -> dict[str, Any]:
    """The policy as plain data: what each pathway demands, what gives points and from where on, the gate, relapse."""
    policy = graduation_policy()
    return {
        "policy_version": policy_label(),
        "pathways": [
            {"pathway": name, "kind": rule.kind, "mandatory": list(rule.mandatory), "points_needed": rule.points_needed}
            for name, rule in policy.pathways.items()
        ],
        "criteria": [{"code": code, "needed": needed} for code, needed in _needed(policy).items()],
        "lines": [
            {"code": code, "worth": worth, "needed": _cuts(policy)[code]} for code, worth in policy.weighted.items()
        ],
        "gate": asdict(policy.gate),
        "aftercare": asdict(policy.aftercare),
        "relapse": asdict(policy.relapse),
    }


def _needed(policy: GraduationPolicy) -> dict[CriterionCode, dict[str, Any]]:
    """The numbers of each criterion; a criterion that is a plain question has none."""
    numbers: dict[CriterionCode, Any] = {
        CriterionCode.INCOME: policy.income,
        CriterionCode.WORK_LASTS: policy.work,
        CriterionCode.OFF_AID: policy.off_aid,
        CriterionCode.FUNCTIONING: policy.functioning,
        CriterionCode.STABILITY: policy.stability,
        CriterionCode.VISITS_PASSED: policy.reunification,
    }
    return {code: asdict(numbers[code]) if code in numbers else {} for code in CriterionCode}


def _cuts(policy: GraduationPolicy) -> dict[WeightedCode, int]:
    """From which value on a line gives its points; yes is 1."""
    cuts = policy.cuts
    return dict.fromkeys(WeightedCode, 1) | {
        WeightedCode.SELF_EFFICACY: cuts.self_efficacy_gain,
        WeightedCode.SAVINGS: cuts.savings_months,
        WeightedCode.INCOME_SOURCES: cuts.income_sources,
        WeightedCode.DECILE: cuts.decile,
    }
