"""A table of a policy file, read key by key, so that every refusal names the key and nothing stays unread."""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, TypeVar

from kessos_case.cases.rules.instruments.form import LIMIT

_WORD = re.compile(r"[a-z][a-z0-9_]{0,59}")

_T = TypeVar("_T")
_Enum = TypeVar("_Enum", bound=StrEnum)


class Table:
    """A table of the file and where it stands. What is taken is gone, so that `end` finds what nobody reads."""

    def __init__(self, content: Any, where: str) -> None:
        self.where = where
        if not isinstance(content, Mapping):
            raise ValueError(f"{where}: must be a table")
        self._left = dict(content)

    def wrong(self, key: str, why: str) -> ValueError:
        return ValueError(f"{self.where}.{key}: {why}")

    def find(self, key: str, kind: type[_T]) -> _T | None:
        value = self._left.pop(key, None)
        if value is None:
            return None
        # Python takes true and false for numbers; a file that does so is mistaken.
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise self.wrong(key, f"must be of type {kind.__name__}")
        return value

    def take(self, key: str, kind: type[_T]) -> _T:
        value = self.find(key, kind)
        if value is None:
            raise self.wrong(key, "is missing")
        return value

    def text(self, key: str) -> str:
        value = self.take(key, str).strip()
        if not value:
            raise self.wrong(key, "is empty")
        return value

    def word(self, key: str) -> str:
        value = self.take(key, str)
        if not _WORD.fullmatch(value):
            raise self.wrong(key, "must be a word of small letters, digits and underscores")
        return value

    def whole(self, key: str, least: int = -LIMIT) -> int:
        value = self.take(key, int)
        if not least <= value <= LIMIT:
            raise self.wrong(key, f"must be between {least} and {LIMIT}")
        return value

    def one_of(self, key: str, words: type[_Enum]) -> _Enum:
        value = self.take(key, str)
        if value not in list(words):
            raise self.wrong(key, f"must be one of {', '.join(words)}")
        return words(value)

    def tables(self, key: str, named_by: str) -> list["Table"]:
        """The tables of a list, each placed by its own name; refused when one name is there twice."""
        parts = [Table(part, f"{self.where}.{key}") for part in self.find(key, list) or []]
        names = [part._left.get(named_by) for part in parts]
        for part, name in zip(parts, names, strict=True):
            if names.count(name) > 1:
                raise self.wrong(key, f"{name} is there twice")
            part.where = f"{self.where}.{key}.{name}"
        return parts

    def end(self) -> None:
        for key in self._left:
            raise self.wrong(key, "is not known here")
