"""A server for two call pages and nothing else: serves Browser/ as the real one does and speaks `/live` as docs/protocol.md says.

It can also do what no honest server does: change fingerprints, put Mallory in between, and vanish.
"""

import asyncio
import base64
import hashlib
import hmac
import json
import re
import secrets
import threading
import time
from pathlib import Path

from aiohttp import WSMsgType, web

from mustache import Templates
from narrow_line import NarrowLine

BROWSER = Path(__file__).resolve().parents[3] / "Browser"
PEOPLE = {"ana": "Ana", "ben": "Ben", "cleo": "Cleo"}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; font-src 'self'; "
    "connect-src 'self' {socket}; form-action 'self'; base-uri 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)


class Call:
    def __init__(self, ident: str, caller: str, callee: str, relay_only: bool):
        self.ident, self.caller, self.callee, self.relay_only = ident, caller, callee, relay_only
        self.state, self.reason, self.since = "ringing", None, None
        self.sides: dict[str, tuple[str, web.WebSocketResponse]] = {}

    def other(self, person: str) -> str:
        return self.callee if person == self.caller else self.caller


class PeerServer:
    """Runs in a thread of its own; `address` is where it listens."""

    def __init__(self, language: str = "en"):
        self.templates = Templates(BROWSER, language)
        self.language = language
        self.calls: dict[str, Call] = {}
        self.sockets: dict[str, set[web.WebSocketResponse]] = {person: set() for person in PEOPLE}
        self.answers: dict[str, dict] = {}
        self.signals: list[tuple[str, dict]] = []
        self.requests: list[str] = []
        self.relay: tuple[str, str] | None = None
        self.relay_only = False
        self.swaps_fingerprints = False
        self.line: NarrowLine | None = None
        self.is_down = False
        self.mallory: web.WebSocketResponse | None = None
        self.mallory_sits_in = False
        self._loop = asyncio.new_event_loop()
        self._started = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    # MARK: running

    def start(self) -> "PeerServer":
        self._thread.start()
        assert self._started.wait(10), "the server did not start"
        return self

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        app = web.Application(middlewares=[self._guard])
        app.router.add_get("/", self._people)
        app.router.add_get("/people/{person}/call", self._begin)
        app.router.add_get("/calls/preview", self._preview)
        app.router.add_get("/calls/relay", self._relay)
        app.router.add_get("/calls/{call}", self._call)
        app.router.add_get("/live", self._live)
        app.router.add_get("/mallory", self._mallory_page)
        app.router.add_get("/mallory/live", self._mallory_live)
        app.router.add_static("/assets/now", BROWSER)
        app.router.add_static("/mallory/script", Path(__file__).parent)
        runner = web.AppRunner(app, access_log=None)
        self._loop.run_until_complete(runner.setup())
        site = web.TCPSite(runner, "127.0.0.1", 0)
        self._loop.run_until_complete(site.start())
        self.port = site._server.sockets[0].getsockname()[1]
        self.address = f"http://localhost:{self.port}"
        self._started.set()
        self._loop.run_forever()
        if self.line:
            self.line.close()
        self._loop.run_until_complete(runner.cleanup())
        self._loop.close()

    def lay_line(self) -> NarrowLine:
        """What the browsers of later calls say to each other passes through it."""
        self.line = NarrowLine(self._loop)
        return self.line

    def do(self, work) -> None:
        """Runs a coroutine in the server's thread and waits for it."""
        asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    def vanish(self) -> None:
        """Cuts every live link and accepts no new one until `reappear`."""
        self.is_down = True

        async def cut():
            for person in self.sockets.values():
                for socket in list(person):
                    # Without a close frame, as when a network dies.
                    socket._req.transport.abort()

        self.do(cut())

    def reappear(self) -> None:
        self.is_down = False

    # MARK: pages

    @web.middleware
    async def _guard(self, request, handler):
        self.requests.append(request.path)
        response = await handler(request)
        if not isinstance(response, web.WebSocketResponse):
            response.headers["Content-Security-Policy"] = POLICY.format(socket=f"ws://localhost:{self.port}")
            response.headers["Permissions-Policy"] = "camera=(self), microphone=(self), display-capture=(self)"
        return response

    def _viewer(self, request) -> str:
        return request.cookies.get("person", "ana")

    def _page(self, request, template: str, model: dict, scripts: list[str]) -> web.Response:
        viewer = self._viewer(request)
        frame = {
            "language": self.language,
            "direction": "rtl" if self.language == "ar" else "ltr",
            "assets": "/assets/now",
            "site": {"name": "Sotto"},
            "page": {"title": "Sotto", "path": request.path_qs, "styles": ["design/form.css", "calls/call.css"], "scripts": scripts},
            "viewer": {"id": viewer, "name": PEOPLE[viewer], "initials": PEOPLE[viewer][0], "hue": 1, "presence": "online"},
            "languages": [{"code": self.language, "name": self.language, "current": True}],
        }
        frame["content"] = self.templates.render(template, {**frame, **model}) if template else "<h1>Sotto</h1><input aria-label='x'>"
        return web.Response(text=self.templates.render("design/layout", frame), content_type="text/html")

    async def _people(self, request):
        return self._page(request, "", {}, [])

    async def _begin(self, request):
        ident = secrets.token_hex(13)
        raise web.HTTPFound(f"/calls/{ident}?with={request.match_info['person']}")

    async def _preview(self, request):
        return self._page(request, "calls/preview", {}, ["calls/preview.js"])

    async def _relay(self, request):
        return web.json_response({"iceServers": self._ice_servers()})

    async def _call(self, request):
        ident, viewer = request.match_info["call"], self._viewer(request)
        call = self.calls.get(ident)
        peer = call.other(viewer) if call else request.query["with"]
        is_caller = not call or call.caller == viewer
        about: dict = {"id": ident, "role": "caller" if is_caller else "callee"}
        if is_caller:
            about |= {"isCaller": True, "callee": peer}
        if self.relay_only:
            about["relayOnly"] = True
        model = {"call": about, "peer": {"name": PEOPLE[peer], "initials": PEOPLE[peer][0], "hue": 2}, "returnURL": "/"}
        return self._page(request, "calls/call", model, ["calls/callPage.js"])

    def _ice_servers(self) -> list[dict]:
        if not self.relay:
            return []
        url, secret = self.relay
        username = f"{int(time.time()) + 600}:test"
        code = hmac.new(secret.encode(), username.encode(), hashlib.sha1).digest()
        return [{"urls": [url], "username": username, "credential": base64.b64encode(code).decode()}]

    # MARK: the live link

    async def _live(self, request):
        if self.is_down:
            raise web.HTTPServiceUnavailable
        viewer = self._viewer(request)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.sockets[viewer].add(socket)
        await socket.send_json({"type": "welcome", "connection": secrets.token_hex(8), "heartbeat": 20, "streams": {"notices": 0}})
        for call in self.calls.values():
            if call.callee == viewer and call.state == "ringing":
                await self._announce(call, [socket])
        try:
            async for message in socket:
                if message.type == WSMsgType.TEXT:
                    await self._receive(viewer, socket, json.loads(message.data))
        finally:
            self.sockets[viewer].discard(socket)
            await self._closed(socket)
        return socket

    async def _receive(self, viewer: str, socket, message: dict) -> None:
        if message["type"] == "resume":
            return
        if message["id"] not in self.answers:
            self.answers[message["id"]] = await self._command(viewer, socket, message)
        await socket.send_json(self.answers[message["id"]])

    async def _command(self, viewer: str, socket, message: dict) -> dict:
        handler = getattr(self, "_do_" + message["type"].replace(".", "_"), None)
        if not handler:
            return self._refusal(message, 400, "Unknown command")
        call = self.calls.get(message.get("call", ""))
        if message["type"].startswith("call.") and message["type"] != "call.ring" and (not call or viewer not in (call.caller, call.callee)):
            return self._refusal(message, 404, "No such call")
        body = await handler(viewer, socket, call, message)
        return {"type": "ack", "id": message["id"], **({"body": body} if body else {})}

    def _refusal(self, message: dict, status: int, title: str) -> dict:
        return {"type": "refused", "id": message["id"], "problem": {"type": "about:blank", "title": title, "status": status}}

    async def _send(self, sockets, message: dict) -> None:
        for socket in list(sockets):
            if not socket.closed:
                try:
                    await socket.send_json(message)
                except (ConnectionError, RuntimeError):
                    pass

    async def _announce(self, call: Call, sockets) -> None:
        ringing = {"type": "call.ringing", "call": call.ident, "from": {"person": call.caller, "name": PEOPLE[call.caller], "hue": 1}, "at": 0}
        await self._send(sockets, ringing)

    async def _do_ping(self, viewer, socket, call, message):
        return None

    async def _do_call_ring(self, viewer, socket, call, message):
        call = call or Call(message["call"], viewer, message["callee"], message["relayOnly"] or self.relay_only)
        self.calls[call.ident] = call
        await self._announce(call, self.sockets[call.callee])

    async def _do_call_accept(self, viewer, socket, call, message):
        if call.state != "ringing":
            return
        call.state, call.since = "accepted", int(time.time() * 1000)
        await self._send(self.sockets[call.caller], {"type": "call.accepted", "call": call.ident})
        await self._send(self.sockets[call.callee], {"type": "call.answered", "call": call.ident, "device": message["device"]})

    async def _do_call_decline(self, viewer, socket, call, message):
        await self._end(call, "declined")

    async def _do_call_hangUp(self, viewer, socket, call, message):
        ringing = "cancelled" if viewer == call.caller else "declined"
        await self._end(call, ringing if call.state == "ringing" else "hungUp")

    async def _end(self, call: Call, reason: str) -> None:
        if call.state == "ended":
            return
        call.state, call.reason = "ended", reason
        for person in (call.caller, call.callee):
            await self._send(self.sockets[person], {"type": "call.ended", "call": call.ident, "reason": reason, "at": int(time.time() * 1000)})

    async def _do_call_join(self, viewer, socket, call, message):
        before = call.sides.get(viewer)
        if call.state != "ended":
            call.sides[viewer] = (message["device"], socket)
            if before and before[0] != message["device"]:
                await self._send([before[1]], {"type": "call.ended", "call": call.ident, "reason": "answeredElsewhere", "at": 0})
        peer = call.sides.get(call.other(viewer))
        if peer:
            await self._send([peer[1]], {"type": "call.peer", "call": call.ident, "present": True})
        return {
            "state": call.state,
            "reason": call.reason,
            "since": call.since,
            "role": "caller" if viewer == call.caller else "callee",
            "peer": {"name": PEOPLE[call.other(viewer)], "hue": 1},
            "iceServers": self._ice_servers(),
            "relayOnly": call.relay_only,
            "peerPresent": bool(peer and not peer[1].closed),
        }

    async def _do_call_signal(self, viewer, socket, call, message):
        self.signals.append((viewer, message["signal"]))
        if self.mallory_sits_in and self.mallory:
            await self.mallory.send_json({"call": call.ident, "side": viewer, "signal": message["signal"]})
            return
        await self._deliver(call, viewer, message["signal"])

    async def _deliver(self, call: Call, sender: str, signal: dict) -> None:
        peer = call.sides.get(call.other(sender))
        # Only datagrams can be cut by the tests, so nothing may go round them over TCP.
        is_tcp = " tcp " in ((signal.get("candidate") or {}).get("candidate") or "").lower()
        if call.state == "accepted" and peer and not is_tcp:
            await self._send([peer[1]], {"type": "call.signal", "call": call.ident, "signal": self._tampered(signal)})

    def _tampered(self, signal: dict) -> dict:
        if self.line and signal.get("candidate"):
            return {**signal, "candidate": {**signal["candidate"], "candidate": self.line.readdressed(signal["candidate"]["candidate"])}}
        if "description" not in signal:
            return signal
        sdp = re.sub(r"a=candidate:\S+ \d+ tcp [^\r\n]*\r?\n", "", signal["description"]["sdp"], flags=re.IGNORECASE)
        if self.swaps_fingerprints:
            other = ":".join(f"{byte:02X}" for byte in secrets.token_bytes(32))
            sdp = re.sub(r"a=fingerprint:sha-256 \S+", f"a=fingerprint:sha-256 {other}", sdp)
        if self.line:
            sdp = self.line.readdressed(sdp)
        return {**signal, "description": {**signal["description"], "sdp": sdp}}

    async def _closed(self, socket) -> None:
        for call in self.calls.values():
            for person, (_, joined) in call.sides.items():
                peer = call.sides.get(call.other(person))
                if joined is socket and peer:
                    await self._send([peer[1]], {"type": "call.peer", "call": call.ident, "present": False})

    # MARK: Mallory

    async def _mallory_page(self, request):
        return web.Response(text="<!DOCTYPE html><title>M</title><script type=module src=/mallory/script/mallory.js></script>", content_type="text/html")

    async def _mallory_live(self, request):
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.mallory = socket
        async for message in socket:
            said = json.loads(message.data)
            await self._deliver(self.calls[said["call"]], said["side"], said["signal"])
        return socket
