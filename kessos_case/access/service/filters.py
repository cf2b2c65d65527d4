"""Views of lists that a user wants to come back to: kept under a name of his own, seen by nobody else."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from sqlalchemy.dialects import postgresql

from kessos_case.access import queries
from kessos_case.access.models import SavedFilter
from kessos_case.access.rules import FILTERS_OF, MOST_FILTERS
from kessos_case.core.db import Session
from kessos_case.core.errors import Invalid, NotFound, RuleBroken, field_error
from kessos_case.core.ids import new_id
from kessos_case.core.text import clean_text, reject_reason

# Codes, ids and days are short; what is longer was typed.
_LONGEST_VALUE = 40
_LONGEST_NAME = 60


@dataclass(frozen=True)
class OwnFilters:
    """The views that a user keeps of a list, and the one that he looks at: `query` as addresses have it."""

    page: str
    saved: list[SavedFilter]
    query: str

    @property
    def is_saved(self) -> bool:
        """Is the view that he looks at one of his own?"""
        return any(known.query == self.query for known in self.saved)


def own_filters(session: Session, page: str, args: Mapping[str, str]) -> OwnFilters:
    """The saved views of this list (an address of FILTERS_OF), and what of `args` is one of its filters."""
    saved = session.scalars(queries.saved_filters(session.actor.user_id, page))
    return OwnFilters(page, list(saved), _query(page, args.items()))


def save_filter(session: Session, page: str, name: str, query: str) -> SavedFilter:
    """Keep a view under a name; the same name again replaces what it showed.

    Raises Invalid for a list without filters, a name that cannot be one or a query without any filter of the list,
    RuleBroken when the user keeps as many views of this list as there may be.
    """
    name, query = clean_text(name), _query(page, parse_qsl(query))
    _check(name, query)
    known = own_filters(session, page, {}).saved
    if name not in {kept.name for kept in known} and len(known) >= MOST_FILTERS:
        errors = [field_error("", "too_many_filters", f"At most {MOST_FILTERS} views of a list.")]
        raise RuleBroken("There are too many saved views of this list.", errors=errors)
    values = {"user_id": session.actor.user_id, "page": page, "name": name, "query": query}
    stored = postgresql.insert(SavedFilter).values(id=new_id(), created_at=session.now, **values)
    kept = stored.on_conflict_do_update(index_elements=["user_id", "page", "name"], set_={"query": query})
    return session.scalars(kept.returning(SavedFilter)).one()


def forget_filter(session: Session, filter_id: UUID) -> SavedFilter:
    """Drop a view; returns what it was. Raises NotFound, also for one of somebody else."""
    found = session.get(SavedFilter, filter_id)
    if found is None:
        raise NotFound("There is no such saved view.")
    session.delete(found)
    session.flush()
    return found


def _query(page: str, values: Iterable[tuple[str, str]]) -> str:
    """The filters of this list among the values, always in the same order, so that equal views are equal texts."""
    if page not in FILTERS_OF:
        raise Invalid("This list has no filters.", errors=[field_error("page", "unknown_page", "No such list.")])
    known = {name: value for name, value in values if name in FILTERS_OF[page] and 0 < len(value) <= _LONGEST_VALUE}
    return urlencode(sorted(known.items()))


def _check(name: str, query: str) -> None:
    errors = []
    if not name or len(name) > _LONGEST_NAME or reject_reason(name):
        errors.append(field_error("name", "missing", f"A name of 1 to {_LONGEST_NAME} characters."))
    if not query:
        errors.append(field_error("query", "no_filter", "The list shows everything: there is nothing to keep."))
    if errors:
        raise Invalid("This view cannot be kept.", errors=errors)
