"""From writing to talking: an agent offers a call, the visitor takes it, and no address is revealed."""

import pytest
from playwright.sync_api import expect

from relay import Relay
from served import Server
from shop import Answerer
from test_first_call import wait_for_frames
from visitor import Cleo


@pytest.fixture
def server(tmp_path):
    relay = Relay(tmp_path)
    server = Server(tmp_path, **relay.settings).start()
    yield server
    server.stop()
    relay.close()


def sees_screen(page) -> None:
    page.wait_for_function("() => document.querySelector('[data-call=remote-screen]')?.videoWidth > 0")


def test_an_offered_call_goes_through_the_relay_and_shows_screens_both_ways(people, chromium, shop):
    """The agent's inbox stays where it is; the visitor's chat too."""
    dan = Answerer(people("Dan Moreau", chromium), shop)
    inbox = dan.page
    inbox.goto("/desk")
    inbox.click("[data-view=waiting]")
    cleo = Cleo(people, chromium, shop)
    cleo.begins()
    inbox.locator(".line button").first.click()
    pane = inbox.locator(".pane")
    pane.get_by_role("button", name="Take", exact=True).click()
    expect(pane.get_by_role("button", name="Reply", exact=True)).to_have_attribute("aria-pressed", "true")
    pane.get_by_role("button", name="What you can do").click()
    inbox.locator("#desk-menu").get_by_role("menuitem", name="Offer a call").click()

    offer = cleo.chat.locator(".call-offer")
    expect(offer).to_contain_text("neither side sees the other’s network address")
    with cleo.page.context.expect_page() as coming:
        offer.get_by_role("button", name="Accept the call").click()
    hers = coming.value
    # She is not asked for her name again, and it stands in no address.
    hers.locator("[data-call=root][data-local-camera=on]").wait_for()
    assert "Cleo" not in hers.url
    hers.locator("[data-action=start]").click()

    with inbox.context.expect_page() as answering:
        inbox.locator("dialog[data-call=incoming] [data-action=accept]").click()
    his = answering.value
    expect(his.locator("[data-call=root]")).to_contain_text("Cleo")
    for page in (hers, his):
        expect(page.locator("[data-call=root]")).to_have_attribute("data-state", "talking")
        wait_for_frames(page)
        expect(page.locator("[data-call=status]")).to_contain_text("through the relay")
    for sharer, watcher in ((his, hers), (hers, his)):
        sharer.locator(".controls [data-action=screen]").click()
        sees_screen(watcher)
    expect(inbox.locator("dialog[data-call=incoming]")).to_be_hidden()
    expect(pane.locator(".message").first).to_be_visible()
    assert "/desk" in inbox.url, "whoever answers six at once keeps the inbox"
    cleo.says("I see your screen.")
    expect(pane.locator(".message").last).to_contain_text("I see your screen.")
