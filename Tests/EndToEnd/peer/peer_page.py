"""A person at a call page, in words."""

import re

from playwright.sync_api import Page, expect

from asking import comes_true

# The most a saturated machine with two cores needs.
PATIENCE = 40_000

CODE = re.compile(r"^\d{3} \d{3}$")

# Keeps the fake camera small, and lets a test count what the page opened.
WATCH = """
(() => {
  globalThis.seen = { connections: [], tracks: [], errors: [] };
  const NativeConnection = globalThis.RTCPeerConnection;
  globalThis.RTCPeerConnection = class extends NativeConnection {
    constructor(configuration) {
      super(configuration);
      seen.connections.push(this);
    }
  };
  const devices = navigator.mediaDevices;
  if (!devices) return;
  const native = devices.getUserMedia.bind(devices);
  devices.getUserMedia = async (wanted) => {
    const video = wanted.video && { ...(wanted.video === true ? {} : wanted.video), width: 320, height: 180, frameRate: 10 };
    const stream = await native({ ...wanted, ...(video ? { video } : {}) });
    seen.tracks.push(...stream.getTracks());
    return stream;
  };
  addEventListener("error", (event) => seen.errors.push(String(event.message)));
  addEventListener("unhandledrejection", (event) => seen.errors.push(String(event.reason?.stack ?? event.reason)));
  document.addEventListener("securitypolicyviolation", (event) => seen.errors.push(`policy: ${event.violatedDirective} ${event.sourceFile}:${event.lineNumber}`));
})();
"""

MEASURE = """
async () => {
  const connection = seen.connections.findLast((one) => one.connectionState !== "closed");
  const found = { frames: 0, screenFrames: 0, packets: 0, energy: 0, state: connection?.connectionState };
  if (!connection) return found;
  const lines = connection.getTransceivers().map((one) => one.mid);
  for (const entry of (await connection.getStats()).values()) {
    if (entry.type !== "inbound-rtp") continue;
    const line = lines.indexOf(entry.mid);
    if (entry.kind === "audio" && line === 0) {
      found.packets += entry.packetsReceived ?? 0;
      found.energy += entry.totalAudioEnergy ?? 0;
    }
    if (line === 1) found.frames += entry.framesDecoded ?? 0;
    if (line === 2) found.screenFrames += entry.framesDecoded ?? 0;
  }
  return found;
}
"""


class Person:
    """Ana or Ben with a page."""

    def __init__(self, name: str, page: Page, address: str):
        self.name, self.page, self.address = name, page, address
        self.root = page.locator('[data-call="root"]')

    def opens(self, path: str) -> "Person":
        self.page.goto(self.address + path)
        return self

    def presses(self, action: str) -> "Person":
        self.page.locator(f'button[data-action="{action}"]:visible').first.click()
        return self

    def sees_state(self, state: str) -> "Person":
        expect(self.root).to_have_attribute("data-state", state, timeout=PATIENCE)
        return self

    def region(self, name: str):
        return self.page.locator(f'[data-call="{name}"]')

    def calls(self, callee: str) -> "Person":
        self.opens(f"/people/{callee}/call").sees_state("check")
        expect(self.page.locator('[data-check="camera"]')).to_have_attribute("data-result", "good", timeout=PATIENCE)
        return self.presses("start").sees_state("ringing")

    def answers(self) -> "Person":
        expect(self.region("incoming")).to_be_visible(timeout=PATIENCE)
        self.region("incoming").locator('[data-action="accept"]').click()
        self.page.wait_for_url("**/calls/*")
        return self

    def measure(self) -> dict:
        return self.page.evaluate(MEASURE)

    def wait_until(self, condition: str, argument=None) -> None:
        self.page.wait_for_function(condition, arg=argument, timeout=PATIENCE, polling=200)

    def gets_media(self, more_than: dict | None = None, picture: bool = True, sound: bool = True) -> dict:
        """Waits until pictures are decoded and sound with something in it arrives, beyond a measure taken before."""
        before = more_than or {"frames": 0, "packets": 0, "energy": 0}
        wanted = {"frames": before["frames"] + 5 if picture else 0, "packets": before["packets"] + 20 if sound else 0, "energy": before["energy"]}
        comes_true(
            self.page,
            f"async (wanted) => {{ const now = await ({MEASURE})(); return now.frames >= wanted.frames && now.packets >= wanted.packets"
            f" && {'now.energy > wanted.energy' if sound else 'true'}; }}",
            wanted,
        )
        return self.measure()

    def live_tracks(self) -> int:
        return self.page.evaluate("() => seen.tracks.filter((track) => track.readyState === 'live').length")

    def code(self) -> str:
        expect(self.region("code")).to_have_text(CODE, timeout=PATIENCE)
        return self.region("code").inner_text()

    def errors(self) -> list[str]:
        return self.page.evaluate("() => globalThis.seen?.errors ?? []")


def in_a_call(ana: Person, ben: Person) -> tuple[Person, Person]:
    ben.opens("/")
    ana.calls("ben")
    ben.answers()
    for someone in (ana, ben):
        someone.sees_state("talking")
    return ana, ben
