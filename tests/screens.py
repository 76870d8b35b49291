"""Pictures of every main page with the demo's content: `make screens`, or `python -m tests.screens FOLDER [PAGE ...]`.

Each page at three widths, in light and dark, in English and in a language as long as German is (the English texts
stretched), so that what breaks in a translation is seen before there is one. With names of pages, only those.
"""

import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browsers import ARGUMENTS, chromium
from tests.messages import ROOT, pretend, stretched
from tests.pages import MAIN, things_of
from tests.servers import Server, Template

WIDTHS = (390, 768, 1440)
SCHEMES = ("light", "dark")


def signed_in(browser: Browser, server: Server, who: str, **options: object) -> Page:
    context = browser.new_context(base_url=server.url, reduced_motion="reduce", **options)  # type: ignore[arg-type]
    if who:
        cookies = server.client(who).cookies
        context.add_cookies([{"name": name, "value": value, "url": server.url} for name, value in cookies.items()])
    return context.new_page()


def take(browser: Browser, server: Server, language: str, folder: Path, names: set[str]) -> Iterator[str]:
    """Takes the pages in one language; tells what runs over the edge or ends in an error."""
    things = things_of(server)
    for width in WIDTHS:
        for scheme in SCHEMES:
            pages = {
                who: signed_in(browser, server, who, color_scheme=scheme, viewport={"width": width, "height": 900})
                for who in sorted({place.who for place in MAIN})
            }
            for name, who, address, status in MAIN:
                if names and name not in names:
                    continue
                page = pages[who]
                answer = page.goto(address.format_map(things))
                page.wait_for_selector("html[data-ready]", state="attached")
                # Images are loaded when one comes near them.
                page.evaluate("scrollTo(0, document.body.scrollHeight)")
                page.wait_for_timeout(300)
                page.evaluate("scrollTo(0, 0)")
                label = f"{name}-{width}-{scheme}-{language}"
                page.screenshot(path=folder / f"{label}.png", full_page=True)
                if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
                    yield f"{label}: wider than the screen"
                if answer is not None and answer.status != status:
                    yield f"{label}: {answer.status}"
            for page in pages.values():
                page.context.close()


def main(folder: Path, names: set[str]) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    locales = Path(tempfile.mkdtemp(prefix="workspace-locales-"))
    pretend(locales, "lb", stretched)
    template = Template().prepare()
    found = []
    try:
        for language in ("english", "long"):
            server = Server(template)
            if language == "long":
                server.environment |= {"DJANGO_SETTINGS_MODULE": "tests.long_settings", "LONG_LOCALES": str(locales)}
            try:
                server.start()
                with sync_playwright() as playwright:
                    browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
                    found += list(take(browser, server, language, folder, names))
                    browser.close()
            finally:
                server.remove()
    finally:
        template.remove()
        shutil.rmtree(locales)
    print(f"{len(list(folder.glob('*.png')))} pictures in {folder}", *found, sep="\n")
    return 1 if found else 0


if __name__ == "__main__":
    place = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "var/screens"
    sys.exit(main(place, set(sys.argv[2:])))
