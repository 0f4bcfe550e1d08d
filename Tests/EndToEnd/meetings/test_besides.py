"""What people in a meeting do beside seeing and hearing each other."""

import re

from playwright.sync_api import expect

from asking import comes_true
from at_a_meeting import comes_by, in_state, joins, looked_at, makes_a_meeting, meets, sees, watched

# A camera that can blur what is behind somebody; the browser's pretended one cannot.
BLURS = """
(() => {
  const of = MediaStreamTrack.prototype;
  const [capabilities, settings, apply] = [of.getCapabilities, of.getSettings, of.applyConstraints];
  of.getCapabilities = function () { return {...capabilities.call(this), ...(this.kind === 'video' ? {backgroundBlur: [false, true]} : {})}; };
  of.getSettings = function () { return {...settings.call(this), backgroundBlur: this.blurs === true}; };
  of.applyConstraints = function (wish) { this.blurs = wish.backgroundBlur; return apply.call(this, {}); };
})()
"""

# Whether so many sounds came that are decoded in two channels.
HEARD = """async (least) => {
  let sounds = 0;
  for (const one of window.connections) {
    if (one.connectionState === 'closed') continue;
    const stats = await one.getStats();
    for (const stat of stats.values()) {
      if (stat.type !== 'inbound-rtp' || stat.kind !== 'audio' || stat.packetsReceived < 20 || !(stat.totalAudioEnergy > 0)) continue;
      if (stats.get(stat.codecId)?.sdpFmtpLine.includes('stereo=1')) sounds += 1;
    }
  }
  return sounds >= least;
}"""


def opens_polls(page) -> None:
    page.locator("[popovertarget=meeting-more]").click()
    page.locator("#meeting-more [data-action=polls]").click()
    expect(page.locator("#polls-title")).to_be_focused()


def test_people_ask_each_other_and_watch_a_film(people, chromium):
    ana, finn = watched(people("Ana Horvat", chromium).registers()), watched(people("Finn", chromium))
    ana.context.add_init_script(BLURS)
    # As on an iPhone.
    finn.context.add_init_script("Object.defineProperty(document, 'fullscreenEnabled', {value: false})")
    comes_by(finn, makes_a_meeting(ana, lobby=False), "Finn Visitor")
    # Whether the way is good enough is tried before joining, with nothing of camera or microphone.
    finn.page.locator("[data-action=check-connection]").click()
    expect(finn.page.locator("[data-check=connection]")).to_have_attribute("data-result", re.compile("good|fair"))
    expect(finn.page.locator("[data-check=connection] [data-check-words]")).to_contain_text("kbit/s")

    # What is behind somebody is blurred where their camera can do that, and not offered elsewhere.
    expect(ana.page.locator("#check-camera ~ label [data-blur]")).to_be_visible()
    ana.page.get_by_role("checkbox", name="Blur what is behind me").check()
    for page in (ana.page, finn.page):
        joins(page)
        in_state(page, "talking")
    for page, blurs in ((ana.page, True), (finn.page, False)):
        page.locator("[popovertarget=meeting-more]").click()
        page.locator("#meeting-more [data-action=devices]").click()
        box = page.locator("[data-call=devices] [data-blur]")
        expect(box).to_be_visible(visible=blurs)
        expect(box).to_be_checked(checked=blurs)
        expect(page.locator("[data-call=devices] [data-device=microphone]")).to_be_enabled()
        page.keyboard.press("Escape")
        # What the browser has not is not offered, neither by button nor by key.
        page.keyboard.press("?")
        expect(page.locator("dialog [data-full-screen]")).to_be_visible(visible=blurs)
        assert page.locator("#meeting-more [data-action=full-screen]").get_attribute("hidden") == (None if blurs else "")
        page.keyboard.press("Escape")
    for page in (ana.page, finn.page):
        sees(page, "Ana Horvat", "Finn Visitor")

    # A question without names, by the keyboard.
    opens_polls(ana.page)
    ana.page.locator("[data-call=poll-new] summary").press("Enter")
    ana.page.fill("#poll-question", "When do we rehearse?")
    for place, answer in enumerate(("Monday", "Friday")):
        ana.page.get_by_label(f"Answer {place + 1}", exact=True).fill(answer)
    ana.page.get_by_label("Without names").check()
    ana.page.locator("[data-call=poll-form] [type=submit]").press("Enter")
    expect(ana.page.locator("li.poll [data-poll=question]")).to_have_text("When do we rehearse?")
    expect(ana.page.locator("#poll-question")).to_have_value("")

    # It calls for an answer; how others answered is seen after one's own.
    call = finn.page.locator("[data-call=poll-call]")
    expect(call).to_contain_text("Ana Horvat asks: When do we rehearse?")
    call.locator("[data-action=polls-see]").click()
    expect(call).to_be_hidden()
    friday = finn.page.get_by_role("group", name="When do we rehearse?").get_by_role("radio", name="Friday")
    expect(finn.page.locator("li.poll .poll-bar:visible")).to_have_count(0)
    friday.press("Space")
    friday.press("Enter")
    results = finn.page.locator("li.poll [data-poll=result]")
    expect(results).to_have_text(["0 votes · 0 %", "1 vote · 100 %"])
    expect(ana.page.locator("li.poll [data-poll=result]")).to_have_text(["0 votes · 0 %", "1 vote · 100 %"])
    expect(ana.page.locator("li.poll [data-poll=names]")).to_have_text(["", ""])
    # They change their mind.
    finn.page.get_by_role("radio", name="Monday").check()
    finn.page.locator("li.poll [data-poll=vote]").click()
    expect(results).to_have_text(["1 vote · 100 %", "0 votes · 0 %"])
    expect(finn.page.locator("li.poll [data-poll=close]")).to_be_hidden()

    # Whoever was there sees what came of it, also after a reload.
    ana.page.locator("li.poll [data-poll=close]").click()
    expect(finn.page.locator("[data-call=hint]")).to_have_text("The poll is closed: When do we rehearse?")
    finn.page.reload()
    joins(finn.page)
    in_state(finn.page, "talking")
    opens_polls(finn.page)
    expect(results).to_have_text(["1 vote · 100 %", "0 votes · 0 %"])
    expect(finn.page.get_by_role("radio", name="Monday")).to_be_disabled()
    expect(call).to_be_hidden()
    finn.page.keyboard.press("Escape")
    expect(finn.page.locator("[popovertarget=meeting-more]")).to_be_focused()

    # A small window on top of everything shows the other, and what is shared as soon as it is.
    for page in (ana.page, finn.page):
        meets(page, others=1)
    ana.page.locator("#stage-title").click()
    ana.page.keyboard.press("i")
    # Nothing is sent to a page behind another but sound, and pictures are back when somebody looks.
    looked_at(ana.page, False)
    looked_at(ana.page, True)
    window = "() => document.pictureInPictureElement?.srcObject?.getVideoTracks()[0].id"
    ana.page.wait_for_function(window)
    face = ana.page.evaluate(window)
    ana.page.locator("[popovertarget=meeting-more]").click()
    expect(ana.page.locator("#meeting-more [data-action=picture-in-picture]")).to_have_attribute("aria-pressed", "true")
    ana.page.keyboard.press("Escape")
    # What it shows goes on behind other pages.
    looked_at(ana.page, False, pictures=True)
    looked_at(ana.page, True)

    # The meeting fills the screen by a key, and the key leads back, or the browser, by Escape.
    fills = "() => document.fullscreenElement?.dataset.call === 'root'"
    for back in ("document.exitFullscreen()", "document.dispatchEvent(new KeyboardEvent('keydown', {key: 'f'}))"):
        ana.page.keyboard.press("f")
        ana.page.wait_for_function(fills)
        expect(ana.page.locator("#meeting-more [data-action=full-screen]")).to_have_attribute("aria-pressed", "true")
        ana.page.evaluate(back)
        ana.page.wait_for_function("() => !document.fullscreenElement")
    expect(ana.page.locator("#meeting-more [data-action=full-screen]")).to_have_attribute("aria-pressed", "false")

    # A screen is heard, and not through the microphone.
    finn.page.locator(".controls [data-action=microphone]").click()
    finn.page.locator(".controls [data-action=screen]").click()
    expect(finn.page.locator("[data-call=sharing]")).to_contain_text("Your screen and its sound are being shared")
    expect(ana.page.locator("[data-call=screens] [data-tile=sound]")).to_be_visible()
    comes_true(ana.page, HEARD, 2)
    ana.page.wait_for_function("(face) => (%s)() !== face" % window, arg=face)
    finn.page.locator("[data-action=screen-stop]").click()
    ana.page.wait_for_function("(face) => (%s)() === face" % window, arg=face)
    ana.page.keyboard.press("i")
    ana.page.wait_for_function("() => !document.pictureInPictureElement")

    # Captions by whom a host asked to, for who wants them.
    ana.page.locator(".controls [data-action=people]").click()
    expect(finn.page.locator("[data-call=caption-form]")).to_be_hidden()
    ana.page.locator("[data-call=list] li", has_text="Finn Visitor").locator("[data-action=captioner]").click()
    ana.page.locator("[popovertarget=meeting-more]").click()
    ana.page.locator("#meeting-more [data-action=captions]").click()
    ana.page.keyboard.press("Escape")
    finn.page.get_by_label("You write the captions").fill("And now the second piece.")
    finn.page.keyboard.press("Enter")
    expect(ana.page.locator("[data-call=captions]")).to_have_text("And now the second piece.")
    expect(finn.page.locator("[data-call=captions]")).to_be_hidden()
    # Ana writes some herself: of what hosts do, that is offered for her own row alone.
    own = ana.page.locator("[data-call=list] li", has_text="Ana").locator("[data-row=actions] > :visible")
    expect(own).to_have_count(1)
    own.click()
    ana.page.get_by_label("You write the captions").fill("By Brahms.")
    ana.page.keyboard.press("Enter")
    expect(ana.page.locator("[data-call=captions]")).to_contain_text("By Brahms.")

    # On a telephone that lies on its side every control is in reach, beside an open panel too.
    ana.page.set_viewport_size({"width": 740, "height": 360})
    reach = """() => {
      const place = document.querySelector('.controls').getBoundingClientRect();
      return [...document.querySelectorAll('.controls > *')].map((one) => one.getBoundingClientRect())
        .every(({left, right}) => left >= place.left - 1 && right <= place.right + 1);
    }"""
    expect(ana.page.locator("#meeting-people")).to_be_visible()
    assert ana.page.evaluate(reach)
    ana.page.locator("[data-action=people-close]").click()
    assert ana.page.evaluate(reach)
