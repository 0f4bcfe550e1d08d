"""Somebody without an account comes by a link and talks."""

import pytest
from playwright.sync_api import expect

from test_first_call import call_code, wait_for_frames


def makes_a_link(host, lobby: bool) -> str:
    page = host.page
    page.goto("/guest-links")
    page.locator("input[name=lobby]").set_checked(lobby)
    page.locator("main form button.button-main").click()
    return page.locator("#fresh-url").input_value()


def comes_by(guest, link: str, name: str) -> None:
    page = guest.page
    page.goto(link)
    assert guest.context.cookies() == []
    assert page.evaluate("() => localStorage.length + sessionStorage.length") == 0
    page.fill("#name", name)
    page.locator("main form button.button-main").click()
    expect(page.locator("[data-call=root]")).to_have_attribute("data-state", "check")


def in_state(page, state: str) -> None:
    expect(page.locator("[data-call=root]")).to_have_attribute("data-state", state)


@pytest.mark.parametrize("browser", ["chromium", "firefox"])
def test_a_guest_sees_themself_first_is_let_in_and_talks(people, chromium, request, browser):
    ana = people("Ana Horvat", chromium).registers()
    link = makes_a_link(ana, lobby=True)
    ana.page.goto("/")
    cleo = people("Cleo", request.getfixturevalue(browser))
    comes_by(cleo, link, "Cleo Visitor")

    door = ana.page.locator("dialog[data-call=incoming]")
    expect(door).to_contain_text("Cleo Visitor")
    expect(door).to_contain_text("would like to come in")
    cleo.page.locator("[data-action=start]").click()
    in_state(cleo.page, "lobby")
    door.locator("[data-action=accept]").click()
    for page in (cleo.page, ana.page):
        in_state(page, "talking")
        wait_for_frames(page)
    assert call_code(ana.page) == call_code(cleo.page)

    cleo.page.reload()
    in_state(cleo.page, "talking")
    wait_for_frames(cleo.page)
    cleo.page.locator(".controls [data-action=hang-up]").click()
    for page in (cleo.page, ana.page):
        in_state(page, "ended")
    cleo.page.locator("[data-action=back]").click()
    cleo.page.wait_for_url("**/goodbye")


def test_a_guest_who_still_looks_at_themself_sends_nothing_though_the_host_has_answered(people, chromium):
    ana = people("Ana Horvat", chromium).registers()
    link = makes_a_link(ana, lobby=False)
    ana.page.goto("/")
    cleo = people("Cleo", chromium)
    comes_by(cleo, link, "Cleo Visitor")
    ana.page.locator("dialog[data-call=incoming] [data-action=accept]").click()
    in_state(ana.page, "connecting")
    in_state(cleo.page, "check")
    cleo.page.locator("[data-action=start]").click()
    for page in (cleo.page, ana.page):
        in_state(page, "talking")
    wait_for_frames(ana.page)


def test_a_guest_who_is_not_let_in_is_told_so(people, chromium):
    ana = people("Ana Horvat", chromium).registers()
    link = makes_a_link(ana, lobby=True)
    ana.page.goto("/")
    cleo = people("Cleo", chromium)
    comes_by(cleo, link, "Cleo Visitor")
    cleo.page.locator("[data-action=start]").click()
    ana.page.locator("dialog[data-call=incoming] [data-action=decline]").click()
    in_state(cleo.page, "ended")
    expect(cleo.page.locator("[data-call=ended-title]")).to_have_text("You were not let in")
