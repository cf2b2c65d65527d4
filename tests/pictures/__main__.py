"""`make screenshots`: play the day, keep its pictures; says which are new, changed, the same or gone."""

import argparse
import sys

from playwright.sync_api import sync_playwright

from tests.browsers import ARGS, CHROMIUM
from tests.pictures.day import PICTURES
from tests.pictures.people import Cast
from tests.pictures.shelf import Shelf
from tests.pictures.world import PASSWORD, served


def main() -> int:
    asked = argparse.ArgumentParser(prog="python -m tests.pictures", description=__doc__)
    asked.add_argument("--wait", action="store_true", help="serve the made-up world for a look around; take no picture")
    asked.add_argument("--upto", metavar="NAME", help="stop after this picture; nothing is thrown away")
    options = asked.parse_args()
    with served() as world:
        if options.wait:
            input(f"{world.address}, everybody's password is {PASSWORD}. Enter ends it. ")
            return 0
        shelf = Shelf()
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
            cast = Cast(browser, world)
            for picture in PICTURES:
                print(picture.name, file=sys.stderr)
                try:
                    shelf.put(picture.name, picture.take(cast))
                except Exception:
                    print(cast.page(picture.who).url, cast.page(picture.who).inner_text("main"), file=sys.stderr)
                    raise
                if picture.name == options.upto:
                    break
            else:
                shelf.clear()
            browser.close()
        print(*shelf.report(), sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
