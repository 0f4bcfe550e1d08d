"""A server that has enough to do takes no new meeting, and those inside one hear nothing of it."""

import re
import urllib.request

import pytest
from playwright.sync_api import expect

from at_a_meeting import comes_by, goes_on, in_state, joins, makes_a_meeting, meets, sees, two_meet, watched
from served import Server, until

HELD = "This server is at its limit. Your meeting waits until there is room, and then begins by itself."
UNTRIED = (
    "This server is at its limit, so your connection could not be tried; that says nothing against it. "
    "Join all the same: if your meeting has to wait, it begins by itself."
)


@pytest.fixture
def server(tmp_path):
    """Its network takes less than two people with pictures need."""
    server = Server(tmp_path, SOTTO_MEDIA_PORT="0", SOTTO_MEDIA_ADDRESSES="127.0.0.1", SOTTO_MEDIA_PACKETS="50")
    server.start()
    yield server
    server.stop()


def figure(server: Server, name: str) -> float:
    with urllib.request.urlopen(f"http://127.0.0.1:{server.port}/metrics", timeout=5) as answer:
        found = re.search(rf"^sotto_media_{re.escape(name)} (\S+)$", answer.read().decode(), re.MULTILINE)
    return float(found[1]) if found else 0


def test_a_new_meeting_waits_for_room_and_nobody_inside_another_pays(people, server, chromium):
    ana, finn, link = two_meet(people, chromium)
    assert until(lambda: figure(server, 'load_percent{of="packets"}') >= 80)

    ben = watched(people("Ben Adeyemi", chromium).registers())
    makes_a_meeting(ben, lobby=False)
    # Whoever tries their way first is not told that it is a bad one, and joins as ever.
    check = ben.page.locator("[data-check=connection]")
    ben.page.locator("[data-action=check-connection]").click()
    expect(check.locator("[data-check-words]")).to_have_text(UNTRIED)
    expect(check).to_have_attribute("data-result", "off")
    refused = figure(server, "rooms_refused_total")
    assert refused == 1
    expect(ben.page.locator("[data-action=start]")).to_be_enabled()
    joins(ben.page)
    in_state(ben.page, "talking")
    status = ben.page.locator("[data-call=status]")
    expect(status).to_have_text(HELD)
    assert figure(server, "rooms_refused_total") > refused
    # It stands there as long as it is so, and fits where there is little room.
    ben.page.set_viewport_size({"width": 320, "height": 568})
    box = status.bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 320, box
    assert ben.page.evaluate("document.documentElement.scrollWidth") == 320

    # Whoever comes to those inside is let in, and all of them go on.
    cleo = watched(people("Cleo", chromium))
    comes_by(cleo, link, "Cleo Visitor")
    joins(cleo.page)
    meets(cleo.page, others=2)
    for page in (ana.page, finn.page):
        meets(page, others=2)
        sees(page, "Ana Horvat", "Finn Visitor", "Cleo Visitor")
    goes_on(ana.page, "Finn Visitor")
    assert until(lambda: figure(server, "rooms_refused_total") >= refused + 2), "the page asked again by itself"
    expect(status).to_have_text(HELD)

    # When they have gone it begins, and nobody pressed anything.
    for one in (ana, finn, cleo):
        one.page.locator(".controls [data-action=leave]").click()
        in_state(one.page, "ended")
    expect(status).to_have_text("Nobody else is here yet")
    for one in (ana, finn, cleo, ben):
        assert one.complaints == []
