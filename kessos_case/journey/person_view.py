"""Everything that the page of a person shows, as the reader may see it, in a dozen statements, with one row in the trail."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from kessos_case.access.rules import may
from kessos_case.cases import service as cases
from kessos_case.cases.models import Case
from kessos_case.cases.rules import Stage
from kessos_case.clients import service as clients
from kessos_case.core.db import Session
from kessos_case.core.paging import Page, PageRequest
from kessos_case.dependency import service as dependency
from kessos_case.journey.ahead import Ahead
from kessos_case.journey.case_queries import Names, names
from kessos_case.journey.next_step import step_ahead
from kessos_case.referrals import service as referrals
from kessos_case.referrals.models import Referral
from kessos_case.referrals.rules import OPEN_STATES
from kessos_case.tasks import service as tasks
from kessos_case.tasks.models import Task

# What is due about a person beyond these stands on the page of today.
MOST_TASKS = 5


@dataclass(frozen=True)
class PersonView:
    """The page of a person. `step` leads on the case `of_step`; `timeline` is None for who may not read it."""

    person: clients.Person
    cases: Sequence[Case] = ()
    of_step: Case | None = None
    step: Ahead | None = None
    why: dependency.Why | None = None
    referrals: Sequence[Referral] = ()
    tasks: Sequence[Task] = ()
    more_tasks: int = 0
    timeline: Page | None = None
    offices: frozenset[UUID] = frozenset()
    # Of those that the reader sees, ended ones too: who received a person sees them only while he helps.
    referral_ids: frozenset[UUID] = frozenset()
    names: Names = field(default_factory=lambda: Names({}, {}, {}, {}))

    @property
    def may_help(self) -> bool:
        """Has he come so far that he may be asked to help others?"""
        return any(case.stage in (Stage.AFTERCARE, Stage.GRADUATED) for case in self.cases)

    def leads_on(self, entry: Any) -> bool:
        """Is the reader at the office that wrote this entry, and does he see what it is about?"""
        is_seen = not entry.kind.startswith("referral_") or entry.subject_id in self.referral_ids
        return entry.organisation_id in self.offices and is_seen

    @property
    def open_cases(self) -> list[Case]:
        """The episodes that go on."""
        return [case for case in self.cases if case.closed_at is None]


def read_view(
    session: Session, client_id: UUID, kinds: frozenset[str] | None, asked: PageRequest, language: str
) -> PersonView:
    """The page of a person; the look at him and at all its parts is in the audit trail. Raises NotFound."""
    person = clients.read_person(session, client_id)
    roles = session.actor.roles
    if not may(roles, "timeline", "read"):
        return PersonView(person)
    episodes = cases.cases_of(session, client_id)
    of_step = next((case for case in episodes if case.closed_at is None and cases.is_own(session, case)), None)
    due = tasks.open_tasks(session, client_id)
    sent = referrals.referrals_of(session, client_id)
    asked_for = [one for one in sent if one.state in OPEN_STATES]
    timeline = clients.timeline_page(session, client_id, kinds, asked)
    return PersonView(
        person=person,
        cases=episodes,
        of_step=of_step,
        step=step_ahead(session, of_step) if of_step else None,
        why=dependency.reasons_of(session, client_id) if may(roles, "dependency", "read") and episodes else None,
        referrals=asked_for,
        tasks=due[:MOST_TASKS],
        more_tasks=max(0, len(due) - MOST_TASKS),
        timeline=timeline,
        offices=frozenset([*cases.case_offices(session), *tasks.desks(session)]),
        referral_ids=frozenset(one.id for one in sent),
        names=_names(session, language, person, episodes, asked_for, timeline),
    )


def _names(
    session: Session,
    language: str,
    person: clients.Person,
    episodes: Sequence[Case],
    asked_for: Sequence[Referral],
    timeline: Page,
) -> Names:
    return names(
        session,
        language,
        offices=[
            *(case.organisation_id for case in episodes), *(one.owner_organisation_id for one in asked_for),
            *(entry.organisation_id for entry in timeline.items),
            *(UUID(one.receiver_id) for one in person.allows if one.receiver_id),
        ],
        users=[case.caseworker_id for case in episodes],
        services=[code for one in asked_for for code in one.service_types],
    )  # fmt: skip
