"""Who sees what of scores and flags: the UPT of the case, and whoever may still give an opinion not yet the number."""

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from kessos_case.access.rules import Role
from kessos_case.cases.models import Case
from kessos_case.cases.service import case_offices, roles_at
from kessos_case.clients.models import Client
from kessos_case.clients.rules import Confidentiality, called, is_restricted
from kessos_case.clients.service import client_for
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session
from kessos_case.core.errors import NotFound
from kessos_case.dependency import queries
from kessos_case.dependency.models import DependencyFlag
from kessos_case.dependency.service.cards import ShownClient
from kessos_case.dependency.service.policy import served_since


def subject_for(session: Session, client_id: UUID) -> tuple[Client, Case]:
    """The one door to a person's scores: whom the actor reaches, with a case at an office of his.

    Raises NotFound: whoever reaches the person for a referral alone sees none of this, nor whose case is long closed.
    """
    client = client_for(session, client_id)
    case = queries.case_here(session, client.id, served_since(office_day(session.now)))
    if case is None:
        raise NotFound("There is no such client.")
    return client, case


def reviews_at(session: Session, organisation_id: UUID) -> bool:
    """May the actor review flags of this office?"""
    return Role.SUPERVISOR in roles_at(session, organisation_id)


def offices_reviewed(session: Session) -> list[UUID]:
    """The offices whose flags the actor may review."""
    return [office for office in case_offices(session) if reviews_at(session, office)]


def is_hidden(session: Session, flag: DependencyFlag) -> bool:
    """Is the number of this flag hidden from the actor? Also later, where nobody ever said what he thought."""
    return flag.opinion is None and reviews_at(session, flag.organisation_id)


def blind_to(session: Session, client_ids: Iterable[UUID]) -> frozenset[UUID]:
    """Those of these people of whom the actor may still give an opinion, and so sees no number anywhere."""
    offices = offices_reviewed(session)
    if not offices:
        return frozenset()
    wanted = list(client_ids)
    return frozenset(session.scalars(queries.unread_flags(offices).where(DependencyFlag.client_id.in_(wanted))))


def shown_client(client_id: UUID, known: Any, *, in_list: bool) -> ShownClient:
    """As the clients' own cards show a person: restricted ones without a name in lists."""
    if known is None or (in_list and is_restricted(Confidentiality(known.confidentiality))):
        return ShownClient(client_id, called(client_id, None, None, is_hidden=True), True)
    return ShownClient(client_id, called(client_id, known.name, known.temporary_label), False)


def shown_clients(session: Session, client_ids: Collection[UUID], *, in_list: bool) -> dict[UUID, ShownClient]:
    """The people as shown, in one statement."""
    known = queries.people(session, client_ids)
    return {client_id: shown_client(client_id, known.get(client_id), in_list=in_list) for client_id in client_ids}
