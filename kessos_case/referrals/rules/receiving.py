"""What a receiver has to do next about an offer, read from the two machines. Source: spec journey.md "Referral"."""

from enum import StrEnum

from kessos_case.referrals.rules.offers import OfferState
from kessos_case.referrals.rules.words import State, Verb


class Step(StrEnum):
    """What an offer waits for at its receiver."""

    ANSWER = "answer"
    MEET = "meet"
    FINISH = "finish"
    LINE = "line"
    ENDED = "ended"


# What the receiver can do in each step. Out of a line only the desk or the sender takes a person.
STEP_VERBS: dict[Step, tuple[Verb, ...]] = {
    Step.ANSWER: (Verb.ACCEPT, Verb.WAIT_LIST, Verb.DECLINE),
    Step.MEET: (Verb.MEET, Verb.NO_SHOW, Verb.HAND_BACK),
    Step.FINISH: (Verb.COMPLETE, Verb.HAND_BACK),
    Step.LINE: (Verb.ADMIT,),
    Step.ENDED: (),
}


def step_of(offer: str, referral: str | None, *, has_ended: bool) -> Step:
    """The step of an offer in this state, of a referral in that one; None for a referral that nobody shows any more."""
    if has_ended or referral is None:
        return Step.ENDED
    if offer == OfferState.OPEN:
        return Step.ANSWER
    if offer == OfferState.WAITING:
        return Step.LINE
    return Step.FINISH if referral == State.MET else Step.MEET
