"""The server's own TLS, as machines of one network use it: pages, live link and call."""

import pathlib
import tempfile

import pytest
from playwright.sync_api import expect

from served import Server
from test_first_call import answers, call_code, meet, starts_calling, wait_for_frames


@pytest.fixture
def server():
    with tempfile.TemporaryDirectory(prefix="sotto-browsers-") as folder:
        server = Server(pathlib.Path(folder), SOTTO_TLS_SELF_SIGNED="true").start()
        yield server
        server.stop()


def test_two_people_talk_over_the_servers_own_tls(people, chromium, firefox):
    ana = people("Ana Horvat", chromium, ignore_https_errors=True)
    ben = people("Ben Okafor", firefox, ignore_https_errors=True)
    meet(ana, ben)
    ben.page.goto("/")
    # Presence came over the live link.
    ana.page.goto("/")
    expect(ana.page.locator(f".presence[data-person='{ben.id}']")).to_have_attribute("data-presence", "online")
    starts_calling(ana, ben)
    answers(ben)
    for page in (ana.page, ben.page):
        wait_for_frames(page)
    assert call_code(ana.page) == call_code(ben.page)
    for person in (ana, ben):
        session = next(cookie for cookie in person.context.cookies() if cookie["name"] == "__Host-session")
        assert session["secure"] and session["httpOnly"] and session["sameSite"] == "Lax"
