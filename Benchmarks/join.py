"""How long somebody who joins a meeting waits for the first picture: two Chromiums, the second of them far away."""

import contextlib
import pathlib
import statistics
import sys
import tempfile

from playwright.sync_api import sync_playwright

from processes import ROOT, SOTTO

sys.path[:0] = [str(ROOT / "Tests/EndToEnd" / folder) for folder in ("", "meetings")]

JOINS = 20
# Seconds that everything takes in each direction: 50 ms there and back.
DELAY = 0.025

# When the button was pressed, when the first picture of somebody else was on the screen, and what came between.
WATCH = """
(() => {
  window.moments = {};
  const note = (name) => { window.moments[name] ??= performance.now(); };
  addEventListener("click", ({target}) => target.closest?.("[data-action=start]") && note("pressed"), true);
  const Real = RTCPeerConnection;
  window.RTCPeerConnection = class extends Real {
    constructor(...options) {
      super(...options);
      this.addEventListener("track", () => note("described"));
      this.addEventListener("iceconnectionstatechange", () => ["connected", "completed"].includes(this.iceConnectionState) && note("ways"));
      this.addEventListener("connectionstatechange", () => this.connectionState === "connected" && note("connected"));
    }
    // The far way is the only one there is.
    setRemoteDescription(it) {
      return super.setRemoteDescription({type: it.type, sdp: it.sdp.replace(/( udp \\d+ 127\\.0\\.0\\.1 )(\\d+)/g, (_, head) => head + window.ownLine)
        .replace(/^a=candidate:.* tcp .*\\r\\n/gim, "")});
    }
  };
  addEventListener("DOMContentLoaded", () => {
    const look = () => {
      for (const video of document.querySelectorAll("[data-call=grid] li:not([data-own]) video")) {
        if (video.seen) continue;
        video.seen = true;
        // Before the page knows its own seat, its own picture may stand there like anybody's.
        video.requestVideoFrameCallback(() => video.closest("[data-own]") || note("seen"));
      }
      if (!window.moments.seen) requestAnimationFrame(look);
    };
    look();
  });
})()
"""


def join() -> list[list[str]]:
    """From pressing the button to the first picture, and where the time goes."""
    # Only this stage needs what bin/test installs.
    import served
    from at_a_meeting import comes_by, in_state, joins, makes_a_meeting, watched
    from conftest import Person
    from line import Line, PacketLine

    served.PROGRAM = str(SOTTO)
    taken: list[dict[str, float]] = []
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="sotto-join-"))
        near, far, media_port = Line(), Line(DELAY), served.free_port()
        packets = PacketLine(media_port, DELAY)
        for line in (near, far, packets):
            stack.callback(line.close)
        server = served.Server(
            pathlib.Path(folder), SOTTO_ORIGIN=f"http://localhost:{near.own_port}", SOTTO_MEDIA_PORT=str(media_port), SOTTO_MEDIA_ADDRESSES="127.0.0.1")
        for line in (near, far):
            line.leads_to(server.port)
        server.start()
        stack.callback(server.stop)
        playwright = stack.enter_context(sync_playwright())
        way = f"--host-resolver-rules=MAP localhost:{near.own_port} 127.0.0.1:{far.own_port}"
        browsers = [
            playwright.chromium.launch(executable_path="/usr/bin/chromium", headless=True, args=[*served.CHROMIUM_ARGUMENTS, *more])
            for more in ([], [way])
        ]
        for browser in browsers:
            stack.callback(browser.close)
        ana = watched(Person("Ana Horvat", browsers[0], server).registers())
        link = makes_a_meeting(ana, lobby=False)
        joins(ana.page)
        in_state(ana.page, "talking")
        finn = Person("Finn", browsers[1], server)
        finn.context.add_init_script(f"window.ownLine = {packets.own_port};" + WATCH)
        comes_by(finn, link, "Finn Visitor")
        for _ in range(JOINS):
            joins(finn.page)
            finn.page.wait_for_function("() => window.moments.seen")
            taken.append(finn.page.evaluate("window.moments"))
            finn.page.locator(".controls [data-action=leave]").click()
            in_state(finn.page, "ended")
            finn.page.locator("[data-call=again]").click()
    rows = []
    for name, words, aim in (
        ("described", "described to each other", ""), ("ways", "a way is found", ""), ("connected", "encrypted", ""),
        ("seen", "the first picture is on the screen", "p95 ≤ 1,000 ms"),
    ):
        times = sorted(one[name] - one["pressed"] for one in taken)
        rows.append([
            f"joining a meeting 50 ms away, Chromium, {JOINS} times: {words} after, p50 / p95",
            f"{statistics.median(times):.0f} / {times[int(len(times) * 0.95) - 1]:.0f} ms", aim])
    return rows
