"""Visitors who chose to be seen: live in the team's inbox, offered help at most once, and gone when they leave."""

import pytest
from playwright.sync_api import expect

from shop import Shop
from team import Agent, Team
from test_every_page import fits, violations
from visitor import NOTHING, Cleo, kept_by

CHOICE = "Let the team see that I am here, and on which page"


def hires(people, browser, shop: Shop) -> Agent:
    """Dan, at the inbox of the shop's queue."""
    return Team.of(shop).hires(people("Dan Novak", browser).registers())


def comes(people, browser, shop: Shop, path: str = "/") -> Cleo:
    """A visitor whose clock can be put forward."""
    cleo = Cleo.__new__(Cleo)
    cleo.person = people("Cleo", browser)
    cleo.shop, cleo.page, cleo.requests = shop, cleo.person.page, []
    cleo.page.context.on("request", lambda request: cleo.requests.append(request.url))
    cleo.page.clock.install()
    cleo.visits(path)
    cleo.page.evaluate("globalThis.counts = []; Sotto.on('unread', (count) => counts.push(count)); 0")
    cleo.opens()
    return cleo


def test_seen_by_choice_offered_help_once_and_gone_on_leaving(people, chromium, shop):
    dan, eve = hires(people, chromium, shop), hires(people, chromium, shop)
    for agent in (dan, eve):
        agent.at_the_desk()
        agent.page.get_by_role("button", name="Here now").click()
    rows = dan.page.locator(".here-line")
    expect(dan.page.locator(".desk-here")).to_contain_text("Nobody chose to be seen.")
    cleo, noor = comes(people, chromium, shop, "/cart"), comes(people, chromium, shop)
    assert not [url for url in cleo.requests if url.endswith("/here")], "until they choose it, nothing says that they are there"
    cleo.chat.get_by_role("checkbox", name=CHOICE).check()
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("/cart")
    expect(dan.page.get_by_role("button", name="Here now 1")).to_be_visible()
    assert kept_by(cleo.page) == NOTHING and shop.count("visitor") == 0, "nothing is kept of it, on neither side"
    assert not [url for url in noor.requests if url.endswith("/here")]

    cleo.page.evaluate("Sotto.close()")
    expect(eve.page.locator(".here-line").get_by_role("button", name="Offer help")).to_be_visible()
    rows.get_by_role("button", name="Offer help").click()
    for agent in (dan, eve):
        expect(agent.page.locator(".here-line")).to_contain_text("Dan Novak offered help")
        expect(agent.page.get_by_role("button", name="Offer help")).to_have_count(0)
    with cleo.page.expect_response(lambda answer: answer.url.endswith("/here")) as told:
        cleo.page.clock.fast_forward(10_000)
    assert told.value.json() == {"invitedBy": "Dan Novak"}
    cleo.page.wait_for_function("() => counts.at(-1) === 1")
    cleo.page.evaluate("Sotto.open()")
    offer = cleo.chat.get_by_role("status").filter(has_text="Dan Novak of the team sees that you are here and offers help.")
    expect(offer).to_be_visible()
    cleo.page.wait_for_function("() => counts.at(-1) === 0")
    cleo.types("form.ask [name=text]", "Yes please: do you have it in French?")
    cleo.clicks("form.ask button.main")
    expect(cleo.chat.locator(".message.is-own .message-text")).to_have_text("Yes please: do you have it in French?")
    expect(rows).to_have_count(1)
    cleo.page.goto("about:blank")
    expect(rows).to_have_count(0)
    expect(eve.page.locator(".here-line")).to_have_count(0)

    noor.chat.get_by_role("checkbox", name=CHOICE).check()
    expect(rows).to_have_count(1)
    noor.chat.get_by_role("checkbox", name=CHOICE).uncheck()
    expect(rows).to_have_count(0)


@pytest.mark.parametrize("view", [(320, 640, "dark"), (1280, 860, "light")])
def test_the_list_is_usable_by_everyone(people, chromium, shop, view):
    """With keys alone, on a telephone and on a desk; the lists are back with a press of their own."""
    width, height, scheme = view
    dan = hires(people, chromium, shop).at_the_desk()
    page = dan.page
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    comes(people, chromium, shop, "/cart").chat.get_by_role("checkbox", name=CHOICE).check()
    page.keyboard.press("Alt+6")
    row = page.locator(".here-line")
    expect(row).to_be_visible()
    assert violations(page) == [] and fits(page)
    row.get_by_role("button").focus()
    page.keyboard.press("Enter")
    expect(row).to_contain_text("Dan Novak offered help")
    assert violations(page) == [] and fits(page)
    pressed = page.locator(".desk-tab[aria-pressed=true]")
    expect(pressed).to_have_count(1)
    page.keyboard.press("Alt+2")
    expect(row).to_be_hidden()
    expect(pressed).to_contain_text("Waiting")
