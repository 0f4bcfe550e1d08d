"""Meetings over networks that lose something, or everything for a while."""

import pytest
from playwright.sync_api import expect

from at_a_meeting import WAYS, comes_by, goes_by, goes_on, in_state, joins, makes_a_meeting, meets, sees, tile_of, watched
from served import PATIENCE


@pytest.fixture
def together(people, chromium, own_network):
    """Ana and Finn see and hear each other; what he sends and gets takes a way of its own."""
    browser, pages_of_finn, packets_of_finn = own_network
    ana = watched(people("Ana Horvat", chromium).registers())
    link = makes_a_meeting(ana, lobby=False)
    joins(ana.page)
    in_state(ana.page, "talking")
    finn = watched(people("Finn", browser))
    goes_by(finn, packets_of_finn.own_port, pages_of_finn.own_port)
    comes_by(finn, link, "Finn Visitor")
    joins(finn.page)
    for page in (ana.page, finn.page):
        meets(page, others=1)
    return ana, finn


def test_who_lost_everything_for_long_is_back_by_themselves(together, own_network):
    ana, finn = together
    _, pages_of_finn, packets_of_finn = own_network
    pages_of_finn.cut()
    packets_of_finn.cut()
    # So long that the page has given both connections up, and still says what is wrong.
    finn.page.wait_for_function("() => window.connections.every((one) => one.connectionState === 'closed')")
    expect(finn.page.locator("[data-call=status]")).to_contain_text("Connection lost")
    pages_of_finn.restore()
    packets_of_finn.restore()
    expect(finn.page.locator("[data-call=status]")).to_have_text("2 people")
    for page, other in ((ana.page, "Finn Visitor"), (finn.page, "Ana Horvat")):
        goes_on(page, other)


@pytest.mark.parametrize("kind", ["chromium", "firefox"])
def test_whose_router_gives_them_another_port_is_found_there(kind, request, people, chromium, line, packets):
    """One check comes from elsewhere, the server asks there, and the browser answers: nothing is made anew."""
    ana = watched(people("Ana Horvat", chromium).registers())
    link = makes_a_meeting(ana, lobby=False)
    joins(ana.page)
    in_state(ana.page, "talking")
    finn = watched(people("Finn", request.getfixturevalue(kind)))
    goes_by(finn, packets.own_port, line.own_port)
    comes_by(finn, link, "Finn Visitor")
    joins(finn.page)
    for page in (ana.page, finn.page):
        meets(page, others=1)
    before = finn.page.evaluate("() => window.connections.length")
    packets.rebinds(connections=2, patience=PATIENCE)
    goes_on(finn.page, "Ana Horvat")
    goes_on(ana.page, "Finn Visitor")
    assert finn.page.evaluate("() => window.connections.length") == before
    assert set(finn.page.evaluate(WAYS)) == {"udp"}


def test_whose_connection_is_poor_is_told_in_words(together, own_network):
    ana, finn = together
    _, _, packets_of_finn = own_network
    packets_of_finn.loses_every = 4
    expect(tile_of(ana.page, "Finn Visitor").locator("[data-tile=trouble]")).to_have_text("Poor connection: what they send gets lost")
    expect(tile_of(finn.page, "Finn Visitor").locator("[data-tile=trouble]")).to_have_text("Your connection is poor: what you send gets lost")
    expect(finn.page.locator("[data-call=list]")).to_contain_text("Your connection is poor")
    # What Ana does not hear of Finn is no fault of hers.
    goes_on(ana.page, "Finn Visitor")
    for page in (ana.page, finn.page):
        expect(tile_of(page, "Ana Horvat").locator("[data-tile=trouble]")).to_be_hidden()
    packets_of_finn.loses_every = None
    for page in (ana.page, finn.page):
        expect(page.locator("[data-tile=trouble]:visible")).to_have_count(0)
        sees(page, "Ana Horvat", "Finn Visitor")
