"""How a call makes itself known, and to whom."""

import struct
import zlib

import pytest
from playwright.sync_api import expect

from test_first_call import answers, meet, starts_calling, wait_for_frames
from test_guest_call import in_state

# Counts what sounds and what the system is asked to show.
WATCH = """
globalThis.heard = { tones: 0, questions: 0, shown: [] };
const start = OscillatorNode.prototype.start;
OscillatorNode.prototype.start = function (...at) { heard.tones += 1; return start.apply(this, at); };
"""
# One page rings, and one waits to ring.
TURNS = "() => navigator.locks.query().then(({ held, pending }) => held.length === 1 && pending.length === 1)"
# A system that shows notifications, and a window that is not in front.
SYSTEM = """
globalThis.Notification = class extends EventTarget {
  static permission = "default";
  static async requestPermission() { heard.questions += 1; return (Notification.permission = "%s"); }
  constructor(title) { super(); heard.shown.push(title); }
  close() { heard.shown.push("closed"); }
};
document.hasFocus = () => false;
"""


def dialog(person):
    return person.page.locator("dialog[data-call=incoming]")


def test_the_dialog_shows_the_callers_own_face(people, chromium):
    ana, ben = people("Ana Horvat", chromium), people("Ben Okafor", chromium)
    meet(ana, ben)
    ben.page.goto("/")
    hue = ben.page.locator(f"[data-row='{ana.id}'] .face").get_attribute("data-hue")
    starts_calling(ana, ben)
    face = dialog(ben).locator("[data-incoming=face]")
    expect(face).to_have_attribute("data-hue", hue)
    expect(face).to_have_text("AH")
    ana.page.locator(".controls [data-action=hang-up]").click()
    in_state(ana.page, "ended")

    shows_picture_to_contacts(ana)
    starts_calling(ana, ben)
    picture = face.locator("img")
    expect(picture).to_be_visible()
    assert picture.get_attribute("src").startswith(f"/people/{ana.id}/picture/")
    ben.page.wait_for_function("() => document.querySelector('[data-incoming=face] img').naturalWidth > 0")


def shows_picture_to_contacts(person) -> None:
    page = person.page
    page.goto("/settings/profile")
    page.set_input_files("#picture", {"name": "me.png", "mimeType": "image/png", "buffer": small_picture()})
    page.locator("section[aria-labelledby=picture-title] form button").first.click()
    expect(page.locator(".site-message")).to_be_visible()
    page.goto("/settings/privacy")
    page.locator("input[name=visibility-picture][value=contacts]").check(force=True)
    page.fill("input[type=password]", person.passwords)
    page.locator("main form button.button-main").last.click()
    expect(page.locator(".site-message")).to_be_visible()


def small_picture(side: int = 64) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    rows = (b"\0" + b"\x30\x80\xa0" * side) * side
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def test_a_caller_whose_name_is_not_for_others_is_announced_in_the_language_of_who_is_called(people, chromium):
    ana, ben = people("Ana Horvat", chromium), people("Ben Okafor", chromium, locale="fr")
    ana.registers(visibility="nobody")
    ben.registers()
    ana.asks(ben)
    ben.accepts(ana)
    ben.page.goto("/")
    starts_calling(ana, ben)
    expect(dialog(ben).locator("[data-incoming=name]")).to_have_text(f"Membre {ana.id[-4:]}")
    expect(dialog(ben)).not_to_contain_text("Ana")


@pytest.mark.parametrize("browser", ["chromium", "firefox"])
def test_a_call_rings_and_shows_in_the_title_until_it_is_silenced(people, chromium, request, browser):
    ana, ben = people("Ana Horvat", chromium), people("Ben Okafor", request.getfixturevalue(browser))
    meet(ana, ben)
    ben.context.add_init_script(WATCH)
    ben.page.goto("/")
    # Browsers let a page sound once somebody has touched it.
    ben.page.locator("h1").click()
    quiet_title = ben.page.title()
    starts_calling(ana, ben)
    expect(dialog(ben)).to_be_visible()
    # Firefox makes no sound on a machine without a sound card.
    if browser == "chromium":
        ben.page.wait_for_function("() => heard.tones > 0")
    ben.page.wait_for_function("() => document.title.includes('Ana Horvat is calling')")
    ben.page.keyboard.press("Escape")
    expect(dialog(ben)).to_be_hidden()
    expect(ben.page).to_have_title(quiet_title)
    assert ben.page.evaluate("() => heard.questions") == 0, "nobody asked for notifications"


def test_of_several_pages_one_rings_and_another_goes_on_when_it_is_closed(people, chromium):
    ana, ben = people("Ana Horvat", chromium), people("Ben Okafor", chromium)
    meet(ana, ben)
    ben.context.add_init_script(WATCH)
    pages = [ben.page, ben.context.new_page()]
    for page in pages:
        page.goto("/")
        page.locator("h1").click()
    starts_calling(ana, ben)
    for page in pages:
        expect(page.locator("dialog[data-call=incoming]")).to_be_visible()
        page.wait_for_function(TURNS)
    ringing = [page for page in pages if page.evaluate("() => heard.tones") > 0]
    assert len(ringing) == 1
    other = pages[1 - pages.index(ringing[0])]
    ringing[0].close()
    other.wait_for_function("() => heard.tones > 0")


def test_a_ring_that_was_switched_off_stays_off(people, chromium):
    ana, ben = people("Ana Horvat", chromium), people("Ben Okafor", chromium)
    meet(ana, ben)
    ben.context.add_init_script(WATCH)
    ben.page.goto("/calls/preview")
    aloud = ben.page.locator("input[data-ring=ringsAloud]")
    expect(aloud).to_be_checked()
    aloud.uncheck()
    ben.page.reload()
    expect(aloud).not_to_be_checked()
    ben.page.locator("[data-action=play-ring]").click()
    ben.page.wait_for_function("() => heard.tones > 0")
    ben.page.goto("/")
    ben.page.locator("h1").click()
    starts_calling(ana, ben)
    ben.page.wait_for_function("() => document.title.includes('Ana Horvat is calling')")
    ana.page.locator(".controls [data-action=hang-up]").click()
    expect(dialog(ben)).to_be_hidden()
    assert ben.page.evaluate("() => heard.tones") == 0


def test_notifications_are_asked_for_only_by_the_person_and_shown_only_behind_another_window(people, chromium):
    ana, ben = people("Ana Horvat", chromium), people("Ben Okafor", chromium)
    meet(ana, ben)
    ben.context.add_init_script(WATCH + SYSTEM % "granted")
    ben.page.goto("/calls/preview")
    notifies = ben.page.locator("input[data-ring=notifies]")
    expect(notifies).to_be_enabled()
    assert ben.page.evaluate("() => heard.questions") == 0
    notifies.check()
    ben.page.wait_for_function("() => heard.questions === 1 && JSON.parse(localStorage['sotto.devices']).notifies")
    ben.page.goto("/")
    ben.page.evaluate("() => { Notification.permission = 'granted'; }")
    starts_calling(ana, ben)
    expect(dialog(ben)).to_be_visible()
    ben.page.wait_for_function("() => heard.shown.length === 1")
    ana.page.locator(".controls [data-action=hang-up]").click()
    ben.page.wait_for_function("() => heard.shown.length === 2")
    assert ben.page.evaluate("() => heard.shown") == ["Ana Horvat is calling", "closed"]


def test_a_browser_that_refuses_notifications_is_explained(people, chromium):
    ben = people("Ben Okafor", chromium).registers()
    ben.context.add_init_script(WATCH + SYSTEM % "denied")
    ben.page.goto("/calls/preview")
    notifies = ben.page.locator("input[data-ring=notifies]")
    expect(notifies).to_be_enabled()
    notifies.click()
    expect(ben.page.locator("[data-call=ring-words]")).to_contain_text("does not allow notifications")
    expect(notifies).not_to_be_checked()


def test_every_device_rings_until_one_answers(people, chromium):
    ana, ben, phone = people("Ana Horvat", chromium), people("Ben Okafor", chromium), people("Ben's telephone", chromium)
    meet(ana, ben)
    phone.email = ben.email
    phone.signs_in()
    ben.page.goto("/")
    starts_calling(ana, ben)
    expect(dialog(phone)).to_be_visible()
    answers(ben)
    expect(dialog(phone)).to_be_hidden()
    for page in (ana.page, ben.page):
        in_state(page, "talking")
    expect(phone.page.locator("[data-call=root]")).to_have_count(0)


def test_a_second_call_waits_and_takes_over_when_it_is_answered(people, chromium):
    ana, ben, hugo = people("Ana Horvat", chromium), people("Ben Okafor", chromium), people("Hugo Lind", chromium)
    meet(ana, ben)
    hugo.registers()
    hugo.asks(ana)
    ana.accepts(hugo)
    ben.page.goto("/")
    starts_calling(ana, ben)
    answers(ben)
    in_state(ana.page, "talking")
    starts_calling(hugo, ana)
    expect(dialog(ana)).to_contain_text("Hugo Lind")
    expect(dialog(ana)).to_contain_text("is calling while you are in a call")
    expect(dialog(ana)).to_contain_text("the call you are in ends")
    # The first call goes on meanwhile.
    in_state(ben.page, "talking")
    dialog(ana).locator("[data-action=accept]").click()
    in_state(ben.page, "ended")
    for page in (ana.page, hugo.page):
        in_state(page, "talking")
        wait_for_frames(page)


def test_who_is_busy_is_not_rung_and_learns_of_it(people, chromium):
    ana, ben = people("Ana Horvat", chromium), people("Ben Okafor", chromium)
    meet(ana, ben)
    ben.page.goto("/")
    ben.page.locator("button.account").click()
    ben.page.locator("[data-action=presence][value=busy]").click()
    ana.page.goto("/")
    expect(ana.page.locator(f"[data-row='{ben.id}'] .presence")).to_have_attribute("data-presence", "busy")
    starts_calling(ana, ben)
    in_state(ana.page, "ended")
    expect(ana.page.locator("[data-call=ended-title]")).to_contain_text("Ben Okafor")
    expect(ben.page.locator("[data-notices=unread]")).to_be_visible()
    expect(dialog(ben)).to_be_hidden()
