"""How long people in a meeting see nothing of each other when the server is killed and comes back: two Chromiums, in which nobody presses anything."""

import contextlib
import pathlib
import select
import socket
import statistics
import subprocess
import sys
import tempfile
import time

from playwright.sync_api import sync_playwright

from processes import ROOT, SOTTO

sys.path[:0] = [str(ROOT / "Tests/EndToEnd" / folder) for folder in ("", "meetings")]

RESTARTS = 10

# Of the connections made since the kill: when the live link heard the server, when there was a description, a way, and a decoded picture.
WATCH = """
(() => {
  const made = [];
  const Real = RTCPeerConnection;
  window.RTCPeerConnection = class extends Real {
    constructor(...options) {
      super(...options);
      this.moments = {made: Date.now()};
      const note = (name) => { this.moments[name] ??= Date.now(); };
      this.addEventListener("track", () => note("described"));
      this.addEventListener("connectionstatechange", () => this.connectionState === "connected" && note("connected"));
      made.push(this);
    }
  };
  const greeted = [];
  const RealSocket = WebSocket;
  window.WebSocket = class extends RealSocket {
    constructor(...options) {
      super(...options);
      this.addEventListener("message", () => greeted.push(Date.now()), {once: true});
    }
  };
  window.backAfter = async (killed) => {
    for (;;) {
      for (const one of made) {
        if (one.moments.made < killed || one.connectionState === "closed") continue;
        for (const stat of (await one.getStats()).values()) {
          if (stat.type !== "inbound-rtp" || stat.kind !== "video" || !stat.framesDecoded) continue;
          return {...one.moments, link: greeted.find((at) => at > killed), seen: Date.now()};
        }
      }
      await new Promise((done) => setTimeout(done, 10));
    }
  };
})()
"""


def listens(port: int) -> bool:
    with contextlib.suppress(ConnectionError), socket.create_connection(("127.0.0.1", port), timeout=5):
        return True
    return False


def restart() -> list[list[str]]:
    """From the kill, and from when the server listens again, to the first picture that is decoded anew, at both sides."""
    import served
    from at_a_meeting import comes_by, in_state, joins, makes_a_meeting, meets, watched
    from conftest import Person

    served.PROGRAM = str(SOTTO)
    away: list[float] = []
    gone: list[float] = []
    taken: dict[str, list[float]] = {name: [] for name in ("link", "described", "connected", "seen")}
    with contextlib.ExitStack() as stack:
        folder = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="sotto-restart-")))
        server = served.Server(folder, SOTTO_MEDIA_PORT=str(served.free_port()), SOTTO_MEDIA_ADDRESSES="127.0.0.1")
        server.start()
        stack.callback(server.stop)
        playwright = stack.enter_context(sync_playwright())
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", headless=True, args=served.CHROMIUM_ARGUMENTS)
        stack.callback(chromium.close)
        ana, finn = Person("Ana Horvat", chromium, server), Person("Finn", chromium, server)
        for one in (ana, finn):
            watched(one).context.add_init_script(WATCH)
        ana.registers()
        link = makes_a_meeting(ana, lobby=False)
        comes_by(finn, link, "Finn Visitor")
        for one in (ana, finn):
            joins(one.page)
            in_state(one.page, "talking")
        for _ in range(RESTARTS):
            for one in (ana, finn):
                meets(one.page, others=1)
            killed = time.time()
            server.kill()
            for one in (ana, finn):
                one.page.evaluate("(killed) => { window.back = window.backAfter(killed); }", killed * 1000)
            with open(server.output, "ab") as log:
                server.process = subprocess.Popen([served.PROGRAM, *server.command], env=server.environment, stdout=log, stderr=log)
            while not listens(server.port):
                select.select([], [], [], 0.005)
            there = time.time()
            away.append(there - killed)
            for one in (ana, finn):
                moments = one.page.evaluate("window.back")
                for name, times in taken.items():
                    times.append(moments[name] / 1000 - there)
                gone.append(moments["seen"] / 1000 - killed)

    def row(words: str, times: list[float], aim: str = "") -> list[str]:
        times = sorted(times)
        return [words, f"{statistics.median(times) * 1000:.0f} / {times[int(len(times) * 0.95) - 1] * 1000:.0f} ms", aim]

    head = f"a meeting of two in Chromium, the server killed and started {RESTARTS} times: "
    return [
        row(head + "it listens again after, p50 / p95", away),
        row("from then until the live link is heard", taken["link"]),
        row("until they are described to each other", taken["described"]),
        row("until they are connected", taken["connected"]),
        row("until the first picture is decoded", taken["seen"], "≤ 5,000 ms"),
        row("from the kill until the first picture is decoded", gone),
    ]
