"""Whoever speaks WebRTC meets, be it no browser: guests built on aiortc and on Pion are seen and heard by people, and see and hear them."""

import asyncio
import fractions
import functools
import json
import math
import os
import pathlib
import shutil
import struct
import subprocess

import aioice
import pytest
from aiohttp import web
from aiortc import MediaStreamError, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import AudioStreamTrack, VideoStreamTrack
from av import AudioFrame, VideoFrame

from asking import comes_true
from at_a_meeting import in_state, joins, makes_a_meeting, meets, sees, watched
from meeting_guest import MeetingGuest
from served import PATIENCE, ROOT

# Whether so many packets of pictures have come from others since this was first asked.
PICTURE_PACKETS = """async (least) => {
  let packets = 0;
  for (const one of window.connections) {
    for (const stat of (await one.getStats()).values()) if (stat.type === 'inbound-rtp' && stat.kind === 'video') packets += stat.packetsReceived;
  }
  window.began ??= packets;
  return packets > window.began + least;
}"""


@pytest.fixture
def ana(people, chromium):
    return watched(people("Ana Horvat", chromium).registers())


def waits(ana) -> str:
    """Ana makes a meeting and waits in it; the link for the others."""
    link = makes_a_meeting(ana, lobby=False)
    joins(ana.page)
    in_state(ana.page, "talking")
    return link


def by_way_of(packets, media_port: int, description: str) -> str:
    """What the server says of itself, with the line's port for its own."""
    return description.replace(f" 127.0.0.1 {media_port} typ host", f" 127.0.0.1 {packets.own_port} typ host")


# MARK: - aiortc

def knows_only(address: str, monkeypatch) -> None:
    """aiortc passes over this machine's own addresses, as nobody far away can be reached by them. Here there are no others."""
    monkeypatch.setattr(aioice.ice, "get_host_addresses", lambda *_, **__: [address])


class Waves(VideoStreamTrack):
    """A small picture that gets lighter and darker, ten times a second."""

    async def recv(self) -> VideoFrame:
        self.count = getattr(self, "count", -1) + 1
        await asyncio.sleep(0.1)  # The pace of a camera.
        frame = VideoFrame(160, 96, "yuv420p")
        for plane in frame.planes:
            plane.update(bytes([128 + round(100 * math.sin(self.count / 5))]) * plane.buffer_size)
        frame.pts, frame.time_base = self.count * 9000, fractions.Fraction(1, 90_000)
        return frame


class Hum(AudioStreamTrack):
    """A tone of 250 Hz."""

    TURN = struct.pack("<160h", *(round(8000 * math.sin(2 * math.pi * 250 * place / 8000)) for place in range(160)))

    async def recv(self) -> AudioFrame:
        frame = await super().recv()
        frame.planes[0].update(self.TURN)
        return frame


class Listener:
    """Counts what comes on each track, decoded."""

    def __init__(self, connection: RTCPeerConnection):
        self.pictures: dict[str, int] = {}
        self.loudest = 0
        self._tasks = []
        connection.on("track", lambda track: self._tasks.append(asyncio.create_task(self._listen(track))))

    async def _listen(self, track) -> None:
        try:
            while True:
                frame = await track.recv()
                if track.kind == "video":
                    self.pictures[track.id] = self.pictures.get(track.id, 0) + 1
                else:
                    self.loudest = max(self.loudest, *struct.unpack(f"<{frame.samples * 2}h", bytes(frame.planes[0])[: frame.samples * 4]))
        except MediaStreamError:
            pass  # It is over.


async def joins_with_aiortc(link: str, name: str, way) -> tuple[MeetingGuest, list[RTCPeerConnection], Listener]:
    guest = await MeetingGuest.comes_by(link, name)
    await guest.enters()
    sending, receiving = RTCPeerConnection(), RTCPeerConnection()
    listener = Listener(receiving)
    sending.addTrack(Hum())
    sending.addTrack(Waves())
    await sending.setLocalDescription(await sending.createOffer())
    welcome = await guest.command("meeting.publish", sdp=sending.localDescription.sdp)
    await sending.setRemoteDescription(RTCSessionDescription(way(welcome["answer"]), "answer"))
    await receiving.setRemoteDescription(RTCSessionDescription(way(welcome["slots"]), "offer"))
    await receiving.setLocalDescription(await receiving.createAnswer())
    await guest.command("meeting.accept", sdp=receiving.localDescription.sdp)
    await guest.command("meeting.tracks", microphone=True, camera=True, screen=False)
    return guest, [sending, receiving], listener


async def until(condition) -> None:
    while not condition():
        await asyncio.sleep(0.05)  # A turn of the loop; the deadline is the caller's.


def meets_with_aiortc(ana, beside, way):
    """Ana and a guest see and hear each other: the guest, its connections, and what it hears and sees."""
    link = waits(ana)
    guest, connections, listener = beside.run(joins_with_aiortc(link, "Iris", way))
    sees(ana.page, "Ana Horvat", "Iris")
    meets(ana.page, others=1)
    beside.run(guest.watches(beside.run(guest.seat_of("Ana Horvat"))))
    beside.run(until(lambda: max(listener.pictures.values(), default=0) > 15 and listener.loudest > 500))
    return guest, connections, listener


def leaves(ana, beside, guest, connections) -> None:
    async def goes() -> None:
        for connection in connections:
            await connection.close()
        await guest.leaves()

    beside.run(goes())
    sees(ana.page, "Ana Horvat")


def test_a_guest_built_on_aiortc_meets_a_person_in_a_browser(ana, beside, packets, media_port, monkeypatch):
    knows_only("127.0.0.1", monkeypatch)
    guest, connections, listener = meets_with_aiortc(ana, beside, functools.partial(by_way_of, packets, media_port))

    # Asked where it is, after a change of its port, it answers, and goes on.
    packets.rebinds(connections=2, patience=PATIENCE)
    before = max(listener.pictures.values())
    beside.run(until(lambda: max(listener.pictures.values()) > before + 15))
    leaves(ana, beside, guest, connections)


def test_a_guest_meets_over_ipv6_alone(server, ana, beside, monkeypatch):
    """Browsers here know none of IPv6; the person in one goes by the other family."""
    server.kill()
    server.settings["SOTTO_MEDIA_ADDRESSES"] = "127.0.0.1,::1"
    server.start()
    knows_only("::1", monkeypatch)
    guest, connections, _ = meets_with_aiortc(ana, beside, str)
    leaves(ana, beside, guest, connections)


# MARK: - Pion


class Doorman:
    """Brings the guests of `media-load` (Benchmarks/MediaLoad) into a meeting: it asks for what `bench media` offers."""

    def __init__(self, link: str, way):
        self._link, self._way = link, way
        self._guests: dict[int, MeetingGuest] = {}

    async def opens(self) -> str:
        routes = web.Application()
        routes.add_routes([web.post("/join", self._join), web.post("/accept", self._accept), web.post("/watch", self._watch)])
        self._runner = web.AppRunner(routes)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        host, port = self._runner.addresses[0]
        return f"http://{host}:{port}"

    async def _join(self, request: web.Request) -> web.Response:
        wish = await request.json()
        guest = await MeetingGuest.comes_by(self._link, f"Pia {len(self._guests)}")
        seat = await guest.enters()
        self._guests[seat] = guest
        welcome = await guest.command("meeting.publish", sdp=wish["offer"])
        await guest.command("meeting.tracks", microphone=False, camera=True, screen=False)
        return web.json_response({"peer": seat, **{name: self._way(words) for name, words in welcome.items()}})

    async def _accept(self, request: web.Request) -> web.Response:
        wish = await request.json()
        await self._guests[wish["peer"]].command("meeting.accept", sdp=wish["answer"])
        return web.Response(status=204)

    async def _watch(self, request: web.Request) -> web.Response:
        wish = await request.json()
        guest = self._guests[wish["peer"]]
        await guest.watches(*wish["cameras"], await guest.seat_of("Ana Horvat"))
        return web.Response(status=204)

    async def closes(self) -> None:
        for guest in self._guests.values():
            await guest.leaves()
        await self._runner.cleanup()


@pytest.fixture(scope="session")
def media_load(tmp_path_factory) -> pathlib.Path:
    """The client on Debian's Pion packages, built; it shares no code with the server."""
    folder = tmp_path_factory.mktemp("go")
    source = folder / "src/media-load"
    shutil.copytree(ROOT / "Benchmarks/MediaLoad", source)
    go = os.environ | {"GO111MODULE": "off", "GOPATH": f"{folder}:/usr/share/gocode", "GOCACHE": str(ROOT / ".build/go-cache"), "GOFLAGS": ""}
    subprocess.run(["go", "build", "-o", folder / "media-load", "."], cwd=source, env=go, check=True)
    return folder / "media-load"


def test_guests_built_on_pion_meet_a_person_in_a_browser(ana, beside, media_load, packets, media_port):
    doorman = Doorman(waits(ana), functools.partial(by_way_of, packets, media_port))
    url = beside.run(doorman.opens())
    client = subprocess.Popen(
        [media_load, "-target=sotto", f"-url={url}", "-publishers=2", "-meeting=true"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )
    try:
        assert client.stdout.readline()
        sees(ana.page, "Ana Horvat", "Pia 0", "Pia 1")
        client.stdin.write("\n")
        client.stdin.flush()
        # Pictures that nobody can decode, but packets all the same; and Ana's goes to both.
        comes_true(ana.page, PICTURE_PACKETS, 1000)
        # Asked where they are, after a change of their ports, they answer.
        packets.rebinds(connections=4, patience=PATIENCE)
        comes_true(ana.page, PICTURE_PACKETS, 2000)
        client.stdin.write("\n")
        client.stdin.flush()
        assert json.loads(client.stdout.readline())["received"] > 200
    finally:
        client.kill()
        client.wait()
        beside.run(doorman.closes())
    sees(ana.page, "Ana Horvat")
