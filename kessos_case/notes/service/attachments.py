"""Papers of an episode: taken by what they hold and not by their name, sealed under the person's key, removed for a reason."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from kessos_case.access.rules import Role
from kessos_case.access.service import record
from kessos_case.cases.models import Case
from kessos_case.cases.service import case_for, own_case_for, roles_at
from kessos_case.clients.service import client_for, key_to_read, key_to_write, write_timeline
from kessos_case.core.db import Session, as_system
from kessos_case.core.errors import Conflict, Forbidden, Invalid, NotFound, field_error
from kessos_case.core.ids import new_id
from kessos_case.core.images import PhotoError, clean_page
from kessos_case.core.keys import DataKey
from kessos_case.core.papers import PaperError, check_pdf
from kessos_case.core.settings import settings
from kessos_case.core.text import clean_text
from kessos_case.notes import queries
from kessos_case.notes.models import Attachment
from kessos_case.notes.rules import AboutKind, NoteLevel, file_name
from kessos_case.notes.service.notes import note_for

JPEG, PDF = "image/jpeg", "application/pdf"
_SAME = (
    "id", "case_id", "about_kind", "about_id", "level", "paper", "media", "size", "written_by", "added_at", "removed_at",
    "removed_by", "removed_reason",
)  # fmt: skip


@dataclass(frozen=True)
class ShownAttachment:
    """A paper as listed; `name` is what it was called where it came from, None once it cannot be read any more."""

    id: UUID
    case_id: UUID
    about_kind: str
    about_id: UUID
    level: str
    paper: str | None
    media: str
    size: int
    written_by: UUID
    added_at: datetime
    removed_at: datetime | None
    removed_by: UUID | None
    removed_reason: str | None
    name: str | None
    may_remove: bool


@dataclass(frozen=True)
class Content:
    """A paper itself."""

    name: str
    media: str
    raw: bytes


def add_attachment(
    session: Session,
    case_id: UUID,
    *,
    raw: bytes,
    name: str,
    about_kind: str = AboutKind.CASE,
    about_id: UUID | None = None,
    level: str = NoteLevel.TEAM,
    paper: str | None = None,
) -> ShownAttachment:
    """Add a paper to an open episode of the own office: a picture is written anew without EXIF, a PDF is looked through.

    About a note in confidence it is as confidential. `paper` is what it is, where it is one that others ask for. Raises
    NotFound, Forbidden, Conflict `case_closed`, `no_room` when the papers of the case are too many, Invalid for what is no
    such paper, or about something that is not of this case.
    """
    case = own_case_for(session, case_id, lock=True)
    about, level = about_id or case.id, _level_of(session, case, about_kind, about_id, level)
    content, media = _taken(raw)
    _check_room(session, case, len(content))
    key, made_id = key_to_write(client_for(session, case.client_id)), new_id()
    made = Attachment(
        id=made_id, case_id=case.id, client_id=case.client_id, organisation_id=case.organisation_id, about_kind=about_kind,
        about_id=about, level=level, paper=paper,
        name_sealed=key.seal(file_name(clean_text(name), media), _place("name", made_id)),
        media=media, size=len(content), content_sealed=key.seal_bytes(content, _place("content", made_id)),
        written_by=session.actor.user_id, added_at=session.now,
    )  # fmt: skip
    session.add(made)
    session.flush()
    if level == NoteLevel.TEAM:
        write_timeline(session, case.client_id, "paper_added", made.id)
    record(session, "add", "attachment", made.id, clients=[case.client_id])
    return shown_attachments(session, case, [made])[0]


def remove_attachment(session: Session, attachment_id: UUID, *, reason: str) -> ShownAttachment:
    """Take a paper out: its content is gone for ever, that it was there stays. Twice changes nothing.

    Raises NotFound, Forbidden for anyone but who added it, the caseworker of the case and its supervisors.
    """
    attachment, case = _found(session, attachment_id)
    own_case_for(session, case.id, open_only=False)
    if not _may_remove(session, case, attachment):
        raise Forbidden("Who added it, the caseworker and the supervisor remove a paper.", code="wrong_actor")
    session.refresh(attachment, with_for_update=True)
    if attachment.removed_at is None:
        attachment.content_sealed, attachment.removed_at = None, session.now
        attachment.removed_by, attachment.removed_reason = session.actor.user_id, reason
        session.flush()
        record(session, "remove", "attachment", attachment.id, clients=[case.client_id], reason=reason)
    return shown_attachments(session, case, [attachment])[0]


def list_attachments(session: Session, case_id: UUID) -> sa.Select[Attachment]:
    """The papers of an episode that the actor may read, for a page of them. Raises NotFound."""
    return queries.attachments(case_for(session, case_id).id)


def listed_attachments(session: Session, case: Case, attachments: Iterable[Attachment]) -> list[ShownAttachment]:
    """A page of papers; the look is in the audit trail."""
    found = list(attachments)
    record(session, "read", "attachment", clients=[case.client_id], attachments=[str(one.id) for one in found])
    return shown_attachments(session, case, found)


def attachments_about(session: Session, case: Case, ids: Iterable[UUID]) -> dict[UUID, list[ShownAttachment]]:
    """The papers about each of these things of a case; whoever shows them has written the look down."""
    wanted = list(ids)
    found = list(session.scalars(queries.attachments_about(wanted))) if wanted else []
    shown = shown_attachments(session, case, found)
    return {about: [one for one in shown if one.about_id == about] for about in wanted}


def papers_of(session: Session, case_id: UUID, kinds: Iterable[str]) -> dict[str, Attachment]:
    """The last paper of each of these kinds that an episode keeps and the actor may read, by kind. The look is in the trail.

    That one is not here says nothing: it may be in a pocket, or be told in confidence to others.
    """
    wanted = list(kinds)
    found = {str(one.paper): one for one in session.scalars(queries.kept_papers(case_id, wanted))} if wanted else {}
    if found:
        clients = list({one.client_id for one in found.values()})
        record(
            session, "read", "attachment", clients=clients, attachments=sorted(str(one.id) for one in found.values())
        )
    return found


def read_attachment(session: Session, attachment_id: UUID) -> ShownAttachment:
    """One paper without its content. Raises NotFound, also for one that others were given in confidence."""
    attachment, case = _found(session, attachment_id)
    record(session, "read", "attachment", attachment.id, clients=[case.client_id])
    return shown_attachments(session, case, [attachment])[0]


def content_of(session: Session, attachment_id: UUID) -> Content:
    """The paper itself; the look is in the audit trail. Raises NotFound, also once it was removed or cannot be read."""
    attachment, case = _found(session, attachment_id)
    key = key_to_read(session, case.client_id)
    if key is None or attachment.content_sealed is None:
        raise NotFound("There is no such paper.")
    record(session, "read_content", "attachment", attachment.id, clients=[case.client_id])
    raw = key.open_bytes(attachment.content_sealed, _place("content", attachment.id))
    return Content(_name(key, attachment) or str(attachment.id), attachment.media, raw)


def shown_attachments(session: Session, case: Case, attachments: Iterable[Attachment]) -> list[ShownAttachment]:
    """Papers of one episode with their names opened."""
    found = list(attachments)
    key = key_to_read(session, case.client_id) if found else None
    return [
        ShownAttachment(
            **{name: getattr(one, name) for name in _SAME},
            name=_name(key, one),
            may_remove=one.removed_at is None and _may_remove(session, case, one),
        )
        for one in found
    ]


def _taken(raw: bytes) -> tuple[bytes, str]:
    """What is kept of a file, and what it is."""
    if not 0 < len(raw) <= settings().attachment_bytes:
        raise _refused("too_large" if raw else "missing", f"1 to {settings().attachment_bytes} bytes.")
    if raw.startswith(b"%PDF-"):
        try:
            check_pdf(raw)
        except PaperError as error:
            raise _refused(f"pdf_{error.code}", f"The PDF cannot be taken: {error.code}.") from error
        return raw, PDF
    try:
        return clean_page(raw, settings().paper_pixels), JPEG
    except PhotoError as error:
        raise _refused("not_a_paper", "Only JPEG, PNG and WebP pictures and PDF can be taken.") from error


def _refused(code: str, detail: str) -> Invalid:
    return Invalid("The file cannot be taken.", errors=[field_error("file", code, detail)])


def _level_of(session: Session, case: Case, about_kind: str, about_id: UUID | None, level: str) -> str:
    """Raises Invalid for something that is not of this case."""
    if about_kind == AboutKind.CASE:
        is_there = about_id in (None, case.id)
    else:
        select = queries.thing_of_case(about_kind, about_id, case.id, case.client_id) if about_id else None
        is_there = select is not None and session.scalar(select) is not None
    if not is_there:
        wrong = field_error("about_id", "not_found", "The case has no such thing.")
        raise Invalid("The paper has mistakes.", errors=[wrong])
    if about_kind == AboutKind.NOTE and about_id and note_for(session, about_id).level == NoteLevel.CONFIDENTIAL:
        return NoteLevel.CONFIDENTIAL
    return level


def _check_room(session: Session, case: Case, size: int) -> None:
    with as_system(session, "notes.count_papers"):
        kept = session.scalar(queries.kept_bytes(case.id)) or 0
    if kept + size > settings().case_attachments_bytes:
        raise Conflict("The papers of this case are too many; remove some first.", code="no_room")


def _found(session: Session, attachment_id: UUID) -> tuple[Attachment, Case]:
    attachment = session.get(Attachment, attachment_id)
    if attachment is None:
        raise NotFound("There is no such paper.")
    return attachment, case_for(session, attachment.case_id)


def _may_remove(session: Session, case: Case, attachment: Attachment) -> bool:
    own = session.actor.user_id in (attachment.written_by, case.caseworker_id)
    return own or Role.SUPERVISOR in roles_at(session, case.organisation_id)


def _name(key: DataKey | None, attachment: Attachment) -> str | None:
    return key.open(attachment.name_sealed, _place("name", attachment.id)) if key else None


def _place(column: str, attachment_id: UUID) -> str:
    return f"attachments:{column}:{attachment_id}"
