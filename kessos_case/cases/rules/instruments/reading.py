"""An instrument out of its file. A file that lacks something or contradicts itself is refused, with the key named."""

from collections.abc import Mapping
from typing import Any

from kessos_case.cases.rules.instruments.form import (
    LIMIT,
    Band,
    Condition,
    Direction,
    Domain,
    Instrument,
    Item,
    Kind,
    Option,
    Scoring,
)
from kessos_case.cases.rules.instruments.tables import Table

_CHOSEN: dict[Kind, type] = {Kind.SCALE: int, Kind.CHOICE: str}
# The kinds that are numbers, and the least that each allows.
_FLOOR = {Kind.NUMBER: -LIMIT, Kind.RUPIAH: 0, Kind.COUNT: 0}


def read_instrument(content: Mapping[str, Any]) -> Instrument:
    """Read an instrument as it stands in its file (config/policies/instruments, read by core.policies).

    Raises ValueError, naming the key, when something is missing, unknown, there twice, or contradicts another part.
    """
    table = Table(content, "instrument")
    table.where = name = table.word("name")
    shared = table.find("options", dict) or {}
    sets = {key: _options(options, f"{name}.options.{key}") for key, options in shared.items()}
    instrument = Instrument(
        name=name,
        version=table.whole("version", 1),
        title_id=table.text("title_id"),
        title_en=table.text("title_en"),
        source=table.text("source"),
        licence=table.text("licence"),
        note=table.text("note"),
        items=tuple(_item(part, sets) for part in table.tables("item", "id")),
        domains=tuple(_domain(part) for part in table.tables("domain", "code")),
    )
    table.end()
    if not instrument.items:
        raise table.wrong("item", "is missing")
    _check_items(instrument)
    for domain in instrument.domains:
        _check_domain(instrument, domain)
    return instrument


def _options(content: Any, where: str) -> tuple[Option, ...]:
    options = []
    for part in Table({"option": content}, where).tables("option", "value"):
        value = part.take("value", object)
        if not isinstance(value, int | str) or isinstance(value, bool):
            raise part.wrong("value", "must be a whole number or a code")
        points = part.find("score", int)
        if points is None and isinstance(value, int):
            points = value
        options.append(Option(value, part.text("label_id"), part.text("label_en"), points))
        part.end()
    return tuple(options)


def _item(table: Table, sets: Mapping[str, tuple[Option, ...]]) -> Item:
    kind = table.one_of("kind", Kind)
    least, most = _range(table, kind)
    is_required = table.find("required", bool)
    item = Item(
        id=table.word("id"),
        text_id=table.text("text_id"),
        text_en=table.text("text_en"),
        kind=kind,
        is_required=is_required is None or is_required,
        least=least,
        most=most,
        options=_options_of(table, kind, sets),
        bands=_bands(table) if kind in _FLOOR else (),
        domain=table.find("domain", str),
        is_reverse=bool(table.find("reverse", bool)),
        only_if=_condition(table),
        when_skipped=table.find("when_skipped", int),
        at_most=table.find("at_most", str) if kind in _FLOOR else None,
        sum_of=tuple(table.find("sum_of", list) or []) if kind in _FLOOR else (),
    )
    table.end()
    return item


def _range(table: Table, kind: Kind) -> tuple[int, int] | tuple[None, None]:
    if kind not in _FLOOR:
        return None, None
    least, most = table.find("min", int), table.find("max", int)
    least, most = _FLOOR[kind] if least is None else least, LIMIT if most is None else most
    if not _FLOOR[kind] <= least <= most <= LIMIT:
        raise table.wrong("min", f"min..max must lie within {_FLOOR[kind]}..{LIMIT}")
    return least, most


def _options_of(table: Table, kind: Kind, sets: Mapping[str, tuple[Option, ...]]) -> tuple[Option, ...]:
    if kind not in _CHOSEN:
        return ()
    content = table.take("options", object)
    if isinstance(content, str) and content not in sets:
        raise table.wrong("options", f"there are no options {content}")
    options = sets[content] if isinstance(content, str) else _options(content, table.where)
    if not options or any(type(option.value) is not _CHOSEN[kind] for option in options):
        raise table.wrong("options", f"a {kind} has values of type {_CHOSEN[kind].__name__}")
    return options


def _bands(table: Table) -> tuple[Band, ...]:
    bands = []
    for part in table.tables("bands", "at_least"):
        bands.append(Band(part.whole("at_least"), part.whole("score")))
        part.end()
    return tuple(bands)


def _condition(table: Table) -> Condition | None:
    content = table.find("only_if", dict)
    if content is None:
        return None
    part = Table(content, f"{table.where}.only_if")
    gate, equals = part.word("item"), part.find("equals", object)
    values, at_least = part.find("in", list), part.find("at_least", int)
    part.end()
    if [equals, values, at_least].count(None) != 2 or values == []:
        raise table.wrong("only_if", "needs one of equals, at_least and in")
    return Condition(gate, tuple(values or ([] if equals is None else [equals])), at_least)


def _domain(table: Table) -> Domain:
    domain = Domain(
        code=table.word("code"),
        label_id=table.text("label_id"),
        label_en=table.text("label_en"),
        scoring=table.one_of("scoring", Scoring),
        least=table.whole("least"),
        most=table.whole("most"),
        threshold=table.whole("threshold"),
        flag=table.one_of("flag", Direction),
        evidence=table.text("evidence"),
        mid=table.find("mid", int),
        mid_source=table.find("mid_source", str),
    )
    table.end()
    # A threshold at `least` would flag nobody, or everybody.
    if not domain.least < domain.threshold <= domain.most:
        raise table.wrong("threshold", f"must be above {domain.least} and at most {domain.most}")
    if (domain.mid is None) != (domain.mid_source is None) or (domain.mid or 1) < 1:
        raise table.wrong("mid", "must be above 0 and have its mid_source")
    return domain


def _check_items(instrument: Instrument) -> None:
    """Refuse items that point at nothing, or at what is asked only after them."""
    domains = {domain.code for domain in instrument.domains}
    before: dict[str, Item] = {}
    for item in instrument.items:
        where = f"{instrument.name}.item.{item.id}"
        if item.domain and item.domain not in domains:
            raise ValueError(f"{where}.domain: there is no domain {item.domain}")
        if item.only_if:
            _check_condition(item.only_if, before, f"{where}.only_if")
        numbers = [other.id for other in instrument.items if other.kind in _FLOOR and other is not item]
        if item.at_most and item.at_most not in numbers:
            raise ValueError(f"{where}.at_most: there is no other number {item.at_most}")
        if any(part not in numbers for part in item.sum_of):
            raise ValueError(f"{where}.sum_of: must name other numbers")
        _check_points(item, where)
        before[item.id] = item


def _check_condition(condition: Condition, before: Mapping[str, Item], where: str) -> None:
    gate = before.get(condition.item)
    if gate is None:
        raise ValueError(f"{where}.item: there is no item {condition.item} before this one")
    if condition.at_least is not None and gate.kind not in (*_FLOOR, Kind.SCALE):
        raise ValueError(f"{where}.at_least: {gate.id} is not a number")
    operands = condition.values if condition.at_least is None else (condition.at_least,)
    if any(gate.fault(operand) for operand in operands):
        raise ValueError(f"{where}: {gate.id} can never be answered so")


def _check_points(item: Item, where: str) -> None:
    starts = [band.at_least for band in item.bands]
    if starts and (starts != sorted(starts) or item.fault(starts[-1]) or starts[0] != item.least):
        raise ValueError(f"{where}.bands: must rise from {item.least} and stay within {item.most}")
    if item.domain is None and (item.is_reverse or item.when_skipped is not None):
        raise ValueError(f"{where}.domain: is missing for an item that brings points")
    if item.domain and item.point_range is None:
        raise ValueError(f"{where}.domain: some answers bring no points")


def _check_domain(instrument: Instrument, domain: Domain) -> None:
    """Refuse a domain whose value could be undefined or leave least..most."""
    where, items = f"{instrument.name}.domain.{domain.code}", instrument.items_of(domain.code)
    ranges = [item.point_range for item in items if item.point_range]
    if not items:
        raise ValueError(f"{where}.code: no item belongs to it")
    if domain.scoring is Scoring.SUM:
        bounds = sum(least for least, _ in ranges), sum(most for _, most in ranges)
        for item in items:
            _check_skipped(item, f"{instrument.name}.item.{item.id}.when_skipped")
    else:
        bounds = ranges[0]
        if len(set(ranges)) > 1 or any(item.when_skipped is not None for item in items):
            raise ValueError(f"{where}.scoring: a {domain.scoring} needs one range of points, and none when skipped")
        if all(item.only_if for item in items):
            raise ValueError(f"{where}.scoring: a {domain.scoring} needs an item that is always asked")
    unit = 100 if domain.scoring is Scoring.MEAN else 1
    if (domain.least, domain.most) != (bounds[0] * unit, bounds[1] * unit):
        raise ValueError(f"{where}.least: the items make {bounds[0] * unit}..{bounds[1] * unit}")


def _check_skipped(item: Item, where: str) -> None:
    least, most = item.point_range or (0, 0)
    if (item.only_if is None) != (item.when_skipped is None):
        raise ValueError(f"{where}: belongs to an item of a sum that is not always asked")
    if item.when_skipped is not None and not least <= item.when_skipped <= most:
        raise ValueError(f"{where}: must be within {least}..{most}")
