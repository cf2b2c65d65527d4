"""The machine of a case as one table: from, verb, to, who, needs. Source: spec journey.md "Case".

What each need means stands in needs.py; this file only says which move asks for it.
"""

from dataclasses import dataclass
from enum import StrEnum

from kessos_case.access.rules import Role
from kessos_case.cases.rules.pathways import OPEN_STAGES, Pathway, Stage


class Verb(StrEnum):
    """What can be done to a case."""

    OPEN = "open"
    START_ASSESSMENT = "start_assessment"
    START_PLANNING = "start_planning"
    START_TRAINING = "start_training"
    START_REHABILITATION = "start_rehabilitation"
    START_CARE = "start_care"
    START_PLACEMENT = "start_placement"
    START_REUNIFICATION = "start_reunification"
    START_AFTERCARE = "start_aftercare"
    GRADUATE = "graduate"
    STEP_BACK = "step_back"
    REVIEW_CARE = "review_care"
    PAUSE = "pause"
    RESUME = "resume"
    CHANGE_PATHWAY = "change_pathway"
    TRANSFER = "transfer"
    CLOSE = "close"
    REOPEN = "reopen"


# The one reason word that says nothing by itself: whoever gives it explains it in a note.
OTHER = "other"


class CloseReason(StrEnum):
    """Why a case ends without graduation. TRANSFERRED is written when another UPT accepts, and never asked for."""

    MOVED = "moved"
    DECEASED = "deceased"
    OWN_WISH = "own_wish"
    LOST_CONTACT = "lost_contact"
    ABSCONDED = "absconded"
    REFERRED_ELSEWHERE = "referred_elsewhere"
    NOT_ELIGIBLE = "not_eligible"
    AGE_LIMIT = "age_limit"
    RETURNED_TO_FAMILY = "returned_to_family"
    SENTENCED = "sentenced"
    DUPLICATE = "duplicate"
    GOALS_MET_WITHOUT_GRADUATION = "goals_met_without_graduation"
    TRANSFERRED = "transferred"


class StepBackReason(StrEnum):
    """Why a case goes back to an earlier stage."""

    PLACEMENT_ENDED = "placement_ended"
    NEW_FINDINGS = "new_findings"
    PLAN_FAILED = "plan_failed"
    OWN_WISH = "own_wish"
    HEALTH = "health"
    OTHER = OTHER


class PauseReason(StrEnum):
    """Why a case rests."""

    HOSPITAL = "hospital"
    FAMILY_MATTER = "family_matter"
    DETENTION = "detention"
    TRAVEL = "travel"
    OTHER = OTHER


class PathwayChangeReason(StrEnum):
    """Why another pathway is right from now on."""

    NEW_FINDINGS = "new_findings"
    HEALTH = "health"
    AGE = "age"
    FAMILY_FOUND = "family_found"
    FAMILY_LOST = "family_lost"
    OWN_WISH = "own_wish"
    OTHER = OTHER


class TransferReason(StrEnum):
    """Why another UPT should go on with the case."""

    NEARER_FAMILY = "nearer_family"
    BETTER_SERVICE = "better_service"
    NO_ROOM = "no_room"
    SAFETY = "safety"
    AGE = "age"
    OWN_WISH = "own_wish"
    OTHER = OTHER


class ReopenReason(StrEnum):
    """Why an ended case goes on after all."""

    MISTAKE = "mistake"
    PERSON_RETURNED = "person_returned"
    CONTACT_RESTORED = "contact_restored"
    RELAPSE = "relapse"
    OUTCOME_FAILED = "outcome_failed"
    OTHER = OTHER


@dataclass(frozen=True)
class Missing:
    """One thing that a refused verb lacks. `field` is the part of the request that can supply it.

    `kind` and `id` name the thing that it is about, such as a step, an instrument or an open referral.
    """

    code: str
    detail: str
    field: str = ""
    kind: str = ""
    id: str = ""

    def as_error(self) -> dict[str, str]:
        """The entry of an answer's `errors`: code, detail, and of the rest what is said."""
        return {name: value for name, value in vars(self).items() if value}


_EVERY_PATHWAY = frozenset(Pathway)


@dataclass(frozen=True)
class Transition:
    """One line of the machine.

    Without `target` the stage is asked for (step_back), remembered (reopen) or stays. `who` are the roles of which the
    caller has one. `reasons` are the codes of which one is given. Without `sources` there is no case yet.
    """

    verb: Verb
    sources: frozenset[Stage]
    target: Stage | None
    who: frozenset[str]
    needs: tuple[str, ...] = ()
    reasons: frozenset[str] = frozenset()
    pathways: frozenset[Pathway] = _EVERY_PATHWAY
    while_paused: bool = False


_CASEWORKER = frozenset({Role.CASEWORKER})
_SUPERVISOR = frozenset({Role.SUPERVISOR})

_WORK = frozenset({Pathway.INDEPENDENCE})
_RETURN = frozenset({Pathway.REUNIFICATION})
_CARE = frozenset({Pathway.LONG_TERM_CARE})

# A change of pathway leads to planning from any stage, past the guards of intake and assessment; so what those ask for is
# asked once more before any measure begins.
_BEFORE_MEASURES = ("caseworker", "agreement", "assessed")
_AGREED_PLAN = ("approved_plan", "whole_plan", "another_approver", "conference", "client_agreement")
_MAY_BE_OPEN = ("alive", "only_case")


def _at(*stages: Stage) -> frozenset[Stage]:
    return frozenset(stages)


# verb, from, to, who, needs
TRANSITIONS: tuple[Transition, ...] = (
    Transition(
        Verb.OPEN,
        frozenset(),
        Stage.INTAKE,
        frozenset({Role.CASEWORKER, Role.TRIAGE}),
        ("client", "category", "organisation", "pathway_choice", "accepted_referral", *_MAY_BE_OPEN),
    ),
    Transition(
        Verb.START_ASSESSMENT, _at(Stage.INTAKE), Stage.ASSESSMENT, _CASEWORKER, needs=("caseworker", "agreement")
    ),
    Transition(
        Verb.START_PLANNING, _at(Stage.ASSESSMENT), Stage.PLANNING, _CASEWORKER, needs=("assessed", "assessed_lately")
    ),
    *(
        Transition(verb, _at(Stage.PLANNING), target, _SUPERVISOR, _BEFORE_MEASURES + _AGREED_PLAN, pathways=pathways)
        for verb, target, pathways in (
            (Verb.START_TRAINING, Stage.TRAINING, _WORK),
            (Verb.START_REHABILITATION, Stage.REHABILITATION, _RETURN),
            (Verb.START_CARE, Stage.CARE, _CARE),
        )
    ),
    Transition(
        Verb.START_PLACEMENT, _at(Stage.TRAINING), Stage.PLACEMENT, _CASEWORKER, needs=("course",), pathways=_WORK
    ),
    Transition(
        Verb.START_REUNIFICATION,
        _at(Stage.REHABILITATION),
        Stage.REUNIFICATION,
        _CASEWORKER,
        needs=("safe_home",),
        pathways=_RETURN,
    ),
    Transition(
        Verb.START_AFTERCARE,
        _at(Stage.PLACEMENT, Stage.REUNIFICATION),
        Stage.AFTERCARE,
        _SUPERVISOR,
        needs=("verified_outcome",),
        pathways=_WORK | _RETURN,
    ),
    Transition(
        Verb.GRADUATE,
        _at(Stage.AFTERCARE),
        Stage.GRADUATED,
        _SUPERVISOR,
        needs=("verdict",),
        pathways=_WORK | _RETURN,
    ),
    Transition(
        Verb.STEP_BACK,
        _at(Stage.TRAINING, Stage.REHABILITATION, Stage.PLACEMENT, Stage.REUNIFICATION, Stage.AFTERCARE),
        None,
        _CASEWORKER,
        needs=("earlier_stage",),
        reasons=frozenset(StepBackReason),
        pathways=_WORK | _RETURN,
    ),
    # Never refused for being early: to look at somebody's care twice a year harms nobody.
    Transition(Verb.REVIEW_CARE, _at(Stage.CARE), Stage.CARE, _CASEWORKER, pathways=_CARE),
    Transition(
        Verb.PAUSE,
        OPEN_STAGES,
        None,
        _CASEWORKER,
        needs=("running", "expected_end"),
        reasons=frozenset(PauseReason),
        while_paused=True,
    ),
    Transition(Verb.RESUME, OPEN_STAGES, None, _CASEWORKER, needs=("resting",), while_paused=True),
    # Not while paused: it decides about goals, with a person who is not there.
    Transition(
        Verb.CHANGE_PATHWAY,
        OPEN_STAGES,
        Stage.PLANNING,
        _SUPERVISOR,
        needs=("other_pathway", "goals_decided"),
        reasons=frozenset(PathwayChangeReason),
    ),
    # The offer only: the case stays here until the other UPT accepts, which closes it as transferred. A hospital far away
    # is a reason both to pause and to hand over, so a pause does not stand in the way.
    Transition(
        Verb.TRANSFER,
        OPEN_STAGES,
        None,
        _SUPERVISOR,
        needs=("receiving_organisation", "no_open_transfer"),
        reasons=frozenset(TransferReason),
        while_paused=True,
    ),
    Transition(
        Verb.CLOSE,
        OPEN_STAGES,
        Stage.CLOSED,
        _SUPERVISOR,
        needs=("contact_attempts", "settled_items"),
        reasons=frozenset(CloseReason) - {CloseReason.TRANSFERRED},
        while_paused=True,
    ),
    Transition(
        Verb.REOPEN,
        _at(Stage.CLOSED, Stage.GRADUATED),
        None,
        _SUPERVISOR,
        needs=("not_transferred", "within_reopen_days", "known_stage", *_MAY_BE_OPEN),
        reasons=frozenset(ReopenReason),
    ),
)


def transition_for(verb: str) -> Transition:
    """The machine's line for this verb. Raises KeyError when there is none."""
    return {line.verb.value: line for line in TRANSITIONS}[verb]
