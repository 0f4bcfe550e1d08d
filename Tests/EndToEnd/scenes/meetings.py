"""Meetings."""

from playwright.sync_api import expect

from scenes.calls import is_in
from scenes.stage import scene, submit

# Somebody who is there by the live link alone: the server says of them what it says of people without camera, and no picture costs anything.
COMES_UNSEEN = """async (microphone) => {
  const { live } = await import(document.querySelector('script[src$="/calls/meetingStart.js"]').src.replace('calls/meetingStart', 'live/tab'));
  const meeting = document.querySelector('[data-meeting]').dataset.meeting;
  window.says = (type, fields = {}) => live.command(type, { meeting, ...fields });
  const { seat } = await window.says('meeting.enter');
  await window.says('meeting.tracks', { microphone, camera: false, screen: false });
  return seat;
}"""


def joins(page) -> None:
    expect(page.locator("[data-check=camera]")).to_have_attribute("data-result", "good")
    page.locator("[data-action=start]").click()


# Pictures that nobody sees cost the most of all.
NO_CAMERA = "navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('', 'NotFoundError'); }"


def comes(look, link: str, name: str, *scripts: str):
    """A guest past the door, at the check."""
    guest = look.page("visitor")
    for script in scripts:
        guest.add_init_script(script)
    guest.goto(link)
    guest.fill("#name", name)
    submit(guest)
    is_in(guest, "check")
    return guest


def unseen(look, link: str, name: str, microphone: bool = False):
    guest = comes(look, link, name, NO_CAMERA)
    guest.evaluate(COMES_UNSEEN, microphone)
    return guest


def people(page, count: int) -> None:
    expect(page.locator("[data-call=grid] li")).to_have_count(count)


def seen(page, whom: str) -> None:
    page.wait_for_function("(whom) => document.querySelector(`[data-call=${whom}] li:not([data-own]) video`)?.videoWidth > 0", arg=whom)


def chooses(page, action: str) -> None:
    page.locator("[popovertarget=meeting-more]").click()
    page.locator(f"#meeting-more [data-action={action}]").click()


def begins(look, name: str, lobby: bool):
    """Ana's meeting and its link; she stands at its check."""
    ana = look.page("ana")
    ana.goto("/meetings")
    ana.fill("#name", name)
    ana.locator("input[name=lobby]").set_checked(lobby)
    submit(ana)
    ana.wait_for_url("**/meetings/*")
    return ana, ana.locator("#meeting-link").input_value()


@scene("meeting")
def meeting(look):
    """An ordinary meeting from the check to the end: two people, then six, and everything that they can open."""
    ana, link = begins(look, "Rehearsal of the choir", lobby=True)
    expect(ana.locator("[data-check=camera]")).to_have_attribute("data-result", "good")
    yield "check", ana
    joins(ana)
    is_in(ana, "talking")
    people(ana, 1)

    cleo = comes(look, link, "Cleo Visitor")
    joins(cleo)
    is_in(cleo, "waiting")
    expect(cleo.locator("[data-call=status]")).not_to_be_empty()
    yield "lobby", cleo, False
    expect(ana.locator("[data-call=waiting-count]")).to_be_visible()
    ana.locator(".controls [data-action=people]").click()
    yield "knock", ana, False
    ana.locator("[data-call=waiting] [data-action=admit]").click()
    is_in(cleo, "talking")
    ana.locator("[data-action=people-close]").click()
    for page in (ana, cleo):
        people(page, 2)
        seen(page, "grid")
    yield "two", cleo, False

    ana.locator(".controls [data-action=people]").click()
    ana.locator("[data-call=door] input").uncheck()
    ana.locator("[data-action=people-close]").click()
    others = [unseen(look, link, name, name.startswith("Dora")) for name in ("Dora Lindqvist", "Emil", "Maximiliane von Hohenstein-Oettingen", "Said Al-Masri")]
    _, emil, maxi, said = others
    for page in (ana, cleo):
        people(page, 6)
    said.evaluate("window.says('meeting.hand', { isRaised: true })")
    cleo.locator(".controls [data-action=hand]").click()
    expect(ana.locator("[data-tile=hand]:visible")).to_have_count(2)
    maxi.evaluate("window.says('meeting.react', { reaction: 'applause' })")
    emil.close()
    expect(ana.locator("[data-tile=trouble]:visible")).to_have_count(1)
    yield "six", ana, False
    ana.locator(".controls [data-action=people]").click()
    yield "people", ana, False

    cleo.locator(".controls [data-action=chat]").click()
    ana.locator(".controls [data-action=chat]").click()
    for writer, words in ((cleo, "Is the hall free at six?"), (ana, "From half past. I have the scores here, one for each voice."), (cleo, "Then I bring the chairs.")):
        writer.locator("#chat-text").fill(words)
        writer.keyboard.press("Enter")
        expect((cleo if writer is ana else ana).locator("[data-call=messages]")).to_contain_text(words)
    yield "text", cleo, False
    for page in (ana, cleo):
        page.locator("[data-action=chat-close]").click()

    ana.locator("[popovertarget=meeting-more]").click()
    yield "more", ana, False
    ana.locator("#meeting-more [data-action=polls]").click()
    ana.locator("[data-call=poll-new] summary").click()
    yield "poll-new", ana, False
    ana.fill("#poll-question", "When do we rehearse the second piece?")
    for place, answer in enumerate(("On Monday evening", "On Friday, before the concert")):
        ana.locator("[data-call=poll-fields] input").nth(place).fill(answer)
    ana.locator("[data-call=poll-form] [type=submit]").click()
    expect(cleo.locator("[data-call=poll-call]")).to_be_visible()
    yield "poll-call", cleo, False
    cleo.locator("[data-action=polls-see]").click()
    cleo.locator("li.poll input").first.check()
    cleo.locator("li.poll [data-poll=vote]").click()
    expect(ana.locator("li.poll .poll-bar").first).to_be_visible()
    yield "poll-results", cleo, False
    for page in (ana, cleo):
        page.locator("[data-action=polls-close]").click()

    for name in ("devices", "shortcuts"):
        chooses(cleo, name)
        yield name, cleo, False
        cleo.keyboard.press("Escape")

    ana.locator(".controls [data-action=people]").click()
    rows = ana.locator("[data-call=list] li")
    rows.filter(has_text="Ana").locator("[data-action=captioner]").click()
    cleo.locator(".controls [data-action=microphone]").click()
    rows.filter(has_text="Cleo").locator("[data-action=ask]").click()
    ana.locator("[data-action=people-close]").click()
    expect(cleo.locator("[data-call=asked]")).to_be_visible()
    chooses(cleo, "captions")
    cleo.keyboard.press("Escape")
    for words in ("We begin with the second piece, from the letter B, and the altos come in two bars later.", "Not too loud."):
        ana.locator("#caption").fill(words)
        ana.locator("#caption").press("Enter")
        expect(cleo.locator("[data-call=captions]")).to_contain_text(words)
    yield "captions", cleo, False
    cleo.locator("[data-action=asked-no]").click()

    ana.locator(".controls [data-action=screen]").click()
    seen(cleo, "screens")
    yield "sharing", ana, False
    cleo.locator("[data-call=grid] li", has_text="Ana").locator("[data-action=pin]").focus()
    cleo.keyboard.press("Enter")
    yield "screen-large", cleo, False
    miro = comes(look, link, "Miro Visitor")
    joins(miro)
    is_in(miro, "talking")
    miro.locator(".controls [data-action=screen]").click()
    cleo.wait_for_function("() => [...document.querySelectorAll('[data-call=screens] video')].filter((one) => one.videoWidth > 0).length === 2")
    cleo.locator("[data-call=grid] li", has_text="Ana").locator("[data-action=pin]").click()
    yield "screens", cleo, False
    cleo.locator("[data-call=screens] [data-action=pin]").last.click()
    yield "screens-large", cleo, False

    cleo.locator(".controls [data-action=leave]").click()
    is_in(cleo, "ended")
    yield "left", cleo
    ana.locator(".controls [data-action=people]").click()
    ana.locator("[data-call=end] button").click()
    yield "end-question", ana, False
    ana.locator("[data-action=end-for-all]").click()
    is_in(ana, "ended")
    yield "ended", ana


@scene("meeting-refused")
def meeting_refused(look):
    """Who is not let in by the host, and who comes to a locked one."""
    ana, link = begins(look, "Rehearsal of the choir", lobby=True)
    joins(ana)
    is_in(ana, "talking")
    cleo = comes(look, link, "Cleo Visitor")
    joins(cleo)
    is_in(cleo, "waiting")
    ana.locator(".controls [data-action=people]").click()
    ana.locator("[data-call=waiting] [data-action=refuse]").click()
    is_in(cleo, "ended")
    yield "not-let-in", cleo
    finn = comes(look, link, "Finn Visitor", NO_CAMERA)
    ana.locator("[data-call=lock] input").check()
    expect(ana.locator("[data-call=locked]")).to_be_visible()
    yield "lock", ana, False
    finn.locator("[data-action=start]").click()
    is_in(finn, "ended")
    yield "locked", finn
    stranger = look.page("visitor")
    stranger.goto(link)
    yield "locked-door", stranger


# As the media server does where it begins no meeting.
IS_FULL = """async () => {
  const start = document.querySelector('script[src$="/calls/meetingStart.js"]').src;
  const { live } = await import(start.replace('calls/meetingStart', 'live/tab'));
  const { Refusal } = await import(start.replace('calls/meetingStart', 'live/refusal'));
  const ask = live.command.bind(live);
  live.command = (type, ...it) => {
    if (!['meeting.check', 'meeting.publish'].includes(type)) return ask(type, ...it);
    return Promise.reject(new Refusal({ type: 'urn:sotto:problem.mediaBusy', title: '', status: 503, retryAfter: 60 }));
  };
}"""


@scene("meeting-full")
def meeting_full(look):
    """A server at its limit, as told in the check and inside."""
    ana, _ = begins(look, "Rehearsal of the choir", lobby=False)
    ana.evaluate(IS_FULL)
    ana.locator("[data-action=check-connection]").click()
    expect(ana.locator("[data-check=connection]")).to_have_attribute("data-result", "off")
    # The whole page is drawn as it stands, with what is fixed to the window in its middle.
    ana.evaluate("scrollTo(0, 0)")
    yield "check", ana
    joins(ana)
    is_in(ana, "talking")
    expect(ana.locator("[data-call=status]")).not_to_be_empty()
    yield "held", ana, False


@scene("meeting-planned")
def meeting_planned(look):
    """Planning, what is said of mistakes, the list, and the door of a meeting that is to come and of one that is off."""
    page = look.page("ana")
    page.goto("/meetings/plan")
    yield "form", page
    page.locator("#repeats").select_option("weekly")
    submit(page)
    yield "mistakes", page
    page.fill("#name", "Rehearsal of the choir")
    page.fill("#until", page.locator("#on").input_value())
    submit(page)
    page.wait_for_url("**/meetings")
    yield "list", page
    link = page.locator("input[id^=link-]").first.input_value()
    visitor = look.page("visitor")
    visitor.goto(link)
    yield "door", visitor
    member = look.page("ben")
    member.goto(link)
    yield "door-member", member
    page.locator("form[action$='/cancel'] button").first.click()
    page.wait_for_load_state()
    visitor.goto(link)
    yield "door-cancelled", visitor


@scene("meeting-webinar")
def meeting_webinar(look):
    """A webinar as who comes to listen meets it, and as its host has it: door, check, nobody there yet, a hand, applause."""
    ana = look.page("ana")
    ana.goto("/meetings")
    ana.fill("#name", "Evening about the new ferries")
    ana.locator("input[name=lobby]").uncheck()
    ana.locator("input[name=webinar]").check()
    yield "make", ana
    submit(ana)
    ana.wait_for_url("**/meetings/*")
    link = ana.locator("#meeting-link").input_value()
    guests = []
    for name in ("Cleo Visitor", "Miro Visitor"):
        guest = look.page("visitor")
        guests.append(guest)
        guest.goto(link)
        if len(guests) == 1:
            yield "door", guest
        guest.fill("#name", name)
        submit(guest)
        is_in(guest, "check")
        if len(guests) == 1:
            yield "check", guest
        guest.locator("[data-action=start]").click()
        is_in(guest, "talking")
    cleo, _ = guests
    expect(cleo.locator("[data-call=unseen]")).not_to_be_empty()
    yield "early", cleo, False
    expect(ana.locator("[data-check=camera]")).to_have_attribute("data-result", "good")
    ana.locator("[data-action=start]").click()
    is_in(ana, "talking")
    cleo.wait_for_function("() => document.querySelector('[data-call=grid] video')?.videoWidth > 0")
    cleo.locator(".controls [data-action=hand]").click()
    expect(cleo.locator(".controls [data-action=hand]")).to_have_attribute("aria-pressed", "true")
    cleo.locator("[popovertarget=meeting-more]").click()
    cleo.locator("[data-reaction=applause]").click()
    cleo.keyboard.press("Escape")
    ana.locator(".controls [data-action=people]").click()
    expect(ana.locator("[data-call=applause]")).to_be_visible()
    yield "host", ana, False
    yield "listener", cleo, False
    cleo.locator(".controls [data-action=people]").click()
    yield "people", cleo, False
