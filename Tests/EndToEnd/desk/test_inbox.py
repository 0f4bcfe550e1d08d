"""The team's inbox in real browsers: who waits, who answers, and nothing that anybody has to refresh."""

import re

import pytest
from playwright.sync_api import expect

from served import until
from test_every_page import fits, violations


def test_take_answer_and_note(people, chromium, team, dan, eve):
    """A visitor writes, somebody takes it and answers; what the team says among itself stays there."""
    dan.at_the_desk()
    eve.at_the_desk("waiting")
    # Whose inbox was never written to learns what they may do, and whether anything can be offered to them.
    first = dan.page.locator("[data-desk=first]")
    expect(first).to_contain_text("You are available")
    dan.page.locator("[data-desk=status]").click()
    dan.page.get_by_role("menuitemradio", name="Away").click()
    first.get_by_role("button").click()
    expect(first).to_contain_text("You are available")
    expect(first.locator("a")).to_have_count(0)
    expect(dan.page).to_have_title(re.compile("^Inbox"))
    cleo = team.visitor("Where is my order?", "Cleo Marsh")
    # Whoever looks at their own list learns of it without looking for it.
    expect(dan.page).to_have_title(re.compile(r"^\(1\) Inbox"))
    expect(first).to_have_count(0)
    dan.page.get_by_role("button", name="1 waits: show").click()
    expect(dan.page.locator("[data-view=waiting]")).to_be_focused()
    for agent in (dan, eve):
        expect(agent.line(cleo)).to_be_visible()
        expect(agent.line(cleo)).not_to_contain_text("Where is my order")
    cleo.sits_at(people("Cleo", chromium).page)
    hers = eve.opens(cleo)
    expect(hers.get_by_role("button", name="Take", exact=True)).to_be_focused()
    pane = dan.takes(cleo)
    expect(eve.line(cleo)).to_have_count(0)
    expect(hers.locator(".pane-name")).to_be_focused()
    expect(dan.page).to_have_title(re.compile("^Inbox"))
    cleo.hears("Dan Novak")
    dan.writes(pane, "It is on its way.")
    cleo.hears("It is on its way.")
    pane.get_by_role("button", name="Note", exact=True).click()
    dan.writes(pane, "She is a regular.")
    note = pane.locator(".message.is-note")
    expect(note).to_contain_text("Only the team sees this")
    # Said once the server has the note: what she says before that rightly stands before it.
    expect(note).not_to_have_attribute("data-progress", "queued")
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
    dan.does(pane, "Transfer")
    dialog = dan.page.get_by_role("dialog")
    dialog.locator("select").select_option(label="Eve Laurent (Available)")
    dialog.locator("textarea").fill("You know these books.")
    dialog.get_by_role("button", name="Transfer").click()
    expect(pane.locator(".pane-banner")).to_contain_text("no longer")
    eve.at_the_desk("mine")
    hers = eve.opens(cleo)
    expect(hers.locator(".message.is-note")).to_contain_text("You know these books.")
    eve.writes(hers, "Hello, Eve here.")
    expect(hers.locator(".message.is-own")).to_have_attribute("data-progress", "sent")


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


def test_whose_turn_it_is_depends_on_who_looks(people, chromium, team, dan, eve):
    dan.at_the_desk("waiting")
    cleo = team.visitor().sits_at(people("Cleo", chromium).page)
    pane = dan.takes(cleo)
    dan.writes(pane, "Which one?")
    cleo.hears("Which one?")
    cleo.says("The almanac")
    dan.look_at("mine")
    expect(dan.line(cleo)).to_contain_text("your turn")
    eve.at_the_desk("open")
    expect(eve.line(cleo)).to_contain_text("no answer for")


@pytest.mark.parametrize("browser", ["chromium", "firefox"])
def test_who_types_is_seen_by_all_others_until_they_stop(request, people, browser, team, dan, eve):
    """The visitor, the agent and a second agent; with the message, with an empty box, or a while after the last key it is gone."""
    sent = []
    eve.page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame)))
    for agent in (dan, eve):
        agent.page.clock.install()
    dan.at_the_desk("waiting")
    cleo = team.visitor(name="Cleo")
    page = people("Cleo", request.getfixturevalue(browser)).page
    page.goto(f"/widget/{team.key}/return#{cleo.token}")
    pane = dan.takes(cleo)
    dan.does(pane, "Invite a colleague")
    dan.page.get_by_role("dialog").get_by_role("button", name="Invite").click()
    eve.at_the_desk("mine")
    hers = eve.opens(cleo)
    expect(hers.locator(".pane-banner")).to_contain_text("Dan Novak is here too")

    page.locator("#say").press_sequentially("The alm")
    for side in (pane, hers):
        expect(side.locator(".timeline-typing")).to_have_text("Cleo is typing…")
    page.locator("#say").press_sequentially("anac")
    page.press("#say", "Enter")
    for side in (pane, hers):
        expect(side.locator(".message").last).to_contain_text("The almanac")
        expect(side.locator(".timeline-typing")).to_be_empty()

    # What the team says among itself begins in silence.
    hers.get_by_role("button", name="Note", exact=True).click()
    hers.locator("textarea").press_sequentially("A difficult one")
    pane.locator("textarea").press_sequentially("I look")
    for side in (page, hers):
        expect(side.locator(".timeline-typing")).to_have_text("Dan Novak is typing…")
    hers.get_by_role("button", name="Reply", exact=True).click()
    hers.locator("textarea").press_sequentially("I think")
    expect(pane.locator(".timeline-typing")).to_have_text("Eve Laurent is typing…")
    expect(page.locator(".timeline-typing")).to_contain_text("Eve Laurent")
    dan.page.clock.fast_forward("00:07")
    expect(page.locator(".timeline-typing")).to_have_text("Eve Laurent is typing…")
    # No time passes for her: it is the empty box that ends it.
    eve.page.clock.pause_at(eve.page.evaluate("Date.now()") / 1000 + 1)
    hers.locator("textarea").fill("")
    assert until(lambda: eve.page.evaluate("true") and any('"isTyping":false' in frame for frame in sent))
    for side in (page, pane):
        expect(side.locator(".timeline-typing")).to_be_empty()


def test_what_a_visitor_has_forgotten_stays_on_no_screen(people, chromium, team, dan):
    """Complaint 17: an ended conversation can be changed no more, and one that is deleted leaves the columns of those who have it open."""
    dan.at_the_desk("waiting")
    cleo = team.visitor("My order for 7 Quay Street", "Cleo Marsh", email="cleo@example.org")
    pane = dan.takes(cleo)
    pane.get_by_role("button", name="About the visitor").click()
    expect(dan.page.locator(".desk-card")).to_contain_text("cleo@example.org")
    page = people("Cleo", chromium).page
    page.goto(f"/widget/{team.key}/return#{cleo.token}")
    expect(page.get_by_role("button", name="Take back")).to_be_visible()
    expect(page.locator("[data-part=status]")).to_contain_text("Dan Novak")
    dan.does(pane, "End")
    dan.page.get_by_role("dialog").get_by_role("button", name="End").click()
    expect(page.locator("[data-part=ended]")).to_be_visible()
    expect(page.get_by_role("button", name="Take back")).to_have_count(0)
    expect(page.locator("[data-part=status]")).not_to_contain_text("Dan Novak")

    page.get_by_role("button", name="Your conversation").click()
    page.get_by_role("button", name="End and forget me").click()
    page.get_by_role("button", name="Yes, delete everything").click()
    expect(page.locator("[data-part=receipt]")).to_contain_text("Receipt:")
    expect(page.locator("[data-part=status]")).not_to_contain_text("Dan Novak")
    expect(pane).to_have_count(0)
    expect(dan.page.locator("[data-desk=said]")).to_contain_text("it is gone")
    for words in ("7 Quay Street", "Cleo Marsh", "cleo@example.org"):
        expect(dan.page.locator("body")).not_to_contain_text(words)


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
    expect(dan.page.locator(".card-timeline li").first).to_contain_text("First wrote")
    expect(dan.page.locator(".card-timeline")).to_contain_text("Dan Novak opened it")
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
