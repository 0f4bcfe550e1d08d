"""One question from first word to last, on each database, on one node and on two, in both browsers."""

import pytest
from playwright.sync_api import expect

from nodes import Nodes
from served import Server
from stores import Bus, Postgres
from team import Team, Visitor
from test_inbox_files import chosen, picture
from visitor import Cleo

INVOICE = b"%PDF-1.7\n" + bytes(range(256)) * 2000


@pytest.fixture(scope="session")
def postgres():
    postgres = Postgres()
    yield postgres
    postgres.close()


@pytest.fixture(scope="session")
def bus():
    bus = Bus()
    yield bus
    bus.close()


@pytest.fixture
def server(request, tmp_path):
    match request.param:
        case "sqlite":
            server = Server(tmp_path)
        case "postgres":
            server = Server(tmp_path, **request.getfixturevalue("postgres").settings())
        case "nodes":
            server = Nodes(tmp_path, **request.getfixturevalue("postgres").settings(), **request.getfixturevalue("bus").settings)
    yield server.start()
    server.stop()


@pytest.fixture
def browser(request):
    return request.getfixturevalue(request.param)


@pytest.mark.parametrize(("server", "browser"), [("sqlite", "firefox"), ("postgres", "chromium"), ("nodes", "firefox")], indirect=True)
def test_a_question_from_first_word_to_last(people, browser, server, shop):
    """Complaints 1, 2 and 13: nothing is missing or doubled after a reload, in a second tab, or when what serves the visitor dies."""
    dan = Team.of(shop).hires(people("Dan Novak", browser).registers()).at_the_desk("waiting")
    cleo = Cleo(people, browser, shop)
    cleo.begins("Where is my order?")
    pane = dan.takes(Visitor.of(shop))
    expect(cleo.chat.locator("[data-part=status]")).to_have_text("Dan Novak is answering")
    dan.writes(pane, "Which one?")
    cleo.hears("Which one?")

    cleo.reloads()
    cleo.hears("Which one?")
    other = cleo.in_another_tab()
    other.says("The almanac")
    for chat in (cleo.chat, other.chat, pane):
        expect(chat.locator(".message").last).to_contain_text("The almanac")

    server.falls()
    cleo.says("Are you still there?")
    dan.writes(pane, "Yes, looking.")
    for tab in (cleo, other):
        tab.hears("Yes, looking.")
    expect(pane).to_contain_text("Are you still there?")
    cleo.attaches("invoice.pdf", "application/pdf", INVOICE)
    cleo.says("Here is what I paid.")
    with dan.page.expect_download() as coming:
        pane.get_by_role("button", name="Download invoice.pdf").click()
    assert coming.value.path().read_bytes() == INVOICE
    chosen(pane, ("atlas.png", "image/png", picture()))
    dan.writes(pane, "This one is yours.")
    expect(cleo.chat.locator(".message-file img")).to_have_js_property("naturalWidth", 320)

    dan.does(pane, "End")
    dan.page.get_by_role("dialog").get_by_role("button", name="End").click()
    expect(other.chat.locator("[data-part=ended] form")).to_be_visible()
    cleo.clicks(cleo.chat.locator(".stars input[value='5']").locator(".."))
    cleo.clicks(cleo.chat.locator("[data-part=ended] button.main"))
    expect(cleo.chat.get_by_text("Thank you.")).to_be_visible()
    assert shop.sql("SELECT score FROM enquiry_rating") == [(5,)]

    dan.page.reload()
    said = ["Where is my order?", "Which one?", "The almanac", "Are you still there?", "Yes, looking.", "Here is what I paid.", "This one is yours."]
    for chat in (cleo.chat, other.chat, pane):
        words = chat.locator(".message-text")
        expect(words).to_have_count(len(said))
        # Two that were said while the line was down stand in the server's order, which is everybody's.
        assert sorted(words.all_text_contents()) == sorted(said)
        assert words.all_text_contents() == cleo.chat.locator(".message-text").all_text_contents()
