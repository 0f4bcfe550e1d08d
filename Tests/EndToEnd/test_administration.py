"""Whoever runs a desk sets it up in a browser, and sees what became of it."""

import csv
import io
import json
import urllib.request
import uuid

import pytest
from playwright.sync_api import expect

from authenticator import enrol
from scenes import submit
from shop import Answerer, Shop, frame_of
from test_every_page import fits, violations


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
    submit(page)
    enrol(page, hugo.passwords)
    return hugo


def is_fine(page, where: str) -> None:
    page.set_viewport_size({"width": 320, "height": 700})
    assert violations(page) == [] and fits(page), where
    page.set_viewport_size({"width": 1280, "height": 860})


def goes_to(page, link: str) -> None:
    """By its word in the navigation, as somebody does who looks for it."""
    page.locator(".settings-nav").get_by_role("link", name=link).click()


def test_an_administrator_sets_up_a_desk(server, people, chromium, shop, hugo):
    page = hugo.page
    page.goto("/desk/administration")
    page.fill("#name", "Chart House")
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
