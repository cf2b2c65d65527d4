"""One picture: who looks at what, when, and what he does before it is taken."""

from collections.abc import Callable
from dataclasses import dataclass
from math import floor

from playwright.sync_api import Page

from tests.pictures.people import Cast

Does = Callable[[Page, Cast], None]


@dataclass(frozen=True)
class Picture:
    """`name` is the file's. Without an address the page stays as the picture before has left it."""

    name: str
    who: str
    address: str = ""
    do: Does | None = None
    # The hour from here on.
    time: str = ""
    # A picture begins a little above this; the top of the page otherwise.
    top: str = ""
    # So high at most, in pixels of the page; the size of the window otherwise.
    height: int = 0

    def take(self, cast: Cast) -> bytes:
        if self.time:
            cast.world.set_clock(self.time)
        page = cast.go(self.who, self.address) if self.address else cast.page(self.who)
        if self.do:
            self.do(page, cast)
        return self._shot(page)

    def _shot(self, page: Page) -> bytes:
        # Whether a draft had been kept before the picture is a matter of milliseconds.
        page.evaluate("document.querySelectorAll('.draft').forEach(note => note.remove())")
        page.evaluate("document.activeElement && document.activeElement.blur()")
        # A page that has been scrolled is drawn a fraction of a pixel elsewhere.
        page.evaluate("scrollTo(0, 0)")
        box = page.locator(self.top).first.bounding_box() if self.top else None
        size = page.viewport_size or {"width": 0, "height": 0}
        begins = max(0, floor(box["y"]) - 16) if box else 0
        high = min(self.height or size["height"], page.evaluate("document.documentElement.scrollHeight") - begins)
        clip = {"x": 0, "y": begins, "width": size["width"], "height": high}
        return page.screenshot(full_page=True, clip=clip, animations="disabled")
