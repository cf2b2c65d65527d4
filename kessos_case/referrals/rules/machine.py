"""What can be done to a referral, by whom and where it leads, as one table of data. Source: spec journey.md "Referral"."""

from collections.abc import Collection
from dataclasses import dataclass

from kessos_case.referrals.rules.words import (
    CompleteOutcome,
    DeclineReason,
    HandBackReason,
    Party,
    RejectReason,
    State,
    TakeBackReason,
    Verb,
    WithdrawReason,
)


class Parties(frozenset[Party]):
    """Those who may use a verb, said in a sentence as `sender or desk`."""

    def __str__(self) -> str:
        return " or ".join(party for party in Party if party in self)


@dataclass(frozen=True)
class Missing:
    """One thing that a refused verb lacks."""

    code: str
    detail: str
    field: str = ""


@dataclass(frozen=True)
class Transition:
    """One line of the machine.

    `text` names what must be said in words, `reasons` the codes one of which must be given, `needs` other fields.
    `otherwise` are the states it leads to instead when other offers of the referral, or the count of missed meetings,
    say so: `offers.referral_state_of` and `state_after_no_show` tell which.
    """

    verb: Verb
    sources: frozenset[State]
    target: State
    by: Parties
    text: str | None = None
    reasons: frozenset[str] = frozenset()
    needs: tuple[Missing, ...] = ()
    otherwise: frozenset[State] = frozenset()


OPEN_STATES = frozenset(State) - {State.COMPLETED, State.REJECTED, State.WITHDRAWN}

_CLIENT = Missing("client_missing", "Match the person with a client, or register a new one.", "client_id")
_HAPPENED = Missing("happened_at_missing", "Say when the person was really seen.", "happened_at")
_EXPECTED = Missing("expected_on_missing", "Say on which day a place is expected.", "expected_on")


# from, verb, to, who, needs
TRANSITIONS: tuple[Transition, ...] = (
    # From routing too: a receiver may decline for something that only the sender can answer.
    Transition(
        Verb.RETURN,
        frozenset({State.SUBMITTED, State.ROUTING}),
        State.RETURNED,
        Parties({Party.DESK, Party.CLOCK}),
        text="question",
    ),
    # By the desk once the sender's time is over: a person must not wait for a telephone that nobody answers.
    Transition(
        Verb.RESUBMIT,
        frozenset({State.RETURNED}),
        State.SUBMITTED,
        Parties({Party.SENDER, Party.DESK}),
        text="answer",
    ),
    # By the clock where the policy says that the need is clear.
    Transition(
        Verb.TRIAGE,
        frozenset({State.SUBMITTED}),
        State.ROUTING,
        Parties({Party.DESK, Party.CLOCK}),
        needs=(_CLIENT,),
    ),
    Transition(
        Verb.REJECT,
        frozenset({State.SUBMITTED, State.RETURNED}),
        State.REJECTED,
        Parties({Party.DESK}),
        reasons=frozenset(RejectReason),
    ),
    # From offered too: an emergency is offered to several at once, up to `offers.most_open`.
    Transition(
        Verb.OFFER,
        frozenset({State.ROUTING, State.OFFERED}),
        State.OFFERED,
        Parties({Party.DESK, Party.CLOCK}),
    ),
    Transition(Verb.ACCEPT, frozenset({State.OFFERED}), State.ACCEPTED, Parties({Party.RECEIVER})),
    Transition(
        Verb.DECLINE,
        frozenset({State.OFFERED}),
        State.ROUTING,
        Parties({Party.RECEIVER}),
        reasons=frozenset(DeclineReason),
        otherwise=frozenset({State.OFFERED, State.WAITING}),
    ),
    Transition(
        Verb.WAIT_LIST,
        frozenset({State.OFFERED}),
        State.WAITING,
        Parties({Party.RECEIVER}),
        needs=(_EXPECTED,),
        otherwise=frozenset({State.OFFERED}),
    ),
    Transition(
        Verb.EXPIRE,
        frozenset({State.OFFERED}),
        State.ROUTING,
        Parties({Party.CLOCK}),
        otherwise=frozenset({State.OFFERED, State.WAITING}),
    ),
    # The desk takes back an offer that was a mistake, or whose receiver cannot answer any more.
    Transition(
        Verb.REVOKE,
        frozenset({State.OFFERED}),
        State.ROUTING,
        Parties({Party.DESK}),
        otherwise=frozenset({State.OFFERED, State.WAITING}),
    ),
    Transition(Verb.MEET, frozenset({State.ACCEPTED}), State.MET, Parties({Party.RECEIVER}), needs=(_HAPPENED,)),
    Transition(
        Verb.NO_SHOW,
        frozenset({State.ACCEPTED}),
        State.ACCEPTED,
        Parties({Party.RECEIVER}),
        otherwise=frozenset({State.ROUTING}),
    ),
    Transition(
        Verb.COMPLETE,
        frozenset({State.MET}),
        State.COMPLETED,
        Parties({Party.RECEIVER}),
        reasons=frozenset(CompleteOutcome),
    ),
    Transition(
        Verb.HAND_BACK,
        frozenset({State.ACCEPTED, State.MET}),
        State.ROUTING,
        Parties({Party.RECEIVER}),
        reasons=frozenset(HandBackReason),
    ),
    # Only once the ladder says that the receiver lets it lie (`TAKEN_BACK_AT`).
    Transition(
        Verb.TAKE_BACK,
        frozenset({State.ACCEPTED, State.MET}),
        State.ROUTING,
        Parties({Party.DESK}),
        text="attempts",
        reasons=frozenset(TakeBackReason),
    ),
    # From offered too: one receiver of an emergency may keep the person in line while another still thinks.
    Transition(Verb.ADMIT, frozenset({State.WAITING, State.OFFERED}), State.ACCEPTED, Parties({Party.RECEIVER})),
    Transition(
        Verb.LEAVE_LINE,
        frozenset({State.WAITING, State.OFFERED}),
        State.ROUTING,
        Parties({Party.SENDER, Party.DESK}),
        otherwise=frozenset({State.OFFERED, State.WAITING}),
    ),
    Transition(Verb.MARK_UNMET, frozenset({State.ROUTING}), State.UNMET, Parties({Party.CLOCK})),
    Transition(Verb.RETRY, frozenset({State.UNMET}), State.ROUTING, Parties({Party.DESK, Party.CLOCK})),
    Transition(
        Verb.WITHDRAW,
        OPEN_STATES,
        State.WITHDRAWN,
        Parties({Party.SENDER, Party.DESK}),
        reasons=frozenset(WithdrawReason),
    ),
)

# Who has an open referral now, and answers when its clock runs out.
OWNER_OF: dict[State, Party] = {
    State.SUBMITTED: Party.DESK,
    State.RETURNED: Party.SENDER,
    State.ROUTING: Party.DESK,
    State.OFFERED: Party.RECEIVER,
    State.WAITING: Party.RECEIVER,
    State.ACCEPTED: Party.RECEIVER,
    State.MET: Party.RECEIVER,
    State.UNMET: Party.DESK,
}


def transition_for(verb: str) -> Transition:
    """The machine's line for this verb. Raises KeyError when there is none."""
    return {line.verb.value: line for line in TRANSITIONS}[verb]


def missing_for(
    line: Transition,
    state: str,
    *,
    is_sender: bool,
    is_desk: bool,
    text: str | None,
    reason: str | None,
    is_receiver: bool = False,
    is_clock: bool = False,
    given: Collection[str] = (),
) -> list[Missing]:
    """Everything that stands between this caller and this move, all at once; empty when it may be made.

    `given` are the names of the other fields that the caller gave. Whether the receiver's own offer may be answered so
    is `offers.may_answer`; whether a service may be offered, the partners' rules.
    """
    missing = []
    if state not in line.sources:
        missing.append(
            Missing("wrong_state", f"The referral is {state}; this needs {' or '.join(sorted(line.sources))}.")
        )
    if not line.by & _parties(is_sender, is_desk, is_receiver, is_clock):
        missing.append(Missing("wrong_actor", f"Only the {line.by} may do this."))
    if line.text and not text:
        missing.append(Missing(f"{line.text}_missing", f"Say the {line.text} in `note`.", "note"))
    if line.reasons and reason not in line.reasons:
        missing.append(Missing("reason_missing", f"Give a reason: {', '.join(sorted(line.reasons))}.", "reason"))
    return missing + [need for need in line.needs if need.field not in given]


def allowed_verbs(
    state: str, *, is_sender: bool, is_desk: bool, is_receiver: bool = False, is_clock: bool = False
) -> list[Verb]:
    """The verbs this caller can use now; what they need in words is asked when they are used."""
    caller = _parties(is_sender, is_desk, is_receiver, is_clock)
    return [line.verb for line in TRANSITIONS if state in line.sources and line.by & caller]


def state_after_no_show(attempts: int, most: int) -> State:
    """Where a referral stands after this many missed meetings, this one included: the `most`-th sends it on to others."""
    return State.ROUTING if attempts >= most else State.ACCEPTED


def _parties(is_sender: bool, is_desk: bool, is_receiver: bool, is_clock: bool) -> frozenset[Party]:
    held = zip(Party, (is_sender, is_desk, is_receiver, is_clock), strict=True)
    return frozenset(party for party, is_held in held if is_held)
