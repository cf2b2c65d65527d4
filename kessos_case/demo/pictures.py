"""Pictures and papers that stand for real ones: a hand's stroke, a page on which the word example is written large.

They go through what the program itself does to whatever is handed in, so they are what it would have kept.
"""

import io
import random
from functools import cache

from PIL import Image, ImageDraw, ImageFont

from kessos_case.core.images import clean_drawing, clean_page
from kessos_case.core.papers import check_pdf

# So many hands there are; a person's is always the same.
HANDS = 24
_STROKE = (300, 110)
_PAGE = (420, 594)


@cache
def signature(hand: int) -> bytes:
    """A PNG as `sign_plan` keeps it."""
    dice = random.Random(f"hand:{hand}")  # nosec B311
    image = Image.new("RGBA", _STROKE)
    width, height = _STROKE
    points = [
        (20 + at * (width - 40) / 11, height / 2 + dice.uniform(-0.42, 0.42) * height * (1 - at / 16))
        for at in range(12)
    ]
    ImageDraw.Draw(image).line(points, fill="black", width=3, joint="curve")
    return clean_drawing(_png(image), max(_STROKE))


@cache
def page(title: str) -> bytes:
    """A photographed page as `add_attachment` keeps it: JPEG."""
    image = Image.new("RGB", _PAGE, "white")
    pen = ImageDraw.Draw(image)
    pen.text((40, 50), "CONTOH", fill="grey", font=ImageFont.load_default(48))
    pen.text((40, 130), title, fill="black", font=ImageFont.load_default(20))
    for line in range(8):
        pen.line([(40, 200 + 40 * line), (_PAGE[0] - 40, 200 + 40 * line)], fill="lightgrey", width=2)
    return clean_page(_png(image), max(_PAGE))


@cache
def letter(title: str) -> bytes:
    """A PDF of one page (ISO 32000-1, 7.5), looked through as one that is handed in."""
    words = f"BT /F1 20 Tf 60 740 Td (CONTOH) Tj 0 -40 Td ({title}) Tj ET".encode("ascii")
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%b\nendstream" % (len(words), words),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )
    made, places = bytearray(b"%PDF-1.4\n"), []
    for number, content in enumerate(objects, 1):
        places.append(len(made))
        made += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    begins = len(made)
    made += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    made += b"".join(b"%010d 00000 n \n" % place for place in places)
    made += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, begins)
    check_pdf(bytes(made))
    return bytes(made)


def _png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
