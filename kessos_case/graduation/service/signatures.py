"""Every step of the gate: the facts anew, the guard by the table, a signature that stays, and what the step brings with it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from kessos_case.access.rules import Role
from kessos_case.access.service import record
from kessos_case.cases.models import Case
from kessos_case.cases.service import case_for
from kessos_case.clients.service import client_for, sealed, write_timeline
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session
from kessos_case.core.errors import Conflict, Forbidden, RuleBroken
from kessos_case.core.ids import new_id
from kessos_case.graduation import queries
from kessos_case.graduation.models import GraduationReview, GraduationSignature, Relapse
from kessos_case.graduation.rules import (
    LIVE,
    REVIEW_TRANSITIONS,
    Confirmation,
    Missing,
    ReviewFacts,
    ReviewState,
    ReviewTransition,
    ReviewVerb,
    Signer,
    StepReason,
    lapsed,
    missing_to_sign,
    reason_and_words,
    state_after,
    transition_for,
)
from kessos_case.graduation.service.aftercare import aftercare_visits, begin_aftercare, end_tasks
from kessos_case.graduation.service.deciding import speaking_against
from kessos_case.graduation.service.reading import graduation_policy
from kessos_case.graduation.service.reviews import (
    ReviewCard,
    ask_co_signer,
    ask_to_decide,
    card,
    in_sight,
    note_place,
    review_for,
)
from kessos_case.graduation.service.standing import Standing, keep, standing_of, told
from kessos_case.notices.rules import NoticeKind
from kessos_case.notices.service import settle
from kessos_case.tasks.rules import TaskKind, TaskReason
from kessos_case.tasks.service import settle_tasks

# What the row of a signature calls each verb; the address of its route too.
STEPS = {
    ReviewVerb.RECOMMEND: "recommendation",
    ReviewVerb.PROVISIONAL: "provisional",
    ReviewVerb.CONFIRM: "confirmation",
    ReviewVerb.DEFER: "deferral",
    ReviewVerb.WITHDRAW: "withdrawal",
}
# Parts of a request that everybody knows to give.
_SAID_WHEN_ASKED = frozenset({"reason_missing", "until_missing"})


@dataclass(frozen=True)
class Said:
    """What a request says beside its step. `reason` is a code of StepReason or words; words and note are sealed."""

    reason: str | None = None
    note: str | None = None
    until: date | None = None


def recommend(session: Session, review_id: UUID, *, note: str | None = None) -> ReviewCard:
    """A caseworker of the case's office recommends. Raises as `take_step`."""
    return take_step(session, review_id, ReviewVerb.RECOMMEND, Said(note=note))


def give_provisional(
    session: Session, review_id: UUID, *, reason: str | None = None, note: str | None = None
) -> ReviewCard:
    """A supervisor who did not recommend gives the provisional verdict, and aftercare begins. Raises as `take_step`."""
    return take_step(session, review_id, ReviewVerb.PROVISIONAL, Said(reason, note))


def confirm(session: Session, review_id: UUID, *, reason: str | None = None, note: str | None = None) -> ReviewCard:
    """One of the people who confirm after aftercare; the last of them makes it so. Raises as `take_step`."""
    return take_step(session, review_id, ReviewVerb.CONFIRM, Said(reason, note))


def defer(
    session: Session, review_id: UUID, *, until: date | None, reason: str | None, note: str | None = None
) -> ReviewCard:
    """A supervisor ends the review until a day. Raises as `take_step`."""
    return take_step(session, review_id, ReviewVerb.DEFER, Said(reason, note, until))


def withdraw(session: Session, review_id: UUID, *, reason: str | None, note: str | None = None) -> ReviewCard:
    """A supervisor takes the verdict back. Raises as `take_step`."""
    return take_step(session, review_id, ReviewVerb.WITHDRAW, Said(reason, note))


def take_step(session: Session, review_id: UUID, verb: ReviewVerb, said: Said) -> ReviewCard:
    """Evaluate anew, and take a step of the gate.

    Raises NotFound, Forbidden when the step is for another role, RuleBroken with everything that is missing, Conflict
    `case_closed` when the case has ended.
    """
    review, step = review_for(session, review_id, lock=True), transition_for(verb)
    signer = signer_for(session, review)
    with in_sight(session, review):
        case = case_for(session, review.case_id)
        standing = standing_of(session, case)
        signed, fell = queries.signatures(session, review.id), queries.relapses_after(session, review.id)
        late = _late(session, review, case) if verb is ReviewVerb.CONFIRM else ()
        facts = replace(_review_facts(review, standing, signed, fell), late=late)
    _guard(step, _missing(session, step, facts, signer, standing, said))
    if case.closed_at is not None:
        raise Conflict("The case has ended.", code="case_closed")
    with in_sight(session, review):
        keep(session, review, standing.verdict)
        review.state = state_after(step, facts, graduation_policy())
        review.reason = reason_and_words(said.reason)[0] or review.reason
        _sign(session, review, STEPS[verb], signer, said)
        _EFFECTS[verb](session, review, case, said)
        _tell(session, review, verb)
    return card(session, review)


def withdraw_for(session: Session, case_id: UUID, *, reason: str, visits_go_on: bool = False) -> None:
    """Withdraw the live review of a case because something else demands it, such as a death; nothing where there is none.

    Visits of aftercare that are due go on where another UPT makes them. Also within as_system. The rules have been asked by
    the caller.
    """
    review = queries.latest_review(session, case_id, *LIVE)
    if review is not None:
        because = TaskReason.DECEASED if reason == StepReason.DECEASED else TaskReason.CASE_CLOSED
        locked = review_for(session, review.id, lock=True)
        end_by_program(session, locked, StepReason(reason), because, visits_go_on=visits_go_on)


def end_by_program(
    session: Session,
    review: GraduationReview,
    reason: StepReason,
    because: TaskReason,
    *,
    visits_go_on: bool = False,
) -> None:
    """Withdraw a review without anybody's step; the row keeps who caused it, where somebody did."""
    review.state, review.reason = ReviewState.WITHDRAWN, reason
    signer = Signer(session.actor.user_id, session.actor.organisation_id, frozenset())
    _sign(session, review, STEPS[ReviewVerb.WITHDRAW], signer, Said(reason))
    end_tasks(session, review, because, visits_go_on=visits_go_on)
    _tell(session, review, ReviewVerb.WITHDRAW)


def signer_for(session: Session, review: GraduationReview) -> Signer:
    """The actor as the machine sees him: with the roles that he has in the case's office, else as one of his own."""
    actor = session.actor
    at_home = frozenset(
        grant.role
        for grant in actor.grants
        if (grant.organisation_id or actor.organisation_id) == review.organisation_id
    )
    if at_home:
        return Signer(actor.user_id, review.organisation_id, at_home)
    return Signer(actor.user_id, actor.organisation_id, actor.roles)


def next_steps(
    session: Session, review: GraduationReview, standing: Standing, signed: Sequence[GraduationSignature]
) -> list[dict[str, Any]]:
    """The steps of this state that are the actor's: `{step, missing}`, without what is only said when it is taken."""
    facts, signer, steps = _review_facts(review, standing, signed, ()), signer_for(session, review), []
    for step in REVIEW_TRANSITIONS:
        missing = _missing(session, step, facts, signer, standing, Said())
        if not any(entry.code in ("wrong_state", "wrong_actor", "same_office") for entry in missing):
            listed = [told(entry) for entry in missing if entry.code not in _SAID_WHEN_ASKED]
            steps.append({"step": STEPS[step.verb], "missing": listed})
    return steps


def lapsed_signers(
    review: GraduationReview, standing: Standing, signed: Sequence[GraduationSignature], fell: Iterable[Relapse]
) -> frozenset[UUID]:
    """Whose confirmation counts no more as of now, while the review waits for another."""
    return _review_facts(review, standing, signed, fell).lapsed


def _late(session: Session, review: GraduationReview, case: Case) -> tuple[Missing, ...]:
    """What is known now against the day of the provisional verdict. The night withdraws by it; nobody may be quicker."""
    if review.provisional_on is None:
        return ()
    against = speaking_against(review, standing_of(session, case, review.provisional_on).verdict.criteria)
    return tuple(
        Missing(
            "late_facts",
            f"{criterion.code} on {review.provisional_on}: {'; '.join(entry.detail for entry in criterion.missing)}",
            "Facts came since by which the provisional verdict does not hold; it is withdrawn, and begins anew.",
        )
        for criterion in against
    )


def _review_facts(
    review: GraduationReview, standing: Standing, signed: Sequence[GraduationSignature], fell: Iterable[Relapse]
) -> ReviewFacts:
    visits = aftercare_visits(review, standing.rows.visits)
    confirmed = [signature for signature in signed if signature.step == STEPS[ReviewVerb.CONFIRM]]
    authors = standing.authors | {visit.recorded_by for visit in visits}
    return ReviewFacts(
        state=review.state,
        organisation_id=review.organisation_id,
        recommended_by=review.recommended_by,
        provisional_by=review.provisional_by,
        provisional_on=review.provisional_on,
        confirmations=tuple(
            (signature.user_id, signature.organisation_id)
            for signature in confirmed
            if signature.user_id and signature.organisation_id
        ),
        evidence_authors=authors,
        visits_done=frozenset(visit.aftercare_month for visit in visits if visit.aftercare_month),
        lapsed=lapsed(
            (
                Confirmation(signature.user_id, office_day(signature.signed_at), signature.reason is not None)
                for signature in confirmed
                if signature.user_id
            ),
            evidence_authors=authors,
            agrees=standing.agrees,
            fell_back_on=[relapse.happened_on for relapse in fell],
        ),
    )


def _missing(
    session: Session, step: ReviewTransition, facts: ReviewFacts, signer: Signer, standing: Standing, said: Said
) -> list[Missing]:
    return missing_to_sign(
        step,
        facts,
        signer,
        unmet=standing.verdict.unmet,
        today=office_day(session.now),
        policy=graduation_policy(),
        agrees=standing.agrees,
        reason=said.reason,
        until=said.until,
    )


def _guard(step: ReviewTransition, missing: list[Missing]) -> None:
    if wrong := next((entry for entry in missing if entry.code == "wrong_actor"), None):
        raise Forbidden(wrong.detail, code="wrong_actor")
    if missing:
        errors = [told(entry) for entry in missing]
        raise RuleBroken(f"The review cannot be changed by `{step.verb}` now.", errors=errors)


def _sign(session: Session, review: GraduationReview, step: str, signer: Signer, said: Said) -> None:
    reason, words = reason_and_words(said.reason)
    signature_id, text = new_id(), "\n\n".join(part for part in (words, said.note) if part)
    note = sealed(client_for(session, review.client_id), text, note_place(signature_id)) if text else None
    session.flush()
    session.insert(
        GraduationSignature, id=signature_id, review_id=review.id, client_id=review.client_id, step=step,
        user_id=signer.user_id, organisation_id=signer.organisation_id, fingerprint=review.fingerprint, reason=reason,
        note_sealed=note, signed_at=session.now,
    )  # fmt: skip


def _tell(session: Session, review: GraduationReview, verb: ReviewVerb) -> None:
    """The timeline hears of each state; the first of two confirmations changes none."""
    if review.state in (transition_for(verb).target, ReviewState.WITHDRAWN):
        write_timeline(session, review.client_id, f"graduation_{review.state}", review.id)
    record(session, verb, "graduation", review.id, clients=[review.client_id], state=review.state)


def _recommended(session: Session, review: GraduationReview, case: Case, said: Said) -> None:
    review.recommended_by = session.actor.user_id
    settle_tasks(session, [review.id], kind=TaskKind.DECIDE_GRADUATION)
    ask_to_decide(session, review, Role.SUPERVISOR, ReviewVerb.PROVISIONAL)


def _provisional(session: Session, review: GraduationReview, case: Case, said: Said) -> None:
    review.provisional_by, review.provisional_on = session.actor.user_id, office_day(session.now)
    settle_tasks(session, [review.id], kind=TaskKind.DECIDE_GRADUATION)
    begin_aftercare(session, review, case)


def _confirmed(session: Session, review: GraduationReview, case: Case, said: Said) -> None:
    if review.state == ReviewState.CONFIRMED:
        review.confirmed_on = office_day(session.now)
        settle_tasks(session, [review.id], kind=TaskKind.CONFIRM_GRADUATION)
        settle(session, [review.id], NoticeKind.CO_SIGNATURE_ASKED)
    else:
        ask_co_signer(session, review, period=ReviewVerb.CONFIRM)


def _deferred(session: Session, review: GraduationReview, case: Case, said: Said) -> None:
    review.deferred_until = said.until
    end_tasks(session, review)


def _withdrawn(session: Session, review: GraduationReview, case: Case, said: Said) -> None:
    end_tasks(session, review)


_EFFECTS: dict[ReviewVerb, Callable[[Session, GraduationReview, Case, Said], None]] = {
    ReviewVerb.RECOMMEND: _recommended,
    ReviewVerb.PROVISIONAL: _provisional,
    ReviewVerb.CONFIRM: _confirmed,
    ReviewVerb.DEFER: _deferred,
    ReviewVerb.WITHDRAW: _withdrawn,
}
