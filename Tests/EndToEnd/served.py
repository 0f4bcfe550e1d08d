"""The real server, started as people start it, and what the browsers that visit it are told."""

import os
import pathlib
import re
import select
import socket
import ssl
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable

from playwright.sync_api import expect

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("SOTTO_TEST_SERVER", str(ROOT / ".build/debug/sotto"))
# Two cores shared with two browsers: generous, because nothing waits for time to pass.
PATIENCE = 45
expect.set_options(timeout=PATIENCE * 1000)

CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--allow-loopback-in-peer-connection",
]
FIREFOX_PREFERENCES = {
    "media.navigator.streams.fake": True,
    "media.navigator.permission.disabled": True,
    "media.peerconnection.ice.loopback": True,
    "media.peerconnection.ice.obfuscate_host_addresses": False,
    "media.autoplay.default": 0,
    "media.autoplay.blocking_policy": 0,
    "privacy.globalprivacycontrol.enabled": True,
}


class Server:
    """One `sotto serve` on a free port with a data directory of its own."""

    command = ["serve"]

    def __init__(self, folder: pathlib.Path, **settings: str):
        self.folder = folder
        self.settings = settings
        self.port = free_port()
        self.process: subprocess.Popen | None = None
        self.output = folder / "server.log"

    @property
    def origin(self) -> str:
        if "SOTTO_ORIGIN" in self.settings:
            return self.settings["SOTTO_ORIGIN"]
        scheme = "https" if self.settings.get("SOTTO_TLS_SELF_SIGNED") == "true" else "http"
        return f"{scheme}://localhost:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """Its settings, for the other commands of `sotto` too."""
        return {
            **{key: value for key, value in os.environ.items() if not key.startswith("SOTTO_")},
            "SOTTO_ADDRESS": "127.0.0.1",
            "SOTTO_PORT": str(self.port),
            "SOTTO_ORIGIN": self.origin,
            "SOTTO_DATA_DIRECTORY": str(self.folder / "data"),
            "SOTTO_KEYS_ROOT": str(self.folder / "keys" / "root.key"),
            "SOTTO_BROWSER_DIRECTORY": str(ROOT / "Browser"),
            "SOTTO_REGISTRATION": "open",
            **self.settings,
        }

    def start(self) -> "Server":
        with open(self.output, "ab") as log:
            self.process = subprocess.Popen([PROGRAM, *self.command], env=self.environment, stdout=log, stderr=log)
        self.wait_until_ready()
        return self

    def wait_until_ready(self) -> None:
        assert until(lambda: self.is_ready() or self.process.poll() is not None) and self.is_ready(), f"the server did not start:\n{self.log()}"

    def is_ready(self) -> bool:
        """Asked at its own port: what stands before it may lead to others too."""
        # A certificate that the server made itself: whoever starts it compares the fingerprint.
        unchecked = ssl._create_unverified_context()
        address = f"{self.origin.split(':')[0]}://localhost:{self.port}/health/ready"
        try:
            with urllib.request.urlopen(address, timeout=5, context=unchecked) as answer:
                return answer.status == 200
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False

    def log(self) -> str:
        return self.output.read_text(errors="replace")

    def owner_link(self) -> str:
        found = re.search(r"https?://\S+/owner/\S+", self.log())
        assert found, self.log()
        return found.group()

    def kill(self) -> None:
        """As a power cut would."""
        self.process.kill()
        self.process.wait()

    def falls(self) -> None:
        """Goes down as in a power cut, and comes back."""
        self.kill()
        self.start()

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


def until(is_so: Callable[[], bool]) -> bool:
    """Asks until the answer is yes; no after a while of patience."""
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        if time.monotonic() > deadline:
            return False
        select.select([], [], [], 0.05)
    return True


def is_listening(port: int) -> bool:
    """Whether a program takes connections at this port of the loopback interface."""
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
