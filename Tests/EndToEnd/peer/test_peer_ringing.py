"""From the first ring to the answer, or to none."""

from playwright.sync_api import expect

from peer_page import PATIENCE


def test_it_stops_ringing_everywhere_when_answered_or_declined(people, chromium):
    ana, ben, elsewhere = people("ana", chromium), people("ben", chromium), people("ben", chromium)
    for page in (ben, elsewhere):
        page.opens("/")
    ana.calls("ben")
    for page in (ben, elsewhere):
        expect(page.region("incoming")).to_be_visible(timeout=PATIENCE)
        expect(page.region("incoming")).to_contain_text("Ana")
    decline, accept = (ben.region("incoming").locator(f'[data-action="{action}"]') for action in ("decline", "accept"))
    look = "(button) => { const s = getComputedStyle(button); return [s.backgroundColor, s.color, s.fontSize, s.fontWeight, s.borderColor, button.offsetHeight].join(); }"
    assert decline.evaluate(look) == accept.evaluate(look)
    decline.click()
    expect(elsewhere.region("incoming")).to_be_hidden(timeout=PATIENCE)
    ana.sees_state("ended")
    expect(ana.region("ended-title")).to_have_text("Ben can't talk now")
    assert ana.live_tracks() == 0


def test_a_caller_who_gives_up_stops_the_ring(pair):
    ana, ben = pair
    ben.opens("/")
    ana.calls("ben")
    expect(ben.region("incoming")).to_be_visible(timeout=PATIENCE)
    ana.presses("hang-up").sees_state("ended")
    expect(ben.region("incoming")).to_be_hidden(timeout=PATIENCE)


def test_a_ring_waits_for_a_page_that_opens_late_and_can_be_answered_there(server, pair):
    ana, ben = pair
    ana.calls("ben")
    ident = next(iter(server.calls))
    ben.opens(f"/calls/{ident}").sees_state("check")
    ben.presses("start")
    for person in (ana, ben):
        person.sees_state("talking")
    ben.gets_media()


def test_a_second_call_waits_and_answering_it_ends_the_first(people, chromium, talking):
    ana, ben = talking
    cleo = people("cleo", chromium).calls("ben")
    dialog = ben.region("incoming")
    expect(dialog).to_be_visible(timeout=PATIENCE)
    expect(dialog).to_contain_text("is calling while you are in a call")
    expect(dialog).to_contain_text("the call you are in ends")
    dialog.locator('[data-action="accept"]').click()
    ana.sees_state("ended")
    cleo.sees_state("talking").gets_media()


def test_hanging_up_frees_the_devices_at_once(talking):
    ana, ben = talking
    # In the same task as the click: nothing is waited for.
    left = ana.page.evaluate(
        "() => { document.querySelector('.controls [data-action=hang-up]').click();"
        " return seen.tracks.filter((track) => track.readyState === 'live').length; }"
    )
    assert left == 0
    ben.sees_state("ended")
    assert ben.live_tracks() == 0
