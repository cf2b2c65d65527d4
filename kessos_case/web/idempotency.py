"""Idempotency-Key: a POST that is sent twice has one effect, also when both arrive at the same moment.

Kept are the actor, route, key, a keyed hash of the body and the id of what was made, never the answer: a replay renders
the resource again under the rights that the caller has now.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any
from uuid import UUID

from flask import Flask, current_app, g, request
from werkzeug.datastructures import FileStorage

from kessos_case.core.db import Session
from kessos_case.core.errors import Invalid, field_error
from kessos_case.core.keys import keyring

HEADER = "Idempotency-Key"
LONGEST = 200


@dataclass(frozen=True)
class Store:
    """What access provides: claim a key (the id made under it, or None when it is new) and keep what was made.

    `claim` raises Conflict `in_progress` while a first request still runs and Invalid `idempotency_mismatch` when the key
    was used with another body.
    """

    claim: Callable[[Session, str, str, bytes], UUID | None]
    keep: Callable[[Session, str, str, bytes, UUID], None]


def install(app: Flask, store: Store) -> None:
    """Give the app its store."""
    app.extensions["kessos_idempotency"] = store


def idempotent(again: Callable[[Session, UUID], Any]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Innermost decorator of a POST whose view returns a resource with an `id`; `again` reads it under present rights."""

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def once(session: Session, *args: Any, **kwargs: Any) -> Any:
            key = request.headers.get(HEADER)
            if key is None or session.actor.user_id is None:
                return view(session, *args, **kwargs)
            store: Store = current_app.extensions["kessos_idempotency"]
            hashed = _body_hash(key)
            made = store.claim(session, request.path, key, hashed)
            if made is not None:
                g.replayed = True
                return again(session, made)
            resource = view(session, *args, **kwargs)
            store.keep(session, request.path, key, hashed, resource.id)
            return resource

        return once

    return decorate


def _body_hash(key: str) -> bytes:
    if not 1 <= len(key) <= LONGEST or not key.isascii() or not key.isprintable():
        wrong = field_error(HEADER, "invalid_value", f"1 to {LONGEST} printable ASCII characters.")
        raise Invalid("The idempotency key is not valid.", errors=[wrong])
    body = request.get_json(silent=True)
    # JSON by its meaning, because a retry may order its keys otherwise; a form by its fields and what its files hold.
    text = json.dumps(body, sort_keys=True) if body is not None else _form_text()
    return keyring().index("body", text)


def _form_text() -> str:
    """Of a form that has been parsed nothing is left to be read as it was sent."""
    if not request.files and not request.form:
        return request.get_data().hex()
    fields = sorted(request.form.items(multi=True))
    files = sorted((name, _file_hash(file)) for name, file in request.files.items(multi=True))
    return json.dumps([fields, files])


def _file_hash(file: FileStorage) -> str:
    digest = hashlib.sha256()
    while block := file.stream.read(1 << 20):
        digest.update(block)
    file.stream.seek(0)
    return digest.hexdigest()
