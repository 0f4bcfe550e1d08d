"""The team's inbox in real browsers: who waits, who answers, and nothing that anybody has to refresh."""

import os
import re
import struct
import zlib

import pytest
from playwright.sync_api import expect

from team import read
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


def test_two_agents_see_each_other_type(team, dan, eve):
    cleo = team.visitor()
    dan.at_the_desk("waiting")
    pane = dan.takes(cleo)
    dan.does(pane, "Invite a colleague")
    dan.page.get_by_role("dialog").get_by_role("button", name="Invite").click()
    eve.at_the_desk("mine")
    hers = eve.opens(cleo)
    expect(hers.locator(".pane-banner")).to_contain_text("Dan Novak is here too")
    hers.locator("textarea").press_sequentially("I think")
    expect(pane.locator(".timeline-typing")).to_contain_text("Eve Laurent")


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


def picture(width: int = 320, height: int = 200) -> bytes:
    """A PNG of one colour."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = (b"\x00" + b"\x1f\x6f\x5c" * width) * height
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def chosen(place, *files: tuple[str, str, bytes]) -> None:
    """What somebody picks in the dialog for files."""
    place.locator("input[type=file]").set_input_files([{"name": name, "mimeType": kind, "buffer": data} for name, kind, data in files])


@pytest.mark.parametrize("browser", ["chromium", "firefox"])
def test_files_go_both_ways(request, people, browser, team, dan):
    """The agent sends a picture, the visitor a PDF, and both see them; what is not taken says why and leaves what was typed alone."""
    dan.at_the_desk("waiting")
    cleo = team.visitor("Is this the right atlas?", "Cleo Marsh")
    page = people("Cleo", request.getfixturevalue(browser)).page
    asked: list[str] = []
    page.on("request", lambda sent: asked.append(sent.url))
    page.goto(f"/widget/{team.key}/return#{cleo.token}")
    page.wait_for_selector("[data-view=talk]:not([hidden])")
    assert not [url for url in asked if "upload.js" in url], "what hands over files comes when there is one"

    pane = dan.takes(cleo)
    with dan.page.expect_file_chooser() as choosing:
        pane.get_by_role("button", name="Attach", exact=True).click()
    choosing.value.set_files([{"name": "atlas.png", "mimeType": "image/png", "buffer": picture()}])
    expect(pane.locator(".file-item.is-ready")).to_contain_text("atlas.png")
    dan.writes(pane, "This one?")
    expect(pane.locator(".file-item")).to_have_count(0)
    for side in (pane, page):
        shown = side.locator(".message-file img")
        expect(shown).to_be_visible()
        side.locator(".message-file.is-picture").filter(has_text="atlas").wait_for()
        # Its address comes after it: a link that is good for a while is asked for first.
        for name, length in (("naturalWidth", 320), ("naturalHeight", 200)):
            expect(shown).to_have_js_property(name, length)

    chosen(page, ("receipt.pdf", "application/pdf", b"%PDF-1.7\n" + os.urandom(2_500_000)))
    page.fill("#say", "Yes, and here is the receipt.")
    page.press("#say", "Enter")
    expect(page.locator(".message.is-own .message-file")).to_contain_text("receipt.pdf")
    expect(page.locator("#say")).to_have_value("")
    file = pane.get_by_role("button", name="Download receipt.pdf, 2.5 MB")
    with dan.page.expect_download() as coming:
        file.click()
    assert coming.value.suggested_filename == "receipt.pdf"
    assert coming.value.path().stat().st_size == 2_500_009

    page.fill("#say", "And my program.")
    chosen(page, ("setup.exe", "application/octet-stream", b"MZ\x90\x00" + os.urandom(2000)))
    expect(page.locator(".file-item.is-refused")).to_contain_text("setup.exe")
    expect(page.locator(".file-item.is-refused")).to_contain_text("This kind of file is not taken. Pictures, PDF")
    expect(page.locator("#say")).to_have_value("And my program.")
    page.get_by_role("button", name="Take setup.exe away").click()
    expect(page.locator(".file-item")).to_have_count(0)
    chosen(page, ("film.mp4", "video/mp4", b"\x00\x00\x00\x18ftypmp42" + bytes(21 * 1024 * 1024)))
    expect(page.locator(".file-item.is-refused")).to_contain_text("20 MB")
    page.press("#say", "Enter")
    expect(pane.locator(".message").last).to_contain_text("And my program.")
    page.get_by_role("button", name="Take film.mp4 away").click()

    dropped = page.evaluate_handle(
        "() => { const data = new DataTransfer(); data.items.add(new File(['In the garden'], 'place.txt', { type: 'text/plain' })); return data; }"
    )
    page.dispatch_event("[data-part=log]", "dragover", {"dataTransfer": dropped})
    expect(page.locator(".is-dropping")).to_have_count(1)
    page.dispatch_event("[data-part=log]", "drop", {"dataTransfer": dropped})
    expect(page.locator(".file-item.is-ready")).to_contain_text("place.txt")
    page.press("#say", "Enter")
    expect(pane.get_by_role("button", name="Download place.txt, 13 byte")).to_be_visible()
    # A picture from the clipboard.
    pasted = (
        "(field, bytes) => { const data = new DataTransfer(); data.items.add(new File([new Uint8Array(bytes)], 'image.png', { type: 'image/png' }));"
        " field.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true })); }"
    )
    pane.locator("textarea").evaluate(pasted, list(picture(40, 40)))
    expect(pane.locator(".file-item.is-ready")).to_contain_text("image.png")
    pane.get_by_role("button", name="Note", exact=True).click()
    expect(pane.locator(".file-item")).not_to_be_visible()
    pane.get_by_role("button", name="Reply", exact=True).click()
    pane.locator("textarea").press("Enter")
    expect(page.locator(".message-file img")).to_have_count(2)
    assert violations(page) == []


def test_a_file_goes_on_after_a_cut(people, chromium, server, team, dan):
    """A cut in the middle of a file says so, keeps what was typed, and goes on with the next piece by itself; what is stopped is gone."""
    dan.at_the_desk("waiting")
    cleo = team.visitor()
    pane = dan.takes(cleo)
    starts: list[str] = []
    is_cut = {"now": True}

    def pieces(route):
        offset = route.request.url.rsplit("=", 1)[1]
        starts.append(offset)
        if offset != "0" and is_cut["now"]:
            route.abort()
        else:
            route.continue_()

    dan.page.route("**/attachments/*?offset=*", pieces)
    pane.locator("textarea").fill("Our list of books.")
    chosen(pane, ("books.pdf", "application/pdf", b"%PDF-1.7\n" + os.urandom(2_000_000)))
    expect(pane.locator(".file-item .file-state")).to_contain_text("No connection")
    pane.locator("textarea").press("Enter")
    expect(pane.locator(".file-held")).to_be_visible()
    expect(pane.locator("textarea")).to_have_value("Our list of books.")
    is_cut["now"] = False
    expect(pane.locator(".message.is-own .message-file")).to_contain_text("books.pdf", timeout=20_000)
    expect(pane.locator("textarea")).to_have_value("")
    assert starts.count("0") == 1, starts

    is_cut["now"] = True
    chosen(pane, ("more.pdf", "application/pdf", b"%PDF-1.7\n" + os.urandom(2_000_000)))
    expect(pane.locator(".file-item .file-state")).to_contain_text("No connection")
    with dan.page.expect_request(lambda sent: sent.method == "DELETE"):
        pane.get_by_role("button", name="Stop sending more.pdf").click()
    expect(pane.locator(".file-item")).to_have_count(0)


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
