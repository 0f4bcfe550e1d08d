"""Whatever somebody looks for in the inbox: by keyboard, by its word in every language, and in what was said."""

import re

from playwright.sync_api import expect

from team import read
from test_every_page import fits, violations


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
    # What were typed before it is taken would be a note, which the visitor never sees.
    expect(pane.get_by_role("button", name="Take", exact=True)).to_be_focused()
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


# What agents of other desks call it, and what it is called here.
WORDS = {
    "snooze": "Snooze", "merge": "Merge with another", "block": "Block the visitor", "transfer": "Transfer", "hand over": "Transfer",
    "assign": "Transfer", "wrap-up": "End", "resolve": "End", "translate": "Translate the last message", "mention": "Mention a colleague",
    "invite a colleague": "Invite a colleague", "do not disturb": "Do not disturb", "mute": "Do not disturb", "canned": "Saved replies",
    "internal": "Write a note", "video": "Offer a call", "label": "Add a tag", "spam": "Block the visitor", "sound": "Sound: Bell",
    "away": "Away", "macros": "Saved replies", "customer": "About the visitor",
}


def test_everything_is_found_by_its_word(team, dan):
    """Whoever comes from elsewhere types the word they know; without a conversation they are told that one is needed."""
    dan.at_the_desk("waiting")
    cleo = team.visitor()
    dan.takes(cleo)
    page, found = dan.page, dan.page.locator("#palette-list")
    page.keyboard.press("Control+k")
    for word, name in WORDS.items():
        page.get_by_role("combobox").fill(word)
        expect(found.get_by_role("option", name=re.compile(f"^{re.escape(name)}")).first, word).to_be_visible()
    page.get_by_role("combobox").fill("do not disturb")
    page.keyboard.press("Enter")
    expect(page.locator("[data-desk=alerts]")).to_have_class(re.compile("is-quiet"))
    page.keyboard.press("Control+k")
    page.get_by_role("combobox").fill("mention")
    page.keyboard.press("Enter")
    expect(dan.pane(cleo).locator("textarea")).to_have_value("@")
    page.keyboard.press("Escape")
    dan.pane(cleo).locator("textarea").fill("")
    dan.pane(cleo).get_by_role("button", name="Close this column").click()
    page.keyboard.press("Control+k")
    page.get_by_role("combobox").fill("snooze")
    expect(found.get_by_role("option", name="Snooze Choose a conversation first")).to_be_visible()
    page.keyboard.press("Escape")
    page.locator("[data-desk=open-keys]").click()
    keys = page.get_by_role("dialog", name="Keys")
    for words in ("Transfer", "Mention a colleague", "At the start of a reply: a saved reply", "Open beside the others"):
        expect(keys).to_contain_text(words)


def test_everything_is_found_in_every_language(people, chromium, team, dan):
    """Whoever thinks in another language than the page's types the word of that one."""
    dan.at_the_desk("waiting")
    dan.takes(team.visitor())
    page, found = dan.page, dan.page.locator("#palette-list")
    page.keyboard.press("Control+k")
    for word, name in {
        "transmettre": "Transfer", "отложить": "Snooze", "تحويل": "Transfer", "передать": "Transfer", "absent": "Away",
        "réponses": "Saved replies", "pass on": "Transfer",
    }.items():
        page.get_by_role("combobox").fill(word)
        expect(found.get_by_role("option", name=re.compile(f"^{re.escape(name)}")).first, word).to_be_visible()


def test_search(people, chromium, team, dan, eve):
    """Complaint 5: what was said is found by its words, and read only by opening it, which the visitor sees; others' queues stay unfound."""
    elsewhere = team.add_queue("Elsewhere")
    team.sql("UPDATE queue_agent SET queue_id = ? WHERE person_id = ?", elsewhere, read(eve.person.id))
    cleo = team.visitor("Do you have a Théière of enamel?", "Cleo Marsh")
    cleo.sits_at(people("Cleo", chromium).page)
    for number in range(60):
        cleo.says(f"And number {number}?")
    cleo.hears("number 59")
    team.visitor("Where is my atlas?", "Ivy Stone")
    page = dan.at_the_desk("waiting").page
    page.keyboard.press("/")
    field = page.get_by_role("searchbox")
    expect(field).to_be_focused()
    page.keyboard.type("theiere")
    found = page.locator(".desk-found .line")
    expect(found).to_have_count(1)
    expect(found).to_contain_text("Orders")
    expect(found).to_contain_text("not opened by you")
    expect(page.locator(".desk-found")).not_to_contain_text("Cleo")
    assert "staff.read" not in cleo.everything()
    assert violations(page) == [] and fits(page)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    cleo.hears("staff.read")
    pane = dan.pane(cleo)
    expect(pane.locator(".message.is-found")).to_contain_text("Théière")
    expect(pane.locator(".message.is-found")).to_be_in_viewport()
    expect(pane.locator(".message.is-found")).to_be_focused()

    field.fill("enam")
    expect(found).to_contain_text("Cleo Marsh")
    expect(found.locator("mark")).to_have_text("enamel")
    field.fill("théière atlas")
    expect(page.locator(".desk-found")).to_contain_text("No message has all of these words.")
    field.fill("…")
    expect(page.locator(".desk-found")).to_contain_text("There is nothing to look for")
    field.press("Escape")
    expect(page.locator(".desk-found")).not_to_be_visible()
    expect(page.locator(".desk-lines").last.locator(".line").first).to_be_visible()

    page.keyboard.press("Control+k")
    page.keyboard.type("atlas")
    page.get_by_role("option", name="Search conversations for “atlas”").click()
    expect(field).to_have_value("atlas")
    expect(found).to_have_count(1)

    page = eve.at_the_desk().page
    page.keyboard.press("/")
    page.keyboard.type("enamel")
    expect(page.locator(".desk-found")).to_contain_text("No message has all of these words.")
