"""What passes through the server in a meeting leaves nothing behind there: no file grows by it, and no word of it lies in one."""

import os
import pathlib
import re
import stat
import urllib.request

from playwright.sync_api import expect

from at_a_meeting import in_state, two_meet
from served import Server, until

MARKER = "Qz7vXk4Wm9Jd only between us"
# What is to pass while files are watched, and what may be written meanwhile: that pages are still there.
PASSES, LITTLE = 1_000_000, 100_000


def came(server: Server) -> float:
    """Bytes of media so far."""
    with urllib.request.urlopen(f"http://127.0.0.1:{server.port}/metrics", timeout=5) as answer:
        return float(re.search(r'^sotto_media_bytes_total{direction="in"} (\S+)$', answer.read().decode(), re.MULTILINE)[1])


def held(server: Server) -> int:
    """Bytes of all files in the server's folders, and of those that it has open, wherever they are and whether or not they have a name."""
    files = [path for path in server.folder.rglob("*")] + list(pathlib.Path(f"/proc/{server.process.pid}/fd").iterdir())
    sizes = {}
    for path in files:
        try:
            found = os.stat(path)
        except FileNotFoundError:
            continue  # It has just been closed.
        if stat.S_ISREG(found.st_mode):
            sizes[found.st_dev, found.st_ino] = found.st_size
    return sum(sizes.values())


def test_nothing_of_a_meeting_is_written_down(people, server, chromium):
    ana, finn, _ = two_meet(people, chromium)
    ana.page.locator(".controls [data-action=chat]").click()
    ana.page.fill("#chat-text", MARKER)
    ana.page.keyboard.press("Enter")
    expect(finn.page.locator("[data-call=messages]")).to_contain_text(MARKER)

    (passed, before) = came(server), held(server)
    assert until(lambda: came(server) > passed + PASSES)
    assert held(server) - before < LITTLE
    for one in (ana, finn):
        one.page.locator(".controls [data-action=leave]").click()
        in_state(one.page, "ended")
    server.stop()
    for path in server.folder.rglob("*"):
        if path.is_file():
            kept = path.read_bytes()
            assert not any(MARKER.encode(encoding) in kept for encoding in ("utf-8", "utf-16-le", "utf-16-be")), path
