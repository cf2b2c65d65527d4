"""The rows of a referral: what was said, each move, every offer as the directory's own rules rank it, who reaches whom."""

import json
import random
from datetime import datetime
from typing import Any
from uuid import UUID

from kessos_case.clients.rules import Confidentiality, confidentiality_of
from kessos_case.core.clock import office_day
from kessos_case.core.keys import keyring
from kessos_case.core.months import month_of
from kessos_case.core.policies import policy
from kessos_case.demo import words
from kessos_case.demo.desk import Desk
from kessos_case.demo.directory import Directory, Place, facts_about
from kessos_case.demo.referral_walks import Asked, Walk
from kessos_case.partners.rules import Need, rank, routing_policy
from kessos_case.referrals.models import Offer, Referral, ReferralText, ReferralTransition
from kessos_case.referrals.rules import CLOCK_OF, OPEN_STATES, OWNER_OF, OfferState, Party, State, Verb
from kessos_case.referrals.rules.clocks import reminder_at
from kessos_case.referrals.service.clocks import due
from kessos_case.referrals.service.sealed import content_place, key_place, snapshot_place, text_place
from kessos_case.tasks.rules import TaskKind
from kessos_case.tasks.service import end_of

_SPM = {"PPKS-08": "neglected_elderly", "PPKS-09": "neglected_disabled", "PPKS-11": "homeless_beggars",
        "PPKS-12": "homeless_beggars"}  # fmt: skip
# What a timeline calls a move; the others by the state that they lead to.
_KINDS = {
    Verb.RETURN: "returned", Verb.TRIAGE: "triaged", Verb.DECLINE: "declined", Verb.EXPIRE: "expired",
    Verb.NO_SHOW: "missed", Verb.HAND_BACK: "handed_back", Verb.RETRY: "retried",
}  # fmt: skip


class ReferralRows:
    """Writes referrals that have been told."""

    def __init__(self, desk: Desk, directory: Directory) -> None:
        self._desk, self._ground, self._directory = desk, desk.ground, directory
        content = policy("routing").content
        self._terms, self._label = routing_policy(content), policy("routing").label

    def write(self, walk: Walk) -> None:
        """The referral with its moves, its offers and the reach that stands on it."""
        walk.id = self._ground.ids.at(walk.steps[0].at)
        key, wrapped = keyring().new_data_key(key_place(walk.id))
        self._referral(walk, key, wrapped)
        self._transitions(walk, key)
        for asked in walk.asked:
            self._offer(walk, asked, key)
        if walk.person:
            self._reach(walk, walk.at if walk.state not in OPEN_STATES else None)

    def _referral(self, walk: Walk, key: Any, wrapped: bytes) -> None:
        dice, first = random.Random(f"{self._ground.seed}:{walk.id}"), walk.steps[0]  # nosec B311
        sex = walk.person.sex if walk.person else dice.choice("LP")
        said = {
            "name": None, "alias": dice.choice(words.NICKNAMES[sex]), "condition": dice.choice(words.CONDITIONS),
            "place": dice.choice(words.PLACES), "note": None,
        }  # fmt: skip
        levels = [Confidentiality(self._ground.service_levels[walk.service_type])]
        levels += [Confidentiality(self._ground.levels[walk.category])] if walk.category else []
        self._ground.book.add(
            Referral, id=walk.id, data_key=wrapped, client_reference=f"contoh-{walk.id.hex[-12:]}",
            content_hash=keyring().index("referral", walk.id.hex), state=str(walk.state), urgency=str(walk.urgency),
            service_types=[walk.service_type], disclose=["condition"], confidentiality=str(confidentiality_of(levels)),
            client_id=walk.person.id if walk.person else None, estimated_age=dice.randrange(20, 80, 10),
            sex=sex,
            content_sealed=key.seal(json.dumps(said), content_place(walk.id)), region_code=walk.region_code, found_at=None,
            submitted_at=first.at, sender_id=walk.sender, sender_organisation_id=walk.sender_office,
            owner_organisation_id=self._owner(walk),
            owner_user_id=walk.sender if walk.state == State.RETURNED else None, due_at=self._due(walk),
            chase_at=self._due(walk), chased=0, waits_for_permission=False, plan_step_id=None,
            parked_until=walk.parked_until, no_shows=walk.no_shows, met_at=walk.met_at,
            outcome=walk.outcome, policy_version=self._label, version=len(walk.steps),
        )  # fmt: skip

    def _owner(self, walk: Walk) -> UUID:
        """Whose turn it is; of what has ended, whose it was last."""
        holder = walk.receiver or (walk.asked[-1].place if walk.state == State.COMPLETED else None)
        is_with_receiver = OWNER_OF.get(walk.state, Party.RECEIVER) is Party.RECEIVER
        return holder.office.id if holder and is_with_receiver else self._ground.desk(walk.region_code).id

    def _due(self, walk: Walk) -> datetime | None:
        if walk.state not in OPEN_STATES:
            return None
        ends = due(walk.at, CLOCK_OF[walk.state], str(walk.urgency))
        if walk.state == State.ROUTING and walk.parked_until:
            return end_of(walk.parked_until)
        if walk.state == State.WAITING and (day := walk.asked[-1].expected_on):
            return min(ends, end_of(day))
        return ends

    def _transitions(self, walk: Walk, key: Any) -> None:
        before: State | None = None
        for step in walk.steps:
            made_id = self._ground.ids.at(step.at)
            self._ground.book.add(
                ReferralTransition, id=made_id, referral_id=walk.id, verb=str(step.verb),
                from_state=before and str(before), to_state=str(step.state), reason=step.reason, happened_at=step.at,
                recorded_at=step.at, user_id=step.user_id, organisation_id=step.office_id, policy_version=self._label,
            )  # fmt: skip
            if step.note:
                self._ground.book.add(
                    ReferralText, transition_id=made_id, referral_id=walk.id,
                    text_sealed=key.seal(step.note, text_place(made_id)),
                )  # fmt: skip
            if walk.person:
                kind = f"referral_{_KINDS.get(step.verb, step.state)}"
                self._desk.registry.tell(
                    walk.person, kind, walk.id, step.at, by=step.user_id, office=step.office_id, visibility="referral"
                )  # fmt: skip
            before = step.state

    def _offer(self, walk: Walk, asked: Asked, key: Any) -> None:
        place, person = asked.place, walk.person
        assert person is not None
        offer_id, ends = self._ground.ids.hidden(), due(asked.at, "offer", str(walk.urgency))
        told = {
            "service_types": [walk.service_type], "urgency": str(walk.urgency), "region_code": walk.region_code,
            "age_from": None, "age_to": None, "sex": person.sex,
        }  # fmt: skip
        reminds, heard = reminder_at(asked.at, ends), asked.answered_at or asked.ended_at or self._ground.now
        is_upt = place.kind == "upt" and asked.accepted_at is not None
        self._ground.book.add(
            Offer, id=offer_id, referral_id=walk.id, client_id=person.id, sender_id=walk.sender, service_id=place.id,
            organisation_id=place.office.id, capacity_id=self._held(asked), region_code=walk.region_code,
            urgency=str(walk.urgency), state=str(asked.state),
            snapshot_sealed=key.seal(json.dumps({"told": told, "grounds": {}}), snapshot_place(offer_id)),
            ranking=self._ranked(walk, place, asked.at), is_by_hand=asked.by is not None, policy_version=self._label,
            offered_at=asked.at, offered_by=asked.by, remind_at=reminds, reminded_at=reminds if reminds <= heard else None,
            expires_at=ends, answered_at=asked.answered_at, answered_by=asked.answered_by, ended_at=asked.ended_at,
            reason=asked.reason, expected_on=asked.expected_on,
            spm_type=_SPM.get(walk.category or "", "neglected_children") if is_upt else None,
            spm_level="province" if is_upt else None,
            recommending_organisation_id=self._ground.desk(walk.region_code).id if is_upt else None, version=2,
        )  # fmt: skip
        if is_upt:
            self._ask_for_a_case(walk, asked, offer_id)

    def _held(self, asked: Asked) -> UUID:
        """The period of which a place was held; it stays on an offer that has ended, which counts there no more."""
        place, is_living = asked.place, asked.ended_at is None
        period = place.period(office_day(asked.at))
        period.taken += is_living and asked.state == OfferState.ACCEPTED
        period.reserved += is_living and asked.state != OfferState.ACCEPTED
        place.last_offered_at = max(filter(None, (place.last_offered_at, asked.at)))
        return period.id

    def _ask_for_a_case(self, walk: Walk, asked: Asked, offer_id: UUID) -> None:
        """A UPT that accepts opens a case: done with the meeting, needless where the person was given back."""
        accepted, met = asked.accepted_at, next((step for step in walk.steps if step.verb == Verb.MEET), None)
        assert accepted is not None
        is_given_back, done = asked.state != OfferState.ACCEPTED, None
        if is_given_back and asked.ended_at:
            done = (asked.ended_at, asked.answered_by)
        elif walk.met_at and met:
            done = (walk.met_at, met.user_id)
        self._desk.raise_task(
            TaskKind.OPEN_CASE, "referral", walk.id, asked.place.office.id, role="caseworker", period=offer_id.hex,
            due_on=office_day(due(accepted, "meeting", str(walk.urgency))), created_at=accepted, person=walk.person, done=done,
            reason="not_needed" if is_given_back else None,
        )  # fmt: skip

    def _ranked(self, walk: Walk, chosen: Place, at: datetime) -> dict[str, Any]:
        """What the rules said of this service among all that offer the same, on that day."""
        assert walk.person is not None
        age = walk.person.age_in(month_of(office_day(at)))
        need = Need(
            service_types=frozenset({walk.service_type}), region_code=walk.region_code, day=office_day(at),
            urgency=str(walk.urgency), age_from=age, age_to=age, sex=walk.person.sex,
            categories=frozenset({walk.category} if walk.category else ()),
        )  # fmt: skip
        offering = self._directory.by_type[walk.service_type]
        listed = rank((facts_about(place, office_day(at)) for place in offering), need, self._terms)
        found = next(one for one in listed if one.service.service_id == chosen.id)
        facts = ("capacity", "free", "waiting", "offered", "accepted", "answer_share", "ended", "completed")
        return {
            "place": listed.index(found) + 1, "of": len(listed), "score": found.score.total,
            "parts": {str(part): points for part, points in found.score.parts.items()},
            "rules": {str(rule.code): rule.holds for rule in found.rules},
            "facts": {name: getattr(found.service, name) for name in facts}, "grounds": {},
        }  # fmt: skip

    def _reach(self, walk: Walk, until: datetime | None) -> None:
        """The desk of the place, and the UPT from its acceptance on, until the referral has ended."""
        assert walk.person is not None
        give, desk = self._desk.registry.give_access, self._ground.desk(walk.region_code)
        triaged = next((step for step in walk.steps if step.verb == Verb.TRIAGE), walk.steps[0])
        if triaged.user_id or walk.state != State.SUBMITTED:
            give(walk.person, "referral", triaged.at, organisation_id=desk.id, until=until, by=triaged.user_id)
        for asked in walk.asked:
            if asked.accepted_at and asked.place.kind == "upt":
                give(
                    walk.person, "referral", asked.accepted_at, organisation_id=asked.place.office.id,
                    until=asked.ended_at or until, by=asked.answered_by,
                )  # fmt: skip
