"""A browser's page that tells everything that hostile texts do on it."""

from pathlib import Path

from playwright.sync_api import Page, Route

SCRIPT = Path(__file__).with_name("judge.js")


class Judge:
    """Watches a page of ``host`` before it is opened; judges what stands ``within`` elements of this selector."""

    def __init__(self, page: Page, host: str, within: str) -> None:
        self.page = page
        self.host = host
        self.within = within
        self.happened: list[str] = []
        page.add_init_script(path=SCRIPT)
        page.route("**/*", self.answer)
        page.on("dialog", lambda dialog: (self.happened.append("a dialog"), dialog.dismiss()))
        page.on("popup", lambda _popup: self.happened.append("a window opened"))

    def answer(self, route: Route) -> None:
        """Lets the page have what is of its own host; anything else is noted and refused."""
        address = route.request.url
        if address.startswith(f"{self.host}/"):
            self.answer_own(route)
        else:
            self.happened.append(f"asked for {address[:100]}")
            route.abort()

    def answer_own(self, route: Route) -> None:
        route.continue_()

    def open(self, path: str) -> None:
        self.address = f"{self.host}{path}"
        self.page.goto(self.address)

    def provoke(self) -> None:
        self.page.evaluate("window.provoke", self.within)
        self.page.wait_for_load_state("load")

    def verdict(self) -> list[str]:
        if self.page.evaluate("window.__pwned"):
            self.happened.append("code ran")
        if self.page.url != self.address:
            self.happened.append(f"the page left for {self.page.url}")
        return [*self.happened, *self.page.evaluate("window.found", self.within)]
