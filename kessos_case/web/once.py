"""A form of a page that is sent twice has one effect: a double tap, a reload, a train that comes out of the tunnel.

Kept is what web/idempotency.py keeps of a program's request; here the key is the form itself, with the word that the page
gave it. The same words written down on purpose once more stand in another form.
"""

import json
import time
from collections.abc import Callable
from uuid import UUID

from flask import current_app, request

from kessos_case.core.db import Session
from kessos_case.core.errors import Conflict
from kessos_case.core.ids import random_token
from kessos_case.core.keys import keyring
from kessos_case.web.forms import Form
from kessos_case.web.idempotency import Store

FIELD = "once"
# A person waits for the first press of the button to come through; a program is told to ask again.
_TRIES, _PAUSE = 40, 0.1


def word_of(form: Form) -> str:
    """The word of this form: the one it came with, else a new one."""
    return form.get(FIELD) or random_token(16)


def once(session: Session, form: Form, do: Callable[[], UUID]) -> None:
    """Do it, and answer for the next time that it is done; nothing happens when this very form was taken before.

    `do` answers the id of what it made. What it refuses leaves no trace, so that a page may show the refusal and end
    its transaction well: the form can be put right and sent again.
    """
    with session.begin_nested():
        _do(session, form, do)


def _do(session: Session, form: Form, do: Callable[[], UUID]) -> None:
    if not form.get(FIELD) or session.actor.user_id is None:
        do()
        return
    store: Store = current_app.extensions["kessos_idempotency"]
    said = sorted((name, text) for name, text in form.items(multi=True) if name != "csrf_token")
    hashed = keyring().index("body", json.dumps(said))
    if _claimed(session, store, hashed) is None:
        store.keep(session, request.path, hashed.hex(), hashed, do())


def _claimed(session: Session, store: Store, hashed: bytes) -> UUID | None:
    for _ in range(_TRIES):
        try:
            return store.claim(session, request.path, hashed.hex(), hashed)
        except Conflict:
            time.sleep(_PAUSE)
    return store.claim(session, request.path, hashed.hex(), hashed)
