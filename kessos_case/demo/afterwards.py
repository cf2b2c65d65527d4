"""What is written once the gate has told in which time each case was open: what an office noted, asked and saw in that time."""

from collections.abc import Sequence

import sqlalchemy as sa

from kessos_case.demo.business_rows import BusinessRows
from kessos_case.demo.desk import Desk
from kessos_case.demo.directory import Directory
from kessos_case.demo.episodes import Episode
from kessos_case.demo.exemption_rows import ExemptionRows
from kessos_case.demo.inquiry_rows import InquiryRows
from kessos_case.demo.lives import Lives
from kessos_case.demo.mentor_rows import MentorRows
from kessos_case.demo.note_rows import NoteRows
from kessos_case.demo.people import People
from kessos_case.demo.vacancy_rows import VacancyRows


class Afterwards:
    """The rooms of that time, which know what the lives were."""

    def __init__(self, desk: Desk, directory: Directory, people: People, lives: Lives) -> None:
        self._exemptions, self._notes = ExemptionRows(desk, people, lives), NoteRows(desk)
        self._inquiries, self._businesses = InquiryRows(desk), BusinessRows(desk, lives)
        self._vacancies, self._mentors = VacancyRows(desk, directory), MentorRows(desk)

    def write(self, cases: list[Episode]) -> Sequence[sa.Update]:
        """All rows; returns what rows of before become by them."""
        for case in cases:
            self._exemptions.write(case)
            self._notes.write(case)
            self._inquiries.write(case)
            self._businesses.write(case)
        self._vacancies.write(cases)
        return self._mentors.write(cases)
