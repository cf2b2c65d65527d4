"""Who may serve a referral: what is needed and what is known of each service, gathered for the rules of the directory."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from kessos_case.access.service import record
from kessos_case.clients.models import Client
from kessos_case.clients.rules import ConsentPurpose, LegalBasis
from kessos_case.clients.service import client_for, consents_in_force, receivers_of
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session, as_system
from kessos_case.core.errors import Forbidden
from kessos_case.partners.rules import Candidate, Need, ServiceFacts, rank
from kessos_case.partners.service import LiveOffers, facts_around, facts_beyond, facts_of, service_facts
from kessos_case.reference.rules import region_lineage
from kessos_case.referrals import queries
from kessos_case.referrals.models import Offer, Referral
from kessos_case.referrals.rules import OfferState, Verb
from kessos_case.referrals.service.needs import Allowed, Terms, need_of, routing, terms_in_force, with_consents
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

    `allowed` is whom the person allows to be told, which counts where consent is needed. Every service that takes people
    from the place is listed, and of the others those that were asked for beside them.
    """

    referral_id: UUID
    client: Client
    need: Need
    allowed: Allowed
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

    Services that do not take people from there cannot be candidates. Where there are fewer candidates than `beyond`, so many
    of the others are ranked after them.
    """
    ranking = ranked_under(session, referral, [terms_in_force()])[0]
    if not beyond or sum(found.is_candidate for found in ranking.listed) >= beyond:
        return ranking
    others = facts_beyond(
        session, service_types=referral.service_types, day=ranking.need.day, region_code=referral.region_code,
        terms=routing(), number=beyond, live=_live(session),
    )  # fmt: skip
    return _judged(ranking, [*(found.service for found in ranking.listed), *others], terms_in_force())


def ranked_under(session: Session, referral: Referral, several: Sequence[Terms]) -> list[Ranking]:
    """The same under each of these policies, of the same facts, without the others."""
    assert referral.client_id is not None
    client, day = client_for(session, referral.client_id), office_day(session.now)
    past = session.execute(queries.offers_to([client.id], [referral.id])).all()
    facts = facts_around(
        session, service_types=referral.service_types, day=day, region_code=referral.region_code, live=_live(session)
    )
    consents = consents_in_force(session, _whose_consent_counts([client]), ConsentPurpose.DISCLOSURE, day)
    known = _Known(referral, client, past, receivers_of(consents[client.id], referral.id))
    return [_ranking(session, known, facts, terms) for terms in several]


def ranked_many(session: Session, referrals: Iterable[Referral]) -> Iterator[tuple[Referral, Ranking]]:
    """Each referral with its ranking, as `ranked` gives it; what is known of services and people is read once for all.

    One after the other, because all of them at once would not fit into memory.
    """
    asked = {referral: referral.client_id for referral in referrals if referral.client_id}
    ids, day = set(asked.values()), office_day(session.now)
    people = {client.id: client for client in session.scalars(sa.select(Client).where(Client.id.in_(ids)))}
    past: dict[UUID, list[Any]] = defaultdict(list)
    for row in session.execute(queries.offers_to(ids, [referral.id for referral in asked])):
        past[row.Offer.client_id].append(row)
    consents = consents_in_force(session, _whose_consent_counts(people.values()), ConsentPurpose.DISCLOSURE, day)
    directory = _Directory(session)
    for referral, client_id in asked.items():
        if client := people.get(client_id):
            facts = directory.around(referral.service_types, referral.region_code)
            known = _Known(referral, client, past[client_id], receivers_of(consents[client_id], referral.id))
            yield referral, _ranking(session, known, facts, terms_in_force())


def judged(session: Session, ranking: Ranking, service_id: UUID) -> Candidate:
    """One service before the same need, also one that is nowhere near it. Raises NotFound."""
    known = next((found for found in ranking.listed if found.service.service_id == service_id), None)
    if known:
        return known
    facts = facts_of(session, service_id, ranking.need.day, _live(session))
    return _judged(ranking, [facts], terms_in_force()).listed[0]


@dataclass(frozen=True)
class _Known:
    """A referral with its person, with what was offered before that counts, and with whom the person allows."""

    referral: Referral
    client: Client
    past: Sequence[Any]
    allowed: Allowed


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
            day = office_day(session.now)
            for one in service_facts(session, service_types=service_types, day=day, live=_live(session)):
                for code in one.coverage:
                    covering[code].append(one)
            self._known[service_types] = covering
        return self._known[service_types]


def _whose_consent_counts(people: Iterable[Client]) -> list[UUID]:
    return [client.id for client in people if client.legal_basis == LegalBasis.CONSENT]


def _ranking(session: Session, known: _Known, facts: list[ServiceFacts], terms: Terms) -> Ranking:
    referral, past = known.referral, known.past
    need = need_of(session, referral, known.client, past, terms)
    live = frozenset(row.Offer.service_id for row in past if _lives(row.Offer, referral))
    asked = tuple(row.Offer for row in past if row.Offer.referral_id == referral.id)
    return _judged(Ranking(referral.id, known.client, need, known.allowed, [], live, asked), facts, terms)


def _judged(ranking: Ranking, facts: list[ServiceFacts], terms: Terms) -> Ranking:
    """The same person and need before these services."""
    need = with_consents(ranking.need, ranking.allowed, facts)
    return replace(ranking, need=need, listed=rank(facts, need, terms.rules))


def _lives(offer: Offer, referral: Referral) -> bool:
    return offer.referral_id == referral.id and offer.ended_at is None


def _live(session: Session) -> Callable[[Collection[UUID]], LiveOffers]:
    """The lines and the unanswered offers of this moment, which only this feature knows."""

    def counted(organisation_ids: Collection[UUID]) -> LiveOffers:
        lines, unanswered = dict[UUID, int](), defaultdict[UUID, int](int)
        for row in session.connection().execute(queries.unsettled(organisation_ids)):
            if row.state == OfferState.WAITING:
                lines[row.service_id] = row.offers
            else:
                unanswered[row.organisation_id] += row.offers
        return LiveOffers(lines, unanswered)

    return counted


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
