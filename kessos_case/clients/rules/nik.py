"""NIK and KK numbers: one form, what can be read from them, and what is doubtful about them (reference/facts.md, 4)."""

import re
from collections.abc import Container
from dataclasses import dataclass
from datetime import date
from typing import Literal

from kessos_case.clients.rules.identity import ESTIMATE_YEARS, BirthDatePrecision, Sex

NikLevel = Literal["valid", "warning", "invalid"]

# The 38 provinces (Kepmendagri 300.2.2-2138/2025); 93 to 96 are the ones that Papua was divided into in 2022.
_PROVINCES_WRITTEN = (
    "11 12 13 14 15 16 17 18 19 21 31 32 33 34 35 36 51 52 53 61 62 63 64 65 71 72 73 74 75 76 81 82 91 92 93 94 95 96"
)
PROVINCES = frozenset(_PROVINCES_WRITTEN.split())

_FEMALE_DAYS = 40  # added to the day of birth of women
# [0-9] and never str.isdigit, which is also true of full-width and Arabic-Indic digits.
_SIXTEEN_DIGITS = re.compile(r"[0-9]{16}")
_ONE_DIGIT_REPEATED = re.compile(r"([0-9])\1{15}")
# Between digits only: a hyphen in front is a minus sign, and a dot at the end is no grouping.
_GROUPING = re.compile(r"(?<=[0-9])[ .\-\u00a0\u2010-\u2013]{1,3}(?=[0-9])")
# What a spreadsheet makes of a number ('3578110101909000.0', '3.578110101909'): digits may be lost, so it is no NIK.
_DECIMAL = re.compile(r"[0-9]+\.0+|[0-9]\.[0-9]+")
_INVISIBLE = "\ufeff\u200b\u200c\u200d\u200e\u200f\u2060"


@dataclass(frozen=True)
class NikCheck:
    """What a NIK says. `normalised` and all that is read from it are None when the level is 'invalid'.

    Codes, in this order. Invalid: format, or placeholder, province, region_zero, birth_date, serial.
    Warning: region_unknown, sex_mismatch, dob_mismatch, century_ambiguous.
    """

    normalised: str | None
    level: NikLevel
    codes: tuple[str, ...]
    sex: Sex | None = None
    birth_date: date | None = None
    region_code: str | None = None


def normalise_nik(raw: str) -> str:
    """The NIK without outer blanks, a spreadsheet's apostrophe, and dots, hyphens or blanks between digits.

    Anything else stays, for `check_nik` to refuse: nothing is guessed, and an empty text stays empty (no NIK).
    """
    bare = raw.strip().strip(_INVISIBLE).strip().removeprefix("'").removeprefix("\u2019").strip()
    return bare if _DECIMAL.fullmatch(bare) else _GROUPING.sub("", bare)


def check_nik(
    raw: str,
    *,
    stated_sex: Sex | None = None,
    stated_birth_date: date | None = None,
    birth_date_precision: BirthDatePrecision = BirthDatePrecision.DAY,
    today: date,
    known_regions: Container[str],
) -> NikCheck:
    """Judge a NIK as written, beside what the person states (reference/nik_test_vectors.csv).

    An impossible number is 'invalid'. A contradiction is a 'warning' for the caseworker and never corrected, because a
    NIK is for life and not reissued. `known_regions` holds dotted codes, provinces to kecamatan; of a province that it
    does not hold it can say nothing, so no region there is called unknown. Without a stated date and with both
    centuries possible, the birth date is the later one and the code century_ambiguous is given.
    """
    nik = normalise_nik(raw)
    errors = _errors(nik, today)
    if errors:
        return NikCheck(None, "invalid", errors)
    births = _possible_births(nik, today)
    birth_date = max(births) if stated_birth_date is None else _nearest(births, stated_birth_date)
    sex = Sex.FEMALE if int(nik[6:8]) > _FEMALE_DAYS else Sex.MALE
    region_code = f"{nik[:2]}.{nik[2:4]}.{nik[4:6]}"
    doubts = {
        "region_unknown": nik[:2] in known_regions and region_code not in known_regions,
        "sex_mismatch": stated_sex in (Sex.MALE, Sex.FEMALE) and stated_sex != sex,
        "dob_mismatch": stated_birth_date is not None
        and not _agrees(birth_date, stated_birth_date, birth_date_precision),
        "century_ambiguous": stated_birth_date is None and len(births) > 1,
    }
    codes = tuple(code for code, holds in doubts.items() if holds)
    return NikCheck(nik, "warning" if codes else "valid", codes, sex, birth_date, region_code)


def _errors(nik: str, today: date) -> tuple[str, ...]:
    if _SIXTEEN_DIGITS.fullmatch(nik) is None:
        return ("format",)
    found = {
        "placeholder": _ONE_DIGIT_REPEATED.fullmatch(nik) is not None,
        "province": nik[:2] not in PROVINCES,
        "region_zero": nik[2:4] == "00" or nik[4:6] == "00",
        "birth_date": not _possible_births(nik, today),
        "serial": nik[12:] == "0000",
    }
    return tuple(code for code, holds in found.items() if holds)


def _possible_births(nik: str, today: date) -> list[date]:
    """The real dates not in the future that digits 7 to 12 may mean: none, one, or one in each century."""
    day, month, year = int(nik[6:8]), int(nik[8:10]), int(nik[10:12])
    day = day - _FEMALE_DAYS if day > _FEMALE_DAYS else day
    births = []
    for century in (1900, 2000):
        try:
            births.append(date(century + year, month, day))
        except ValueError:  # 31 April, month 13, or 29 February, which may be real in the other century only
            continue
    return [birth for birth in births if birth <= today]


def _nearest(births: list[date], stated: date) -> date:
    return min(births, key=lambda birth: abs(birth - stated))


def _agrees(birth_date: date, stated: date, precision: BirthDatePrecision) -> bool:
    """Does the NIK's date keep to what the stated one claims? Only the known part of it is compared."""
    if precision == BirthDatePrecision.ESTIMATED:
        return abs(birth_date.year - stated.year) <= ESTIMATE_YEARS
    if precision == BirthDatePrecision.YEAR:
        return birth_date.year == stated.year
    if precision == BirthDatePrecision.MONTH:
        return (birth_date.year, birth_date.month) == (stated.year, stated.month)
    return birth_date == stated


def mask_nik(nik: str) -> str:
    """First two and last two digits, '35************01' (spec/domain.md); all stars for what is not a whole NIK."""
    if _SIXTEEN_DIGITS.fullmatch(nik) is None:
        return "*" * len(nik)
    return nik[:2] + "*" * 12 + nik[-2:]


def nik_deletions(nik: str) -> frozenset[str]:
    """The NIK with each one of its digits left out: 15 digits each, at most 16 of them (neighbours may be equal).

    Two NIKs that differ by one wrong, missing or exchanged digit share one of these (or the NIK itself): the blocking
    key for typing errors. Raises ValueError unless the NIK is normalised, 16 digits.
    """
    if _SIXTEEN_DIGITS.fullmatch(nik) is None:
        raise ValueError("a NIK has 16 digits")
    return frozenset(nik[:place] + nik[place + 1 :] for place in range(16))


def normalise_kk(raw: str) -> str | None:
    """The number of a family card, 16 digits in one piece, or None when it cannot be one.

    Lenient on purpose: its date is the day of issue and its region one of the past, neither of which we can check
    (16 million in DTKS 2020 were called invalid; reference/facts.md, 4). One digit repeated is a placeholder.
    """
    kk = normalise_nik(raw)
    is_number = _SIXTEEN_DIGITS.fullmatch(kk) is not None and _ONE_DIGIT_REPEATED.fullmatch(kk) is None
    return kk if is_number else None
