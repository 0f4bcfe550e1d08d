"""Whoever runs a desk sets it up in a browser, and sees what became of it."""

import csv
import io
import json
import os
import subprocess
import time
import urllib.request
import uuid

import pytest
from playwright.sync_api import expect

from authenticator import enrol
from scenes.stage import submit
from served import PROGRAM
from shop import Answerer, frame_of, id_of, new_id
from test_every_page import fits, violations


def is_fine(page, where: str) -> None:
    page.set_viewport_size({"width": 320, "height": 700})
    assert violations(page) == [] and fits(page), where
    page.set_viewport_size({"width": 1280, "height": 860})


def goes_to(page, link: str) -> None:
    """By its word in the navigation, as somebody does who looks for it."""
    page.locator(".chapters").get_by_role("link", name=link).click()


def test_an_administrator_sets_up_a_desk(server, people, chromium, shop, hugo):
    page = hugo.page
    page.goto("/desk/administration")
    expect(page.get_by_role("heading", name="Add a site")).to_be_visible()
    expect(page.get_by_label("Address optional")).to_be_visible()
    page.fill("#name", "Chart House")
    page.fill("#origin", "shop.example")
    submit(page)
    expect(page.locator("#origin-problem")).to_contain_text("https:// or http:// and a host")
    page.fill("#origin", shop.origin)
    submit(page)
    # From here on the shop's pages are those of the new site.
    shop.key = page.locator("a[href^='/widget/']").get_attribute("href").split("/")[-1]
    goes_to(page, "Queues")
    page.fill("#name", "Returns")
    submit(page)
    page.fill("#email", "hugo@example.org")
    page.fill("#capacity", "4")
    page.get_by_role("button", name="Let them answer").click()
    is_fine(page, "queue")
    goes_to(page, "Skills")
    page.get_by_role("link", name="Hugo Lind").click()
    page.fill("#skills", "returns 30")
    submit(page)
    expect(page.locator("#skills")).to_have_value("returns 30")
    expect(page.locator("#skills-problem")).to_be_visible()
    page.fill("#skills", "returns 3")
    submit(page)
    expect(page.locator(".settings-page")).to_contain_text("returns 3")
    page.locator("section[aria-labelledby=queues-title]").get_by_role("link", name="Returns").click()
    page.fill("#skills", "returns 2")
    page.fill("#stickySeconds", "45")
    submit(page)
    goes_to(page, "Skills")
    expect(page.locator("section[aria-labelledby=queues-title]")).to_contain_text("returns 2")
    is_fine(page, "skills")

    goes_to(page, "Invitations")
    page.get_by_role("link", name="Chart House").click()
    for words in ("Looking for a chart?", "May we help?"):
        page.fill("#words-en", words)
        page.fill("#path", "/cart*")
        page.fill("#seconds", "0")
        page.uncheck("input[name=needsAgent]")
        submit(page)
    page.locator(".rules li", has_text="May we help?").get_by_role("button", name="Up").click()
    expect(page.locator(".rules strong").first).to_have_text("May we help?")
    page.locator(".rules li", has_text="Looking for a chart?").get_by_role("link", name="Change").click()
    page.fill("#words-en", "Looking for a chart of these waters?")
    submit(page)
    expect(page.locator(".rules strong").last).to_have_text("Looking for a chart of these waters?")
    is_fine(page, "invitations")
    page.locator(".rules li", has_text="May we help?").get_by_role("button", name="Remove").click()
    expect(page.locator(".rules strong")).to_have_text(["Looking for a chart of these waters?"])

    goes_to(page, "Questions before the chat")
    page.get_by_role("link", name="Chart House").click()
    page.check("input[name=kind][value=choice]")
    page.fill("#label-en", "Which waters?")
    page.fill("#options-en", "North Sea")
    submit(page)
    expect(page.locator("#options-en-problem")).to_be_visible()
    expect(page.locator("#label-en")).to_have_value("Which waters?")
    page.fill("#options-en", "North Sea\nBaltic")
    submit(page)
    expect(page.locator(".rules strong").last).to_have_text("Which waters?")
    is_fine(page, "questions")

    goes_to(page, "Signed visitors")
    page.get_by_role("link", name="Chart House").click()
    page.get_by_role("button", name="Make a secret").click()
    secret = page.input_value("#fresh-secret")
    page.reload()
    page.goto(page.url)
    assert secret not in page.content(), "shown once"
    is_fine(page, "identity")
    goes_to(page, "Saved replies")
    expect(page).to_have_url(f"{server.origin}/desk/words")

    cleo = people("Cleo", chromium)
    with cleo.page.expect_response(lambda answer: "/invitations.js" in answer.url) as rules:
        cleo.page.goto(f"{shop.origin}/cart")
    assert "Looking for a chart of these waters?" in rules.value.text()
    cleo.page.wait_for_function("() => window.Sotto")
    cleo.page.evaluate("() => Sotto.open()")
    expect(frame_of(cleo.page).get_by_label("Which waters?")).to_be_visible()


def test_a_topic_leads_to_its_queue_and_a_site_takes_no_files(server, people, chromium, shop, hugo):
    page = hugo.page
    page.goto("/desk/administration/queues")
    page.fill("#name", "Returns")
    submit(page)
    goes_to(page, "Questions before the chat")
    page.check("input[name=kind][value=topic]")
    page.fill("#options-en", "Delivery\nReturns")
    submit(page)
    page.locator(".rules li", has_text="Delivery").get_by_role("link", name="Change").click()
    page.get_by_label("Returns", exact=True).select_option(label="Returns")
    is_fine(page, "topics")
    submit(page)
    expect(page.locator(".rules")).to_contain_text("Returns · Returns")
    page.goto("/desk/administration")
    page.get_by_role("link", name="Harbour Books").click()
    page.get_by_label("Visitors may send files").uncheck()
    is_fine(page, "site")
    submit(page)
    expect(page.get_by_label("Visitors may send files")).not_to_be_checked()

    cleo = people("Cleo", chromium)
    cleo.page.goto(shop.origin)
    cleo.page.wait_for_function("() => window.Sotto")
    cleo.page.evaluate("() => Sotto.open()")
    chat = frame_of(cleo.page)
    chat.wait_for_selector("[data-view=start]:not([hidden])")
    chat.locator("[data-question=topic] select").select_option(label="Returns")
    chat.fill("form.ask [name=text]", "The cover is torn")
    chat.click("form.ask button.main")
    expect(chat.locator(".message.is-own .message-text")).to_have_text("The cover is torn")
    expect(chat.locator("#say")).to_be_visible()
    expect(chat.locator("[data-part=attach]")).to_be_hidden()
    queue = shop.sql("SELECT name FROM enquiry JOIN support_queue ON support_queue.id = enquiry.queue_id")
    assert queue == [("Returns",)]


def asks(server, shop, text: str) -> str:
    body = json.dumps({"id": str(uuid.uuid4()), "text": text, "card": {"name": "Cleo"}}).encode()
    headers = {"Content-Type": "application/json", "Origin": server.origin, "Sec-Fetch-Site": "same-origin"}
    request = urllib.request.Request(f"{server.origin}/widget/{shop.key}/enquiries", data=body, headers=headers)
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)["conversation"]


def test_what_was_just_answered_is_on_the_wallboard_and_in_the_reports(server, people, chromium, shop, hugo):
    dan = Answerer(people("Dan Moreau", chromium), shop)
    # Ten, since nothing is said about fewer.
    conversations = [asks(server, shop, f"Where is my order {number}?") for number in range(10)]
    dan.takes(conversations[0])
    dan.says(conversations[0], "On its way.")
    page = hugo.page
    page.goto("/desk/wallboard")
    line = page.locator(".line").first
    expect(line.locator("dd").nth(0)).to_have_text("9")
    expect(line.locator("dd").nth(2)).to_have_text("1")
    expect(page.get_by_role("row", name="Dan Moreau")).to_contain_text("1")
    is_fine(page, "wallboard")

    for conversation in conversations[1:]:
        dan.takes(conversation)
        dan.says(conversation, "On its way as well.")
    page.goto("/desk/reports?zone=UTC")
    expect(page.locator(".figure").first).to_contain_text("10")
    chart = page.locator("section[aria-labelledby=lines-title] svg[role=img]")
    expect(chart).to_be_visible()
    table = page.locator("section[aria-labelledby=lines-title] table")
    page.locator("section[aria-labelledby=lines-title] summary").click()
    expect(table.get_by_role("row", name=f"Orders {shop.key}")).to_contain_text("10")
    is_fine(page, "reports")
    with page.expect_download() as download:
        page.locator("a[href^='/desk/reports.csv']").click()
    rows = list(csv.reader(io.StringIO(download.value.path().read_text("utf-8-sig"))))
    assert any("10" in row for row in rows) and all(len(row) == len(rows[0]) for row in rows), rows


def test_a_supervisor_sees_waiting_rise_and_fall(server, people, chromium, shop):
    """The wallboard is true by itself, also after the server was gone; nobody presses anything."""
    dan = Answerer(people("Dan Moreau", chromium), shop)
    finn = people("Finn Aalto", chromium).registers()
    shop.sql("INSERT INTO account_role (person_id, role) VALUES (?, 'supervisor')", id_of(finn.id))
    page = finn.page
    enrol(page, finn.passwords)
    page.goto("/desk/wallboard")
    page.evaluate("globalThis.isTheSamePage = true")
    waiting, talking = (page.locator(".line").first.locator("dd").nth(place) for place in (0, 2))
    expect(waiting).to_have_text("0")
    first = asks(server, shop, "Where is my order?")
    expect(waiting).to_have_text("1")
    expect(page.locator("[data-longest]").first).not_to_have_text("Nobody waits")
    asks(server, shop, "And mine?")
    expect(waiting).to_have_text("2")
    dan.takes(first)
    expect(waiting).to_have_text("1")
    expect(talking).to_have_text("1")
    expect(page.get_by_role("row", name="Dan Moreau")).to_contain_text("1 of 4")
    server.kill()
    server.start()
    asks(server, shop, "Are you back?")
    expect(waiting).to_have_text("2")
    assert page.evaluate("globalThis.isTheSamePage") is True
    # Whoever supervises sees figures, and no settings.
    assert page.goto("/desk/administration").status == 403


def test_the_wallboard_asks_again_after_the_link_was_down(server, people, chromium, shop):
    """Nothing tells of what happened meanwhile: the welcome of the new link is enough."""
    finn = people("Finn Aalto", chromium).registers()
    shop.sql("INSERT INTO account_role (person_id, role) VALUES (?, 'supervisor')", id_of(finn.id))
    enrol(finn.page, finn.passwords)
    asks(server, shop, "Where is my order?")
    finn.page.goto("/desk/wallboard")
    waiting = finn.page.locator(".line").first.locator("dd").nth(0)
    # Nobody is there: it is a message, and nobody waits.
    expect(waiting).to_have_text("0")
    finn.page.wait_for_function("() => document.readyState === 'complete'")
    server.kill()
    shop.sql("UPDATE enquiry SET channel = 'chat'")
    server.start()
    expect(waiting).to_have_text("1")


def test_the_preview_follows_what_is_typed(server, people, chromium, shop, hugo):
    """Colour, name and words, before anything is saved; a word that is emptied again is Sotto's own."""
    page = hugo.page
    page.goto("/desk/administration")
    page.locator("main a[href*='/desk/administration/sites/']").first.click()
    preview = page.frame_locator(".site-preview")
    expect(preview.locator("form.ask")).to_be_visible()
    page.fill("#name", "Chart House")
    page.fill("#greeting-en", "Ahoy! What are you looking for?")
    page.fill("#notice-en", "We answer in English.")
    expect(preview.locator("h1")).to_have_text("Chart House")
    expect(preview.locator(".greeting")).to_have_text("Ahoy! What are you looking for?")
    expect(preview.get_by_text("We answer in English.")).to_be_visible()
    page.fill("#greeting-en", "")
    expect(preview.locator(".greeting")).to_have_text("Hello! How can we help?")
    # Words of other languages wait folded away until somebody wants them.
    expect(page.locator("#greeting-fr")).to_be_hidden()
    page.locator("summary", has_text="Français").click()
    expect(page.locator("#greeting-fr")).to_be_visible()
    is_fine(page, "site")


@pytest.mark.parametrize("look", [("en", "light", 360), ("ar", "dark", 360), ("en", "dark", 320), ("ar", "light", 1280)])
def test_a_report_is_read_on_a_telephone(server, people, chromium, shop, hugo, look):
    """Letters keep their size however narrow the page is; every bar of a queue has its name and its number; from right to left too."""
    language, scheme, width = look
    dan = Answerer(people("Dan Moreau", chromium), shop)
    for number in range(12):
        conversation = asks(server, shop, f"Where is my order {number}?")
        dan.takes(conversation)
        dan.says(conversation, "On its way.")
    page = hugo.page
    page.set_extra_http_headers({"Accept-Language": language})
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.set_viewport_size({"width": width, "height": 740})
    page.goto("/desk/reports?zone=UTC")
    assert page.locator("html").get_attribute("lang") == language
    words = page.locator(".chart-words:visible")
    assert words.count() >= 6
    for box in words.evaluate_all("all => all.map((one) => { const { left, right, height } = one.getBoundingClientRect(); return [left, right, height]; })"):
        assert box[2] >= 13 and box[0] >= -1 and box[1] <= width + 1, box
    names = page.locator("section[aria-labelledby=days-title] .chart-name:visible")
    places = sorted(names.evaluate_all("all => all.map((one) => { const { left, right } = one.getBoundingClientRect(); return [left, right]; })"))
    assert all(right < left for (_, right), (left, _) in zip(places, places[1:])), "no name stands on another"
    rows = page.locator("section[aria-labelledby=lines-title] svg[role=img]")
    expect(rows).to_contain_text(f"Orders {shop.key}")
    name, bar = rows.locator(".chart-row-name").first.bounding_box(), rows.locator("rect").first.bounding_box()
    begins = (lambda box: width - box["x"] - box["width"]) if language == "ar" else (lambda box: box["x"])
    assert abs(begins(name) - begins(bar)) < 4
    assert violations(page) == [] and fits(page)


def test_the_chapters_of_administration_on_a_telephone(server, people, chromium, shop, hugo):
    """One button names the page that is open and shows all the others: by touch, by keyboard, in a language that runs from right to left."""
    page = hugo.page
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto("/desk/administration/queues")
    here = page.get_by_role("button", name="Desk administration Queues")
    chapters = page.get_by_role("navigation", name="Desk administration")
    expect(chapters).to_be_hidden()
    here.click()
    expect(chapters.get_by_role("link")).to_have_count(13)
    expect(chapters.locator("[aria-current=page]")).to_have_text("Queues")
    assert violations(page) == [] and fits(page)
    for link in chapters.get_by_role("link").all():
        assert link.bounding_box()["height"] >= 44, link.text_content()
    page.keyboard.press("Escape")
    expect(chapters).to_be_hidden()
    expect(here).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(chapters.get_by_role("link").first).to_be_focused()
    goes_to(page, "Reports")
    expect(page.get_by_role("heading", level=1)).to_have_text("Reports")


def test_an_export_is_brought_in_by_the_command_the_page_shows(server, people, chromium, shop, hugo, tmp_path):
    """Found by its word; the command is the one that works, with this site's own names in it."""
    shop.sql("INSERT INTO support_queue (id, name, guard, keeps_transcript, created_at) VALUES (?, ?, 'mask', 1, 0)", new_id(), "Anna's returns")
    page = hugo.page
    page.goto("/desk/administration")
    goes_to(page, "Import")
    page.select_option("#queue", label="Anna's returns")
    page.get_by_role("button", name="Show the commands").click()
    trying, doing = page.locator("#trying").text_content(), page.locator("#doing").text_content()
    assert trying == f"{doing} --dry-run"
    is_fine(page, "import")
    yesterday = int(time.time()) - 86_400
    ended = {"id": 5, "inbox_id": 1, "status": "resolved", "created_at": yesterday, "last_activity_at": yesterday, "meta": {"sender": {"id": 3, "name": "Noor"}}}
    said = {"id": 7, "conversation_id": 5, "content": "Where is my atlas?", "message_type": 0, "created_at": yesterday}
    folder = tmp_path / "exports" / "chatwoot"
    folder.mkdir(parents=True)
    (folder / "all.json").write_text(json.dumps([ended, said]))
    assert "Nothing was changed. It would take 1 conversations, 1 messages" in runs(server, trying, tmp_path)
    assert "Taken: 1 conversations, 1 messages" in runs(server, doing, tmp_path)
    assert shop.sql("SELECT name FROM enquiry JOIN support_queue ON support_queue.id = queue_id") == [("Anna's returns",)]


def runs(server, command: str, folder) -> str:
    """What somebody sees who pastes the command into a shell on the server's machine."""
    (folder / "sotto").unlink(missing_ok=True)
    (folder / "sotto").symlink_to(PROGRAM)
    environment = {**server.environment, "PATH": f"{folder}:{os.environ['PATH']}"}
    run = subprocess.run(["/bin/sh", "-c", command], cwd=folder, env=environment, capture_output=True, text=True, timeout=60)
    assert run.returncode == 0, run.stderr
    return run.stdout
