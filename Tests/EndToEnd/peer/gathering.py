"""People who meet on call pages, in whatever browsers a test gives them."""

from contextlib import contextmanager

from peer_page import WATCH, Person
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
