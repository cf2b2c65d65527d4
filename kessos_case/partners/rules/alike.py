"""Names that may mean the same organisation: another spelling, another order, a legal form more or less, a letter wrong."""

import re
import unicodedata

# Legal forms and kinds, which one office writes and another leaves out.
_GENERIC = frozenset((
    "yayasan", "yys", "lks", "lksa", "lembaga", "perkumpulan", "pt", "cv", "ud", "tbk", "persero", "koperasi", "panti",
    "upt", "uptd", "balai", "dinas", "kantor", "badan", "universitas", "univ", "rs", "rsu", "rsud", "klinik",
))  # fmt: skip
_WORD = re.compile(r"[a-z0-9]+")
# Shorter ones are alike too easily.
_LEAST = 8


def spellings(name: str) -> frozenset[str]:
    """Two names are alike when they share one of these.

    The words without legal forms, in one order; and where the name is long, each with one letter left out: two names of
    which one letter differs share one (symmetric deletes). Digits stay: `SMKN 1` is not `SMKN 2`.
    """
    whole = _core(name)
    if len(whole) < _LEAST:
        return frozenset({whole} - {""})
    return frozenset({whole, *(whole[:at] + whole[at + 1 :] for at, sign in enumerate(whole) if sign.isalpha())})


def _core(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode().replace("'", "")
    words = _WORD.findall(plain)
    return " ".join(sorted(word for word in words if word not in _GENERIC)) or " ".join(sorted(words))
