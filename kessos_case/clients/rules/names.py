"""Search forms of names: spelling variants folded to one, titles removed. For finding only, never shown or exported.

A form stands for how a name may have been heard and written, so it joins a few different names (Juni and Yuni) on
purpose; whether two people are one is decided elsewhere, on more than the name. Each rule says which names it is for.
"""

import re
import unicodedata
from collections.abc import Iterable
from itertools import takewhile

_APOSTROPHES = re.compile("['`\u00b4\u02b9-\u02bf\u2018\u2019\u201b\u2032\uff07]")


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


# Forms of address and rank, as words without dots, in front of the name; signs of mourning stand on either side.
_TITLES = _listed(
    "h hj haji hajah hadji kh kiai kyai nyai ust ustad ustadz ustadzah dr drs dra ir prof r rr raden rm ra "
    "ny nyonya njonja tn tuan nn nona bpk bapak pak ibu bu sdr sdri saudara saudari mas mbak mbah"
)
_DECEASED = _listed("alm almh almarhum almarhumah")
# Degrees that are no names. The others are short enough to be one, and count only with dots or behind a comma.
_PLAIN_DEGREES = _listed(
    "ssos spd spdi spsi skom skep skm sked ssi ssn ssy shi stp spt spi sst strkeb strsos samd amd amdkeb amdkep amapd "
    "msi mpd mpdi mkes mkom mpsi msos msc mba phd ners"
)
_DEGREES = _PLAIN_DEGREES | _listed(
    "se sei sh st sp si sip sik skg ss sag sth ma mag mh mhi mm mt mp ns apt spa spb spkj spog sppd"
)
_DOTTED_WORD = re.compile(r"[^\W\d_]+(?:\.[^\W\d_]+)+\.?")

# Written short in any place. Alone, a single m is an initial; before other words it is Muhammad.
_SHORT_FORMS = {
    **dict.fromkeys(_listed("moh muh moch much mokh mukh mohd muhd mhd mch"), "muhamad"),
    **dict.fromkeys(_listed("ach akh achd"), "ahmad"),
    "abd": "abdul",
}
# Written long, as the letter rules leave them (h for ch and kh, no doubled letters).
_LONG_FORMS = {
    **dict.fromkeys(
        _listed("mohamad mohamed mohamat mohamet muhamed muhamat muhamet mokamad mukamad muhamd"), "muhamad"
    ),
    **dict.fromkeys(_listed("ahmed ahmat akmad"), "ahmad"),
}

# Spelling before 1972 (Soewandi 1947, van Ophuijsen 1901). A j is today's y only where dj, tj or sj show that the whole
# word is old: in Soejono, half modern, it is still a j. Read from left to right, so that dj in Bandjar is not nj.
_OLD_WORD = re.compile(r"dj|tj|sj|^nj")
_OLD_LETTERS = re.compile(r"dj|tj|nj|sj|j")
_MODERN = {"dj": "j", "tj": "c", "nj": "ny", "sj": "sy", "j": "y"}

_VOWEL = "[aeiou]"
# In this order; each line's pattern and what it becomes.
_LETTER_RULES = [
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        ("oe", "u"),  # Soetanto, Boedi, Noer
        ("^ju", "yu"),  # Jusuf, Junus, Juli: after dj has become j, both spellings meet in yu
        ("^joh", "yoh"),  # Johanes
        ("^janu", "yanu"),  # Januar
        ("^surj", "sury"),  # Soerjadi
        ("prij", "priy"),  # Soeprijadi, Prijono
        ("ph", "f"),
        ("v", "f"),  # Novi, Alvin
        ("q", "k"),  # Qomariyah, Taufiq
        ("x", "ks"),
        ("ck", "k"),
        ("dz", "z"),  # Dzikri
        ("^chr", "kr"),  # Christian
        ("^ch(?=an(?:d|g|$)|in|un[gt]?$|e[nrl]|y)", "c"),  # Chandra, Chintya, Chang: not the Arabic letter
        ("[ck]h", "h"),  # Choirul, Khoirul, Hoirul; Rochman, Rokhman
        (f"sy(?={_VOWEL})|sh", "s"),  # Syarif, Sharif, Sarif; Sholeh
        ("ts", "s"),  # Tsani
        ("([bdgt])h", r"\1"),  # Ramadhan, Budhi, Ghofur, Thoha
        ("^roh(?=[im])", "rah"),  # Rohman, Rohim, Rohmat
        ("oi|ae", "ai"),  # Khoirul, Khaerul, Khairul; Zaenal
        ("ie", "i"),  # Arief, Liem, Adjie
        (f"iy(?={_VOWEL})", "i"),  # Supriyadi, Qomariyah
        (f"uw(?={_VOWEL})", "u"),  # Suwandi, Buwana
        (f"(?<=[b-df-hj-np-tv-xz])y(?!{_VOWEL})", "i"),  # Rudy, Krystal
        (f"(?<=[b-df-hj-mp-tv-xz])y(?={_VOWEL})", "i"),  # Sulistyo, Sulistio, Sulistiyo; ny before a vowel stays
        (r"(.)\1+", r"\1"),  # Annisa, Muhammad, Rofi'i
        ("(?<=..[aeiou])h$", ""),  # Aisyah, Halimah
    )
]
# Abdurrahman, Abdussalam, Abdulghofur in one word: before r, s, z, d, n the l is spoken as that letter.
_JOINED_ABDUL = re.compile(r"^abdu(?:(?=[rszdn][a-z]{3})|l(?=[b-df-hj-np-tv-z][a-z]{3}))")


def search_forms(name: str, aliases: Iterable[str] = ()) -> tuple[str, ...]:
    """The folded form of the name and of each alias, in this order, without repetitions and empty ones.

    A form is lower case, words parted by one blank, and folding it again changes nothing (spec/domain.md, 'Names').
    """
    return tuple(dict.fromkeys(form for form in map(_fold, (name, *aliases)) if form))


def _fold(name: str) -> str:
    # One rule can make work for an earlier one (hh -> h -> a title). Every rule shortens the word or moves letters one
    # way only (j to y to i, v to f, q to k), so this comes to rest.
    form, folded = name, _fold_once(name)
    while folded != form:
        form, folded = folded, _fold_once(folded)
    return form


def _fold_once(name: str) -> str:
    words = _long_written(_without_titles(_words(name)))
    return unicodedata.normalize("NFC", " ".join(map(_fold_letters, words)))


def _words(name: str) -> list[str]:
    """The words in lower case without accents, apostrophes and punctuation, degrees left out."""
    plain = _plain_letters(name)
    head, *parts = plain.split(",")
    kept = [part for part in parts if not _is_degree(part)]
    words = [word for part in (head, *kept) for word in part.split() if not _is_dotted_degree(word)]
    # Of a text that is nothing but degrees, everything is kept.
    return _letters_only(" ".join(words)).split() or _letters_only(plain).split()


def _plain_letters(name: str) -> str:
    # Apostrophes twice: decomposing makes some of them a blank and an accent, and makes others plain.
    decomposed = unicodedata.normalize("NFKD", _APOSTROPHES.sub("", name)).lower()
    without_accents = "".join(letter for letter in decomposed if not unicodedata.category(letter).startswith("M"))
    return _APOSTROPHES.sub("", without_accents)


def _letters_only(text: str) -> str:
    return "".join(letter if unicodedata.category(letter)[0] in "LN" else " " for letter in text)


def _is_degree(part: str) -> bool:
    """Is a part behind a comma made of degrees only ('S.Sos', 'M.Si M.Pd', 'S. Pd')?"""
    return "".join(_letters_only(part).split()) in _DEGREES or (
        bool(part.split()) and all(_letters_only(word).replace(" ", "") in _DEGREES for word in part.split())
    )


def _is_dotted_degree(word: str) -> bool:
    return _DOTTED_WORD.fullmatch(word) is not None and word.replace(".", "") in _DEGREES


def _without_titles(words: list[str]) -> list[str]:
    """The words without titles in front, degrees behind, and signs of mourning; all of them if nothing would stay."""
    living = [word for word in words if word not in _DECEASED]
    titles = len(list(takewhile(lambda word: word in _TITLES, living)))
    if living[:2] == ["k", "h"]:  # K.H.
        titles = 2
    degrees = len(list(takewhile(lambda word: word in _PLAIN_DEGREES, reversed(living))))
    return living[titles : len(living) - degrees] or words


def _long_written(words: list[str]) -> list[str]:
    """Moch. and Abd. in full, m in front of other words as Muhammad, and Abdurrahman as two words."""
    if len(words) > 1 and words[0] == "m":
        words = ["muhamad", *words[1:]]
    full = [_SHORT_FORMS.get(word, word) for word in words]
    return [part for word in full for part in _JOINED_ABDUL.sub("abdul ", word).split()]


def _fold_letters(word: str) -> str:
    if _OLD_WORD.search(word):
        word = _OLD_LETTERS.sub(lambda found: _MODERN[found[0]], word)
    for pattern, replacement in _LETTER_RULES:
        word = pattern.sub(replacement, word)
    return _LONG_FORMS.get(word, word)
