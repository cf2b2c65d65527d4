"""The criteria of the way back into a family or community. Source: spec graduation.md, "`reunification` has its own table"."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from kessos_case.graduation.rules.criterion import Criterion, Missing, evidence_of, unknown
from kessos_case.graduation.rules.facts import CriterionCode, GraduationFacts, GraduationPolicy, HomeLook, VisitFact


def home_on(looks: Iterable[HomeLook], day: date) -> HomeLook | None:
    """Where the person lives on the day, if it was found safe; none once the newest look at a home found danger.

    Whoever has not moved in yet lives in the one before; whoever has left the home that he moved into last lives in none.
    """
    known = [look for look in looks if look.assessed_on <= day]
    standing = [look for look in known if look.ended_on is None or look.ended_on > day]
    newest = sorted(standing, key=lambda look: _turn(look, day), reverse=True)
    if newest and not newest[0].is_safe:
        return None
    home = next((look for look in newest if look.starts_on is not None and look.starts_on <= day), None)
    left = [look.starts_on for look in known if look not in standing and look.starts_on is not None]
    return None if home and home.starts_on and any(begun > home.starts_on for begun in left) else home


def _turn(look: HomeLook, day: date) -> tuple[date, bool, bool, date, bool, UUID]:
    """The later look holds. Of two of one day that of the home in which the person was seen living since, else the one that
    found danger, else the one that asks for more: begun later, without the guardian's word. None hangs on which was written
    down first; of two that say the same in all of this it does not matter which is named."""
    was_seen = look.verified_on is not None and look.assessed_on < look.verified_on <= day
    begun = look.starts_on or date.min
    return look.assessed_on, was_seen, not look.is_safe, begun, not look.guardian_consents, look.id


def safe_home(facts: GraduationFacts, policy: GraduationPolicy) -> Criterion:
    """Was the home assessed as safe?"""
    code, found, needed = CriterionCode.SAFE_HOME, facts.reunification, {"assessed": True}
    if found.safe_home_id is None or found.safe_home_on is None or found.safe_home_on > facts.as_of:
        lacking = unknown("safe_home_unknown", "a home assessed as safe", "Assess the home.")
        return Criterion(code, {}, needed, missing=(lacking,))
    value = {"assessed_on": found.safe_home_on.isoformat()}
    return Criterion(code, value, needed, evidence_of("safe_home", [found.safe_home_id]))


def _visits(facts: GraduationFacts) -> list[VisitFact]:
    """Earliest first, and of one day the failed one last: it does not matter which was written down first."""
    found = [visit for visit in facts.reunification.visits if visit.on <= facts.as_of]
    return sorted(found, key=lambda visit: (visit.on, not visit.passed, visit.id))


def visits_passed(facts: GraduationFacts, policy: GraduationPolicy) -> Criterion:
    """Did enough visits pass, the newest among them? A home that fails now is not made safe by what was seen before."""
    least, visits, missing = policy.reunification.visits_passed, _visits(facts), []
    passed = sum(visit.passed for visit in visits)
    if passed < least:
        way = f"Visit until {least} visits have passed."
        missing.append(unknown("visits_missing", f"{least} visits passed: {passed} so far", way))
    if visits and not visits[-1].passed:
        detail = f"a visit passed after the one of {visits[-1].on}"
        missing.append(Missing("visit_failed", detail, "Mend what the visit found, and visit again."))
    return Criterion(
        CriterionCode.VISITS_PASSED,
        value={"passed": passed, "visits": len(visits)},
        needed={"passed": least},
        evidence=evidence_of("visit", (visit.id for visit in visits)),
        missing=tuple(missing),
    )


def _newest_answer(
    code: CriterionCode, word: str, applies: bool, answers: Iterable[tuple[VisitFact, bool | None]]
) -> Criterion:
    """Met when the newest visit with an answer says yes, or when the question does not apply."""
    needed = {"yes": True}
    if not applies:
        return Criterion(code, {}, needed, notes=("does_not_apply",))
    # Of one day a no outweighs a yes, and every visit that says it is named: none hangs on which was written down first.
    told = [(visit.on, not answer, visit.id) for visit, answer in answers if answer is not None]
    if not told:
        lacking = unknown(f"{code}_unknown", word, f"See at the next visit: {word}.")
        return Criterion(code, {}, needed, missing=(lacking,))
    on, is_no, _id = max(told)
    seen = [visit_id for *said, visit_id in told if said == [on, is_no]]
    no = Missing(f"{code}_no", f"{word}: not so on {on}", f"Help with it, and visit again: {word}.")
    value = {"yes": not is_no, "on": on.isoformat()}
    return Criterion(code, value, needed, evidence_of("visit", seen), (no,) if is_no else ())


def school(facts: GraduationFacts, policy: GraduationPolicy) -> Criterion:
    """Is school or day care attended, by the newest visit that says?"""
    answers = [(visit, visit.school) for visit in _visits(facts)]
    word = "school or day care attended"
    return _newest_answer(CriterionCode.SCHOOL, word, facts.reunification.school_applies, answers)


def treatment(facts: GraduationFacts, policy: GraduationPolicy) -> Criterion:
    """Is treatment adhered to, by the newest visit that says?"""
    answers = [(visit, visit.treatment) for visit in _visits(facts)]
    word = "treatment adhered to"
    return _newest_answer(CriterionCode.TREATMENT, word, facts.reunification.treatment_applies, answers)


def guardian_consent(facts: GraduationFacts, policy: GraduationPolicy) -> Criterion:
    """Does the guardian consent, where there is one to ask?"""
    code, found, needed = CriterionCode.GUARDIAN_CONSENT, facts.reunification, {"consent": True}
    if not found.guardian_applies:
        return Criterion(code, {}, needed, notes=("does_not_apply",))
    if found.guardian_consent_id is None:
        lacking = unknown("consent_unknown", "the guardian's consent", "Ask the guardian, and record the consent.")
        return Criterion(code, {}, needed, missing=(lacking,))
    return Criterion(code, {"consent": True}, needed, evidence_of("consent", [found.guardian_consent_id]))
