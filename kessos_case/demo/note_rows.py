"""What caseworkers noted of an episode day by day, and the papers that belong to it; as of its real end."""

import random
from datetime import date, datetime, timedelta
from uuid import UUID

from kessos_case.cases.service import pathways
from kessos_case.clients.rules import Confidentiality
from kessos_case.demo import case_words, pictures
from kessos_case.demo.desk import Desk
from kessos_case.demo.episodes import Episode
from kessos_case.demo.process import CASEWORK
from kessos_case.notes.models import Attachment, CaseNote, NoteAddendum
from kessos_case.notes.rules import CONTACTS, AboutKind, NoteKind, NoteLevel, PaperKind, RemovalReason, file_name
from kessos_case.notes.service.attachments import JPEG, PDF

# Of notes, written by the chief and not by the caseworker.
_BY_CHIEF = 0.08
# Of notes about whom the law protects most, in confidence.
_STRICT = 0.4
_FIRST = (1, 6)


class NoteRows:
    """Writes the notes and papers of one case after the other."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self._ground = desk, desk.ground

    def write(self, case: Episode) -> None:
        """From the first days to the end of the case, or to today."""
        if case.caseworker is None:
            return
        self._dice = self._desk.dice_of(case, "notes")
        last = case.closed_at.date() if case.closed_at else self._ground.today
        days = self._days(case, last)
        if case.seen_on and case.closed_at is None and case.opened_on < case.seen_on < last:
            # The day that the case knows as the last one on which the person was met.
            days = sorted({*days, case.seen_on})
        for day in days:
            self._note(case, day)
        self._papers(case, last)

    def _days(self, case: Episode, last: date) -> list[date]:
        least, most = CASEWORK.note_every
        # A long episode is told in no more notes than another.
        rest = max(1.0, (last - case.opened_on).days / ((least + most) / 2 * CASEWORK.most_notes))
        day, found = case.opened_on + timedelta(days=self._dice.randint(*_FIRST)), []
        while day < last:
            found.append(self._ground.working_day(day))
            day += timedelta(days=round(self._dice.randint(least, most) * rest))
        return [day for day in found if day < last]

    def _note(self, case: Episode, day: date) -> None:
        dice, kind = self._dice, self._kind(case, day)
        by = case.supervisor if dice.random() < _BY_CHIEF else case.caseworker
        at = max(self._ground.moment(self._ground.working_day(day), dice), case.opened_at + timedelta(minutes=30))
        if at > self._ground.now or (case.closed_at and at >= case.closed_at):
            return
        note_id, level = self._ground.ids.at(at), self._level(case, kind)
        text = dice.choice(self._texts(case, day, kind))
        self._ground.book.add(
            CaseNote, id=note_id, case_id=case.id, client_id=case.person.id, organisation_id=case.office.id, kind=str(kind),
            level=str(level), happened_on=day, written_by=by, written_at=at, changed_at=None, version=1,
            text_sealed=self._desk.registry.seal(case.person, text, f"case_notes:text:{note_id}"),
        )  # fmt: skip
        is_told = level == NoteLevel.TEAM
        if is_told:
            self._desk.tell(case, "note_written", note_id, at, by=by)
        if dice.random() < CASEWORK.note_added_to:
            self._add_to(case, note_id, at, is_told=is_told)

    def _kind(self, case: Episode, day: date) -> NoteKind:
        """What the note is about: on the last day of a contact a contact, after it none."""
        if day == case.seen_on and case.closed_at is None:
            return self._dice.choice((NoteKind.VISIT, NoteKind.CALL))
        kinds = CASEWORK.note_kinds
        kind = NoteKind(self._dice.choices(list(kinds), list(kinds.values()))[0])
        is_quiet = case.closed_at is None and case.seen_on is not None and day > case.seen_on
        return NoteKind.PROGRESS if is_quiet and kind in CONTACTS else kind

    def _texts(self, case: Episode, day: date, kind: NoteKind) -> tuple[str, ...]:
        allowed = pathways().quiet_days.get(case.stage, 0)
        is_sought = case.closed_at is None and case.seen_on and (day - case.seen_on).days > allowed
        if is_sought and kind == NoteKind.PROGRESS:
            return case_words.NOT_MET
        return case_words.note_texts(case_words.group_of(case.pathway, case.age_on(day)), case.stage_on(day), kind)

    def _level(self, case: Episode, kind: NoteKind) -> NoteLevel:
        share = CASEWORK.incident_in_confidence if kind == NoteKind.INCIDENT else CASEWORK.in_confidence
        if Confidentiality(self._ground.levels[case.category]) == Confidentiality.STRICT:
            share = max(share, _STRICT)
        return NoteLevel.CONFIDENTIAL if self._dice.random() < share else NoteLevel.TEAM

    def _add_to(self, case: Episode, note_id: UUID, written: datetime, *, is_told: bool) -> None:
        at = written + timedelta(days=self._dice.randint(2, 9), minutes=self._dice.randrange(60))
        if at > self._ground.now:
            return
        made_id = self._ground.ids.at(at)
        text = self._dice.choice(case_words.ADDED)
        self._ground.book.add(
            NoteAddendum, id=made_id, note_id=note_id, client_id=case.person.id, written_by=case.caseworker, written_at=at,
            text_sealed=self._desk.registry.seal(case.person, text, f"note_addenda:text:{made_id}"),
        )  # fmt: skip
        if is_told:
            self._desk.tell(case, "note_added_to", note_id, at, by=case.caseworker)

    def _papers(self, case: Episode, last: date) -> None:
        numbers = CASEWORK.papers
        many = self._dice.choices(list(numbers), list(numbers.values()))[0]
        for name, title, paper in self._dice.sample(case_words.PAPERS, many):
            self._paper(case, name, title, paper, last, self._dice)

    def _paper(
        self, case: Episode, name: str, title: str, paper: PaperKind | None, last: date, dice: random.Random
    ) -> None:
        day = self._ground.working_day(case.opened_on + timedelta(days=dice.randint(1, 40)))
        at = max(self._ground.moment(day, dice), case.opened_at + timedelta(hours=1))
        if day >= last or at > self._ground.now or (case.closed_at and at >= case.closed_at):
            return
        media = PDF if name.endswith(".pdf") else JPEG
        content = pictures.letter(title) if media == PDF else pictures.page(title)
        made_id, key = self._ground.ids.at(at), self._desk.registry.keys[case.person.id]
        removed = at + timedelta(days=3) if dice.random() < CASEWORK.paper_removed else None
        removed = removed if removed and removed < self._ground.now else None
        self._ground.book.add(
            Attachment, id=made_id, case_id=case.id, client_id=case.person.id, organisation_id=case.office.id,
            about_kind=str(AboutKind.CASE), about_id=case.id, level=str(NoteLevel.TEAM), paper=paper and str(paper),
            name_sealed=key.seal(file_name(name, media), f"attachments:name:{made_id}"), media=media, size=len(content),
            content_sealed=None if removed else key.seal_bytes(content, f"attachments:content:{made_id}"),
            written_by=case.caseworker, added_at=at, removed_at=removed, removed_by=case.caseworker if removed else None,
            removed_reason=str(RemovalReason.REPLACED) if removed else None,
        )  # fmt: skip
        self._desk.tell(case, "paper_added", made_id, at, by=case.caseworker)
