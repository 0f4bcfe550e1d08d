"""A stretch of network between two browsers that can be made narrow: datagrams queue there, and are dropped when the queue is long."""

import asyncio
import re
import socket

CANDIDATE = re.compile(r"(candidate:\S+ \d+ udp \d+ 127\.0\.0\.1 )(\d+)( typ host)", re.IGNORECASE)
# Seconds a packet waits at most, as in the router of a home.
QUEUE = 0.4
# Bytes of IP and UDP around each packet.
AROUND = 28


class NarrowLine:
    """Each browser learns an address of this line instead of the other's own; so all that they say to each other passes here."""

    def __init__(self, loop: asyncio.AbstractEventLoop):
        self.rate: int | None = None
        self._loop = loop
        self._fronts: dict[int, socket.socket] = {}
        self._free_at: dict[int, float] = {}

    def narrow(self, bits_per_second: int) -> None:
        self.rate = bits_per_second

    def widen(self) -> None:
        self.rate = None

    def readdressed(self, words: str) -> str:
        """Session descriptions and candidates with the line's addresses. Called in the loop's thread."""
        return CANDIDATE.sub(lambda found: f"{found[1]}{self._front(int(found[2])).getsockname()[1]}{found[3]}", words)

    def close(self) -> None:
        for front in self._fronts.values():
            self._loop.remove_reader(front)
            front.close()

    def _front(self, port: int) -> socket.socket:
        """What stands for the browser that listens at `port`."""
        if port not in self._fronts:
            front = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            front.setblocking(False)
            front.bind(("127.0.0.1", 0))
            self._fronts[port] = front
            self._loop.add_reader(front, self._arrived, front, port)
        return self._fronts[port]

    def _arrived(self, front: socket.socket, port: int) -> None:
        try:
            while True:
                packet, (_, sender) = front.recvfrom(65_536)
                self._pass(packet, self._front(sender), port)
        except (BlockingIOError, ConnectionError):
            pass

    def _pass(self, packet: bytes, source: socket.socket, port: int) -> None:
        if self.rate is None:
            self._send(packet, source, port)
            return
        now = self._loop.time()
        begins = max(now, self._free_at.get(port, now))
        if begins - now > QUEUE:
            return
        self._free_at[port] = begins + (len(packet) + AROUND) * 8 / self.rate
        self._loop.call_at(self._free_at[port], self._send, packet, source, port)

    @staticmethod
    def _send(packet: bytes, source: socket.socket, port: int) -> None:
        try:
            source.sendto(packet, ("127.0.0.1", port))
        except OSError:
            # A browser that hung up no longer listens.
            pass
