"""What one can do in a call, and what the other side notices of it."""

import re

from playwright.sync_api import expect

from peer_page import PATIENCE

PRESSED = "aria-pressed"


def control(person, action):
    return person.page.locator(f'.controls [data-action="{action}"]')


def test_muting_silences_and_is_shown_on_the_other_side(long_call):
    ana, ben = long_call
    ana.gets_media()
    ben.presses("microphone")
    expect(control(ben, "microphone")).to_have_attribute(PRESSED, "false")
    expect(ana.region("remote-muted")).to_be_visible(timeout=PATIENCE)
    expect(ana.region("hint")).to_contain_text("You can't hear Ben")
    # Silence costs a tenth of the packets (DTX), and what comes has nothing in it.
    ana.wait_until(QUIET)
    ben.presses("microphone")
    expect(ana.region("remote-muted")).to_be_hidden(timeout=PATIENCE)
    ana.gets_media(ana.measure())


QUIET = """
async () => {
  const energy = async () => {
    for (const entry of (await seen.connections.at(-1).getStats()).values())
      if (entry.type === "inbound-rtp" && entry.kind === "audio" && entry.totalAudioEnergy > 0) return entry.totalAudioEnergy;
  };
  const before = await energy();
  await new Promise((resolve) => setTimeout(resolve, 1000));
  return (await energy()) - before < 1e-6;
}
"""


def test_a_camera_that_is_off_is_really_closed(long_call):
    ana, ben = long_call
    before = ben.live_tracks()
    ben.presses("camera")
    expect(ana.region("remote-camera-off")).to_be_visible(timeout=PATIENCE)
    expect(ana.root).to_have_attribute("data-remote-camera", "off")
    ben.wait_until("(before) => seen.tracks.filter((track) => track.readyState === 'live').length < before", before)
    ben.presses("camera")
    expect(ana.root).to_have_attribute("data-remote-camera", "on", timeout=PATIENCE)
    ana.gets_media(ana.measure())


def test_a_shared_screen_arrives_and_stops_cleanly(long_call):
    ana, ben = long_call
    ben.presses("screen")
    expect(ben.region("sharing")).to_be_visible(timeout=PATIENCE)
    expect(ben.region("sharing")).to_contain_text("Ana sees your screen")
    expect(ana.region("remote-screen")).to_be_visible(timeout=PATIENCE)
    ana.wait_until("() => document.querySelector('[data-call=remote-screen]').videoWidth > 400")
    # The camera goes on beside it.
    ana.gets_media(ana.measure())
    ben.presses("screen-stop")
    expect(ana.region("remote-screen")).to_be_hidden(timeout=PATIENCE)
    expect(ben.region("sharing")).to_be_hidden()


def test_text_beside_the_call_never_touches_the_server(long_call):
    ana, ben = long_call
    marker = "the key is under the blue pot"
    ana.presses("chat")
    ana.page.locator("#chat-text").fill(marker)
    ana.page.keyboard.press("Enter")
    expect(ben.region("unread")).to_have_text("1", timeout=PATIENCE)
    ben.presses("chat")
    expect(ben.region("messages")).to_contain_text(marker)
    expect(ben.region("messages")).to_contain_text("Ana")
    expect(ana.region("messages").locator("[data-waiting]")).to_have_count(0, timeout=PATIENCE)
    for person in (ana, ben):
        person.page.keyboard.press("Escape")
        expect(person.region("chat")).to_be_hidden()


def test_single_keys_work_unless_one_types_or_switched_them_off(long_call):
    ana, _ = long_call
    ana.page.locator("#stage-title").click()
    ana.page.keyboard.press("m")
    expect(control(ana, "microphone")).to_have_attribute(PRESSED, "false")
    ana.page.keyboard.press("m")
    expect(control(ana, "microphone")).to_have_attribute(PRESSED, "true")
    ana.page.keyboard.press("c")
    ana.page.keyboard.type("m")
    expect(ana.page.locator("#chat-text")).to_have_value("m")
    ana.page.locator("#chat-text").fill("")
    ana.page.keyboard.press("Escape")
    ana.page.keyboard.press("?")
    expect(ana.region("shortcuts")).to_be_visible()
    ana.page.locator("input[data-single-keys]").uncheck()
    ana.page.keyboard.press("Escape")
    ana.page.locator("#stage-title").click()
    ana.page.keyboard.press("m")
    expect(control(ana, "microphone")).to_have_attribute(PRESSED, "true")
    ana.page.locator("input[data-single-keys]").evaluate("(box) => box.click()")


def test_another_microphone_takes_over_without_dropping(long_call):
    ana, ben = long_call
    before = ana.measure()
    ben.page.locator('[popovertarget="call-more"]').click()
    ben.presses("devices")
    menu = ben.page.locator("#call-microphone")
    expect(menu.locator("option")).not_to_have_count(1, timeout=PATIENCE)
    menu.select_option(index=1)
    expect(ben.region("hint")).to_contain_text("Now using", timeout=PATIENCE)
    assert ben.page.evaluate("() => JSON.parse(localStorage['sotto.devices']).microphone.length > 0")
    ben.page.keyboard.press("Escape")
    ana.gets_media(before)


def test_quality_is_told_in_words(long_call):
    ana, _ = long_call
    expect(ana.region("quality-summary")).to_have_text(re.compile("Good|Fair|Poor"), timeout=PATIENCE)
    ana.region("quality-button").click()
    expect(ana.region("quality-path")).to_have_text("Direct, from device to device", timeout=PATIENCE)
    ana.page.keyboard.press("Escape")
    expect(ana.region("status")).to_have_text("Connected")
