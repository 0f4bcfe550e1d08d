"""The windows a call is looked at in, and the screen that is shown in it."""

import os
import re
import select
import shutil
import subprocess

import pytest
from playwright.sync_api import expect

from gathering import gathering
from peer_page import PATIENCE, in_a_call

ROOT_FLAGS = ["--no-sandbox", "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream", "--allow-loopback-in-peer-connection"]
FIREFOX_PREFERENCES = {
    "media.navigator.streams.fake": True,
    "media.navigator.permission.disabled": True,
    "media.peerconnection.ice.loopback": True,
    "media.peerconnection.ice.obfuscate_host_addresses": False,
    "media.autoplay.default": 0,
}


def more(person, action: str) -> None:
    person.page.locator('[popovertarget="call-more"]').click()
    person.page.locator(f'#call-more [data-action="{action}"]').click()


def test_the_whole_screen_is_taken_and_given_back(talking):
    ana, _ = talking
    more(ana, "full-screen")
    ana.wait_until("() => document.fullscreenElement?.matches('.stage')")
    # All that one needs is within it, also what opens over it.
    for name in ("microphone", "hang-up"):
        expect(ana.page.locator(f'.controls [data-action="{name}"]')).to_be_visible()
    ana.page.keyboard.press("?")
    expect(ana.region("shortcuts")).to_be_visible()
    ana.page.keyboard.press("Escape")
    ana.page.locator("#stage-title").click()
    ana.page.keyboard.press("f")
    ana.wait_until("() => !document.fullscreenElement")
    ana.page.keyboard.press("f")
    ana.wait_until("() => document.fullscreenElement")
    ana.presses("hang-up").sees_state("ended")
    ana.wait_until("() => !document.fullscreenElement")


def test_the_other_side_stays_in_sight_in_a_small_window(talking):
    ana, ben = talking
    ana.gets_media()
    more(ana, "picture-in-picture")
    ana.wait_until("() => document.pictureInPictureElement?.dataset.call === 'remote-video'")
    ben.presses("hang-up")
    ana.sees_state("ended")
    ana.wait_until("() => !document.pictureInPictureElement")


def test_what_a_browser_cannot_do_is_not_offered(people, firefox, chromium):
    ana, _ = in_a_call(people("ana", firefox), people("ben", chromium))
    can = ana.page.evaluate("() => ({ pip: document.pictureInPictureEnabled === true, full: document.fullscreenEnabled })")
    ana.page.locator('[popovertarget="call-more"]').click()
    expect(ana.page.locator('#call-more [data-action="full-screen"]')).to_be_visible(visible=can["full"])
    expect(ana.page.locator('#call-more [data-action="picture-in-picture"]')).to_be_visible(visible=can["pip"])


SOUND = """
async () => {
  const connection = seen.connections.findLast((one) => one.connectionState !== "closed");
  const { mid } = connection.getTransceivers()[3];
  for (const entry of (await connection.getStats()).values())
    if (entry.type === "inbound-rtp" && entry.mid === mid && entry.totalAudioEnergy > 0) return true;
}
"""


def test_a_shared_tab_is_heard_too(server, playwright):
    title = "A tab with music"
    browser = playwright.chromium.launch(
        executable_path="/usr/bin/chromium", args=[*ROOT_FLAGS, f"--auto-select-tab-capture-source-by-title={title}", "--autoplay-policy=no-user-gesture-required"]
    )
    try:
        with gathering(server) as person:
            ana, ben = in_a_call(person("ana", browser), person("ben", browser))
            music = ben.page.context.new_page()
            music.set_content(f"<title>{title}</title><h1>music</h1>")
            music.evaluate("() => { const c = new AudioContext(); const o = c.createOscillator(); o.connect(c.destination); o.start(); }")
            ben.page.bring_to_front()
            ben.presses("screen")
            expect(ana.region("remote-screen")).to_be_visible(timeout=PATIENCE)
            ana.wait_until(SOUND)
            ben.presses("screen-stop")
            expect(ana.region("remote-screen")).to_be_hidden(timeout=PATIENCE)
    finally:
        browser.close()


@pytest.fixture
def display():
    """A screen that only Xvfb sees: without one Firefox has nothing to share."""
    program = shutil.which("Xvfb")
    assert program, "Xvfb is among the test packages"
    reader, writer = os.pipe()
    process = subprocess.Popen(
        [program, "-displayfd", str(writer), "-screen", "0", "800x600x24", "-nolisten", "tcp"], pass_fds=[writer], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    os.close(writer)
    assert select.select([reader], [], [], PATIENCE / 1000)[0], "Xvfb did not start"
    yield f":{os.read(reader, 16).decode().strip()}"
    os.close(reader)
    process.terminate()
    process.wait(10)


def test_firefox_shares_its_screen(server, playwright, chromium, display):
    browser = playwright.firefox.launch(
        channel="moz-firefox", executable_path="/usr/bin/firefox-esr", headless=False, env={**os.environ, "DISPLAY": display}, firefox_user_prefs=FIREFOX_PREFERENCES
    )
    try:
        with gathering(server) as person:
            ben = person("ben", browser)
            ana, ben = in_a_call(person("ana", chromium), ben)
            ben.presses("screen")
            expect(ben.region("sharing")).to_be_visible(timeout=PATIENCE)
            expect(ana.region("remote-screen")).to_be_visible(timeout=PATIENCE)
            ana.wait_until("() => document.querySelector('[data-call=remote-screen]').videoWidth > 0")
            ben.presses("screen-stop")
            expect(ana.region("remote-screen")).to_be_hidden(timeout=PATIENCE)
    finally:
        browser.close()
