"""How long our pages take on a slow line (400 kbit/s, 400 ms to the server and back), at the first visit and again.

.venv/bin/python -m bench.slow_line --rounds 3
"""

import argparse
import contextlib
import time
from dataclasses import dataclass

from playwright.sync_api import Browser, BrowserContext, sync_playwright

from bench.harness import circumstances, report, table, told
from tests import browsers
from tests.servers import Server, Template

BITS_PER_SECOND = 400_000
ROUND_TRIP_MS = 400
READY = "html[data-ready]"
WRITABLE = '.cm-content[contenteditable="true"]'
PAGES = (
    ("home", "", "/", READY),
    ("sign in", "", "/accounts/login/", READY),
    ("a group's overview", "partner", "/groups/agrifood/", READY),
    ("the forum", "partner", "/groups/agrifood/forum/", READY),
    ("a topic", "partner", "/topics/1/", READY),
    ("the plan, to write in", "partner", "/groups/agrifood/plan/", WRITABLE),
)
SEEN = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0"
HEADINGS = ("page", "kB at first:", "seen, s:", "usable, s:", "again: kB:", "seen, s:", "usable, s:")


@dataclass(frozen=True)
class Visit:
    """Kilobytes as they are sent; seconds from asking for the page until its text is seen, and until it can be used."""

    kilobytes: float
    seen: float
    usable: float


def visit(context: BrowserContext, address: str, usable: str) -> Visit:
    """Opens the page in a new tab of this browser's, behind the slow line."""
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    line = {"offline": False, "latency": ROUND_TRIP_MS}
    rate = BITS_PER_SECOND / 8
    session.send("Network.emulateNetworkConditions", line | {"downloadThroughput": rate, "uploadThroughput": rate})
    loaded: list[float] = []
    session.on("Network.loadingFinished", lambda event: loaded.append(event["encodedDataLength"]))
    begun = time.monotonic()
    page.goto(address, wait_until="commit", timeout=120_000)
    page.wait_for_selector(usable, state="attached", timeout=120_000)
    took = time.monotonic() - begun
    page.wait_for_load_state("networkidle")
    seen = float(page.evaluate(SEEN)) / 1000
    page.close()
    return Visit(sum(loaded) / 1000, seen, took)


def visits(browser: Browser, server: Server, who: str, address: str, usable: str) -> tuple[Visit, Visit]:
    """The first visit of a browser that knows nothing, and the next one."""
    with contextlib.closing(browser.new_context(base_url=server.url, service_workers="block")) as context:
        if who:
            cookies = server.client(who).cookies
            context.add_cookies([{"name": name, "value": value, "url": server.url} for name, value in cookies.items()])
        return visit(context, address, usable), visit(context, address, usable)


def row(name: str, pairs: list[tuple[Visit, Visit]]) -> tuple[str, ...]:
    cells = [name]
    for each in zip(*pairs, strict=True):
        cells.append(told([one.kilobytes for one in each]))
        cells.append(told([one.seen for one in each], 1))
        cells.append(told([one.usable for one in each], 1))
    return tuple(cells)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with contextlib.ExitStack() as stack:
        template = Template().prepare()
        stack.callback(template.remove)
        server = Server(template)
        stack.callback(server.remove)
        server.start()
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=browsers.chromium(), args=browsers.ARGUMENTS)
        stack.callback(browser.close)
        rows = [
            row(name, [visits(browser, server, *place) for _round in range(options.rounds)]) for name, *place in PAGES
        ]
    remark = (
        f"Chromium behind a line of {BITS_PER_SECOND // 1000} kbit/s each way with {ROUND_TRIP_MS} ms to the server and"
        " back. Medians, in brackets the lowest and the highest."
    )
    report("slow_line", circumstances(options.rounds, remark), [table(HEADINGS, rows)], {})


if __name__ == "__main__":
    main()
