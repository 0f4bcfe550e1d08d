"""What a call and a ring survive when the server goes away and comes back."""

from playwright.sync_api import expect

from test_first_call import answers, meet, starts_calling, wait_for_frames
from test_guest_call import in_state


def test_a_call_goes_on_through_a_restart_of_the_server(server, people, chromium):
    ana, ben = people("Ana Horvat", chromium, server), people("Ben Okafor", chromium, server)
    meet(ana, ben)
    ben.page.goto("/")
    starts_calling(ana, ben)
    answers(ben)
    for page in (ana.page, ben.page):
        wait_for_frames(page)
    server.stop()
    for page in (ana.page, ben.page):
        expect(page.locator("[data-call=hint]")).to_contain_text("The server is away")
        in_state(page, "talking")
    server.start()
    for page in (ana.page, ben.page):
        expect(page.locator("[data-call=hint]")).not_to_contain_text("The server is away")
    # A page that comes back finds the call where it was.
    ben.page.reload()
    in_state(ben.page, "talking")
    wait_for_frames(ben.page)
    ana.page.locator(".controls [data-action=hang-up]").click()
    for page in (ana.page, ben.page):
        in_state(page, "ended")


def test_a_ring_goes_on_through_a_restart_of_the_server(server, people, chromium):
    ana, ben = people("Ana Horvat", chromium, server), people("Ben Okafor", chromium, server)
    meet(ana, ben)
    ben.page.goto("/")
    starts_calling(ana, ben)
    in_state(ana.page, "ringing")
    server.stop()
    server.start()
    ben.page.reload()
    answers(ben)
    for page in (ana.page, ben.page):
        in_state(page, "talking")


def test_who_was_away_learns_of_a_missed_call(people, chromium):
    ana, ben = people("Ana Horvat", chromium), people("Ben Okafor", chromium)
    meet(ana, ben)
    ben.page.goto("about:blank")
    starts_calling(ana, ben)
    in_state(ana.page, "ringing")
    ana.page.locator(".controls [data-action=hang-up]").click()
    in_state(ana.page, "ended")
    ben.page.goto("/")
    expect(ben.page.locator("dialog[data-call=incoming]")).to_be_hidden()
    expect(ben.page.locator("[data-notices=unread]")).to_be_visible()
