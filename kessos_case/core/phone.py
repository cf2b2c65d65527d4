"""Telephone numbers in one form (E.164), so that the keyed hash finds a number however it was written."""

import re
import unicodedata

import phonenumbers

# Only what people put between digits. The library would also read letters as keys of a dial, drop an extension, and
# take the first of two numbers: each would store a number that nobody wrote.
_WRITTEN = re.compile(r"\+?[0-9(][0-9 ().\-]*")
_DASHES = re.compile(r"[\u2010-\u2015\u2212]")
# A number that a spreadsheet has kept as a decimal: without this the tail would become a last digit.
_DECIMAL = re.compile(r"[0-9]+\.0+")
# 00 is how most of the world dials abroad, but not Indonesia, where the library would take it for part of the number.
_DIALLED_FROM_ABROAD = re.compile(r"\A00[ \-]?(?=62)")
_MOST_CHARACTERS = 16  # a plus and the 15 digits that ITU-T E.164 allows; the library lets more pass


def normalise_phone(raw: str) -> str:
    """The number in E.164, '+6281234567890'; without a country code it is Indonesian.

    Raises ValueError when no number can have this form or length. Whether the prefix is in use is not asked: new ones
    are allotted faster than the library learns them.
    """
    written = _DASHES.sub("-", unicodedata.normalize("NFKC", raw)).strip()
    if _WRITTEN.fullmatch(written) is None or _DECIMAL.fullmatch(written):
        raise ValueError("not a telephone number: one number in digits, such as 0812-3456-7890 or +62 812 3456 7890")
    try:
        number = phonenumbers.parse(_DIALLED_FROM_ABROAD.sub("+", written), "ID")
    except phonenumbers.NumberParseException as error:
        raise ValueError("not a telephone number: no country and number can be read from it") from error
    phone = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    if not phonenumbers.is_possible_number(number) or len(phone) > _MOST_CHARACTERS:
        raise ValueError("not a telephone number: it has too few or too many digits")
    return phone


def readable_phone(phone: str) -> str:
    """An E.164 number as people read it out: `0812 3456 7890` for one of this country."""
    local = f"0{phone.removeprefix('+62')}" if phone.startswith("+62") else phone
    return " ".join(local[place : place + 4] for place in range(0, len(local), 4))


def mask_phone(phone: str) -> str:
    """An E.164 number with its first three characters and last two digits: '+62*********90'; anything else all stars."""
    if re.fullmatch(r"\+[0-9]{7,15}", phone) is None:
        return "*" * len(phone)
    return phone[:3] + "*" * (len(phone) - 5) + phone[-2:]
