"""Words of the reference data and pure functions over them: levels, kinds, and the search form of a place's name."""

import re
import unicodedata
from enum import StrEnum


class Confidentiality(StrEnum):
    """How closely something is kept, in rising order; comparisons follow the order, not the alphabet.

    Facts 1.1: our proposal, not a regulation.
    """

    STANDARD = "standard"
    ELEVATED = "elevated"
    STRICT = "strict"

    @property
    def rank(self) -> int:
        """0 for standard, 1 for elevated, 2 for strict."""
        return list(Confidentiality).index(self)

    # All four, because a StrEnum inherits the alphabetical ones of str, where standard stands above elevated.
    def __lt__(self, other: str) -> bool:
        return self.rank < Confidentiality(other).rank

    def __le__(self, other: str) -> bool:
        return self.rank <= Confidentiality(other).rank

    def __gt__(self, other: str) -> bool:
        return self.rank > Confidentiality(other).rank

    def __ge__(self, other: str) -> bool:
        return self.rank >= Confidentiality(other).rank


class RegionLevel(StrEnum):
    """What a place is by law. A kota can hold desa and a kabupaten kelurahan, so the parent does not tell it."""

    PROVINSI = "provinsi"
    KABUPATEN = "kabupaten"
    KOTA = "kota"
    KECAMATAN = "kecamatan"
    KELURAHAN = "kelurahan"
    DESA = "desa"


class SourceKind(StrEnum):
    """Kind of a programme as its source calls it."""

    CASH_CONSUMPTION = "cash_consumption"
    CASH_CONDITIONAL = "cash_conditional"
    PREMIUM_SUBSIDY = "premium_subsidy"
    IN_KIND = "in_kind"
    PRODUCTIVE_CAPITAL = "productive_capital"
    SERVICE = "service"


class ProgrammeKind(StrEnum):
    """What a programme is for; only consumption counts toward dependency (spec domain.md, Aid)."""

    CONSUMPTION = "consumption"
    EMPOWERMENT = "empowerment"
    SERVICE = "service"
    INSURANCE = "insurance"


class ProgrammeLevel(StrEnum):
    """Whose budget pays."""

    NATIONAL = "national"
    PROVINCE = "province"
    VILLAGE = "village"


class RecipientUnit(StrEnum):
    """Whom a payment is for."""

    PERSON = "person"
    HOUSEHOLD = "household"


class AmountUnit(StrEnum):
    """The time that an amount is for; `once` for what is given a single time."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    ONCE = "once"


class Status(StrEnum):
    """How far a figure can be trusted: read in the source, computed from it, or own knowledge."""

    CONFIRMED = "confirmed"
    DERIVED = "derived"
    MEMORY = "memory"


_PROGRAMME_KINDS = {
    SourceKind.CASH_CONSUMPTION: ProgrammeKind.CONSUMPTION,
    SourceKind.CASH_CONDITIONAL: ProgrammeKind.CONSUMPTION,
    SourceKind.PREMIUM_SUBSIDY: ProgrammeKind.INSURANCE,
    SourceKind.IN_KIND: ProgrammeKind.SERVICE,
    SourceKind.PRODUCTIVE_CAPITAL: ProgrammeKind.EMPOWERMENT,
    SourceKind.SERVICE: ProgrammeKind.SERVICE,
}


def programme_kind(source_kind: SourceKind, *, is_food: bool = False) -> ProgrammeKind:
    """What counts toward dependency and what does not; food given in kind is consumption (spec domain.md, Aid)."""
    if source_kind is SourceKind.IN_KIND and is_food:
        return ProgrammeKind.CONSUMPTION
    return _PROGRAMME_KINDS[source_kind]


# Kemendagri codes: province 35, kabupaten or kota 35.09, kecamatan 35.09.12, kelurahan or desa 35.09.12.2004.
REGION_CODE = r"[0-9]{2}(\.[0-9]{2}(\.[0-9]{2}(\.[0-9]{4})?)?)?"
_REGION_CODE = re.compile(REGION_CODE)
_LENGTHS = (2, 5, 8, 13)
_REGENCY_LENGTH = 5
_PROVINCE_LENGTH = 2


def is_region_code(text: str) -> bool:
    """Does this have the form of a region code? Whether such a place exists only the register knows."""
    return _REGION_CODE.fullmatch(text) is not None


def region_lineage(code: str) -> list[str]:
    """The codes from the province down to this place, itself included."""
    return [code[:length] for length in _LENGTHS if length <= len(code)]


def regency_and_province(code: str) -> tuple[str, str]:
    """The codes of the regency (the province's own where it is one) and the province that hold this place."""
    return code[:_REGENCY_LENGTH], code[:_PROVINCE_LENGTH]


_LEVEL_WORDS = {
    "prov": RegionLevel.PROVINSI,
    "provinsi": RegionLevel.PROVINSI,
    "propinsi": RegionLevel.PROVINSI,
    "kab": RegionLevel.KABUPATEN,
    "kabupaten": RegionLevel.KABUPATEN,
    "kota": RegionLevel.KOTA,
    "kotamadya": RegionLevel.KOTA,
    "kec": RegionLevel.KECAMATAN,
    "kecamatan": RegionLevel.KECAMATAN,
    "kel": RegionLevel.KELURAHAN,
    "kelurahan": RegionLevel.KELURAHAN,
    "ds": RegionLevel.DESA,
    "desa": RegionLevel.DESA,
}
_APOSTROPHES = re.compile("['`\u2018\u2019\u02bc\"]")
_NOT_LETTERS = re.compile(r"[^a-z0-9]+")


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text).casefold()
    without_marks = "".join(letter for letter in plain if not unicodedata.combining(letter))
    # "Ra'as" is also written "Raas", but "Oro-oro" is also written "Oro oro".
    return _NOT_LETTERS.sub(" ", _APOSTROPHES.sub("", without_marks)).split()


def region_search_form(text: str) -> str:
    """The name of a place as it is compared: plain small letters, single blanks, no word that only says its level.

    'Kec. Ambulu' and 'AMBULU' both give 'ambulu'. A name that is such a word stays: 'Kecamatan Kota' gives 'kota'.
    """
    words = _words(text)
    while len(words) > 1 and words[0] in _LEVEL_WORDS:
        words = words[1:]
    return " ".join(words)


def named_level(text: str) -> RegionLevel | None:
    """The level that the writer put before the name: 'Kota Malang' is not Kabupaten Malang. None where he put none."""
    words = _words(text)
    return _LEVEL_WORDS.get(words[0]) if len(words) > 1 else None
