"""A meeting's own server: two cores carry several browsers with pictures and nothing else beside them."""

import socket

import pytest

from line import Line, PacketLine
from meeting_guest import Beside
from served import CHROMIUM_ARGUMENTS, Server


@pytest.fixture
def media_port():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def server(tmp_path, line, media_port):
    """Pages and live links go through the line, picture and sound beside it."""
    origin = f"http://localhost:{line.own_port}"
    server = Server(
        tmp_path, SOTTO_ORIGIN=origin, SOTTO_MEDIA_PORT=str(media_port), SOTTO_MEDIA_ADDRESSES="127.0.0.1",
        SOTTO_MEDIA_TCP_PORT=str(line.own_port),
    )
    line.leads_to(server.port)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def own_network(playwright, server, line, media_port):
    """A browser whose pages, live link and packets take a way of their own."""
    pages, packets = Line(), PacketLine(media_port)
    pages.leads_to(server.port)
    way = f"--host-resolver-rules=MAP localhost:{line.own_port} 127.0.0.1:{pages.own_port}"
    browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", headless=True, args=[*CHROMIUM_ARGUMENTS, way])
    yield browser, pages, packets
    browser.close()
    pages.close()
    packets.close()


@pytest.fixture
def packets(media_port):
    """A way of their own for the packets of some."""
    packets = PacketLine(media_port)
    yield packets
    packets.close()


@pytest.fixture
def beside():
    beside = Beside()
    yield beside
    beside.close()
