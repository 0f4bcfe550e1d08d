"""A group meets: by link, through the door, in two kinds of browser; each sees and hears the others."""

import pytest
from playwright.sync_api import expect

from asking import comes_true
from at_a_meeting import FRAMES, LET_GO, SENDS, WAYS, comes_by, goes_by, goes_on, in_state, joins, makes_a_meeting, meets, sees, tile_of, watched


def test_three_people_meet_and_one_leaves_and_comes_back(people, chromium, firefox):
    ana = watched(people("Ana Horvat", chromium).registers())
    link = makes_a_meeting(ana, lobby=True)
    joins(ana.page)
    in_state(ana.page, "talking")

    cleo, finn = watched(people("Cleo", firefox)), watched(people("Finn", chromium))
    for guest, name in ((cleo, "Cleo Visitor"), (finn, "Finn Visitor")):
        comes_by(guest, link, name)
        joins(guest.page)
        in_state(guest.page, "waiting")
    ana.page.locator(".controls [data-action=people]").click()
    expect(ana.page.locator("[data-call=waiting] li")).to_have_count(2)
    ana.page.locator("[data-action=admit-all]").click()

    pages = [ana.page, cleo.page, finn.page]
    for page in pages:
        in_state(page, "talking")
        sees(page, "Ana Horvat", "Cleo Visitor", "Finn Visitor")
    for page in pages:
        meets(page, others=2)

    # A word taken is seen by all, and only its owner takes it back.
    row = ana.page.locator("[data-call=list] li", has_text="Finn Visitor")
    row.locator("[data-action=mute]").click()
    expect(finn.page.locator(".controls [data-action=microphone]")).to_have_attribute("aria-pressed", "false")
    muted = cleo.page.locator("[data-call=grid] li", has_text="Finn Visitor").locator("[data-tile=muted]")
    expect(muted).to_be_visible()
    finn.page.locator(".controls [data-action=microphone]").click()
    expect(muted).to_be_hidden()

    # A hand is raised, and seen.
    finn.page.locator(".controls [data-action=hand]").click()
    expect(ana.page.locator("[data-call=grid] li", has_text="Finn Visitor").locator("[data-tile=hand]")).to_be_visible()

    # Somebody is shown large, for whoever wants that.
    tile = cleo.page.locator("[data-call=grid] li", has_text="Finn Visitor")
    tile.locator("[data-action=pin]").click()
    large, small = tile.bounding_box(), cleo.page.locator("[data-call=grid] li", has_text="Ana Horvat").bounding_box()
    assert large["width"] > 1.5 * small["width"] and large["height"] > 1.5 * small["height"]
    tile.locator("[data-action=pin]").click()

    # Or whoever speaks; and oneself not at all.
    def chooses(action, isOn):
        cleo.page.locator("[popovertarget=meeting-more]").click()
        cleo.page.locator(f"#meeting-more [data-action={action}]").click()
        expect(cleo.page.locator(f"#meeting-more [data-action={action}]")).to_have_attribute("aria-pressed", isOn)
        cleo.page.keyboard.press("Escape")

    chooses("speaker-view", "true")
    expect(cleo.page.locator("[data-call=grid] li[data-large]:not([data-own])")).to_have_count(1)
    chooses("hide-self", "true")
    expect(cleo.page.locator("[data-call=grid] li[data-own]")).to_be_hidden()
    chooses("speaker-view", "false")
    expect(cleo.page.locator("[data-call=grid] li[data-large]")).to_have_count(0)
    chooses("hide-self", "false")
    expect(cleo.page.locator("[data-call=grid] li:visible")).to_have_count(3)

    # A small window has pages.
    size = cleo.page.viewport_size
    cleo.page.set_viewport_size({"width": 320, "height": 260})
    expect(cleo.page.locator("[data-call=page]")).to_have_text("1 / 2")
    cleo.page.locator("[data-action=page-on]").click()
    expect(cleo.page.locator("[data-call=grid] li:visible")).to_have_count(1)
    cleo.page.set_viewport_size(size)
    expect(cleo.page.locator("[data-call=grid] li:visible")).to_have_count(3)
    expect(cleo.page.locator("[data-call=pager]")).to_be_hidden()

    # A screen is shared, and stopped.
    finn.page.locator(".controls [data-action=screen]").click()
    for page in (ana.page, cleo.page):
        page.wait_for_function("() => document.querySelector('[data-call=screens] video')?.videoWidth > 0")
    # And another at the same time: both are seen, until somebody chooses one of them, or a face.
    ana.page.locator(".controls [data-action=screen]").click()
    screens = cleo.page.locator("[data-call=screens] li")
    expect(screens).to_have_count(2)
    moving = "() => [...document.querySelectorAll('[data-call=screens] video')].filter((one) => one.videoWidth > 0).length === 2"
    cleo.page.wait_for_function(moving)
    chosen = cleo.page.locator("[data-call=screens] li[data-large]")
    expect(chosen).to_have_count(0)
    cleo.page.get_by_role("button", name="Show the screen of Ana Horvat large").click()
    expect(chosen).to_contain_text("Screen of Ana Horvat")
    large, small = (screens.filter(has_text=name).bounding_box() for name in ("Ana", "Finn"))
    assert large["height"] > 2 * small["height"] > 0
    cleo.page.get_by_role("button", name="Show Finn Visitor large").click()
    expect(chosen).to_have_count(0)
    box, beside = tile_of(cleo.page, "Finn").bounding_box(), screens.first.bounding_box()
    assert box["width"] > beside["width"]
    cleo.page.get_by_role("button", name="Show Finn Visitor large").click()
    cleo.page.wait_for_function(moving)
    ana.page.locator("[data-action=screen-stop]").click()
    expect(screens).to_have_count(1)
    finn.page.locator("[data-action=screen-stop]").click()
    for page in (ana.page, cleo.page):
        expect(page.locator("[data-call=screens] li")).to_have_count(0)

    # One leaves and comes back; nobody asks the host again.
    cleo.page.locator(".controls [data-action=leave]").click()
    in_state(cleo.page, "ended")
    for page in (ana.page, finn.page):
        sees(page, "Ana Horvat", "Finn Visitor")
    cleo.page.locator("[data-call=again]").click()
    joins(cleo.page)
    for page in pages:
        in_state(page, "talking")
        sees(page, "Ana Horvat", "Cleo Visitor", "Finn Visitor")
    for page in pages:
        meets(page, others=2)
    # Of those who stayed, each wrote two descriptions: one for what it sends, one for what it receives.
    assert [page.evaluate("window.descriptions") for page in (ana.page, finn.page)] == [2, 2]

    ana.page.locator("[data-call=end] button").click()
    ana.page.locator("[data-action=end-for-all]").click()
    for page in pages:
        in_state(page, "ended")
    assert cleo.page.goto(link).status == 410


def test_a_member_comes_as_themself_and_a_restart_brings_both_back(people, server, chromium):
    # Ben's browser can send AV1, but cannot decode it.
    server.kill()
    server.settings["SOTTO_MEDIA_CODECS"] = "AV1,VP8"
    server.start()
    ana, ben = watched(people("Ana Horvat", chromium).registers()), watched(people("Ben Okafor", chromium).registers())
    ben.context.add_init_script("window.decodes = 'video/VP8'")
    link = makes_a_meeting(ana, lobby=False)
    comes_by(ben, link, None)
    for page in (ana.page, ben.page):
        joins(page)
        in_state(page, "talking")
        comes_true(page, SENDS, "video/AV1")
    # So Ana's page goes over to what both have, and nobody exchanges a description for it.
    comes_true(ana.page, SENDS, "video/VP8")
    for page in (ana.page, ben.page):
        sees(page, "Ana Horvat", "Ben Okafor")
        meets(page, others=1)
    assert [page.evaluate("window.descriptions") for page in (ana.page, ben.page)] == [2, 2]
    server.kill()
    server.start()
    # Nobody presses anything.
    for page in (ana.page, ben.page):
        page.wait_for_function("() => window.descriptions > 2")
        meets(page, others=1)
        sees(page, "Ana Horvat", "Ben Okafor")


def test_picture_and_sound_go_on_while_the_live_link_is_cut(people, line, chromium):
    ana, ben = watched(people("Ana Horvat", chromium).registers()), watched(people("Ben Okafor", chromium).registers())
    comes_by(ben, makes_a_meeting(ana, lobby=False), None)
    for page in (ana.page, ben.page):
        joins(page)
    for page in (ana.page, ben.page):
        meets(page, others=1)
    line.cut()
    for page in (ana.page, ben.page):
        expect(page.locator("[data-call=status]")).to_contain_text("Connection lost")
        comes_true(page, FRAMES, 20)
    line.restore()
    for page in (ana.page, ben.page):
        expect(page.locator("[data-call=status]")).to_have_text("2 people")
        expect(page.locator("[data-tile=trouble]:visible")).to_have_text([])
    assert [page.evaluate("window.descriptions") for page in (ana.page, ben.page)] == [2, 2]


# Twelve connections with pictures in six browsers, on a machine that may have less than two cores for it.
@pytest.mark.timeout(600)
def test_six_people_meet_share_a_screen_change_speaker_and_lose_their_network(people, chromium, firefox, own_network):
    browser, pages_of_finn, packets_of_finn = own_network
    ana = watched(people("Ana Horvat", chromium).registers())
    link = makes_a_meeting(ana, lobby=False)
    joins(ana.page)
    in_state(ana.page, "talking")
    names = {"Ana Horvat": ana}
    # Firefox's pretended microphone hums without a pause, Chromium's beeps too shortly to be called speech.
    for name, where in (("Ben", firefox), ("Cleo", firefox), ("Dora", chromium), ("Emil", chromium), ("Finn", browser)):
        # Each opens their page when they come: Firefox gives no camera to a page behind another.
        names[name] = watched(people(name, where))
        if name == "Finn":
            goes_by(names[name], packets_of_finn.own_port, pages_of_finn.own_port)
        comes_by(names[name], link, name)
        joins(names[name].page)
        in_state(names[name].page, "talking")
    finn = names["Finn"]
    pages = [person.page for person in names.values()]
    for page in pages:
        sees(page, *names)
    for page in pages:
        meets(page, others=5)

    # One shares a screen, the others see it.
    dora = names["Dora"].page
    dora.locator(".controls [data-action=screen]").click()
    for page in pages:
        if page is not dora:
            page.wait_for_function("() => document.querySelector('[data-call=screens] video')?.videoWidth > 0")

    # One speaks, then another.
    for speaker, silent in (("Ben", "Cleo"), ("Cleo", "Ben")):
        for name, isOn in ((silent, "false"), (speaker, "true")):
            button = names[name].page.locator(".controls [data-action=microphone]")
            if button.get_attribute("aria-pressed") != isOn:
                button.click()
            expect(button).to_have_attribute("aria-pressed", isOn)
        for page in pages:
            expect(tile_of(page, speaker)).to_have_attribute("data-speaks", "")
            expect(tile_of(page, silent)).not_to_have_attribute("data-speaks", "")
            expect(tile_of(page, silent).locator("[data-tile=muted]")).to_be_visible()

    # One loses the network, all of it, and comes back by themselves, in the same seat; the others go on meanwhile.
    seat = tile_of(ana.page, "Finn").get_attribute("data-seat")
    pages_of_finn.cut()
    packets_of_finn.cut()
    expect(finn.page.locator("[data-call=status]")).to_contain_text("Connection lost")
    for page in pages:
        if page is not finn.page:
            expect(tile_of(page, "Finn").locator("[data-tile=trouble]")).to_have_text("Connection lost")
    goes_on(ana.page, "Emil")
    pages_of_finn.restore()
    packets_of_finn.restore()
    expect(finn.page.locator("[data-call=status]")).to_have_text("6 people")
    for page in pages:
        expect(page.locator("[data-tile=trouble]:visible", has_text="Connection lost")).to_have_count(0)
        if page is not finn.page:
            goes_on(page, "Finn")
    meets(finn.page, others=5)
    finn.page.wait_for_function("() => document.querySelector('[data-call=screens] video')?.videoWidth > 0")
    assert tile_of(ana.page, "Finn").get_attribute("data-seat") == seat
    dora.locator("[data-action=screen-stop]").click()
    for page in pages:
        expect(page.locator("[data-call=screens] li")).to_have_count(0)


def test_where_no_packet_passes_people_meet_over_the_port_of_the_pages(people, line, chromium, firefox):
    ana = watched(people("Ana Horvat", chromium).registers())
    link = makes_a_meeting(ana, lobby=False)
    joins(ana.page)
    in_state(ana.page, "talking")
    finn, cleo = watched(people("Finn", chromium)), watched(people("Cleo", firefox))
    for guest, name in ((finn, "Finn Visitor"), (cleo, "Cleo Visitor")):
        # Nobody is at the other end of the port that discards.
        goes_by(guest, 9, line.own_port)
        comes_by(guest, link, name)
        joins(guest.page)
    for page in (ana.page, finn.page, cleo.page):
        meets(page, others=2)
    # A browser may begin by the first way that works, and goes over to the better one.
    for page, way in ((ana.page, "udp"), (finn.page, "tcp"), (cleo.page, "tcp")):
        comes_true(page, f"async () => {{ const ways = await ({WAYS})(); return ways.length > 0 && ways.every((one) => one === '{way}'); }}")


def test_people_write_react_and_are_asked_to_speak(people, chromium, firefox):
    ana = watched(people("Ana Horvat", chromium).registers())
    link = makes_a_meeting(ana, lobby=False)
    joins(ana.page)
    in_state(ana.page, "talking")
    ana.page.locator(".controls [data-action=chat]").click()
    ana.page.fill("#chat-text", "Before anybody came")
    ana.page.keyboard.press("Enter")
    finn = watched(people("Finn", firefox))
    comes_by(finn, link, "Finn Visitor")
    joins(finn.page)
    in_state(finn.page, "talking")
    for page in (ana.page, finn.page):
        sees(page, "Ana Horvat", "Finn Visitor")

    # What is written is read by all who are there, with its writer's name; who comes later reads nothing of it.
    ana.page.fill("#chat-text", "Shall we begin?\nI have the list.")
    ana.page.locator("[data-action=send]").click()
    unread = finn.page.locator("[data-call=unread]")
    expect(unread).to_have_text("1")
    # By the keyboard: a key opens the text, Escape closes it.
    finn.page.locator("#stage-title").click()
    finn.page.keyboard.press("c")
    expect(unread).to_be_hidden()
    words = finn.page.locator("[data-call=messages] li")
    expect(words).to_have_count(1)
    expect(words.locator("[data-message=from]")).to_have_text("Ana Horvat")
    expect(words.locator("[data-message=text]")).to_have_text("Shall we begin? I have the list.")
    expect(finn.page.locator("#chat-text")).to_be_focused()
    finn.page.keyboard.type("Yes <b>please</b>")
    finn.page.keyboard.press("Enter")
    own = finn.page.locator("[data-call=messages] li[data-own]")
    expect(own.locator("[data-message=text]")).to_have_text("Yes <b>please</b>")
    expect(own).not_to_have_attribute("data-waiting", "")
    expect(ana.page.locator("[data-call=messages] li").last).to_contain_text("Yes <b>please</b>")
    finn.page.keyboard.press("Escape")
    expect(finn.page.locator("#meeting-text")).to_be_hidden()

    # A reaction stands on the tile of who chose it, and is said.
    finn.page.locator("[popovertarget=meeting-more]").click()
    finn.page.locator("[data-reaction=applause]").click()
    for page in (ana.page, finn.page):
        expect(tile_of(page, "Finn Visitor").locator("[data-tile=reaction]")).to_have_text("👏")
    expect(ana.page.locator("[data-call=hint]")).to_have_text("Finn Visitor: Applause")

    # A host asks; only the person's own press lets anything through.
    microphone, muted = finn.page.locator(".controls [data-action=microphone]"), tile_of(ana.page, "Finn Visitor").locator("[data-tile=muted]")
    microphone.click()
    expect(muted).to_be_visible()
    ana.page.locator(".controls [data-action=people]").click()
    expect(ana.page.locator("#meeting-text")).to_be_hidden()
    row = ana.page.locator("[data-call=list] li", has_text="Finn Visitor")
    expect(row.locator("[data-action=mute]")).to_be_hidden()
    row.locator("[data-action=ask]").click()
    expect(finn.page.locator("[data-call=asked]")).to_be_visible()
    expect(microphone).to_have_attribute("aria-pressed", "false")
    finn.page.locator("[data-action=asked-yes]").click()
    expect(muted).to_be_hidden()
    expect(finn.page.locator("[data-call=asked]")).to_be_hidden()

    # From now on whoever comes waits.
    ana.page.locator("[data-call=door] input").check()
    cleo = watched(people("Cleo", chromium))
    comes_by(cleo, link, "Cleo Visitor")
    joins(cleo.page)
    in_state(cleo.page, "waiting")
    expect(ana.page.locator("[data-call=waiting] li")).to_have_count(1)
    expect(finn.page.locator("[data-call=door]")).to_be_hidden()

    # The space bar is held to speak.
    microphone.click()
    expect(muted).to_be_visible()
    finn.page.locator("#stage-title").click()
    finn.page.keyboard.down(" ")
    expect(muted).to_be_hidden()
    finn.page.keyboard.up(" ")
    expect(muted).to_be_visible()

    # A word that was taken stays so for a page that is loaded again, until its owner takes it back.
    microphone.click()
    expect(muted).to_be_hidden()
    row.locator("[data-action=mute]").click()
    expect(microphone).to_have_attribute("aria-pressed", "false")
    finn.page.reload()
    joins(finn.page)
    in_state(finn.page, "talking")
    expect(microphone).to_have_attribute("aria-pressed", "false")
    expect(muted).to_be_visible()
    microphone.click()
    expect(muted).to_be_hidden()

    # Who only listens has no device open, and is not asked for one after loading the page again.
    row.locator("select").select_option("attendee")
    finn.page.wait_for_function(LET_GO)
    finn.page.reload()
    expect(finn.page.locator(".listening")).to_contain_text("Everybody in the meeting sees that you are there")
    finn.page.locator("[data-action=start]").click()
    in_state(finn.page, "talking")
    expect(microphone).to_be_hidden()
    meets(finn.page, others=1)
    assert finn.page.evaluate("window.captured") == []


def test_who_is_not_let_in_is_told_so(people, chromium):
    ana = watched(people("Ana Horvat", chromium).registers())
    link = makes_a_meeting(ana, lobby=True)
    joins(ana.page)
    in_state(ana.page, "talking")
    cleo = watched(people("Cleo", chromium))
    comes_by(cleo, link, "Cleo Visitor")
    joins(cleo.page)
    in_state(cleo.page, "waiting")
    ana.page.locator(".controls [data-action=people]").click()
    ana.page.locator("[data-call=waiting] [data-action=refuse]").click()
    in_state(cleo.page, "ended")
    expect(cleo.page.locator("[data-call=ended-title]")).to_have_text("You were not let in")

    # Into a locked one nobody new comes, neither who stands before the door nor who is past it.
    finn, dora = watched(people("Finn", chromium)), watched(people("Dora", chromium))
    comes_by(finn, link, "Finn Visitor")
    ana.page.locator("[data-call=lock] input").check()
    expect(ana.page.locator("[data-call=locked]")).to_be_visible()
    joins(finn.page)
    in_state(finn.page, "ended")
    expect(finn.page.locator("[data-call=ended-title]")).to_have_text("This meeting is locked")
    dora.page.goto(link)
    expect(dora.page.locator("main")).to_contain_text("The host has locked this meeting")
    expect(dora.page.locator("#name")).to_have_count(0)
    # Who was inside comes back.
    ana.page.reload()
    joins(ana.page)
    in_state(ana.page, "talking")
    ana.page.locator(".controls [data-action=people]").click()
    expect(ana.page.locator("[data-call=locked]")).to_be_visible()
    ana.page.locator("[data-call=lock] input").uncheck()
    expect(ana.page.locator("[data-call=locked]")).to_be_hidden()
    finn.page.locator("[data-call=again]").click()
    joins(finn.page)
    in_state(finn.page, "waiting")
