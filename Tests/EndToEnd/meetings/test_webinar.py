"""A webinar: one speaks, others listen, unseen and with nothing of theirs open, until a host gives one of them the word."""

from playwright.sync_api import expect

from asking import comes_true
from at_a_meeting import comes_by, goes_on, in_state, joins, makes_a_meeting, meets, sees, watched

# How many of the page's connections are open.
OPEN = "() => window.connections.filter((one) => one.connectionState === 'connected').length"


def chooses(page, reaction: str) -> None:
    page.locator("[popovertarget=meeting-more]").click()
    page.locator(f"[data-reaction={reaction}]").click()


def test_hundreds_listen_and_one_is_given_the_word(people, chromium, firefox):
    ana = watched(people("Ana Horvat", chromium).registers())
    link = makes_a_meeting(ana, lobby=False, webinar=True)
    cleo, finn = watched(people("Cleo", firefox)), watched(people("Finn", chromium))
    # Whoever comes too early is told that nothing is wrong.
    comes_by(cleo, link, "Cleo Visitor")
    expect(cleo.page.locator(".listening")).to_contain_text("camera and microphone stay off")
    cleo.page.locator("[data-action=start]").click()
    in_state(cleo.page, "talking")
    expect(cleo.page.locator("[data-call=empty]")).to_be_visible()

    joins(ana.page)
    comes_by(finn, link, "Finn Visitor")
    finn.page.locator("[data-action=start]").click()
    for page in (cleo.page, finn.page):
        in_state(page, "talking")
        sees(page, "Ana Horvat")
        meets(page, others=1)
        expect(page.locator("[data-call=status]")).to_have_text("3 people")
        expect(page.locator("[data-call=empty]")).to_be_hidden()
        for device in ("microphone", "camera", "screen"):
            expect(page.locator(f".controls [data-action={device}]")).to_be_hidden()
        # Nothing was asked for, and there is no way by which anything could be sent.
        assert page.evaluate("window.captured") == []
        comes_true(page, f"() => ({OPEN})() === 1")
    # Of each other they know the number.
    cleo.page.locator(".controls [data-action=people]").click()
    expect(cleo.page.locator("[data-call=list] li")).to_have_count(2)
    expect(cleo.page.locator("[data-call=list]")).not_to_contain_text("Finn")
    expect(cleo.page.locator("[data-call=unseen]")).to_have_text("and 1 person who listens")

    # What they show is counted.
    chooses(cleo.page, "applause")
    for page in (ana.page, finn.page):
        expect(page.locator("[data-call=applause]")).to_have_text("👏 1")

    # A hand goes up, for the host alone, and its owner is given the word.
    finn.page.locator(".controls [data-action=hand]").click()
    expect(finn.page.locator(".controls [data-action=hand]")).to_have_attribute("aria-pressed", "true")
    ana.page.locator(".controls [data-action=people]").click()
    # In front of who came before, as they ask for it.
    row = ana.page.locator("[data-call=list] li").nth(1)
    expect(row).to_contain_text("Finn Visitor")
    expect(row).to_contain_text("Hand raised, place 1")
    row.locator("[data-action=giveWord]").click()
    sees(ana.page, "Ana Horvat", "Finn Visitor")
    sees(cleo.page, "Ana Horvat", "Finn Visitor")
    expect(finn.page.locator("[data-call=hint]")).to_contain_text("You may speak now")
    assert finn.page.evaluate("window.captured") == [], "nobody is seen or heard who does not choose it"
    for device in ("microphone", "camera"):
        finn.page.locator(f".controls [data-action={device}]").click()
    meets(cleo.page, others=2)
    meets(ana.page, others=1)
    goes_on(finn.page, "Ana Horvat")

    # Everybody may speak from now on, and sees who is there.
    ana.page.locator("[data-call=webinar] input").uncheck()
    sees(finn.page, "Ana Horvat", "Finn Visitor", "Cleo Visitor")
    expect(cleo.page.locator("[data-call=unseen]")).to_be_hidden()
    cleo.page.locator(".controls [data-action=microphone]").click()
    expect(finn.page.locator("[data-call=grid] li", has_text="Cleo Visitor").locator("[data-tile=muted]")).to_be_hidden()
    # And listens again.
    ana.page.locator("[data-call=webinar] input").check()
    sees(finn.page, "Ana Horvat")
    for page in (cleo.page, finn.page):
        expect(page.locator("[data-call=root]")).to_have_attribute("data-own-role", "attendee")
        page.wait_for_function("() => window.captured.every((track) => track.readyState === 'ended')")
