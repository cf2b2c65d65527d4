"""Text as people type and paste it: brought into one form, and refused where it could deceive or break a reader."""

import re
import unicodedata

# \s without the control characters that Python counts as blanks: cleaning must not hide what reject_reason refuses.
_BLANKS = re.compile(r"[^\S\x0b\x0c\x1c-\x1f\x85]+")
_BLANKS_BEFORE_LINE_END = re.compile(r"[^\S\n\x0b\x0c\x1c-\x1f\x85]+(?=\n)")
_OUTER_BLANKS = re.compile(rf"\A{_BLANKS.pattern}|{_BLANKS.pattern}\Z")
_LINE_END = re.compile(r"\r\n?|[\u2028\u2029]")

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_CONTROL_BUT_LAYOUT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_BIDI_CONTROL = re.compile(r"[\u202a-\u202e\u2066-\u2069]")


def clean_text(text: str, *, multiline: bool = False) -> str:
    """NFC without outer blanks, inner runs of blanks as one. With `multiline`, lines and inner blanks stay as typed.

    Line ends become \\n then, without blanks before them. Control characters are left for `reject_reason` to find.
    """
    composed = unicodedata.normalize("NFC", text)
    laid_out = (
        _BLANKS_BEFORE_LINE_END.sub("", _LINE_END.sub("\n", composed)) if multiline else _BLANKS.sub(" ", composed)
    )
    return _OUTER_BLANKS.sub("", laid_out)


def reject_reason(text: str, *, multiline: bool = False) -> str | None:
    """Why this text may not be stored: 'control_character', 'surrogate', 'bidi_control', or None when it may.

    Control characters: PostgreSQL stores no NUL, and C0, DEL and C1 upset terminals and exports; with `multiline`, tab
    and line ends are welcome. Lone surrogates cannot be written as UTF-8. Bidirectional embeddings, overrides and
    isolates make a name read otherwise than it is stored (Unicode Technical Report 36).
    """
    if (_CONTROL_BUT_LAYOUT if multiline else _CONTROL).search(text):
        return "control_character"
    if _SURROGATE.search(text):
        return "surrogate"
    return "bidi_control" if _BIDI_CONTROL.search(text) else None
