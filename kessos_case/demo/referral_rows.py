"""The rows of a referral: what was said, each move, the offer as the directory's own rules rank it, who reaches whom."""

import json
import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from kessos_case.clients.rules import Confidentiality, confidentiality_of
from kessos_case.core.keys import keyring
from kessos_case.core.policies import policy
from kessos_case.demo import words
from kessos_case.demo.book import NOT_YET
from kessos_case.demo.desk import Desk
from kessos_case.demo.directory import Directory, Place, facts_about
from kessos_case.demo.people import Person
from kessos_case.partners.rules import Need, rank, routing_policy
from kessos_case.referrals.models import Offer, Referral, ReferralText, ReferralTransition
from kessos_case.referrals.rules import CLOCK_OF, OPEN_STATES, OfferState, State, Urgency, Verb
from kessos_case.referrals.rules.clocks import reminder_at
from kessos_case.referrals.service.clocks import due
from kessos_case.referrals.service.sealed import content_place, key_place, snapshot_place, text_place
from kessos_case.tasks.rules import TaskKind

_SPM = {"PPKS-08": "neglected_elderly", "PPKS-09": "neglected_disabled", "PPKS-11": "homeless_beggars",
        "PPKS-12": "homeless_beggars"}  # fmt: skip
_KINDS = {Verb.RETURN: "returned", Verb.TRIAGE: "triaged", Verb.DECLINE: "declined"}


@dataclass
class Step:
    """One move of a referral."""

    verb: Verb
    state: State
    at: datetime
    user_id: UUID | None
    office_id: UUID | None
    reason: str | None = None
    note: str | None = None


@dataclass
class Walk:
    """A referral while it is told. `place` is the service that it was offered to."""

    person: Person | None
    region_code: str
    sender: UUID
    sender_office: UUID
    urgency: Urgency
    service_type: str
    category: str | None = None
    steps: list[Step] = field(default_factory=list)
    place: Place | None = None
    outcome: str | None = None
    id: UUID = NOT_YET

    @property
    def state(self) -> State:
        """Where it stands."""
        return self.steps[-1].state


class ReferralRows:
    """Writes referrals that have been told."""

    def __init__(self, desk: Desk, directory: Directory) -> None:
        self._desk, self._ground, self._directory = desk, desk.ground, directory
        content = policy("routing").content
        self._terms, self._label = routing_policy(content), policy("routing").label

    def write(self, walk: Walk) -> None:
        """The referral with its moves, its offer and the reach that stands on it."""
        first, last, ids = walk.steps[0], walk.steps[-1], self._ground.ids
        walk.id = ids.at(first.at)
        key, wrapped = keyring().new_data_key(key_place(walk.id))
        dice = random.Random(f"{self._ground.seed}:{walk.id}")
        said = {
            "name": None, "alias": dice.choice(words.NICKNAMES), "condition": dice.choice(words.CONDITIONS),
            "place": dice.choice(words.PLACES), "note": None,
        }  # fmt: skip
        levels = [Confidentiality(self._ground.service_levels[walk.service_type])]
        levels += [Confidentiality(self._ground.levels[walk.category])] if walk.category else []
        owner, is_open = self._owner(walk), walk.state in OPEN_STATES
        self._ground.book.add(
            Referral, id=walk.id, data_key=wrapped, client_reference=f"contoh-{walk.id.hex[-12:]}",
            content_hash=keyring().index("referral", walk.id.hex), state=str(walk.state), urgency=str(walk.urgency),
            service_types=[walk.service_type], disclose=["condition"], confidentiality=str(confidentiality_of(levels)),
            client_id=walk.person.id if walk.person else None, estimated_age=dice.randrange(20, 80, 10),
            sex=walk.person.sex if walk.person else dice.choice("LP"),
            content_sealed=key.seal(json.dumps(said), content_place(walk.id)), region_code=walk.region_code, found_at=None,
            submitted_at=first.at, sender_id=walk.sender, sender_organisation_id=walk.sender_office,
            owner_organisation_id=owner, owner_user_id=walk.sender if walk.state == State.RETURNED else None,
            due_at=self._due(walk) if is_open else None, plan_step_id=None, parked_until=None, no_shows=0,
            met_at=next((step.at for step in walk.steps if step.verb == Verb.MEET), None), outcome=walk.outcome,
            policy_version=self._label, version=len(walk.steps),
        )  # fmt: skip
        self._transitions(walk, key)
        if walk.place:
            self._offer(walk, key)
        if walk.person:
            self._reach(walk, last.at if not is_open else None)

    def _owner(self, walk: Walk) -> UUID:
        by_receiver = walk.state in (State.OFFERED, State.WAITING, State.ACCEPTED, State.MET, State.COMPLETED)
        return walk.place.office.id if by_receiver and walk.place else self._ground.desk(walk.region_code).id

    def _due(self, walk: Walk) -> datetime:
        return due(walk.steps[-1].at, CLOCK_OF[walk.state], str(walk.urgency))

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

    def _offer(self, walk: Walk, key: Any) -> None:
        place, person = walk.place, walk.person
        assert place is not None
        assert person is not None
        by_verb = {step.verb: step for step in walk.steps}
        if Verb.OFFER not in by_verb:
            return
        offered, offer_id = by_verb[Verb.OFFER].at, self._ground.ids.hidden()
        answer = by_verb.get(Verb.ACCEPT) or by_verb.get(Verb.WAIT_LIST)
        state = {State.OFFERED: OfferState.OPEN, State.WAITING: OfferState.WAITING}.get(walk.state, OfferState.ACCEPTED)
        ends, ended = (
            due(offered, "offer", str(walk.urgency)),
            walk.steps[-1].at if walk.state == State.COMPLETED else None,
        )
        self._count(place, state, ended)
        place.last_offered_at = max(filter(None, (place.last_offered_at, offered)))
        told = {
            "service_types": [walk.service_type], "urgency": str(walk.urgency), "region_code": walk.region_code,
            "age_from": None, "age_to": None, "sex": person.sex,
        }  # fmt: skip
        is_upt = place.kind == "upt" and answer is not None
        self._ground.book.add(
            Offer, id=offer_id, referral_id=walk.id, client_id=person.id, sender_id=walk.sender, service_id=place.id,
            organisation_id=place.office.id, capacity_id=place.capacity_id if ended is None else None,
            region_code=walk.region_code, urgency=str(walk.urgency), state=str(state),
            snapshot_sealed=key.seal(json.dumps({"told": told, "grounds": {}}), snapshot_place(offer_id)),
            ranking=self._ranked(walk, place, offered), is_by_hand=False, policy_version=self._label, offered_at=offered,
            offered_by=None, remind_at=reminder_at(offered, ends), reminded_at=None, expires_at=ends,
            answered_at=answer and answer.at, answered_by=answer and answer.user_id, ended_at=ended, reason=None,
            expected_on=answer and answer.at.date() + timedelta(days=5),
            spm_type=_SPM.get(walk.category or "", "neglected_children") if is_upt else None,
            spm_level="province" if is_upt else None,
            recommending_organisation_id=self._ground.desk(walk.region_code).id if is_upt else None, version=2,
        )  # fmt: skip
        if is_upt and walk.state == State.ACCEPTED:
            self._desk.raise_task(
                TaskKind.OPEN_CASE, "referral", walk.id, place.office.id, role="caseworker", period=offer_id.hex,
                due_on=self._due(walk).date(), created_at=walk.steps[-1].at, person=person,
            )  # fmt: skip

    def _count(self, place: Place, state: OfferState, ended: datetime | None) -> None:
        if ended is None and state == OfferState.ACCEPTED:
            place.taken += 1
        elif ended is None:
            place.reserved += 1

    def _ranked(self, walk: Walk, chosen: Place, at: datetime) -> dict[str, Any]:
        """What the rules said of this service among all that offer the same, on that day."""
        assert walk.person is not None
        age = walk.person.age_in(self._ground.last)
        need = Need(
            service_types=frozenset({walk.service_type}), region_code=walk.region_code, day=at.date(),
            urgency=str(walk.urgency), age_from=age, age_to=age, sex=walk.person.sex,
            categories=frozenset({walk.category} if walk.category else ()),
        )  # fmt: skip
        listed = rank((facts_about(place) for place in self._directory.by_type[walk.service_type]), need, self._terms)
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
        accepted = next((step for step in walk.steps if step.verb == Verb.ACCEPT), None)
        if accepted and walk.place and walk.place.kind == "upt":
            give(
                walk.person,
                "referral",
                accepted.at,
                organisation_id=walk.place.office.id,
                until=until,
                by=accepted.user_id,
            )
