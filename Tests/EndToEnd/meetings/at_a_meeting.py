"""What people do at a meeting."""

import itertools

from playwright.sync_api import Page, expect

from asking import comes_true

calls = itertools.count()

# What a page does with camera and microphone, kept for the test to look at; small pictures, as two cores carry all of it.
WATCH = """
(() => {
  window.connections = [];
  const Real = RTCPeerConnection;
  window.RTCPeerConnection = class extends Real {
    constructor(...options) { super(...options); window.connections.push(this); window.descriptions ??= 0; }
    createAnswer(...it) {
      if (window.decodes) for (const one of this.getTransceivers()) if (one.receiver.track.kind === 'video' && one.direction === 'recvonly')
        one.setCodecPreferences(RTCRtpReceiver.getCapabilities('video').codecs.filter((codec) => [window.decodes, 'video/rtx'].includes(codec.mimeType)));
      return super.createAnswer(...it);
    }
    setLocalDescription(...it) {
      window.descriptions += 1;
      return super.setLocalDescription(...it);
    }
    // Whoever has lines of their own finds the server at their ends.
    setRemoteDescription(it) {
      const lines = window.ownLines ?? {};
      const sdp = it.sdp.replace(/( (udp|tcp) \\d+ 127\\.0\\.0\\.1 )(\\d+)/g, (_, head, kind, port) => head + (lines[kind] ?? port));
      return super.setRemoteDescription({type: it.type, sdp});
    }
  };
  if (!navigator.mediaDevices) return;
  const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  window.captured = [];
  navigator.mediaDevices.getUserMedia = async (wish) => {
    const stream = await real({...wish, ...(wish.video ? {video: {width: 320, height: 180, frameRate: 10}} : {})});
    window.captured.push(...stream.getTracks());
    return stream;
  };
})()
"""

# Whether camera and microphone were open, and no device is any more.
LET_GO = "() => window.captured.length > 0 && window.captured.every((track) => track.readyState === 'ended')"


# Whether the own picture goes out in this codec.
SENDS = """async (codec) => {
  for (const one of window.connections) {
    if (one.connectionState === 'closed') continue;
    const stats = await one.getStats();
    const sent = [...stats.values()].filter((stat) => stat.type === 'outbound-rtp' && stat.kind === 'video' && stat.framesEncoded > 0 && stat.active);
    if (sent.length > 0) return sent.every((stat) => stats.get(stat.codecId)?.mimeType === codec);
  }
  return false;
}"""


# How many others are seen moving and heard sounding by now, counted from what the browser decoded.
MET = """async ([others, frames]) => {
  let [pictures, sounds] = [0, 0];
  for (const one of window.connections) {
    if (one.connectionState === 'closed') continue;
    for (const stat of (await one.getStats()).values()) {
      if (stat.type !== 'inbound-rtp') continue;
      if (stat.kind === 'video' && (stat.framesDecoded ?? 0) > frames) pictures += 1;
      if (stat.kind === 'audio' && stat.packetsReceived > frames && (stat.totalAudioEnergy ?? 1) > 0) sounds += 1;
    }
  }
  return pictures >= others && sounds >= others;
}"""


# Whether more pictures than so many were decoded since this was first asked.
FRAMES = """async (least) => {
  let frames = 0;
  for (const one of window.connections) {
    if (one.connectionState === 'closed') continue;
    for (const stat of (await one.getStats()).values()) if (stat.type === 'inbound-rtp') frames += stat.framesDecoded ?? 0;
  }
  window.framesBefore ??= frames;
  return frames > window.framesBefore + least;
}"""


# What each browser has come by: its own words for the ways that are in use.
WAYS = """async () => {
  const ways = [];
  for (const one of window.connections) {
    if (one.connectionState === 'closed') continue;
    const stats = await one.getStats();
    for (const {type, state, nominated, localCandidateId} of stats.values()) {
      if (type === 'candidate-pair' && state === 'succeeded' && nominated) ways.push(stats.get(localCandidateId).protocol);
    }
  }
  return ways;
}"""


# The page is behind another, as far as it knows: browsers that are driven show all of theirs.
LOOKED_AT = """(isSeen) => {
  Object.defineProperty(document, 'hidden', {configurable: true, value: !isSeen});
  document.dispatchEvent(new Event('visibilitychange'));
}"""


# Whether no picture came while forty packets of sound did, or some pictures did while they came.
PICTURES = """async (areMeant) => {
  let [frames, packets] = [0, 0];
  for (const one of window.connections) {
    if (one.connectionState === 'closed') continue;
    for (const stat of (await one.getStats()).values()) {
      if (stat.type !== 'inbound-rtp') continue;
      frames += stat.framesDecoded ?? 0;
      if (stat.kind === 'audio') packets += stat.packetsReceived ?? 0;
    }
  }
  const now = {frames, packets, areMeant};
  const before = window.picturesBefore?.areMeant === areMeant ? window.picturesBefore : (window.picturesBefore = now);
  if (!areMeant && frames > before.frames) window.picturesBefore = now;
  return packets > before.packets + 40 && (areMeant ? frames > before.frames + 10 : frames === before.frames);
}"""


def looked_at(page: Page, isSeen: bool, pictures: bool | None = None) -> None:
    """Turns to the page or away from it, and waits until pictures come, or only sound does."""
    page.evaluate(LOOKED_AT, isSeen)
    comes_true(page, PICTURES, isSeen if pictures is None else pictures)


def watched(person):
    person.context.add_init_script(WATCH)
    return person


def goes_by(person, packets: int, pages: int) -> None:
    """Their packets take one line, and what they would send over TCP instead another."""
    person.context.add_init_script(f"window.ownLines = {{udp: {packets}, tcp: {pages}}}")


def makes_a_meeting(host, lobby: bool, webinar: bool = False) -> str:
    """The link for the others; the host stands before the door of the meeting then."""
    page = host.page
    page.goto("/meetings")
    page.fill("#name", "Rehearsal")
    page.locator("input[name=lobby]").set_checked(lobby)
    page.locator("input[name=webinar]").set_checked(webinar)
    page.locator("main form button.button-main").click()
    page.wait_for_url("**/meetings/*")
    return page.locator("#meeting-link").input_value()


def comes_by(person, link: str, name: str | None) -> None:
    page = person.page
    page.goto(link)
    expect(page.locator("h1")).to_have_text("Rehearsal")
    if name:
        assert person.context.cookies() == []
        page.fill("#name", name)
    page.locator("main form button.button-main").click()
    page.wait_for_url("**/meetings/*")


def two_meet(people, browser) -> tuple:
    """Ana and her guest Finn see and hear each other: both of them, and the link by which more may come."""
    ana, finn = watched(people("Ana Horvat", browser).registers()), watched(people("Finn", browser))
    link = makes_a_meeting(ana, lobby=False)
    joins(ana.page)
    in_state(ana.page, "talking")
    comes_by(finn, link, "Finn Visitor")
    joins(finn.page)
    for one in (ana, finn):
        meets(one.page, others=1)
    return ana, finn, link


def joins(page: Page) -> None:
    expect(page.locator("[data-check=camera]")).to_have_attribute("data-result", "good")
    page.locator("[data-action=start]").click()


def in_state(page: Page, state: str) -> None:
    expect(page.locator("[data-call=root]")).to_have_attribute("data-state", state)


def sees(page: Page, *names: str) -> None:
    tiles = page.locator("[data-call=grid] [data-tile=name]")
    expect(tiles).to_have_count(len(names))
    for name in names:
        expect(page.locator("[data-call=grid]")).to_contain_text(name)


def meets(page: Page, others: int, frames: int = 15) -> None:
    """Waits until so many others are seen moving and heard."""
    comes_true(page, MET, [others, frames])
    # And the pictures are where people look.
    page.wait_for_function(
        "(others) => [...document.querySelectorAll('[data-call=grid] li:not([data-own]) video')].filter(v => v.videoWidth > 0).length >= others",
        arg=others,
    )


def tile_of(page: Page, name: str):
    return page.locator("[data-call=grid] li", has_text=name)


def goes_on(page: Page, name: str) -> None:
    """Waits until somebody's picture has moved on from now."""
    page.wait_for_function(
        """([name, call]) => {
          const tiles = [...document.querySelectorAll('[data-call=grid] li')];
          const video = tiles.find((tile) => tile.querySelector('[data-tile=name]').textContent.includes(name))?.querySelector('video');
          if (!video?.srcObject) return false;
          // Firefox counts a stream's frames only as painted ones.
          const frames = video.mozPaintedFrames ?? video.getVideoPlaybackQuality().totalVideoFrames;
          // By the call of this function; a tile may be made anew meanwhile.
          const seen = (video.seen ??= {});
          seen[call] ??= frames;
          return frames > seen[call] + 10;
        }""",
        arg=[name, next(calls)],
    )
