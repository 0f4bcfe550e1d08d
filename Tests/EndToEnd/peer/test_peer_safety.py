"""Who could stand between, what the path reveals, and what a refused device leads to."""

import subprocess
import tempfile
import time
import socket

import pytest
from playwright.sync_api import expect

from gathering import gathering
from peer_page import PATIENCE, in_a_call


def test_with_mallory_in_between_the_codes_differ(server, people, chromium):
    mallory = people("cleo", chromium)
    mallory.page.goto(f"{server.address}/mallory")
    mallory.page.wait_for_function("() => globalThis.mallory")
    server.mallory_sits_in = True
    ana, ben = in_a_call(people("ana", chromium), people("ben", chromium))
    # She passes on picture, sound and every word, so nothing but the code tells.
    ana.gets_media(sound=False)
    ben.gets_media(sound=False)
    assert ana.code() != ben.code()


@pytest.mark.parametrize("browsers", ["cc", "ff"])
def test_a_server_that_swaps_fingerprints_makes_no_call(server, people, chromium, firefox, browsers):
    by_letter = {"c": chromium, "f": firefox}
    ana, ben = people("ana", by_letter[browsers[0]]), people("ben", by_letter[browsers[1]])
    server.swaps_fingerprints = True
    ben.opens("/")
    ana.calls("ben")
    ben.answers()
    for person in (ana, ben):
        person.sees_state("ended")
    titles = {person.region("ended-title").inner_text() for person in (ana, ben)}
    assert "The connection is not safe" in titles
    assert ana.live_tracks() == ben.live_tracks() == 0


@pytest.fixture
def relay():
    """coturn on a free port, for this test alone."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    secret = "only-for-this-test"
    with tempfile.TemporaryDirectory() as folder:
        command = ["turnserver", "-n", "--listening-ip=127.0.0.1", "--relay-ip=127.0.0.1", f"--listening-port={port}", "--allow-loopback-peers"]
        command += ["--use-auth-secret", f"--static-auth-secret={secret}", "--realm=test", "--no-tls", "--no-dtls", "--no-cli", "--no-software-attribute"]
        command += [f"--pidfile={folder}/pid", f"--userdb={folder}/db", f"--log-file={folder}/log", "--simple-log"]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.05)
        yield f"turn:127.0.0.1:{port}?transport=udp", secret
        process.terminate()
        process.wait(10)


def test_who_relays_always_reveals_no_address(server, relay, people, chromium):
    server.relay, server.relay_only = relay, True
    ana, ben = in_a_call(people("ana", chromium), people("ben", chromium))
    ana.gets_media()
    ben.gets_media()
    candidates = [signal["candidate"]["candidate"] for _, signal in server.signals if signal.get("candidate")]
    candidates += [line for _, signal in server.signals if "description" in signal for line in signal["description"]["sdp"].splitlines() if line.startswith("a=candidate")]
    assert candidates
    assert all(" typ relay " in candidate for candidate in candidates if candidate), candidates
    expect(ana.region("status")).to_have_text("Connected through the relay", timeout=PATIENCE)


def test_the_check_says_in_words_what_works(server, relay, people, chromium):
    server.relay = relay
    ana = people("ana", chromium).opens("/calls/preview")
    for name in ("microphone", "camera", "direct", "relay"):
        expect(ana.page.locator(f'[data-check="{name}"]')).to_have_attribute("data-result", "good", timeout=PATIENCE)
    ana.wait_until("() => document.querySelector('[data-call=level]').value > 0")
    assert ana.page.evaluate("() => localStorage.length") == 0


def test_a_refused_permission_is_explained(server, playwright):
    # Without the flag that says yes for the person, a browser without a window says no.
    strict = playwright.chromium.launch(executable_path="/usr/bin/chromium", headless=True, args=["--no-sandbox", "--use-fake-device-for-media-stream"])
    try:
        with gathering(server) as person:
            ana = person("ana", strict).opens("/calls/preview")
            expect(ana.page.locator('[data-guidance="denied"]')).to_be_visible(timeout=PATIENCE)
            for kind in ("camera", "microphone"):
                expect(ana.page.locator(f'[data-check="{kind}"]')).to_have_attribute("data-result", "bad")
            expect(ana.page.locator('[data-action="retry"]')).to_be_visible()
    finally:
        strict.close()


REFUSE = "navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', 'NotAllowedError'));"


@pytest.mark.parametrize("browser", ["c", "f"])
def test_who_gives_no_device_can_still_listen(people, chromium, firefox, browser):
    ana, ben = people("ana", chromium if browser == "c" else firefox), people("ben", chromium)
    ana.page.add_init_script(REFUSE)
    ben.opens("/")
    ana.opens("/people/ben/call").sees_state("check")
    expect(ana.page.locator('[data-guidance="denied"]')).to_be_visible(timeout=PATIENCE)
    ana.presses("start").sees_state("ringing")
    ben.answers()
    ana.sees_state("talking").gets_media()
    expect(ben.region("remote-camera-off")).to_be_visible(timeout=PATIENCE)
    expect(ben.region("remote-muted")).to_be_visible()
