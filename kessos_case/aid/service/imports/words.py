"""How offices call programmes and columns: the policy aid_import beside the programmes that exist."""

from kessos_case.aid import import_queries as queries
from kessos_case.aid.rules.rows import Words
from kessos_case.core.db import Session
from kessos_case.core.policies import policy


def words(session: Session) -> Words:
    """The words of today."""
    said = policy("aid_import").content
    programmes = frozenset(queries.programmes(session))
    return Words(programmes, said["programmes"], said["families"], said["headings"])
