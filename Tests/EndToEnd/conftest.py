"""Real people in real browsers, against the real server.

Run by `bin/test browsers`, inside a network namespace where 127.0.0.1 is all there is.
"""

import os
import pathlib
import tempfile

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from authenticator import enrol
from line import Line
from served import CHROMIUM_ARGUMENTS, FIREFOX_PREFERENCES, PATIENCE, Server
from shop import Shop
from team import Team


@pytest.fixture
def server():
    """A server of each test's own: it may be killed, and no test uses up what another may still ask for in a minute."""
    with tempfile.TemporaryDirectory(prefix="sotto-browsers-") as folder:
        server = Server(pathlib.Path(folder)).start()
        yield server
        server.stop()


@pytest.fixture
def line():
    """A line between browsers and a server, to be cut: for servers that stand behind one."""
    line = Line()
    yield line
    line.close()


@pytest.fixture(scope="session")
def playwright():
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def chromium(playwright):
    browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", headless=True, args=CHROMIUM_ARGUMENTS)
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def firefox(playwright):
    # WebDriver BiDi drives Debian's own Firefox; this pairs with the pinned Playwright.
    browser = playwright.firefox.launch(
        channel="moz-firefox", executable_path="/usr/bin/firefox-esr", headless=True, firefox_user_prefs=FIREFOX_PREFERENCES
    )
    yield browser
    browser.close()


class Person:
    """Somebody at a browser."""

    passwords = "three quiet herons"

    def __init__(self, name: str, browser: Browser, server: Server, **options):
        self.name = name
        self.server = server
        self.context: BrowserContext = browser.new_context(base_url=server.origin, **options)
        self.context.set_default_timeout(PATIENCE * 1000)
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.hosts: set[str] = set()
        self.watch(self.page)

    def watch(self, page: Page) -> None:
        """Notes script errors and every host that is asked."""
        page.on("pageerror", lambda error: self.complain(str(error)))
        page.on("request", lambda request: self.hosts.add(request.url.split("/")[2] if "//" in request.url else request.url[:5]))

    def complain(self, error: str) -> None:
        # Firefox's driver now and then hands over as an error of the script what the browser notes of a line that a test cut.
        if not error.startswith("Firefox can’t establish a connection to the server at ws"):
            self.complaints.append(error)

    def registers(self, visibility: str = "members", listed: bool = True) -> "Person":
        unique = os.urandom(4).hex()
        self.email = f"{self.name.split()[0].lower()}-{unique}@example.org"
        page = self.page
        page.goto("/sign-up")
        page.fill("#name", self.name)
        page.select_option("#visibility-name", visibility)
        page.fill("#email", self.email)
        page.fill("#password", self.passwords)
        page.check("input[name=ageBand][value='adult']")
        if listed:
            page.check("input[name=listed]")
        page.click("main form button.button-main")
        # The same page whether the address was free or not: it asks to sign in, the address filled in.
        expect(page.locator("form[action^='/sign-in'] #email")).to_have_value(self.email)
        page.fill("#password", self.passwords)
        page.click("main form button.button-main")
        expect(page.locator("body.is-member")).to_be_visible()
        self.id = page.locator("body").get_attribute("data-viewer")
        return self

    def signs_in(self) -> None:
        page = self.page
        page.goto("/sign-in")
        page.fill("#email", self.email)
        page.fill("#password", self.passwords)
        page.click("main form button.button-main")
        expect(page.locator("body.is-member")).to_be_visible()

    def asks(self, other: "Person") -> None:
        page = self.page
        page.goto(f"/directory?q={other.name}")
        row = page.locator("li.person", has=page.locator(f"a[href='/people/{other.id}']"))
        row.locator("form button").click()
        expect(page.locator(".profile")).to_be_visible()

    def accepts(self, other: "Person") -> None:
        page = self.page
        page.goto("/")
        # The row moves by the live link, maybe before the page that answers the form is there.
        with page.expect_navigation():
            page.locator(f"[data-row='{other.id}'] form[action$='/accept'] button").click()
        expect(page.locator(f"[data-list=contacts] [data-row='{other.id}']")).to_be_visible()

    def leaves(self) -> None:
        self.context.close()


@pytest.fixture
def people(server, request):
    """Makes people who leave when the test is over."""
    present: list[Person] = []

    def make(name: str, browser: Browser, at: Server = server, **options) -> Person:
        person = Person(name, browser, at, **options)
        present.append(person)
        return person

    yield make
    complaints = {person.name: person.complaints for person in present if person.complaints}
    for person in present:
        person.leaves()
    assert not complaints, complaints


@pytest.fixture
def team(server):
    return Team(server)


@pytest.fixture
def dan(people, chromium, team):
    return team.hires(people("Dan Novak", chromium).registers())


@pytest.fixture
def eve(people, chromium, team):
    return team.hires(people("Eve Laurent", chromium).registers())


@pytest.fixture
def shop(server):
    shop = Shop(server)
    yield shop
    shop.close()


@pytest.fixture
def hugo(server, people, chromium):
    """The owner, with the second factor that administration asks for."""
    hugo = people("Hugo Lind", chromium)
    page = hugo.page
    page.goto(server.owner_link())
    page.fill("#name", "Hugo Lind")
    page.fill("#email", "hugo@example.org")
    page.fill("#password", hugo.passwords)
    page.click("main form button.button-main")
    expect(page.locator("body.is-member")).to_be_visible()
    enrol(page, hugo.passwords)
    return hugo
