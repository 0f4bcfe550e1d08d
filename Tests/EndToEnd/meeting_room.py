"""Three people meet through a media server: two Chromiums and a Firefox, each with pictures in another codec.

The signalling is the test's own, at the address given.
"""

import sys
import urllib.request

from playwright.sync_api import sync_playwright

from served import CHROMIUM_ARGUMENTS, FIREFOX_PREFERENCES

# Who sends what. The pages of meetings send VP8, in test_meeting.py.
CODECS = {1: "AV1", 2: "VP9", 3: "H264"}
# Which of them a browser can decode: not every one brings H.264.
DECODES = """(codecs) => codecs.filter((codec) =>
    RTCRtpReceiver.getCapabilities("video").codecs.some((one) => one.mimeType === `video/${codec}`))"""

JOIN = """async ([who, codec]) => {
    const media = await navigator.mediaDevices.getUserMedia({audio: true, video: {width: 640, height: 360, frameRate: 10}});
    const pub = new RTCPeerConnection();
    pub.addTransceiver(media.getAudioTracks()[0], {direction: 'sendonly', streams: [media]});
    const camera = pub.addTransceiver(media.getVideoTracks()[0], {direction: 'sendonly', streams: [media], sendEncodings: [
        {rid: 'q', scaleResolutionDownBy: 4, maxBitrate: 100000}, {rid: 'h', scaleResolutionDownBy: 2, maxBitrate: 250000},
        {rid: 'f', maxBitrate: 500000}]});
    const codecs = RTCRtpSender.getCapabilities('video').codecs;
    camera.setCodecPreferences(codecs.filter(c => c.mimeType === `video/${codec}` || c.mimeType === 'video/rtx'));
    await pub.setLocalDescription();
    const post = async (path, body) => {
        const response = await fetch(path, {method: 'POST', body});
        if (!response.ok) throw new Error(path + ' ' + response.status + ' ' + body);
        return response;
    };
    const welcome = await (await post('/join/' + who, pub.localDescription.sdp)).json();
    await pub.setRemoteDescription({type: 'answer', sdp: welcome.answer});
    // Otherwise Chromium puts all sizes into one stream, of which nobody can leave out the largest.
    if (codec !== 'VP8') {
        const parameters = camera.sender.getParameters();
        for (const encoding of parameters.encodings) encoding.scalabilityMode = 'L1T1';
        await camera.sender.setParameters(parameters);
    }
    const sub = new RTCPeerConnection();
    sub.ontrack = event => {
        const element = document.createElement(event.track.kind);
        Object.assign(element, {autoplay: true, muted: true, srcObject: new MediaStream([event.track])});
        document.body.append(element);
    };
    await sub.setRemoteDescription({type: 'offer', sdp: welcome.slots});
    await sub.setLocalDescription();
    await post('/accept/' + who, sub.localDescription.sdp);
    window.pub = pub; window.sub = sub; window.began = performance.now(); window.exchanges = 2;
    for (const pc of [pub, sub]) pc.onnegotiationneeded = () => { window.exchanges += 1; };
}"""

LOOK = """async () => {
    const found = {codecs: [], sounds: [], pictures: [], pub: window.pub.connectionState, sub: window.sub.connectionState, sent: []};
    const received = await window.sub.getStats();
    for (const one of received.values()) {
        if (one.type !== 'inbound-rtp') continue;
        if (one.kind === 'video' && one.framesDecoded) found.codecs.push(received.get(one.codecId)?.mimeType.slice(6));
        if (one.kind === 'audio') found.sounds.push({mid: one.mid, packets: one.packetsReceived, lost: one.packetsLost});
        else found.pictures.push({mid: one.mid, frames: one.framesDecoded || 0, width: one.frameWidth, lost: one.packetsLost,
            nack: one.nackCount, pli: one.pliCount, freezes: one.freezeCount, dropped: one.framesDropped});
    }
    for (const one of (await window.pub.getStats()).values())
        if (one.type === 'outbound-rtp') found.sent.push({kind: one.kind, rid: one.rid, packets: one.packetsSent, nack: one.nackCount,
            pli: one.pliCount, target: one.targetBitrate, width: one.frameWidth});
    return found;
}"""


# Looks until so many sounds and pictures flow, at least one of which is this wide, or a minute has passed.
UNTIL = """async ({sounds, pictures, frames, width}) => {
    const look = %s;
    const end = performance.now() + 60000;
    for (;;) {
        const seen = await look();
        const heard = seen.sounds.filter(one => one.packets > 2 * frames);
        const shown = seen.pictures.filter(one => one.frames > frames);
        const isWide = shown.some(one => one.width >= width);
        if (heard.length >= sounds && shown.length >= pictures && isWide) return {seen, came: true};
        if (performance.now() > end) return {seen, came: false};
        await new Promise(resolve => setTimeout(resolve, 100));
    }
}""" % LOOK


def until(what: str, pages: list, sounds: int, pictures: list[int], frames: int = 20, width: int = 1) -> None:
    """Waits until all pages hear so many others, and each sees as many of them as it can decode."""
    for page, count in zip(pages, pictures, strict=True):
        result = page.evaluate(UNTIL, {"sounds": sounds, "pictures": count, "frames": frames, "width": width})
        print(what, result["seen"])
        if not result["came"]:
            for other in pages:
                print(other.evaluate(LOOK))
            sys.exit(f"{what} never came")


def main(url: str) -> None:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", headless=True, args=CHROMIUM_ARGUMENTS)
        firefox = playwright.firefox.launch(
            channel="moz-firefox", executable_path="/usr/bin/firefox-esr", headless=True, firefox_user_prefs=FIREFOX_PREFERENCES
        )
        pages = []
        for number, browser in enumerate([chromium, firefox, chromium], start=1):
            page = browser.new_context().new_page()
            page.on("console", lambda message, number=number: print(number, message.text))
            page.goto(url)
            page.evaluate(JOIN, [number, CODECS[number]])
            pages.append(page)
        pictures = {who: page.evaluate(DECODES, [codec for other, codec in CODECS.items() if other != who]) for who, page in enumerate(pages, 1)}
        counts = [len(codecs) for codecs in pictures.values()]
        until("everybody's picture and sound", pages, sounds=2, pictures=counts)
        for number, page in enumerate(pages, start=1):
            seen = sorted(page.evaluate(LOOK)["codecs"])
            if seen != sorted(pictures[number]):
                sys.exit(f"{number} sees {seen} instead of {pictures[number]}")
        # Larger than the smallest, as there is room.
        until("a larger picture", pages, sounds=2, pictures=counts, width=320)
        urllib.request.urlopen(urllib.request.Request(url + "leave/3", method="POST", data=b"")).read()
        pages.pop()
        before = [page.evaluate(LOOK) for page in pages]
        most = max(one["frames"] for seen in before for one in seen["pictures"])
        until("what goes on after one has left", pages, sounds=1, pictures=[1, 1], frames=most + 20)
        exchanges = [page.evaluate("window.exchanges") for page in pages]
        if exchanges != [2] * len(exchanges):
            sys.exit(f"descriptions were exchanged after joining: {exchanges}")
        chromium.close()
        firefox.close()


main(sys.argv[1])
