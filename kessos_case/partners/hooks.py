"""What the directory asks of rooms above it, which it does not know: how many people stand in line for a service.

Referrals fill it (referrals/hooks.py), as access fills the hooks of web.
"""

from collections.abc import Callable, Iterable
from uuid import UUID

from flask import Flask, current_app

from kessos_case.core.db import Session

Lines = Callable[[Session, Iterable[UUID]], dict[UUID, int]]


def install(app: Flask, lines: Lines) -> None:
    """Give the pages of `app` the lines."""
    app.extensions["kessos_lines"] = lines


def people_in_line(session: Session, service_ids: Iterable[UUID]) -> dict[UUID, int]:
    """How many people wait for a place of each of these services; none where nobody does."""
    lines: Lines = current_app.extensions["kessos_lines"]
    return lines(session, service_ids)
