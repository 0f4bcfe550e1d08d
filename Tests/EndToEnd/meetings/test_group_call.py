"""A call between two becomes a group call, and nobody misses a word."""

import re

from playwright.sync_api import expect

from asking import comes_true
from at_a_meeting import in_state, meets, sees, watched
from listening import heard_both_ways, listening, listens, longest_silence
from test_first_call import answers, starts_calling, wait_for_frames

# Longer than a fade, an encoder's hiccup or a busy machine's; shorter than it takes to find a way to the media server.
HOLE = 0.25


def adds(person, typed: str, name: str) -> None:
    page = person.page
    page.locator(".controls [data-action=add]").click()
    dialog = page.locator("dialog[data-call=add]")
    expect(dialog.locator("[data-call=add-list] li")).to_have_count(1)
    dialog.locator("#add-search").fill(typed)
    dialog.get_by_role("button", name=re.compile(name)).click()
    expect(dialog).to_be_hidden()


def hint(page):
    return page.locator("[data-call=hint]").first


def test_a_third_person_is_added_and_nobody_misses_a_word(people, chromium):
    ana, ben, dan = (listening(watched(people(name, chromium).registers())) for name in ("Ana Horvat", "Ben Okafor", "Dan Novak"))
    for other in (ben, dan):
        ana.asks(other)
        other.accepts(ana)
        other.page.goto("/")
    starts_calling(ana, ben)
    answers(ben)
    for page in (ana.page, ben.page):
        wait_for_frames(page)

    # Whoever would rather not is asked for nothing more, and the call goes on.
    adds(ana, "", "Dan Novak")
    question = ben.page.locator("dialog[data-call=add-question]")
    expect(question).to_contain_text("Dan Novak")
    expect(question).to_contain_text("through this server")
    ben.page.keyboard.press("Escape")
    expect(hint(ana.page)).to_contain_text("would rather not")

    # So may the third.
    adds(ana, "novak", "Dan Novak")
    question.locator("[data-action=add-agree]").click()
    card = dan.page.locator("dialog[data-call=incoming]")
    expect(card).to_contain_text("Ben Okafor")
    card.locator("[data-action=decline]").click()
    for page in (ana.page, ben.page):
        expect(hint(page)).to_contain_text("can't join now")

    # A page that is loaded again meanwhile asks before anything goes to the server. Where the meeting cannot be had, the call goes on.
    held = []
    ben.page.route("**/meetings/*", lambda route: held.append(route))
    adds(ana, "dan n", "Dan Novak")
    question.locator("[data-action=add-agree]").click()
    card.locator("[data-action=accept]").click()
    dan.page.wait_for_url("**/meetings/*")
    ana.page.reload()
    again = ana.page.locator("dialog[data-call=add-question]")
    expect(again).to_contain_text("through this server")
    assert ana.page.locator("[data-meeting]").count() == 0
    again.locator("[data-action=add-agree]").click()
    expect(ana.page.locator("[data-meeting][data-beside]")).to_have_count(1)
    for route in held:
        route.abort()
    for page in (ana.page, ben.page):
        expect(hint(page)).to_contain_text("Your call goes on as it was")
        expect(page.locator("[data-call=root]")).to_have_count(1)
        in_state(page, "talking")
    # Who was to be added is told that it is no fault of theirs, and what they can do.
    expect(dan.page.locator("[data-call=ended-title]")).to_have_text("The group call did not come about")
    expect(dan.page.locator("[data-call=ended-detail]")).to_contain_text("Ask them to call you")
    ben.page.unroute("**/meetings/*")
    dan.page.goto("/")

    for page in (ana.page, ben.page):
        listens(page)
    adds(ana, "DA", "Dan Novak")
    question.locator("[data-action=add-agree]").click()
    card.locator("[data-action=accept]").click()
    for page in (ana.page, ben.page):
        expect(page.locator(".meeting [data-call=hint]")).to_contain_text("through this server")
    for page in (ana.page, ben.page, dan.page):
        page.wait_for_url("**/meetings/*")
        # The way between the two is closed when both have gone over.
        expect(page.locator("[data-call-id]")).to_have_count(0)
        in_state(page, "talking")
        sees(page, "Ana Horvat", "Ben Okafor", "Dan Novak")
        meets(page, others=2)

    # Each heard the other without a hole.
    for page in (ana.page, ben.page):
        comes_true(page, "() => window.connections.filter((one) => one.connectionState !== 'closed').length === 2")
        assert heard_both_ways(page)
        assert longest_silence(page) < HOLE, longest_silence(page)

    # It is a page of a meeting: who loads it again is asked, and comes back.
    ben.page.reload()
    expect(ben.page.locator("h1").first).to_have_text("Group call")
    ben.page.locator("[data-action=start]").click()
    in_state(ben.page, "talking")
    meets(ana.page, others=2)
