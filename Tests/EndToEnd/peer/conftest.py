"""Two call pages against a server of the test's own. Run inside bin/lib/offline."""

import pytest

from gathering import gathering
from peer_page import in_a_call
from peer_server import PeerServer


@pytest.fixture
def server():
    running = PeerServer().start()
    yield running
    running.stop()


@pytest.fixture
def people(server):
    with gathering(server) as person:
        yield person


@pytest.fixture
def pair(people, chromium):
    """Ana and Ben, both in Chromium."""
    return people("ana", chromium), people("ben", chromium)


@pytest.fixture
def talking(pair):
    """Ana and Ben in a call, both in Chromium."""
    return in_a_call(*pair)


@pytest.fixture(scope="module")
def long_call(chromium):
    """One call for several tests that leave it as they found it."""
    server = PeerServer().start()
    with gathering(server) as person:
        yield in_a_call(person("ana", chromium), person("ben", chromium))
    server.stop()
