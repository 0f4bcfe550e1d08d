"""Every page in every state that bin/look takes a picture of: usable by everyone, at home, and keeping its promises."""

import argparse

import pytest

from look import Demo, Look
from scenes import SCENES
from served import Server
from test_every_page import fits, stored, violations

# What a visitor's chat keeps once they have written.
WRITTEN = {"chat-talk", "chat-editing", "chat-mine", "chat-ended"}
# Narrow and dark, wide and light: what one forgets, the other shows.
VIEWS = [(320, 700, "dark"), (1280, 860, "light")]


class Inspection(Look):
    """Looks with a rule book instead of a camera."""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.found: list[str] = []
        self.hosts: set[str] = set()

    def watched(self, page):
        page.on("request", lambda request: self.hosts.add(request.url.split("/")[2] if "//" in request.url else ""))
        return super().watched(page)

    def take(self, name, page, whole=True):
        for width, height, scheme in VIEWS:
            page.set_viewport_size({"width": width, "height": height})
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            wrong = violations(page)
            if not fits(page):
                wrong.append(f"wider than {width}")
            self.found += [f"{name} {width} {scheme}: {each}" for each in wrong]
        self.found += [f"{name}: {each}" for each in faults(page)]
        kept = stored(page)
        allowed = {"sotto.widget", "sotto.draft"} if name in WRITTEN else {"sotto.devices"}
        if set(kept["local"]) - allowed or kept["session"] or kept["cookies"] or kept["databases"] or kept["workers"]:
            self.found.append(f"{name} keeps {kept}")


def faults(page) -> list[str]:
    """What makes a page hard to find one's way in."""
    return page.evaluate(
        """() => {
          const seen = (element) => element.checkVisibility({ visibilityProperty: true });
          const wrong = [];
          const heads = [...document.querySelectorAll("h1")].filter(seen).length;
          if (heads !== 1) wrong.push(`${heads} first headings`);
          if (!/^.+ · .+$/.test(document.title) && !document.querySelector("dialog[data-call=incoming][open]")) wrong.push(`title “${document.title}”`);
          if (!document.querySelector('a[href="/privacy"]')) wrong.push("no way to the privacy page");
          // A visitor's chat stands in somebody else's page, and leads nowhere else.
          if (!location.pathname.startsWith("/widget/") && !document.querySelector('a[href="/"]')) wrong.push("no way home");
          if (!document.documentElement.lang || !document.documentElement.dir) wrong.push("no language");
          return wrong;
        }"""
    )


@pytest.fixture(scope="module")
def look(chromium, tmp_path_factory):
    demo = Demo(tmp_path_factory.mktemp("demo")).start()
    fresh = Server(tmp_path_factory.mktemp("fresh")).start()
    inspection = Inspection(chromium, demo, fresh, "en", argparse.Namespace(scenes=[]))
    yield inspection
    inspection.close()
    for server in (demo, fresh):
        server.stop()


@pytest.mark.parametrize("name", SCENES)
def test_a_page_in_its_states(look, name):
    look.found.clear()
    look.play(name)
    assert look.found == []
    assert look.remarks == []
    assert look.hosts <= {server.origin.split("//")[1] for server in (look.demo, look.fresh)}, "own origin only"
