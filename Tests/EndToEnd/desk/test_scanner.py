"""Files that a scanner looks at: what it finds is not taken, what it cannot look at is not taken either, and nothing typed is lost."""

import pytest
from playwright.sync_api import expect

from scanner import EICAR, Scanner
from served import Server
from test_every_page import violations
from test_inbox_files import chosen

INFECTED = b"%PDF-1.7\n" + EICAR
HARMLESS = b"%PDF-1.7\nAn invoice."


@pytest.fixture
def scanner():
    scanner = Scanner()
    yield scanner
    scanner.goes_down()


@pytest.fixture
def server(scanner, tmp_path):
    server = Server(tmp_path, SOTTO_CLAMAV_ADDRESS=scanner.address).start()
    yield server
    server.stop()


@pytest.fixture
def dan(people, chromium, team):
    return team.hires(people("Dan Novak", chromium).registers()).at_the_desk("waiting")


def chat(people, browser, team, cleo):
    """The visitor's chat, by the private link."""
    page = people("Cleo", browser).page
    page.clock.install()
    page.goto(f"/widget/{team.key}/return#{cleo.token}")
    page.wait_for_selector("[data-view=talk]:not([hidden])")
    return page


@pytest.mark.parametrize("browser", ["chromium", "firefox"])
def test_an_infected_file_is_refused_on_both_sides(request, people, browser, scanner, team, dan):
    cleo = team.visitor("My invoice is wrong", "Cleo Marsh")
    page = chat(people, request.getfixturevalue(browser), team, cleo)
    pane = dan.takes(cleo)
    page.fill("#say", "Here it is.")
    chosen(page, ("invoice.pdf", "application/pdf", INFECTED))
    refused = page.locator(".file-item.is-refused")
    expect(refused).to_contain_text("This file looks harmful. It was looked at and not taken. Nothing of it was kept.")
    expect(page.get_by_role("status").filter(has_text="invoice.pdf: This file looks harmful")).to_be_attached()
    expect(page.locator("#say")).to_have_value("Here it is.")
    assert violations(page) == []
    assert (scanner.count, team.sql("SELECT COUNT(*) FROM attachment"), team.sql("SELECT COUNT(*) FROM attachment_piece")) == (1, [(0,)], [(0,)])
    page.get_by_role("button", name="Take invoice.pdf away").click()
    expect(page.locator(".file-item")).to_have_count(0)
    chosen(page, ("invoice.pdf", "application/pdf", HARMLESS))
    expect(page.locator(".file-item.is-ready")).to_contain_text("invoice.pdf")
    page.press("#say", "Enter")
    expect(pane.locator(".message").last).to_contain_text("Here it is.")
    expect(pane.get_by_role("button", name="Download invoice.pdf")).to_be_visible()

    pane.locator("textarea").fill("A corrected one.")
    chosen(pane, ("corrected.pdf", "application/pdf", INFECTED))
    expect(pane.locator(".file-item.is-refused")).to_contain_text("This file looks harmful")
    expect(pane.locator("textarea")).to_have_value("A corrected one.")
    assert violations(dan.page) == []
    pane.locator("textarea").press("Enter")
    expect(page.locator(".message:not(.is-own) .message-text").last).to_have_text("A corrected one.")
    assert team.sql("SELECT COUNT(*) FROM attachment") == [(1,)], "the harmless one alone"


@pytest.mark.parametrize("trouble", ["goes_down", "falls_silent"])
def test_nothing_is_taken_unseen_and_nothing_typed_is_lost(people, chromium, scanner, team, dan, trouble):
    """While the scanner cannot be asked, words say so, the message waits with its file, and both go by themselves once it can."""
    cleo = team.visitor("My invoice is wrong", "Cleo Marsh")
    page = chat(people, chromium, team, cleo)
    pane = dan.takes(cleo)
    getattr(scanner, trouble)()
    page.fill("#say", "Here it is.")
    chosen(page, ("invoice.pdf", "application/pdf", HARMLESS))
    state = page.locator(".file-item .file-state")
    expect(state).to_have_text("Files cannot be taken right now. It is tried again by itself.")
    page.press("#say", "Enter")
    expect(page.locator(".file-held")).to_have_text("Your message goes as soon as the files are there.")
    expect(page.locator("#say")).to_have_value("Here it is.")
    assert violations(page) == []
    assert team.sql("SELECT state FROM attachment") == [("receiving",)], "nobody can have it yet"
    expect(pane.locator(".message")).to_have_count(1)

    scanner.comes_up()
    # The half minute that the server asked for.
    page.clock.fast_forward(31_000)
    expect(pane.locator(".message").last).to_contain_text("Here it is.")
    expect(pane.get_by_role("button", name="Download invoice.pdf")).to_be_visible()
    expect(page.locator("#say")).to_have_value("")
