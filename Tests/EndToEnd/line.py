"""The line between browsers and a server, to be cut when a test says so: every browser sees what a lost network does to it."""

import asyncio
import contextlib
import heapq
import itertools
import selectors
import socket
import threading
import time


class Line:
    """Passes bytes to `port` of this machine. Cut, it ends what is open and takes nothing new, as `socket` errors at both ends.

    A long way takes so many seconds in each direction: `delay`.
    """

    def __init__(self, delay: float = 0):
        self.port: int | None = None
        self.delay = delay
        self._is_cut = False
        self._open: set[asyncio.StreamWriter] = set()
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.own_port: int = self._socket.getsockname()[1]
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def leads_to(self, port: int) -> None:
        self.port = port

    def cut(self) -> None:
        """Returns when nothing passes any more."""
        self._is_cut = True
        self._in_loop(self._end_all)

    def restore(self) -> None:
        self._is_cut = False

    def close(self) -> None:
        self.cut()
        asyncio.run_coroutine_threadsafe(self._ended(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._socket.close()

    async def _ended(self) -> None:
        await asyncio.gather(*asyncio.all_tasks() - {asyncio.current_task()}, return_exceptions=True)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(asyncio.start_server(self._arrived, sock=self._socket))
        self._loop.run_forever()

    def _in_loop(self, act) -> None:
        done = threading.Event()
        self._loop.call_soon_threadsafe(lambda: (act(), done.set()))
        done.wait()

    def _end_all(self) -> None:
        for writer in self._open:
            writer.transport.abort()
        self._open.clear()

    async def _arrived(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._is_cut:
            writer.transport.abort()
            return
        self._open.add(writer)
        try:
            first, far_reader, far_writer = await self._far(reader)
        except (OSError, EOFError):
            writer.transport.abort()
            return
        if self._is_cut:
            far_writer.transport.abort()
            writer.transport.abort()
            return
        self._open.add(far_writer)
        far_writer.write(first)
        await asyncio.gather(self._pass(reader, far_writer), self._pass(far_reader, writer))
        self._open -= {writer, far_writer}

    async def _far(self, _: asyncio.StreamReader) -> tuple[bytes, asyncio.StreamReader, asyncio.StreamWriter]:
        """What was read to find the way, and where it leads."""
        return b"", *await asyncio.open_connection("127.0.0.1", self.port)

    async def _pass(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        try:
            while block := await source.read(65_536):
                if self.delay:
                    # Timers of one delay end in the order in which they began.
                    self._loop.call_later(self.delay, target.write, block)
                    continue
                target.write(block)
                await target.drain()
        except OSError:
            pass
        self._loop.call_later(self.delay, target.close)


class PacketLine:
    """Passes datagrams to `port` of this machine, and what is answered back. Cut, it loses them all, as a dead network does.

    A poor network loses each so manieth on its way to the port: `loses_every`. A long way takes so many seconds in each direction: `delay`.
    """

    def __init__(self, port: int, delay: float = 0):
        self._port = port
        self._delay = delay
        self._under_way: list[tuple[float, int, socket.socket, bytes, tuple[str, int]]] = []
        self._numbers = itertools.count()
        self._is_cut = False
        self.loses_every: int | None = None
        # How often somebody told the port that they are where it asked (a success of STUN).
        self._answers = 0
        self._answered = threading.Condition()
        self._sent = 0
        self._front = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._front.bind(("127.0.0.1", 0))
        self.own_port: int = self._front.getsockname()[1]
        self._far: dict[tuple[str, int], socket.socket] = {}
        # How often it was asked for, and done by the thread.
        self._rebound = self._rebounds_done = 0
        self._left: list[socket.socket] = []
        self._ready = selectors.DefaultSelector()
        self._ready.register(self._front, selectors.EVENT_READ)
        self._end, self._ended = socket.socketpair()
        self._ready.register(self._ended, selectors.EVENT_READ)
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def cut(self) -> None:
        self._is_cut = True

    def restore(self) -> None:
        self._is_cut = False

    def rebinds(self, connections: int, patience: float) -> None:
        """Everybody has another port from now on, as behind a router that was started again; what is sent to the old one is lost.

        Returns when so many connections have told the port that they are there.
        """
        with self._answered:
            wanted = self._answers + connections
            self._rebound += 1
            assert self._answered.wait_for(lambda: self._answers >= wanted, patience), f"{wanted - self._answers} were not found"

    def close(self) -> None:
        self._end.close()
        self._thread.join()
        for one in [self._front, self._ended, *self._far.values(), *self._left]:
            one.close()
        self._ready.close()

    def _run(self) -> None:
        while True:
            due = self._under_way[0][0] - time.monotonic() if self._under_way else None
            for key, _ in self._ready.select(due if due is None else max(0.0, due)):
                if key.fileobj is self._ended:
                    return
                try:
                    packet, sender = key.fileobj.recvfrom(65_536)
                    if not self._is_cut:
                        self._pass(packet, sender, key.data)
                except OSError:
                    # Whoever it was for is not there any more.
                    pass
            while self._under_way and self._under_way[0][0] <= time.monotonic():
                _, _, way, packet, whither = heapq.heappop(self._under_way)
                with contextlib.suppress(OSError):
                    way.sendto(packet, whither)

    def _send(self, way: socket.socket, packet: bytes, whither: tuple[str, int]) -> None:
        if not self._delay:
            way.sendto(packet, whither)
            return
        heapq.heappush(self._under_way, (time.monotonic() + self._delay, next(self._numbers), way, packet, whither))

    def _pass(self, packet: bytes, sender: tuple[str, int], near: tuple[str, int] | None) -> None:
        """`near` is whom a far end answers."""
        if near is not None:
            self._send(self._front, packet, near)
            return
        if self._rebounds_done != self._rebound:
            self._rebounds_done = self._rebound
            for far in self._far.values():
                self._ready.unregister(far)
            # Their ports are given to nobody else.
            self._left += self._far.values()
            self._far.clear()
        self._sent += 1
        if packet[:2] == b"\x01\x01":
            with self._answered:
                self._answers += 1
                self._answered.notify_all()
        if self.loses_every and self._sent % self.loses_every == 0:
            return
        if sender not in self._far:
            far = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            far.bind(("127.0.0.1", 0))
            self._far[sender] = far
            self._ready.register(far, selectors.EVENT_READ, sender)
        self._send(self._far[sender], packet, ("127.0.0.1", self._port))
