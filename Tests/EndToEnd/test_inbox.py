"""The team's inbox in real browsers: who waits, who answers, and nothing that anybody has to refresh."""

import re

import pytest
from playwright.sync_api import expect

from team import Team
from test_every_page import fits, violations


@pytest.fixture
def team(server):
    return Team(server)


@pytest.fixture
def dan(people, chromium, team):
    return team.hires(people("Dan Novak", chromium).registers())


@pytest.fixture
def eve(people, chromium, team):
    return team.hires(people("Eve Laurent", chromium).registers())


def test_take_answer_and_note(people, chromium, team, dan, eve):
    """A visitor writes, somebody takes it and answers; what the team says among itself stays there."""
    dan.at_the_desk("waiting")
    eve.at_the_desk("waiting")
    cleo = team.visitor("Where is my order?", "Cleo Marsh")
    for agent in (dan, eve):
        expect(agent.line(cleo)).to_be_visible()
        expect(agent.line(cleo)).not_to_contain_text("Where is my order")
    cleo.sits_at(people("Cleo", chromium).page)
    pane = dan.takes(cleo)
    expect(eve.line(cleo)).to_have_count(0)
    cleo.hears("Dan Novak")
    dan.writes(pane, "It is on its way.")
    cleo.hears("It is on its way.")
    pane.get_by_role("button", name="Note", exact=True).click()
    dan.writes(pane, "She is a regular.")
    expect(pane.locator(".message.is-note")).to_contain_text("Only the team sees this")
    cleo.says("Thank you!")
    expect(pane.locator(".message").last).to_contain_text("Thank you!")
    expect(pane.locator(".message.is-own:not(.is-note)")).to_have_attribute("data-progress", "read")
    assert "regular" not in cleo.everything()
    dan.does(pane, "End")
    dan.page.get_by_role("dialog").get_by_role("button", name="End").click()
    cleo.hears("conversation.closed")
    expect(pane.locator(".pane-banner")).to_contain_text("ended")


def test_a_transfer_with_a_note(team, dan, eve):
    """Who passes it on is out of it; who gets it is told and finds everything there."""
    dan.at_the_desk("waiting")
    cleo = team.visitor()
    pane = dan.takes(cleo)
    dan.does(pane, "Pass on")
    dialog = dan.page.get_by_role("dialog")
    dialog.locator("select").select_option(label="Eve Laurent (Available)")
    dialog.locator("textarea").fill("You know these books.")
    dialog.get_by_role("button", name="Pass on").click()
    expect(pane.locator(".pane-banner")).to_contain_text("no longer")
    eve.at_the_desk("mine")
    hers = eve.opens(cleo)
    expect(hers.locator(".message.is-note")).to_contain_text("You know these books.")
    eve.writes(hers, "Hello, Eve here.")
    expect(hers.locator(".message.is-own")).to_have_attribute("data-progress", "sent")


def test_a_draft_survives_a_reload(team, dan):
    """Complaint 19: what was typed is still there, in its own conversation."""
    first, second = team.visitor("One"), team.visitor("Two")
    dan.at_the_desk("waiting")
    pane = dan.takes(first)
    pane.locator("textarea").fill("Half a sentence")
    dan.look_at("waiting")
    other = dan.takes(second)
    expect(other.locator("textarea")).to_have_value("")
    other.locator("textarea").fill("Another one")
    dan.page.reload()
    expect(dan.pane(second).locator("textarea")).to_have_value("Another one")
    dan.look_at("mine")
    dan.opens(first)
    expect(dan.pane(first).locator("textarea")).to_have_value("Half a sentence")
    kept = dan.page.evaluate("[Object.keys(sessionStorage), Object.keys(localStorage)]")
    assert kept == [["sotto.desk.drafts"], []]


def test_nothing_is_missing_after_a_cut(people, chromium, server, team, dan):
    """Complaints 1 and 2: the server is killed and comes back; list and conversation catch up by themselves."""
    dan.at_the_desk("waiting")
    cleo = team.visitor("Before the cut")
    pane = dan.takes(cleo)
    dan.look_at("waiting")
    pane.locator("textarea").fill("Typed while cut off")
    server.kill()
    pane.locator("textarea").press("Enter")
    expect(pane.locator(".message").last).to_have_attribute("data-progress", "queued")
    server.start()
    noor = team.visitor("During the cut", "Noor")
    cleo.sits_at(people("Cleo", chromium).page).says("I am back")
    expect(dan.line(noor)).to_be_visible()
    expect(pane).to_contain_text("I am back")
    expect(pane.locator(".message.is-own")).to_have_count(1)
    expect(pane.locator(".message.is-own")).to_have_attribute("data-progress", re.compile("sent|delivered|read"))
    cleo.hears("Typed while cut off")
    assert cleo.everything().count('"text":"Typed while cut off"') == 1, "Complaint 13: once"


def test_by_keyboard_alone(people, chromium, team, dan):
    """Take, answer with a saved reply, note, go on to the next and end, without a pointer."""
    team.sql("INSERT INTO saved_reply (id, shortcut, text) VALUES (?, 'hello', 'Hello {visitor.name}, {agent.name} here.')", b"r" * 16)
    first, second = team.visitor("One", "Cleo"), team.visitor("Two", "Noor")
    dan.at_the_desk()
    keys = dan.page.keyboard
    keys.press("Alt+2")
    expect(dan.line(second)).to_be_visible()
    keys.press("j")
    pane = dan.pane(first)
    expect(pane.locator(".message")).to_have_count(1)
    expect(pane.locator("textarea")).to_be_focused()
    keys.press("Control+k")
    expect(dan.page.get_by_role("combobox")).to_be_focused()
    keys.type("take")
    keys.press("Enter")
    expect(pane.get_by_role("button", name="Reply", exact=True)).to_have_attribute("aria-pressed", "true")
    expect(pane.locator("textarea")).to_be_focused()
    keys.type("/he")
    expect(pane.get_by_role("option")).to_have_count(1)
    keys.press("Enter")
    expect(pane.locator("textarea")).to_have_value("Hello Cleo, Dan Novak here.")
    keys.press("Enter")
    expect(pane.locator(".message.is-own")).to_contain_text("Hello Cleo, Dan Novak here.")
    keys.press("Alt+n")
    keys.type("Nice person")
    keys.press("Enter")
    expect(pane.locator(".message.is-note")).to_contain_text("Nice person")
    keys.press("Control+k")
    keys.type("end")
    keys.press("Enter")
    expect(dan.page.get_by_role("dialog")).to_be_visible()
    keys.press("Enter")
    expect(pane.locator(".pane-banner")).to_contain_text("ended")
    keys.press("Alt+ArrowDown")
    expect(dan.pane(second).locator(".message")).to_have_count(1)
    keys.press("Control+k")
    keys.type("keys")
    keys.press("Enter")
    expect(dan.page.get_by_role("dialog", name="Keys")).to_be_visible()
    keys.press("Escape")


def test_two_agents_see_each_other_type(team, dan, eve):
    cleo = team.visitor()
    dan.at_the_desk("waiting")
    pane = dan.takes(cleo)
    dan.does(pane, "Ask a colleague in")
    dan.page.get_by_role("dialog").get_by_role("button", name="Ask in").click()
    eve.at_the_desk("mine")
    hers = eve.opens(cleo)
    expect(hers.locator(".pane-banner")).to_contain_text("Dan Novak is here too")
    hers.locator("textarea").press_sequentially("I think")
    expect(pane.locator(".timeline-typing")).to_contain_text("Eve Laurent")


def test_own_words_can_be_changed_and_taken_back(people, chromium, team, dan):
    cleo = team.visitor()
    dan.at_the_desk("waiting")
    pane = dan.takes(cleo)
    cleo.sits_at(people("Cleo", chromium).page)
    dan.writes(pane, "It is on it's way.")
    mine = pane.locator(".message.is-own")
    mine.hover()
    mine.get_by_role("button", name="Change").click()
    dan.writes(pane, "It is on its way.")
    expect(mine).to_contain_text("It is on its way.")
    cleo.hears("message.edited")
    mine.hover()
    mine.get_by_role("button", name="Take back").click()
    expect(mine).to_contain_text("taken back")
    cleo.hears("message.withdrawn")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1440])
def test_the_inbox_is_usable_by_everyone(people, chromium, team, scheme, width):
    dan = team.hires(people("Dan Novak", chromium, color_scheme=scheme, reduced_motion="reduce", viewport={"width": width, "height": 800}).registers())
    cleo, noor = team.visitor("Where is my order?", email="cleo@example.org"), team.visitor("Two")
    dan.at_the_desk("waiting")
    assert violations(dan.page) == [] and fits(dan.page)
    pane = dan.takes(cleo)
    dan.writes(pane, "Hello!")
    expect(pane.locator(".message.is-own")).to_have_attribute("data-progress", "sent")
    assert violations(dan.page) == [] and fits(dan.page)
    pane.get_by_role("button", name="What you can do").click()
    assert violations(dan.page) == []
    dan.page.keyboard.press("Escape")
    dan.page.keyboard.press("Control+k")
    assert violations(dan.page) == []
    dan.page.keyboard.press("Escape")
    dan.does(pane, "Snooze")
    assert violations(dan.page) == [] and fits(dan.page)
    dan.page.keyboard.press("Escape")
    pane.get_by_role("button", name="About the visitor").click()
    expect(dan.page.locator(".desk-card")).to_contain_text("cleo@example.org")
    assert violations(dan.page) == [] and fits(dan.page)
    dan.page.goto("/desk/words")
    assert violations(dan.page) == [] and fits(dan.page)


def test_firefox_works_beside_chromium(people, chromium, firefox, team, dan):
    """Complaint 1: a colleague in another browser sees each step as it happens."""
    fay = people("Fay", chromium).registers()
    team.hires(fay)
    fox = people("Fay", firefox)
    fox.context.add_cookies(fay.context.cookies())
    fox.page.goto("/desk")
    fox.page.click("[data-view=open]")
    cleo = team.visitor()
    line = fox.page.locator(f".line[data-conversation='{cleo.conversation}']")
    expect(line).to_contain_text("waits")
    dan.at_the_desk("waiting").takes(cleo)
    expect(line).to_contain_text("Dan Novak")
