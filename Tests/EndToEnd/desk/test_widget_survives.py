"""A conversation on somebody else's page that survives whatever happens: a reload, another page, no network, a laptop that sleeps."""

import contextlib
import re

import pytest
from playwright.sync_api import expect

from served import Server, until
from shop import Answerer, frame_of
from team import Team, Visitor
from visitor import Cleo, kept_by


@pytest.fixture
def server(line, tmp_path):
    """Browsers reach it over a line that can be cut."""
    server = Server(tmp_path, SOTTO_ORIGIN=f"http://localhost:{line.own_port}")
    line.leads_to(server.port)
    yield server.start()
    server.stop()


@pytest.fixture(params=["chromium", "firefox"])
def browser(request):
    return request.getfixturevalue(request.param)


def test_the_conversation_survives_whatever_happens(people, browser, shop, line):
    """Complaints 1 and 2, the visitor's half: reload, another page, a second tab, no network: it goes on, and what was typed is there."""
    cleo = Cleo(people, browser, shop)
    cleo.begins("First")
    cleo.types("#say", "half a sen")
    cleo.reloads()
    expect(cleo.chat.locator(".message.is-own .message-text")).to_have_text("First")
    expect(cleo.chat.locator("#say")).to_have_value("half a sen")

    cleo.visits("/cart")
    cleo.chat = frame_of(cleo.page)
    expect(cleo.chat.locator("#say")).to_have_value("half a sen")

    # A message is put better, and stays that while the network is gone and the page is loaded again.
    cleo.clicks(cleo.chat.locator(".message.is-own").get_by_role("button", name="Edit"))
    expect(cleo.chat.locator("[data-part=editing]")).to_have_text(re.compile("You are changing a message"))
    line.cut()
    cleo.says("First of all")
    line.restore()
    expect(cleo.chat.locator(".message.is-own .message-text")).to_have_text("First of all")
    expect(cleo.chat.locator("#say")).to_have_value("half a sen")
    cleo.clicks(cleo.chat.locator(".message.is-own").get_by_role("button", name="Edit"))
    cleo.types("#say", "First of everything")
    cleo.reloads()
    expect(cleo.chat.locator("#say")).to_have_value("First of everything")
    expect(cleo.chat.locator("[data-part=editing]")).to_be_visible()
    cleo.clicks("[data-part=stopEditing]")
    expect(cleo.chat.locator("#say")).to_have_value("half a sen")
    expect(cleo.chat.locator(".message.is-own .message-text")).to_have_text("First of all")

    line.cut()
    cleo.says("half a sentence")
    expect(cleo.chat.locator(".message.is-own[data-progress=queued]")).to_have_text(re.compile("half a sentence"))
    line.restore()
    cleo.is_sent("half a sentence")

    second = cleo.in_another_tab()
    expect(second.chat.locator(".message.is-own")).to_have_count(2)
    second.says("from the second tab")
    expect(cleo.chat.locator(".message.is-own").last).to_contain_text("from the second tab")
    assert shop.count("visitor") == 1


@contextlib.contextmanager
def asleep(page, frame=None):
    """The lid is shut: not a line of script runs in the page, or in the frame in it; what comes meanwhile waits, as it does in a machine that sleeps."""
    session = page.context.new_cdp_session(frame or page)
    paused = []
    session.on("Debugger.paused", lambda event: paused.append(event))
    session.send("Debugger.enable")
    session.send("Runtime.evaluate", {"expression": "setTimeout(() => { debugger; })"})
    # Events of a session come with the answers to its commands.
    assert until(lambda: session.send("Debugger.enable") and paused)
    yield
    session.send("Debugger.disable")
    session.detach()


def test_a_laptop_that_slept_catches_up(people, chromium, shop, line):
    """Complaints 1 and 2: the lid shut and the line gone, in the middle of it; awake again, everything is there without loading the page."""
    dan = Team.of(shop).hires(people("Dan Novak", chromium).registers()).at_the_desk("waiting")
    cleo = Cleo(people, chromium, shop)
    cleo.begins()
    asked = Visitor.of(shop)
    pane = dan.takes(asked)
    with asleep(cleo.page, cleo.chat):
        line.cut()
        line.restore()
        for words in ("It left today.", "Tomorrow you have it."):
            dan.writes(pane, words)
            expect(pane.locator(".message.is-own").last).to_have_attribute("data-progress", "sent")
    cleo.hears("Tomorrow you have it.")
    expect(cleo.chat.locator(".message-text")).to_have_text(["Where is my order?", "It left today.", "Tomorrow you have it."])
    with asleep(dan.page):
        line.cut()
        line.restore()
        cleo.says("Thank you!")
        cleo.is_sent("Thank you!")
        noor = Cleo(people, chromium, shop)
        noor.begins("And mine?", "Noor")
    expect(pane.locator(".message").last).to_contain_text("Thank you!")
    expect(dan.line(Visitor.of(shop))).to_be_visible()


def test_what_was_filled_in_survives_a_reload(people, browser, shop):
    cleo = Cleo(people, browser, shop)
    cleo.opens()
    cleo.types("[name=name]", "Cleo")
    cleo.types("form.ask [name=text]", "Where is my")
    cleo.page.reload()
    cleo.page.wait_for_function("() => window.Sotto")
    cleo.opens()
    expect(cleo.chat.locator("[name=name]")).to_have_value("Cleo")
    expect(cleo.chat.locator("form.ask [name=text]")).to_have_value("Where is my")
    cleo.begins()
    # What was sent is kept no more.
    assert "sotto.draft" not in kept_by(cleo.page)["stored"]
    agent, conversation = Answerer(people("Dan", browser), shop), shop.conversation()
    agent.takes(conversation)
    agent.command("enquiry.close", conversation=conversation)
    cleo.types("#comment", "Quick and")
    cleo.page.reload()
    cleo.page.wait_for_function("() => window.Sotto")
    cleo.opens()
    expect(cleo.chat.locator("#comment")).to_have_value("Quick and")


def test_the_first_message_survives_a_lost_network_and_is_sent_once(people, browser, shop, line):
    cleo = Cleo(people, browser, shop)
    cleo.opens()
    line.cut()
    cleo.types("[name=name]", "Cleo")
    cleo.types("form.ask [name=text]", "Is anybody there?")
    cleo.clicks("form.ask button.main")
    expect(cleo.chat.locator("[data-part=link]")).to_contain_text("No connection")
    line.restore()
    expect(cleo.chat.locator(".message.is-own .message-text")).to_have_text("Is anybody there?")
    assert shop.count("visitor") == 1


def test_a_chat_whose_files_did_not_come_comes_later(people, browser, shop):
    """The network goes after the click that opens the chat: nothing is there to be typed in vain, and the chat comes with the network."""
    cleo = Cleo(people, browser, shop)
    asset = re.compile(r"/widget/widget\.js")
    cleo.page.context.route(asset, lambda route: route.abort())
    with cleo.page.expect_event("requestfailed", lambda request: asset.search(request.url)):
        cleo.page.evaluate("Sotto.open()")
    cleo.chat = frame_of(cleo.page)
    expect(cleo.chat.locator("form.ask")).to_be_hidden()
    cleo.page.context.unroute(asset)
    expect(cleo.chat.locator("form.ask")).to_be_visible()
