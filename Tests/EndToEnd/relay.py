"""A TURN relay on the loopback interface, for one test."""

import pathlib
import subprocess

from served import free_port, is_listening, until


class Relay:
    """coturn, which knows `secret`; Sotto is told of it by `settings`."""

    secret = "only-for-this-test"

    def __init__(self, folder: pathlib.Path):
        self.port = free_port()
        options = {
            "listening-ip": "127.0.0.1", "relay-ip": "127.0.0.1", "listening-port": self.port, "static-auth-secret": self.secret,
            "realm": "test", "pidfile": folder / "pid", "userdb": folder / "turndb", "log-file": folder / "turn.log",
        }
        flags = ["n", "-allow-loopback-peers", "-use-auth-secret", "-no-tls", "-no-dtls", "-no-cli", "-no-software-attribute", "-simple-log"]
        command = ["turnserver", *(f"-{flag}" for flag in flags), *(f"--{name}={value}" for name, value in options.items())]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        assert until(lambda: is_listening(self.port)), "coturn did not start"

    @property
    def settings(self) -> dict[str, str]:
        return {"SOTTO_TURN_URLS": f"turn:127.0.0.1:{self.port}?transport=udp", "SOTTO_TURN_SECRET": self.secret}

    def close(self) -> None:
        self.process.terminate()
        self.process.wait(10)
