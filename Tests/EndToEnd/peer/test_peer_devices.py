"""Devices that are switched, pulled out or taken while one talks, and what is read out meanwhile."""

from playwright.sync_api import expect

from peer_page import PATIENCE, in_a_call


def opens_devices(person) -> None:
    person.page.locator('[popovertarget="call-more"]').click()
    person.page.locator('#call-more [data-action="devices"]').click()


def test_noise_and_echo_are_a_choice_that_holds_at_once_and_next_time(talking):
    ana, ben = talking
    opens_devices(ben)
    settings = "() => seen.tracks.findLast((track) => track.kind === 'audio' && track.readyState === 'live').getSettings()"
    assert ben.page.evaluate(settings)["echoCancellation"]
    before = ana.measure()
    ben.page.locator("input[data-sound=echoCancellation]").uncheck()
    ben.wait_until(f"() => ({settings})().echoCancellation === false")
    ben.page.locator("input[data-sound=noiseSuppression]").uncheck()
    ben.wait_until(f"() => ({settings})().noiseSuppression === false")
    ana.gets_media(before)
    # The device that was used before is free: one microphone and one camera remain.
    ben.wait_until("() => seen.tracks.filter((track) => track.readyState === 'live').length === 2")
    ben.page.reload()
    ben.sees_state("talking")
    opens_devices(ben)
    expect(ben.page.locator("input[data-sound=echoCancellation]")).not_to_be_checked()


def test_another_camera_that_is_taken_leaves_the_one_in_use(talking):
    ana, ben = talking
    ben.page.evaluate("() => { navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', 'NotReadableError')); }")
    ben.presses("camera")
    expect(ana.region("remote-camera-off")).to_be_visible(timeout=PATIENCE)
    ben.presses("camera")
    expect(ben.region("hint")).to_contain_text("Another program is using your device", timeout=PATIENCE)
    expect(ben.page.locator('.controls [data-action="camera"]')).to_have_attribute("aria-pressed", "false")
    # Sound goes on.
    ana.gets_media(ana.measure(), picture=False)


def test_a_microphone_that_is_pulled_out_is_replaced_and_said(talking):
    ana, ben = talking
    ana.gets_media()
    ben.page.evaluate(
        """() => {
          const track = seen.tracks.findLast((one) => one.kind === "audio" && one.readyState === "live");
          track.stop();
          track.dispatchEvent(new Event("ended"));
        }"""
    )
    expect(ben.region("hint")).to_contain_text("was unplugged. Now using", timeout=PATIENCE)
    ana.gets_media(ana.measure())


READ_OUT = """
(() => {
  globalThis.read = [];
  const note = (place) => place?.textContent.trim() && read.at(-1) !== place.textContent.trim() && read.push(place.textContent.trim());
  const watch = () => {
    for (const place of document.querySelectorAll('.stage [role=status]'))
      new MutationObserver(() => place.hidden || note(place)).observe(place, { childList: true, characterData: true, subtree: true, attributes: true });
  };
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", watch); else watch();
})();
"""


def test_what_happens_is_read_out(pair):
    ana, ben = pair
    ana.page.add_init_script(READ_OUT)
    in_a_call(ana, ben)
    ben.presses("microphone")
    expect(ana.region("hint")).to_contain_text("You can't hear Ben", timeout=PATIENCE)
    ana.presses("microphone")
    expect(ana.region("hint")).to_contain_text("Microphone off", timeout=PATIENCE)
    read = ana.page.evaluate("() => read")
    for words in ("Ringing Ben…", "Connected", "You can't hear Ben: their microphone is off.", "Microphone off"):
        assert words in read, read
    # The clock of the call ticks in silence.
    assert not any(":" in words and words.replace(":", "").isdigit() for words in read), read
