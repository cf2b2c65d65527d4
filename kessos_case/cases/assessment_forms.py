"""An instrument as a form: its questions in groups, the answers of a form as the rules take them, and back."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from kessos_case.cases import wording
from kessos_case.cases.rules.instruments import Domain, Instrument, Item, Kind, check_answers
from kessos_case.web.forms import Form, number, said

_YES_NO = {"yes": True, "no": False}


@dataclass(frozen=True)
class Question:
    """One item as it is asked: its number on the page, the name of its field, its choices where it has any."""

    number: int
    item: Item
    name: str
    choices: dict[str, str]
    condition: str | None
    opens_at: str


def groups(instrument: Instrument) -> list[tuple[Domain | None, list[Question]]]:
    """The questions in their order, in groups by what they measure. One that measures nothing stays where it is asked."""
    domains = {domain.code: domain for domain in instrument.domains}
    found: list[tuple[Domain | None, list[Question]]] = []
    for place, item in enumerate(instrument.items):
        domain = domains.get(item.domain or "")
        if not found:
            first = next((other.domain for other in instrument.items if other.domain), "")
            found.append((domains.get(first or ""), []))
        elif domain is not None and domain is not found[-1][0]:
            found.append((domain, []))
        found[-1][1].append(_question(instrument, item, place + 1))
    return found


def answers_from(form: Form, instrument: Instrument) -> dict[str, Any]:
    """What was answered. An answer to a question that is not asked after another one is no answer."""
    given = {item.id: _answer(item, said(form, f"answers.{item.id}")) for item in instrument.items}
    answers = {name: value for name, value in given.items() if value is not None}
    skipped = {error.field for error in check_answers(instrument, answers, complete=False) if error.code == "skipped"}
    return {name: value for name, value in answers.items() if f"answers.{name}" not in skipped}


def form_of(instrument: Instrument, answers: Mapping[str, Any]) -> Form:
    """Answers as their form would send them; money with its dots, so that a nought too many is seen."""
    money = {item.id for item in instrument.items if item.kind is Kind.RUPIAH}
    return Form(
        {
            f"answers.{name}": f"{value:,}".replace(",", ".") if name in money else typed(value)
            for name, value in answers.items()
        }
    )


def typed(value: Any) -> str:
    """One answer as a form has it."""
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def answered(questions: Iterator[Question] | list[Question], form: Form) -> Iterator[tuple[Question, str]]:
    """The questions that have an answer, with it in words."""
    for question in questions:
        text = form.get(question.name)
        if text:
            yield question, question.choices.get(text, text)


def _answer(item: Item, text: str | None) -> Any:
    if text is None or item.kind in (Kind.CHOICE, Kind.DATE):
        return text
    if item.kind is Kind.YES_NO:
        return _YES_NO.get(text, text)
    return number(text)


def _question(instrument: Instrument, item: Item, place: int) -> Question:
    choices = {typed(option.value): wording.said(option) for option in item.options}
    if item.kind is Kind.YES_NO:
        choices = {code: str(text) for code, text in wording.YES_NO.items()}
    gate = next((other for other in instrument.items if item.only_if and other.id == item.only_if.item), None)
    return Question(
        number=place,
        item=item,
        name=f"answers.{item.id}",
        choices=choices,
        condition=_condition(instrument, item, gate) if gate else None,
        opens_at=",".join(typed(value) for value in item.only_if.values) if item.only_if else "",
    )


def _condition(instrument: Instrument, item: Item, gate: Item) -> str:
    place = instrument.items.index(gate) + 1
    if item.only_if and item.only_if.at_least is not None:
        return _(
            "Hanya kalau jawaban nomor %(number)s paling sedikit %(least)s.", number=place, least=item.only_if.at_least
        )
    known = _question(instrument, gate, place).choices
    values = item.only_if.values if item.only_if else ()
    if len(values) > 2:
        others = [text for code, text in known.items() if code not in {typed(value) for value in values}]
        return _("Lewati kalau jawaban nomor %(number)s: %(text)s.", number=place, text=", ".join(others))
    texts = ", ".join(known.get(typed(value), typed(value)) for value in values)
    return _("Hanya kalau jawaban nomor %(number)s: %(text)s.", number=place, text=texts)
