"""What anybody who holds a paper is told of it: genuine or not, what kind, by whom, since when, and whether it still holds.

Never whose it is. Whoever reads a name on the paper may type it and is told whether it stands on the genuine one.
"""

from dataclasses import dataclass
from datetime import date, datetime

from kessos_case.access.service import count_guess, record, refuse_guessing
from kessos_case.clients.models import Client
from kessos_case.clients.rules import Confidentiality, is_restricted
from kessos_case.clients.service import data_key
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session, as_system
from kessos_case.letters import queries
from kessos_case.letters.models import Letter
from kessos_case.letters.rules import read_code, same_name
from kessos_case.letters.service.issuing import content_of

_DOOR, _NAMES = "verify", "verify_name"


@dataclass(frozen=True)
class Verdict:
    """What is told of a genuine letter. `name_fits` is None where no name was typed, or none may be compared."""

    kind: str
    office: str
    issued_on: date
    revoked_at: datetime | None
    reason: str | None
    may_compare: bool
    name_fits: bool | None


def verify(session: Session, typed: str, address: str, name: str | None = None) -> Verdict | None:
    """The letter with this code; None for a code that is nobody's or no code at all, which look the same.

    Every look is in the trail. Raises TooManyRequests for an address that guesses codes, or a letter whose name is guessed.
    """
    refuse_guessing(_DOOR, address)
    code = read_code(typed)
    with as_system(session, "letters.verify"):
        found = queries.by_code(session, code) if code else None
        if found is None:
            count_guess(_DOOR, address)
            record(session, "verify", "letter", outcome="not_found")
            return None
        letter, client, office = found
        may_compare, fits = _compared(letter, client, name)
        record(session, "verify", "letter", letter.id, clients=[client.id], name_fits=fits)
    reason = letter.revoked_reason
    return Verdict(letter.kind, office.name, office_day(letter.issued_at), letter.revoked_at, reason, may_compare, fits)


def _compared(letter: Letter, client: Client, name: str | None) -> tuple[bool, bool | None]:
    """May a name be compared, and does it fit? Of a restricted person not even that is told."""
    content = content_of(letter, data_key(client))
    written = content.get("name") if content else None
    if not written or is_restricted(Confidentiality(client.confidentiality)):
        return False, None
    if not name:
        return True, None
    # By the letter and not by the address: many could share the work of guessing.
    refuse_guessing(_NAMES, str(letter.id))
    fits = same_name(written, name)
    if not fits:
        count_guess(_NAMES, str(letter.id))
    return True, fits
