"""Two nodes of one Sotto behind one address, as behind a proxy that knows nothing of people."""

import asyncio
import itertools
import pathlib

from line import Line
from served import Server


class Door(Line):
    """Live links of visitors lead to the second node, those of the team to the first, and all else to either in turn.

    Who was led to a node that is down is led to the other.
    """

    def __init__(self):
        super().__init__()
        self.ports: list[int] = []
        self._turns = itertools.count()

    async def _far(self, reader: asyncio.StreamReader) -> tuple[bytes, asyncio.StreamReader, asyncio.StreamWriter]:
        head = await reader.readuntil(b"\r\n\r\n")
        place = next(self._turns) % 2
        if head.startswith(b"GET /live "):
            place = int(b"bearer." in head)
        try:
            return head, *await asyncio.open_connection("127.0.0.1", self.ports[place])
        except OSError:
            return head, *await asyncio.open_connection("127.0.0.1", self.ports[1 - place])


class Nodes:
    """To a test it is one server. `settings` name the database and the bus that the nodes share."""

    def __init__(self, folder: pathlib.Path, **settings: str):
        self.folder, self.door = folder, Door()
        self.origin = f"http://localhost:{self.door.own_port}"
        # People's keys are opened by one root key, which every node has a copy of.
        self.settings = {"SOTTO_ORIGIN": self.origin, "SOTTO_KEYS_ROOT": str(folder / "root.key"), **settings}
        for name in ("first", "second"):
            (folder / name).mkdir()
        self.first, self.second = (Server(folder / name, **self.settings) for name in ("first", "second"))

    def start(self) -> "Nodes":
        self.door.ports = [node.start().port for node in (self.first, self.second)]
        return self

    def log(self) -> str:
        return self.first.log() + self.second.log()

    def falls(self) -> None:
        """The visitors' node goes down as in a power cut, and stays down."""
        self.second.kill()

    def stop(self) -> None:
        for node in (self.first, self.second):
            node.stop()
        self.door.close()
