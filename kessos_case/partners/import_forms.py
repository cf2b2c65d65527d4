"""From the forms of tables of partners to what the service takes.

Between the look and the writing the table travels in the page itself: nothing of it is kept here, and what is written is
what was looked at.
"""

import base64
import binascii
import zlib

from kessos_case.core.errors import Invalid, field_error
from kessos_case.core.settings import settings
from kessos_case.web.forms import Form
from kessos_case.web.pages import uploads

# Flask takes half a megabyte of a form's fields; what is more than this is chosen once more as a file.
MOST_CARRIED = 400_000


def content_from(form: Form) -> bytes:
    """The table that was chosen, else the one that the page carries. Raises Invalid where there is neither."""
    chosen = uploads("file")
    if chosen:
        return chosen[0].read()
    if not form.get("content"):
        raise Invalid("No file was chosen.", errors=[field_error("file", "missing", "Choose a file.")])
    return _unpacked(form["content"])


def carried(content: bytes) -> str | None:
    """The table as a field of a form; None where it is too large for one."""
    text = base64.b64encode(zlib.compress(content, 9)).decode()
    return text if len(text) <= MOST_CARRIED else None


def _unpacked(text: str) -> bytes:
    most = settings().max_body_bytes
    try:
        unpacked = zlib.decompressobj().decompress(base64.b64decode(text, validate=True), most + 1)
    except (binascii.Error, ValueError, zlib.error) as error:
        raise Invalid("The page was cut.", errors=[field_error("file", "missing", "Choose a file.")]) from error
    if len(unpacked) > most:
        raise Invalid("The table is too large.", errors=[field_error("file", "too_large", "Send it in parts.")])
    return unpacked
