"""Matters of health, belief and the like: an act of its own before the first message, taken back as easily; or the wish to leave them out,

and private numbers with them."""

import pytest
from playwright.sync_api import expect

from shop import Shop
from team import Team, Visitor
from test_every_page import fits, violations
from visitor import Cleo

AGREEMENT = {
    "en": "I agree that the practice reads what I say about my health.",
    "ar": "أوافق على أن تقرأ العيادة ما أقوله عن صحتي.",
}


@pytest.fixture
def practice(server):
    practice = Shop(server, consent=AGREEMENT, noticeVersion=3)
    yield practice
    practice.close()


@pytest.mark.parametrize("browser", ["chromium", "firefox"])
def test_a_visitor_agrees_and_takes_it_back(request, people, chromium, browser, practice):
    """VOC-06, VEL-23: typing it in is no consent; taken back, nobody of the team reads on, and the visitor still has their copy."""
    dan = Team.of(practice).hires(people("Dan Novak", chromium).registers()).at_the_desk("waiting")
    cleo = Cleo(people, request.getfixturevalue(browser), practice)
    cleo.opens()
    box = cleo.chat.get_by_role("checkbox", name=AGREEMENT["en"])
    expect(box).not_to_be_checked()
    cleo.types("[name=name]", "Cleo")
    cleo.types("form.ask [name=text]", "I am pregnant and my back hurts")
    cleo.clicks("form.ask button.main")
    expect(cleo.chat.locator("[data-part=problem]")).to_have_text("Please fill in what is marked.")
    expect(box).to_have_attribute("aria-invalid", "true")
    expect(cleo.chat.locator("form.ask [name=text]")).to_have_value("I am pregnant and my back hurts")
    assert practice.count("visitor") == 0 and practice.count("visitor_consent") == 0
    cleo.clicks(box)
    cleo.clicks("form.ask button.main")
    # A team that asked before is not warned of.
    expect(cleo.chat.locator(".message.is-own .message-text")).to_have_text("I am pregnant and my back hurts")
    assert practice.sql("SELECT notice, withdrawn_at FROM visitor_consent") == [(3, None)]

    pane = dan.takes(Visitor.of(practice))
    expect(pane).to_contain_text("my back hurts")
    dan.writes(pane, "Since when?")
    cleo.hears("Since when?")

    cleo.clicks("[data-action=mine]")
    cleo.clicks(cleo.chat.get_by_role("button", name="Take it back"))
    expect(cleo.chat.get_by_role("status").filter(has_text="Taken back")).to_be_visible()
    expect(cleo.chat.get_by_role("button", name="Take it back")).to_have_count(0)
    # What was said about it leaves the screen of who had it open.
    expect(pane).to_have_count(0)
    expect(dan.page.locator("[data-desk=said]")).to_contain_text("not yours to open")
    expect(dan.line(Visitor.of(practice))).to_have_count(0)
    [(given, withdrawn)] = practice.sql("SELECT given_at, withdrawn_at FROM visitor_consent")
    assert withdrawn >= given
    # Neither by its address nor by its words.
    dan.page.goto("about:blank")
    dan.page.goto(f"/desk#{practice.conversation()}")
    expect(dan.page.locator(".pane .pane-banner")).to_contain_text("not yours to open")
    expect(dan.page.locator(".pane")).not_to_contain_text("my back hurts")
    dan.page.get_by_role("searchbox").fill("back hurts")
    expect(dan.page.locator(".desk-found")).to_contain_text("No message has all of these words.")
    cleo.clicks("[data-action=back]")
    expect(cleo.chat.locator("[data-part=ended]")).to_contain_text("This conversation has ended.")
    expect(cleo.chat.locator(".message.is-own .message-text")).to_have_text("I am pregnant and my back hurts")


def test_where_no_such_matter_is_handled_the_browser_asks_first(people, chromium, shop):
    """VZO-07, VOC-05: it is asked before anything leaves the page, the words are told to nobody, and what was typed stays."""
    cleo = Cleo(people, chromium, shop)
    cleo.opens()
    expect(cleo.chat.locator("form.ask")).to_contain_text("Please leave out health, belief")
    assert cleo.chat.locator("[name=consent]").count() == 0
    cleo.types("form.ask [name=text]", "I am pregnant. Do you deliver?")
    cleo.page.wait_for_load_state("networkidle")
    before = len(cleo.requests)
    cleo.clicks("form.ask button.main")
    dialog = cleo.chat.get_by_role("dialog", name="This reads as if it were about health")
    expect(dialog).to_be_visible()
    assert violations(cleo.chat) == []
    dialog.get_by_role("button", name="Back to my message").click()
    expect(cleo.chat.locator("form.ask [name=text]")).to_have_value("I am pregnant. Do you deliver?")
    assert not [url for url in cleo.requests[before:] if "/assets/" not in url], "nothing but a part of the chat was asked for"
    assert shop.count("visitor") == 0
    cleo.types("form.ask [name=text]", "Do you deliver?")
    cleo.clicks("form.ask button.main")
    expect(cleo.chat.locator(".message.is-own .message-text")).to_have_text("Do you deliver?")
    cleo.says("My medication is not to wait")
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name="Send").click()
    cleo.is_sent("My medication is not to wait")


@pytest.mark.parametrize("view", [(320, 640, "light", "en"), (360, 740, "dark", "ar"), (1280, 800, "dark", "en"), (1280, 800, "light", "ar")])
def test_the_agreement_is_usable_by_everyone(people, chromium, practice, view):
    """Reached and ticked with keys alone, said in the visitor's language, in both schemes and both directions."""
    width, height, scheme, language = view
    page = people("Cleo", chromium, viewport={"width": width, "height": height}, color_scheme=scheme, reduced_motion="reduce").page
    page.goto(f"/widget/{practice.key}?language={language}")
    expect(page.locator("form.ask")).to_be_visible()
    assert page.locator("html").get_attribute("dir") == ("rtl" if language == "ar" else "ltr")
    box = page.get_by_role("checkbox", name=AGREEMENT[language])
    assert violations(page) == [] and fits(page)
    page.locator("form.ask [name=text]").fill("Hello")
    page.keyboard.press("Tab")
    expect(box).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(box).to_be_focused()
    assert violations(page) == [] and fits(page)
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.locator(".message.is-own")).to_be_visible()
    page.click("[data-action=mine]")
    expect(page.locator("dialog[open] section")).not_to_have_count(0)
    assert violations(page) == [] and fits(page)


def test_a_private_number_is_asked_about_wherever_it_is_typed(people, chromium, server):
    """C07: in an answer, a message, or the words to a rating it is asked about before anything leaves the page; sent all the same, only dots are kept."""
    shop = Shop(server, questions=[{"key": "name"}, {"key": "Order", "kind": "paragraph"}])
    dan = Team.of(shop).hires(people("Dan Novak", chromium).registers()).at_the_desk("waiting")
    cleo = Cleo(people, chromium, shop)
    cleo.opens()
    cleo.types("[name=name]", "Christian")
    cleo.types("[name=Order]", "7, paid with 4111 1111 1111 1111")
    cleo.types("form.ask [name=text]", "Where is it?")
    # Only what asks may still come.
    page, dialog = cleo.page, cleo.chat.get_by_role("dialog", name="Is there a private number in it?")
    page.wait_for_load_state("networkidle")
    sent = []
    page.context.on("request", lambda request: sent.append(request.method) if request.post_data else None)
    cleo.clicks("form.ask button.main")
    dialog.get_by_role("button", name="Back to my message").click()
    expect(cleo.chat.locator("[name=Order]")).to_have_value("7, paid with 4111 1111 1111 1111")
    assert sent == [] and shop.count("visitor") == 0
    cleo.clicks("form.ask button.main")
    dialog.get_by_role("button", name="Send").click()
    cleo.is_sent("Where is it?")
    pane = dan.takes(Visitor.of(shop))
    pane.get_by_role("button", name="About the visitor").click()
    expect(dan.page.locator(".desk-card")).to_contain_text("7, paid with •••• •••• •••• 1111")

    cleo.says("Or was it DE89370400440532013000?")
    dialog.get_by_role("button", name="Send").click()
    for side in (cleo.chat, pane):
        expect(side.locator(".message").last).to_contain_text("••••3000")
    dan.does(pane, "End")
    dan.page.get_by_role("dialog").get_by_role("button", name="End").click()
    cleo.clicks(cleo.chat.locator(".stars input[value='4']").locator(".."))
    cleo.types("#comment", "Kind. My card: 4111 1111 1111 1111")
    cleo.clicks("[data-part=ended] button.main")
    dialog.get_by_role("button", name="Back to my message").click()
    assert shop.count("enquiry_rating") == 0
    cleo.types("#comment", "Kind.")
    cleo.clicks("[data-part=ended] button.main")
    expect(cleo.chat.get_by_text("Thank you.")).to_be_visible()
    cleo.clicks("[data-action=mine]")
    with page.expect_download() as download:
        cleo.chat.get_by_role("button", name="As data (JSON)").click()
    copy = download.value.path().read_text()
    assert "1111" in copy and "4111" not in copy and "DE8937" not in copy
    shop.close()
