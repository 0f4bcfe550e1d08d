"""As much of ClamAV's daemon as `INSTREAM` needs (clamd(8)): it finds the EICAR test file, and can fall silent or go down."""

import socket
import socketserver
import struct
import threading

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class Scanner:
    def __init__(self):
        self.is_silent = False
        # Files that it was given to look at.
        self.count = 0
        self._server: socketserver.ThreadingTCPServer | None = None
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self.comes_up()

    @property
    def address(self) -> str:
        return f"tcp://127.0.0.1:{self.port}"

    def comes_up(self) -> None:
        scanner = self

        class Look(socketserver.StreamRequestHandler):
            def handle(self):
                if self.rfile.read(10) != b"zINSTREAM\0":
                    return
                file = b""
                while length := struct.unpack(">I", self.rfile.read(4))[0]:
                    file += self.rfile.read(length)
                scanner.count += 1
                if not scanner.is_silent:
                    self.wfile.write(b"stream: Eicar-Test-Signature FOUND\0" if b"EICAR-STANDARD" in file else b"stream: OK\0")

        class Listener(socketserver.ThreadingTCPServer):
            allow_reuse_address = True
            daemon_threads = True

        self.is_silent = False
        self.goes_down()
        self._server = Listener(("127.0.0.1", self.port), Look)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def goes_down(self) -> None:
        if self._server:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def falls_silent(self) -> None:
        """It takes files and says nothing of them."""
        self.is_silent = True
