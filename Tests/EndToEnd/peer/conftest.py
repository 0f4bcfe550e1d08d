"""Two call pages against a server of the test's own. Run inside bin/lib/offline."""

from contextlib import contextmanager

import pytest

from peer_page import WATCH, Person, in_a_call
from peer_server import PeerServer


@contextmanager
def gathering(server: PeerServer):
    """Makes people, and in the end looks for errors on every page they had."""
    contexts, everybody = [], []

    def person(name: str, browser) -> Person:
        context = browser.new_context(viewport={"width": 900, "height": 640})
        context.add_cookies([{"name": "person", "value": name, "url": server.address}])
        context.add_init_script(WATCH)
        contexts.append(context)
        someone = Person(name, context.new_page(), server.address)
        everybody.append(someone)
        return someone

    yield person
    errors = [f"{someone.name}: {error}" for someone in everybody for error in someone.errors()]
    for context in contexts:
        context.close()
    assert errors == []


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
