"""Sample calls of every route, one file a feature, and the objects that they name.

A file has `SAMPLES` (route -> Sample), `REACH` ((kind, which) -> the roles that reach such an object, written down apart
from the table that the program reads) and, where it needs objects of its own, `furnish(world)`.
"""

from dataclasses import dataclass, field
from typing import Any

CASEWORK = {"caseworker", "supervisor"}
SENDERS = {"caseworker", "supervisor", "tksk", "partner", "triage"}
OTHER_UPT = "PSTW-MAGETAN"


@dataclass(frozen=True)
class Sample:
    """A call that a route takes: the kind of object its address names, the body, the status where all is allowed.

    `status` by role says where an object may be seen, but this not done to it.
    """

    kind: str | None = None
    body: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    by_role: dict[str, int] = field(default_factory=dict)
    query: str = ""


V1 = {"If-Match": '"1"'}
