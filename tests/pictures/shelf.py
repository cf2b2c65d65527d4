"""Where the pictures lie: made small, written only when they have changed."""

import io
from pathlib import Path

from PIL import Image, ImageChops

SHELF = Path(__file__).parents[2] / "docs" / "handbook" / "pictures"
# A page has few colours; so many keep text and badges clean.
COLOURS = 48


class Shelf:
    """The pictures of one run beside those of the run before."""

    def __init__(self, folder: Path = SHELF) -> None:
        self.folder = folder
        self.said: dict[str, str] = {}
        folder.mkdir(parents=True, exist_ok=True)

    def put(self, name: str, taken: bytes) -> None:
        """Keep this picture unless the one that lies there shows the same."""
        place = self.folder / f"{name}.png"
        small = Image.open(io.BytesIO(taken)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
        if place.exists() and _same(Image.open(place), small):
            self.said[place.name] = "same"
            return
        self.said[place.name] = "changed" if place.exists() else "new"
        small.save(place, optimize=True)

    def clear(self) -> None:
        """Throw away what nobody has taken this time."""
        for place in self.folder.glob("*.png"):
            if place.name not in self.said:
                place.unlink()
                self.said[place.name] = "gone"

    def report(self) -> list[str]:
        """A line each, and what all of them weigh."""
        weight = sum(place.stat().st_size for place in self.folder.glob("*.png"))
        lines = [f"{word}\t{name}" for name, word in sorted(self.said.items())]
        return [*lines, f"{len(list(self.folder.glob('*.png')))} pictures, {weight / 1_000_000:.2f} MB"]


def _same(before: Image.Image, after: Image.Image) -> bool:
    if before.size != after.size:
        return False
    return ImageChops.difference(before.convert("RGB"), after.convert("RGB")).getbbox() is None
