"""What the team writes: answers, notes, saved replies and translations, and words that are put better or taken back."""

import re

from playwright.sync_api import expect

from test_every_page import fits, violations


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


def test_a_note_stays_a_note(people, chromium, team, dan):
    """What was begun as a note never goes to the visitor: not after taking the conversation, nor after a reload."""
    cleo = team.visitor()
    cleo.sits_at(people("Cleo", chromium).page)
    dan.at_the_desk("waiting")
    pane = dan.opens(cleo)
    pane.locator("textarea").fill("She has paid twice already.")
    pane.get_by_role("button", name="Take", exact=True).click()
    expect(pane.get_by_role("button", name="Reply", exact=True)).to_be_enabled()
    expect(pane.get_by_role("button", name="Note", exact=True)).to_have_attribute("aria-pressed", "true")
    pane.locator("textarea").press("Enter")
    expect(pane.locator(".message.is-note")).to_contain_text("paid twice")
    # Who has written a note in between goes on with what they wanted.
    expect(pane.get_by_role("button", name="Reply", exact=True)).to_have_attribute("aria-pressed", "true")
    pane.get_by_role("button", name="Note", exact=True).click()
    pane.locator("textarea").fill("Ask Eve about the refund")
    dan.page.reload()
    dan.look_at("mine")
    pane = dan.opens(cleo)
    expect(pane.locator("textarea")).to_have_value("Ask Eve about the refund")
    expect(pane.get_by_role("button", name="Note", exact=True)).to_have_attribute("aria-pressed", "true")
    pane.locator("textarea").press("Enter")
    expect(pane.locator(".message.is-note")).to_have_count(2)
    pane.get_by_role("button", name="Reply", exact=True).click()
    dan.writes(pane, "I am looking.")
    cleo.hears("I am looking.")
    assert "paid twice" not in cleo.everything() and "refund" not in cleo.everything()


def test_putting_a_message_better_loses_nothing(team, dan):
    """What stood in the box comes back, and a change that was begun is one after a reload, not another message."""
    cleo = team.visitor()
    dan.at_the_desk("waiting")
    pane = dan.takes(cleo)
    dan.writes(pane, "Helo Cleo.")
    expect(pane.locator(".message.is-own")).to_have_attribute("data-progress", "sent")
    pane.locator("textarea").fill("Half an answer")
    pane.locator(".message.is-own").hover()
    pane.get_by_role("button", name="Change", exact=True).click()
    expect(pane.locator("textarea")).to_have_value("Helo Cleo.")
    dan.page.reload()
    dan.look_at("mine")
    pane = dan.opens(cleo)
    expect(pane.locator("textarea")).to_have_value("Helo Cleo.")
    pane.locator("textarea").fill("Hello Cleo.")
    pane.locator("textarea").press("Enter")
    expect(pane.locator(".message.is-own")).to_contain_text("Hello Cleo.")
    expect(pane.locator(".message.is-own")).to_have_count(1)
    expect(pane.locator("textarea")).to_have_value("Half an answer")


def test_a_saved_reply_is_changed_where_it_stands(team, dan):
    page = dan.page
    page.goto("/desk/words")
    page.fill("#shortcut", "hours")
    page.fill("#text", "We are open until the last ferry.")
    page.get_by_role("button", name="Save", exact=True).click()
    page.locator(".word-row", has_text="/hours").get_by_role("link", name="Change").click()
    expect(page.locator("#text")).to_have_value("We are open until the last ferry.")
    page.fill("#shortcut", "opening hours")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#shortcut-problem")).to_have_text("One word without spaces or a slash.")
    assert violations(page) == [] and fits(page)
    page.fill("#shortcut", "/open")
    page.fill("#text", "We are open until nine.")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".word-row").first).to_contain_text("/openWe are open until nine.")
    expect(page.locator(".words").first.locator(".word-row")).to_have_count(1)


def test_a_team_without_saved_replies_is_told_where_they_are_made(team, dan):
    """And whoever has some puts one into the middle of what is written already."""
    dan.at_the_desk("waiting")
    cleo = team.visitor()
    pane = dan.takes(cleo)
    pane.get_by_role("button", name="Saved replies").click()
    expect(pane.get_by_text("No reply is saved yet.").locator("visible=true").first).to_be_visible()
    pane.get_by_role("link", name="Save a reply").click()
    page = dan.page
    page.fill("#shortcut", "hours")
    page.fill("#text", "We are open until the last ferry.")
    page.locator("form[action='/desk/words'] button.button-main").click()
    dan.at_the_desk("mine")
    pane = dan.opens(cleo)
    pane.locator("textarea").fill("Hello!")
    pane.get_by_role("button", name="Saved replies").click()
    pane.get_by_role("option", name="/hours").click()
    expect(pane.locator("textarea")).to_have_value("Hello! We are open until the last ferry.")


def test_a_bilingual_team_translates_for_itself(people, chromium, team, dan, eve):
    """Who does not read it asks; the lists show it; the translation stands with its message, for the team alone, and goes with its words."""
    dan.at_the_desk("waiting")
    cleo = team.visitor("Où est ma commande ?")
    cleo.sits_at(people("Cleo", chromium).page)
    pane = dan.takes(cleo)
    said = pane.locator(".message", has_text="Où est ma commande")
    said.hover()
    said.get_by_role("button", name="Ask for a translation").click()
    expect(pane.locator(".timeline-event", has_text="asks for a translation")).to_be_visible()
    eve.at_the_desk("open")
    expect(eve.line(cleo)).to_contain_text("to be translated")
    hers = eve.opens(cleo)
    expect(hers.locator(".timeline-event", has_text="Dan Novak asks for a translation of this")).to_be_visible()
    cleo.says("Merci d'avance")
    expect(hers.locator(".message").last).to_contain_text("Merci d'avance")
    hers.locator(".message", has_text="Où est ma commande").get_by_role("button", name="Translate", exact=True).focus()
    eve.page.keyboard.press("Enter")
    expect(hers.locator("textarea")).to_be_focused()
    expect(hers.locator("textarea")).to_have_attribute("placeholder", "A translation for the team")
    eve.page.keyboard.type("Where is my order?")
    assert violations(eve.page) == []
    eve.page.keyboard.press("Enter")
    for side in (hers, pane):
        translation = side.locator(".message.is-translation")
        expect(translation).to_contain_text("Where is my order?")
        expect(translation).to_contain_text("Only the team sees this")
        expect(side.locator(".message", has_text="Où est ma commande").locator("xpath=following-sibling::li[1]")).to_contain_text("Where is my order?")
        expect(side.locator(".timeline-event", has_text="asks for a translation")).to_have_count(0)
    expect(eve.line(cleo)).not_to_contain_text("to be translated")
    assert "Where is my order?" not in cleo.everything()
    eve.page.reload()
    expect(eve.pane(cleo).locator(".message.is-translation")).to_contain_text("Where is my order?")

    dan.does(pane, "Translate the last message")
    pane.locator("textarea").fill("Thanks in advance")
    pane.locator("textarea").press("Enter")
    expect(pane.locator(".message.is-translation")).to_have_count(2)
    cleo.takes_back("Merci")
    expect(pane.locator(".message.is-translation")).to_have_count(1)
    dan.page.reload()
    expect(dan.pane(cleo).locator(".message.is-translation")).to_have_text(re.compile("Where is my order"))


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
