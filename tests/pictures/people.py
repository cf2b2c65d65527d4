"""Who takes part: each at a browser of his own, signed in, with the size of what he holds in his hand."""

import re
from datetime import datetime
from urllib.parse import quote

from playwright.sync_api import Browser, BrowserContext, Page

from tests.browsers import DESK, PHONE
from tests.pictures.world import DAY, PASSWORD, World

TKSK, TRIAGE, PROVINCE = "demo.tksk.0901", "demo.triase.09", "demo.triase.35"
PARTNER, NEIGHBOUR, GUEST = "demo.mitra.lks-harapan", "somebody with a link", "nobody yet"
CASEWORKER, HEAD = "demo.peksos1.prspmks.sidoarjo", "demo.kepala.prspmks.sidoarjo"
ADMINISTRATOR, CO_SIGNER = "demo.admin", "demo.penandatangan"
ON_PHONES = (TKSK, PARTNER, NEIGHBOUR, GUEST)


class Cast:
    """Everybody's browser, opened when it is first asked for; and what the day has brought so far."""

    def __init__(self, browser: Browser, world: World) -> None:
        self.world = world
        self.known: dict[str, str] = {}
        self._browser = browser
        self._pages: dict[str, Page] = {}

    def page(self, who: str) -> Page:
        """The page that stands before this person."""
        if who not in self._pages:
            self._pages[who] = self._context(who).new_page()
            if who.startswith("demo."):
                self.sign_in(who)
        return self._pages[who]

    def go(self, who: str, address: str) -> Page:
        """Open an address; `{name}` in it is what the day has brought."""
        page = self.page(who)
        address = address.format(**self.known)
        answer = page.goto(self.world.address + address)
        # Two hours without a click, and one is asked for the password again.
        if "/sign-in?" in page.url and who.startswith("demo."):
            self.sign_in(who, quote(address))
        assert answer is None or answer.status == 200, f"{who} {address}: {answer.status if answer else ''}"
        return page

    def remember(self, name: str, page: Page) -> None:
        """The id in the address of this page."""
        found = re.search(r"[0-9a-f]{8}-[0-9a-f-]{27}", page.url)
        assert found, f"no id in {page.url}"
        self.known[name] = found[0]

    def sign_in(self, who: str, after: str = "/") -> None:
        """By the form, as everybody does."""
        page = self._pages[who]
        page.goto(f"{self.world.address}/sign-in?next={after}")
        page.get_by_label("Nama pengguna").fill(who)
        page.get_by_label("Kata sandi").fill(PASSWORD)
        page.get_by_role("button", name="Masuk", exact=True).click()
        page.wait_for_url(lambda url: "/sign-in" not in url)

    def _context(self, who: str) -> BrowserContext:
        is_phone = who in ON_PHONES
        context = self._browser.new_context(
            viewport=PHONE if is_phone else DESK, device_scale_factor=2 if is_phone else 1, locale="id-ID",
            timezone_id="Asia/Jakarta", geolocation={"latitude": -8.27, "longitude": 113.35, "accuracy": 12},
            permissions=["geolocation"], reduced_motion="reduce",
        )  # fmt: skip
        # The hour in a note of the phone is the phone's own.
        context.clock.set_fixed_time(datetime.fromisoformat(f"{DAY}T08:10:00+07:00"))
        context.set_default_timeout(15_000)
        return context
