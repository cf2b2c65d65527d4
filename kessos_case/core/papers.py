"""PDFs that people hand in: taken only where nothing in them runs, hides or opens other files.

A plain check, and no reader of PDF: it looks for the names of what is refused in the file itself and in its packed objects
(ISO 32000-1, 7.5.7), with `#4a` read as the letter that it stands for (7.3.5). What it cannot unpack it refuses.
"""

import re
import zlib
from collections.abc import Iterator

# All packed objects of one file together, unpacked.
_MOST_UNPACKED = 64 * 1024 * 1024
_END_WITHIN = 2048
# Letters written as #4a: pictures hold a few hundred by chance.
_MOST_SPELLED = 20_000

_REFUSED = {
    b"/Encrypt": "encrypted",
    b"/JavaScript": "active",
    b"/Launch": "active",
    b"/EmbeddedFile": "active",
    b"/RichMedia": "active",
    b"/XFA": "active",
    b"/SubmitForm": "active",
    b"/ImportData": "active",
}
_HEX = re.compile(rb"#([0-9A-Fa-f]{2})")
# The words about a packed object stand this close to its name.
_NEAR = 2000
# Of a name only its beginning was found, as /Launcher; names go on with anything but blanks and delimiters.
_NAME_ENDS = rb"(?![^\x00\t\n\f\r ()<>\[\]{}/%])"


class PaperError(ValueError):
    """This is no PDF that we take: `code` is not_a_pdf, encrypted, active or unreadable."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def check_pdf(raw: bytes) -> None:
    """Raises PaperError for what is no whole PDF, is encrypted, or holds something that acts."""
    if not raw.startswith(b"%PDF-") or b"%%EOF" not in raw[-_END_WITHIN:]:
        raise PaperError("not_a_pdf")
    plain = _spelled(raw)
    _look(plain)
    for unpacked in _packed(plain, raw):
        _look(_spelled(unpacked))


def _spelled(content: bytes) -> bytes:
    plain, letters = _HEX.subn(lambda found: bytes([int(found[1], 16)]), content, _MOST_SPELLED + 1)
    if letters > _MOST_SPELLED:
        raise PaperError("unreadable")
    return plain


def _look(content: bytes) -> None:
    for name, code in _REFUSED.items():
        ending = b"" if name == b"/EmbeddedFile" else _NAME_ENDS
        if name in content and re.search(re.escape(name) + ending, content):
            raise PaperError(code)


def _packed(plain: bytes, raw: bytes) -> Iterator[bytes]:
    """The packed objects, unpacked. Raises PaperError where one is packed otherwise than we can read."""
    left, at = _MOST_UNPACKED, raw.find(b"/ObjStm")
    if plain.count(b"/ObjStm") != raw.count(b"/ObjStm"):
        raise PaperError("unreadable")
    while at != -1:
        unpacked = _unpacked(raw, at, left)
        left -= len(unpacked)
        yield unpacked
        at = raw.find(b"/ObjStm", at + 1)


def _unpacked(raw: bytes, at: int, most: int) -> bytes:
    begins, ends = raw.rfind(b"obj", max(0, at - _NEAR), at), raw.find(b"stream", at, at + _NEAR)
    words = raw[begins:ends]
    if -1 in (begins, ends) or b"/FlateDecode" not in words or b"/DecodeParms" in words or b"[" in words:
        raise PaperError("unreadable")
    begun = ends + len(b"stream") + (2 if raw[ends + 6 : ends + 8] == b"\r\n" else 1)
    reader = zlib.decompressobj()
    try:
        unpacked = reader.decompress(memoryview(raw)[begun : max(begun, raw.find(b"endstream", begun))], most)
    except zlib.error as error:
        raise PaperError("unreadable") from error
    if not reader.eof:
        raise PaperError("unreadable")
    return unpacked
