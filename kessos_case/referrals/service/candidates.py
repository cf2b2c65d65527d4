"""Who may serve a referral: what is needed and what is known of each service, gathered for the rules of the directory."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from kessos_case.access.service import record
from kessos_case.clients.models import Client
from kessos_case.clients.service import client_for
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session, as_system
from kessos_case.core.errors import Forbidden
from kessos_case.partners.rules import Candidate, Need, ServiceFacts, rank
from kessos_case.partners.service import facts_around, facts_of, service_facts
from kessos_case.reference.rules import region_lineage
from kessos_case.referrals import queries
from kessos_case.referrals.models import Offer, Referral
from kessos_case.referrals.rules import OfferState, Verb
from kessos_case.referrals.service.needs import Terms, need_of, routing, terms_in_force, with_consents
from kessos_case.referrals.service.sight import is_desk
from kessos_case.referrals.service.submission import referral_for

# Of each service: its own name and that of its organisation.
Names = Mapping[UUID, Any]


@dataclass(frozen=True)
class ShownCandidate:
    """A service as the desk sees it beside a referral. `is_offered` means that an offer to it lives.

    `facts` and `need` are what the rules and the score looked at, for whoever says them in words.
    """

    service_id: UUID
    service: dict[str, Any]
    is_candidate: bool
    is_offered: bool
    score: float
    parts: dict[str, float]
    rules: list[dict[str, Any]]
    facts: ServiceFacts
    need: Need


@dataclass(frozen=True)
class Ranking:
    """A referral's person, need and ranked services, as they are in this transaction; `asked` are its offers so far.

    Every service that takes people from the place is there, and of the others those that were asked for beside them.
    """

    referral_id: UUID
    client: Client
    need: Need
    listed: list[Candidate]
    offered: frozenset[UUID]
    asked: tuple[Offer, ...] = ()

    @property
    def askable(self) -> list[Candidate]:
        """Those that may be asked without an officer's reason, best first."""
        return [found for found in self.listed if found.is_candidate and found.service.service_id not in self.offered]


def candidates_for(session: Session, referral_id: UUID, limit: int) -> list[ShownCandidate]:
    """The ranked services with every rule's answer; for the desk of the place.

    Raises Forbidden for anyone else, and with nothing to rank before the person is known, an empty list.
    """
    referral = referral_for(session, referral_id)
    if not is_desk(session, referral, Verb.OFFER):
        raise Forbidden("Only the desk of the place may choose whom to ask.")
    if referral.client_id is None:
        return []
    _ranking, listed, _names = shown_ranking(session, referral, limit)
    return listed


def shown_ranking(session: Session, referral: Referral, limit: int) -> tuple[Ranking, list[ShownCandidate], Names]:
    """The ranking of a referral whose person is known, for a desk that has been asked for its right; in the trail.

    With it the names of these services, and of those that were asked already.
    """
    record(session, "rank", "referral", referral.id, clients=_subjects(referral))
    with as_system(session, "referrals"):
        # What fails is listed too, nearest first where there is more of it than anybody reads.
        ranking = ranked(session, referral, beyond=limit)
    listed = ranking.listed[:limit]
    wanted = {found.service.service_id for found in listed} | {offer.service_id for offer in ranking.asked}
    names = {row.id: row for row in session.execute(queries.names_of(wanted))}
    return ranking, [_shown(found, names[found.service.service_id], ranking) for found in listed], names


def _subjects(referral: Referral) -> list[UUID]:
    return [referral.client_id] if referral.client_id else []


def ranked(session: Session, referral: Referral, *, beyond: int = 0) -> Ranking:
    """Person, need and ranked services of a referral whose person is known. Acts as the program: it looks everywhere.

    Services that do not take people from there cannot be candidates; `beyond` says how many of them are ranked all the same.
    """
    return ranked_under(session, referral, [terms_in_force()], beyond=beyond)[0]


def ranked_under(session: Session, referral: Referral, several: Sequence[Terms], *, beyond: int = 0) -> list[Ranking]:
    """The same under each of these policies, of the same facts."""
    assert referral.client_id is not None
    client, day = client_for(session, referral.client_id), office_day(session.now)
    past = session.execute(queries.offers_to([client.id], [referral.id])).all()
    facts = facts_around(
        session, service_types=referral.service_types, day=day, region_code=referral.region_code,
        terms=several[0].rules, beyond=beyond,
    )  # fmt: skip
    facts = _as_they_stand(session, facts)
    return [_ranking(session, referral, client, past, facts, terms) for terms in several]


def ranked_many(session: Session, referrals: Iterable[Referral]) -> Iterator[tuple[Referral, Ranking]]:
    """Each referral with its ranking, as `ranked` gives it; what is known of services is read once for all of them.

    One after the other, because all of them at once would not fit into memory.
    """
    asked = {referral: referral.client_id for referral in referrals if referral.client_id}
    ids = set(asked.values())
    people = {client.id: client for client in session.scalars(sa.select(Client).where(Client.id.in_(ids)))}
    past: dict[UUID, list[Any]] = defaultdict(list)
    for row in session.execute(queries.offers_to(ids, [referral.id for referral in asked])):
        past[row.Offer.client_id].append(row)
    directory = _Directory(session)
    for referral, client_id in asked.items():
        if client := people.get(client_id):
            facts = directory.around(referral.service_types, referral.region_code)
            yield referral, _ranking(session, referral, client, past[client_id], facts, terms_in_force())


def judged(session: Session, ranking: Ranking, service_id: UUID) -> Candidate:
    """One service before the same need, also one that is nowhere near it. Raises NotFound."""
    known = next((found for found in ranking.listed if found.service.service_id == service_id), None)
    if known:
        return known
    facts = _as_they_stand(session, [facts_of(session, service_id, ranking.need.day)])
    need = with_consents(session, ranking.need, ranking.client, {facts[0].organisation_id}, ranking.referral_id)
    return rank(facts, need, routing())[0]


class _Directory:
    """The services by what is asked for and by the regions that they cover, read once for a transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._known: dict[frozenset[str], dict[str, list[ServiceFacts]]] = {}

    def around(self, service_types: Iterable[str], region_code: str) -> list[ServiceFacts]:
        """The services of these types that take people from there."""
        covering = self._covering(frozenset(service_types))
        found = {one.service_id: one for code in region_lineage(region_code) for one in covering.get(code, ())}
        return list(found.values())

    def _covering(self, service_types: frozenset[str]) -> dict[str, list[ServiceFacts]]:
        if service_types not in self._known:
            session, covering = self._session, defaultdict[str, list[ServiceFacts]](list)
            facts = service_facts(session, service_types=service_types, day=office_day(session.now))
            for one in _as_they_stand(session, facts):
                for code in one.coverage:
                    covering[code].append(one)
            self._known[service_types] = covering
        return self._known[service_types]


def _ranking(
    session: Session, referral: Referral, client: Client, past: Sequence[Any], facts: list[ServiceFacts], terms: Terms
) -> Ranking:
    need = need_of(session, referral, client, past, terms)
    need = with_consents(session, need, client, {service.organisation_id for service in facts}, referral.id)
    live = frozenset(row.Offer.service_id for row in past if _lives(row.Offer, referral))
    asked = tuple(row.Offer for row in past if row.Offer.referral_id == referral.id)
    return Ranking(referral.id, client, need, rank(facts, need, terms.rules), live, asked)


def _lives(offer: Offer, referral: Referral) -> bool:
    return offer.referral_id == referral.id and offer.ended_at is None


def _as_they_stand(session: Session, facts: list[ServiceFacts]) -> list[ServiceFacts]:
    """The facts with the lines and the unanswered offers of this moment, which only this feature knows."""
    lines, unanswered = dict[UUID, int](), defaultdict[UUID, int](int)
    for row in session.execute(queries.unsettled({one.organisation_id for one in facts})):
        if row.state == OfferState.WAITING:
            lines[row.service_id] = row.offers
        else:
            unanswered[row.organisation_id] += row.offers
    return [_with_live(one, lines.get(one.service_id, 0), unanswered[one.organisation_id]) for one in facts]


def _with_live(facts: ServiceFacts, waiting: int, open_offers: int) -> ServiceFacts:
    if not waiting and not open_offers:
        return facts
    return replace(facts, waiting=waiting, open_offers=open_offers)


def _shown(found: Candidate, names: Any, ranking: Ranking) -> ShownCandidate:
    service = found.service
    return ShownCandidate(
        service_id=service.service_id,
        service={
            "id": service.service_id,
            "name": names.name,
            "service_type": service.service_type,
            "organisation_id": service.organisation_id,
            "organisation_name": names.organisation_name,
            "free": service.free,
            "waiting": service.waiting,
        },
        is_candidate=found.is_candidate,
        is_offered=service.service_id in ranking.offered,
        score=found.score.total,
        parts={str(part): points for part, points in found.score.parts.items()},
        rules=[{**rule._asdict(), "code": str(rule.code)} for rule in found.rules],
        facts=service,
        need=ranking.need,
    )
