"""JSON endpoints of letters."""

from flask import g

from kessos_case.clients.service import client_for
from kessos_case.core.paging import Page, page
from kessos_case.letters import queries, service
from kessos_case.letters import schemas as s
from kessos_case.letters.models import Letter
from kessos_case.letters.rules import LetterKind
from kessos_case.web.api import IDEMPOTENCY_KEY, ApiBlueprint
from kessos_case.web.auth import door
from kessos_case.web.idempotency import idempotent
from kessos_case.web.lists import listed, page_request

blp = ApiBlueprint("letters", __name__, description="Letters with a code that tells a genuine one")


@blp.get("/clients/<uuid:client_id>/letters")
@door("letter", "read")
@blp.response(200, listed(s.LetterOut))
@blp.arguments(s.LetterArgs, location="query")
def letters(session, args, client_id):
    """The letters of a person that the own office issued, newest first; never what they say."""
    client = client_for(session, client_id)
    keys = [Letter.issued_at, Letter.id]
    found = page(session, queries.letters_of(client.id), keys, page_request(args), descending=True)
    return Page(service.listed_letters(session, client, found.items), found.next_cursor)


@blp.post("/clients/<uuid:client_id>/letters")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("letter", "issue")
@blp.response(201, s.LetterOut)
@blp.arguments(s.LetterIn)
@idempotent(again=service.read_letter)
def issue_letter(session, data, client_id):
    """Write a letter. The same thing again is the same letter, unless what it says has changed: then the old is revoked."""
    letter, is_new = service.issue(session, LetterKind(data["kind"]), data["subject_id"], of=client_id)
    g.replayed = not is_new
    return letter


@blp.get("/letters/<uuid:letter_id>")
@door("letter", "read")
@blp.response(200, s.LetterOut)
def letter(session, letter_id):
    """One letter: that it was issued, and whether it still holds."""
    return service.read_letter(session, letter_id)


@blp.post("/letters/<uuid:letter_id>/revocation")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("letter", "revoke")
@blp.response(201, s.LetterOut)
@blp.arguments(s.LetterRevocationIn)
@idempotent(again=service.read_letter)
def revoke_letter(session, data, letter_id):
    """Take a letter back; whoever asks for its code is told so."""
    return service.revoke(session, letter_id, **data)
