"""One picture: who looks at what, when, and what he does before it is taken."""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

from tests.pictures.people import Cast

# Where a part begins, counted from the top of the whole page.
PLACE = "part => part.getBoundingClientRect().top + scrollY"

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
        # What a page does by itself after a press (says something, scrolls to it) has come to rest by then.
        page.wait_for_timeout(600)
        page.evaluate("scrollTo({top: 0, behavior: 'instant'})")
        size = page.viewport_size or {"width": 0, "height": 0}
        begins = max(0, round(page.locator(self.top).first.evaluate(PLACE)) - 16) if self.top else 0
        high = min(self.height or size["height"], page.evaluate("document.documentElement.scrollHeight") - begins)
        clip = {"x": 0, "y": begins, "width": size["width"], "height": high}
        return page.screenshot(full_page=True, clip=clip, animations="disabled")
