"""Calls between two."""

from playwright.sync_api import expect

from scenes.stage import scene, submit


@scene("call-preview")
def call_preview(look):
    page = look.page("ana")
    page.goto("/calls/preview")
    expect(page.locator("[data-check=camera]")).to_have_attribute("data-result", "good")
    yield "", page


@scene("call-refused")
def call_refused(look):
    for state, error in {"denied": "NotAllowedError", "taken": "NotReadableError", "missing": "NotFoundError"}.items():
        page = look.page("ana")
        page.add_init_script(f"navigator.mediaDevices.getUserMedia = async () => {{ throw new DOMException('', '{error}'); }}")
        page.goto("/calls/preview")
        expect(page.locator("[data-call=guidance] [data-guidance]:not([hidden])")).to_be_visible()
        expect(page.locator("[data-check=camera]")).to_have_attribute("data-result", "bad")
        yield state, page


def opens_check(look, caller: str = "ana", callee: str = "Ben Sousa"):
    page = look.page(caller)
    page.goto("/")
    page.locator("[data-list=contacts] li.person", has_text=callee).locator("a[data-action=call]").click()
    page.locator("[data-call=root][data-local-camera=on]").wait_for()
    return page


def is_in(page, state: str) -> None:
    expect(page.locator("[data-call=root]")).to_have_attribute("data-state", state)


def in_a_call(look):
    ben = look.page("ben")
    ben.goto("/")
    ana = opens_check(look)
    ana.locator("[data-action=start]").click()
    ben.locator("dialog[data-call=incoming] [data-action=accept]").click()
    for page in (ana, ben):
        is_in(page, "talking")
        expect(page.locator("[data-call=code]")).not_to_be_empty()
        expect(page.locator("[data-call=quality-button]")).to_be_visible()
        expect(page.locator("[data-call=root]")).to_have_attribute("data-remote-camera", "on")
        page.wait_for_function("() => document.querySelector('[data-call=remote-video]').videoWidth > 0")
    return ana, ben


def hangs_up(page) -> None:
    page.locator(".controls [data-action=hang-up]").click()
    is_in(page, "ended")


@scene("call-ringing")
def call_ringing(look):
    ben = look.page("ben")
    ben.goto("/")
    page = opens_check(look)
    yield "check", page
    page.locator("[data-action=start]").click()
    is_in(page, "ringing")
    yield "out", page, False
    expect(ben.locator("dialog[data-call=incoming]")).to_be_visible()
    yield "incoming", ben, False
    ben.locator("dialog[data-call=incoming] [data-action=decline]").click()
    is_in(page, "ended")
    yield "declined", page


@scene("call")
def call(look):
    ana, ben = in_a_call(look)
    yield "talking", ana, False
    ana.locator("[data-call=code-button]").click()
    yield "code", ana, False
    ana.keyboard.press("Escape")
    ana.locator("[data-call=quality-button]").click()
    yield "quality", ana, False
    ana.keyboard.press("Escape")
    ana.locator("[popovertarget=call-more]").click()
    yield "more", ana, False
    for name in ("devices", "shortcuts"):
        if not ana.locator("#call-more").is_visible():
            ana.locator("[popovertarget=call-more]").click()
        ana.locator(f"#call-more [data-action={name}]").click()
        yield name, ana, False
        ana.keyboard.press("Escape")
    for writer, words in ((ana, "Is the rehearsal still at six?"), (ben, "Half past. The hall is taken until then."), (ana, "Then I bring the score.")):
        if writer.locator("[data-call=chat]").is_hidden():
            writer.locator(".controls [data-action=chat]").click()
        writer.locator("#chat-text").fill(words)
        writer.keyboard.press("Enter")
        expect((ben if writer is ana else ana).locator("[data-call=messages]")).to_contain_text(words)
    yield "text", ana, False
    ana.locator("[data-action=chat-close]").click()
    ben.locator(".controls [data-action=microphone]").click()
    ben.locator(".controls [data-action=camera]").click()
    expect(ana.locator("[data-call=remote-camera-off]")).to_be_visible()
    yield "muted", ana, False
    yield "own-muted", ben, False
    ben.locator(".controls [data-action=screen]").click()
    expect(ana.locator("[data-call=remote-screen]")).to_be_visible()
    ana.wait_for_function("() => document.querySelector('[data-call=remote-screen]').videoWidth > 0")
    yield "screen", ana, False
    yield "sharing", ben, False
    hugo = opens_check(look, "hugo", "Ana Sousa")
    hugo.locator("[data-action=start]").click()
    expect(ana.locator("dialog[data-call=incoming]")).to_be_visible()
    yield "waiting", ana, False
    ana.locator("dialog[data-call=incoming] [data-action=decline]").click()
    hangs_up(ana)
    yield "ended", ana


@scene("call-add")
def call_add(look):
    """Adding somebody: whom, whether the other agrees, and what the third is asked."""
    ana, ben = in_a_call(look)
    hugo = look.page("hugo")
    hugo.goto("/")
    adds = ana.locator(".controls [data-action=add], #call-more [data-action=add]").filter(visible=True)
    if not adds.count():
        ana.locator("[popovertarget=call-more]").click()
    adds.click()
    expect(ana.locator("[data-call=add-list] li")).not_to_have_count(0)
    yield "whom", ana, False
    ana.locator("[data-call=add-list] button", has_text="Hugo").click()
    expect(ben.locator("dialog[data-call=add-question]")).to_be_visible()
    yield "question", ben, False
    yield "asking", ana, False
    ben.locator("[data-action=add-agree]").click()
    expect(hugo.locator("dialog[data-call=incoming]")).to_be_visible()
    yield "incoming", hugo, False
    hugo.locator("dialog[data-call=incoming] [data-action=decline]").click()
    expect(ana.locator("[data-call=hint]")).to_be_visible()
    yield "declined", ana, False
    hangs_up(ana)


@scene("call-guest")
def call_guest(look):
    ana = look.page("ana")
    ana.goto("/guest-links")
    submit(ana)
    link = ana.locator("#fresh-url").input_value()
    ana.goto("/")
    guest = look.page("visitor")
    guest.goto(link)
    guest.fill("#name", "Cleo Visitor")
    submit(guest)
    is_in(guest, "check")
    yield "check", guest
    expect(ana.locator("dialog[data-call=incoming]")).to_be_visible()
    yield "door", ana, False
    guest.locator("[data-action=start]").click()
    is_in(guest, "lobby")
    yield "lobby", guest, False
    ana.locator("dialog[data-call=incoming] [data-action=decline]").click()
    is_in(guest, "ended")
    yield "not-let-in", guest


@scene("call-missed")
def call_missed(look):
    ana = opens_check(look)
    ana.locator("[data-action=start]").click()
    is_in(ana, "ringing")
    hangs_up(ana)
    yield "cancelled", ana
    ben = look.page("ben")
    ben.goto("/")
    yield "people", ben
    ben.goto("/notices")
    yield "notices", ben
