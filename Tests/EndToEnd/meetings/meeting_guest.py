"""A guest of a meeting that is a program: it does what docs/protocol.md says, without a browser."""

import asyncio
import contextlib
import threading
import uuid

import aiohttp
from yarl import URL

from served import PATIENCE


class Beside:
    """An event loop on a thread of its own, as the browsers' driver has one already on this thread."""

    def __init__(self):
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def run(self, work):
        """Waits for a coroutine and returns what it returns."""
        return asyncio.run_coroutine_threadsafe(asyncio.wait_for(work, PATIENCE), self._loop).result()

    def close(self) -> None:
        asyncio.run_coroutine_threadsafe(self._finish(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _finish(self) -> None:
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)


class MeetingGuest:
    """Somebody who came by the link, with a live link of their own."""

    def __init__(self, session: aiohttp.ClientSession, socket: aiohttp.ClientWebSocketResponse, meeting: str):
        self._session, self._socket, self._meeting = session, socket, meeting
        self._answers: dict[str, asyncio.Future] = {}
        self._changed = asyncio.Condition()
        # The latest message of each type.
        self._latest: dict[str, dict] = {}
        self._reading = asyncio.create_task(self._read())

    @classmethod
    async def comes_by(cls, link: str, name: str) -> "MeetingGuest":
        origin = URL(link).origin()
        # Browsers take this machine for a safe place, and so keep cookies that are to go by TLS alone.
        jar = aiohttp.CookieJar(treat_as_secure_origin=origin)
        # Each socket begins on a TCP connection of its own.
        connector = aiohttp.TCPConnector(force_close=True)
        session = aiohttp.ClientSession(connector=connector, cookie_jar=jar, headers={"Origin": str(origin)})
        async with session.post(link, data={"name": name}) as page:
            assert page.status == 200 and page.url.path.startswith("/meetings/"), (page.status, page.url)
            meeting = page.url.name
        socket = await session.ws_connect(origin / "live")
        await socket.send_json({"type": "resume", "streams": {}})
        guest = cls(session, socket, meeting)
        await guest.hears("welcome", lambda _: True)
        return guest

    async def _read(self) -> None:
        async for message in self._socket:
            word = message.json()
            if word["type"] in ("ack", "refused"):
                self._answers.pop(word["id"]).set_result(word)
            async with self._changed:
                self._latest[word["type"]] = word
                self._changed.notify_all()

    async def command(self, type: str, **fields) -> dict:
        """What the ack says."""
        name = str(uuid.uuid4())
        answer = self._answers[name] = asyncio.get_running_loop().create_future()
        await self._socket.send_json({"type": type, "id": name, "meeting": self._meeting, **fields})
        word = await answer
        assert word["type"] == "ack", word
        return word.get("body") or {}

    async def hears(self, type: str, condition) -> dict:
        """Waits until the latest message of this type is so."""
        async with self._changed:
            await self._changed.wait_for(lambda: type in self._latest and condition(self._latest[type]))
            return self._latest[type]

    async def enters(self) -> int:
        """Its seat."""
        entered = await self.command("meeting.enter")
        assert entered["state"] == "in", entered
        return entered["seat"]

    async def watches(self, *seats: int) -> None:
        await self.command("meeting.view", tiles=[{"seat": seat, "encoding": 2} for seat in seats])

    async def seat_of(self, name: str) -> int:
        def named(word: dict) -> list[int]:
            return [one["seat"] for one in word["people"] if one["name"] == name and one["camera"]]

        return named(await self.hears("meeting.people", named))[0]

    async def leaves(self) -> None:
        await self.command("meeting.leave")
        self._reading.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._reading
        await self._socket.close()
        await self._session.close()
