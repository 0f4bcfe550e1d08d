"""What runs while we measure: Sotto, the load, and what the system knows of them."""

import concurrent.futures
import contextlib
import gzip
import http.client
import json
import os
import pathlib
import re
import shutil
import socket
import sqlite3
import subprocess
import tempfile
import time
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parents[1]
PROGRAMS = ROOT / ".build-release/release"
SOTTO, BENCH, LOAD = (PROGRAMS / name for name in ("sotto", "bench", "load"))
TICKS = os.sysconf("SC_CLK_TCK")
PASSWORD = "three quiet herons"
POSTGRES = os.environ.get("SOTTO_TEST_POSTGRES", "")


class Process:
    """A server under measurement, with all it started."""

    def __init__(self, popen: subprocess.Popen):
        self.popen = popen

    def _family(self) -> list[int]:
        children: dict[int, list[int]] = {}
        for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):
                children.setdefault(int(stat.read_text().rsplit(")", 1)[1].split()[1]), []).append(int(stat.parent.name))
        family, queue = [], [self.popen.pid]
        while queue:
            family.append(queue.pop())
            queue += children.get(family[-1], [])
        return family

    def resident(self) -> int:
        """Bytes of resident memory."""
        total = 0
        for pid in self._family():
            for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
                if line.startswith("VmRSS:"):
                    total += int(line.split()[1]) * 1024
        return total

    def processor(self) -> float:
        """Seconds of processor time so far."""
        total = 0
        for pid in self._family():
            fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
            total += int(fields[11]) + int(fields[12])
        return total / TICKS

    def stop(self) -> None:
        family = self._family()
        self.popen.terminate()
        try:
            self.popen.wait(20)
        except subprocess.TimeoutExpired:
            self.popen.kill()
            self.popen.wait()
        # What a wrapper started may outlive it.
        for pid in family[1:]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, 15)


class Load:
    """A running load client: `line` waits for its next report, `go` lets it on."""

    def __init__(self, mode: str, **options):
        words = [f"--{name}={value}" for name, value in options.items()]
        self.popen = subprocess.Popen([LOAD, mode, *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def line(self) -> dict:
        line = self.popen.stdout.readline()
        assert line, "the load client ended early"
        return json.loads(line)

    def go(self) -> None:
        self.popen.stdin.write("\n")
        self.popen.stdin.flush()

    def end(self) -> None:
        with contextlib.suppress(BrokenPipeError):
            self.popen.communicate("\n\n\n")
        self.popen.wait()

    def finish(self) -> dict:
        seen = self.line()
        self.end()
        return seen


def during(process: Process, load: Load) -> tuple[dict, float]:
    """Lets the load run; what it saw, and the processor seconds that the server took for it."""
    before = process.processor()
    load.go()
    seen = load.line()
    used = process.processor() - before
    load.end()
    return seen, used


def run_json(command: list) -> list[dict]:
    said = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
    return [json.loads(line) for line in said.splitlines()]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def until(condition, patience: float = 60) -> None:
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError, http.client.HTTPException):
            if condition():
                return
        time.sleep(0.002)
    raise TimeoutError(condition)


class Sotto:
    """A server of ours on an empty folder."""

    def __init__(self, program: pathlib.Path, databases: tuple[str, str] | None = None, **more: str):
        self.program, self.databases, self.more = program, databases, more
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="sotto-bench-"))
        self.port = free_port()
        self.people: list[Person] = []

    @staticmethod
    def temporary_folder():
        return tempfile.TemporaryDirectory(prefix="sotto-bench-")

    @property
    def cookies(self) -> str:
        return ",".join(person.cookie for person in self.people)

    @property
    def environment(self) -> dict[str, str]:
        environment = {key: value for key, value in os.environ.items() if not key.startswith("SOTTO_")}
        environment |= {
            "SOTTO_PORT": str(self.port),
            "SOTTO_ORIGIN": f"http://localhost:{self.port}",
            "SOTTO_DATA_DIRECTORY": str(self.folder / "data"),
            "SOTTO_KEYS_ROOT": str(self.folder / "keys" / "root.key"),
            "SOTTO_BROWSER_DIRECTORY": str(ROOT / "Browser"),
            "SOTTO_REGISTRATION": "open",
            # So that the client may say that it comes from many places.
            "SOTTO_TRUSTED_PROXIES": "127.0.0.1",
            # One person has up to a hundred links where few people stand for many.
            "SOTTO_LIMITS_SOCKETS_PER_PERSON": "100",
        }
        if self.databases:
            environment |= dict(zip(("SOTTO_DATABASE_URL", "SOTTO_KEYS_URL"), self.databases))
        return environment | self.more

    def start(self) -> float:
        """Starts it and returns the seconds until it was ready."""
        with open(self.folder / "log", "ab") as log:
            began = time.monotonic()
            self.process = Process(subprocess.Popen([self.program, "serve"], env=self.environment, stdout=log, stderr=log))
        try:
            until(lambda: self.get("/health/ready").status == 200)
        except TimeoutError:
            raise AssertionError((self.folder / "log").read_text()[-2000:]) from None
        return time.monotonic() - began

    def stop(self) -> None:
        self.process.stop()

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def during(self, load: Load) -> tuple[dict, float]:
        return during(self.process, load)

    def get(self, path: str, **headers: str):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request("GET", path, headers={"Host": f"localhost:{self.port}"} | headers)
        answer = connection.getresponse()
        answer.body = answer.read()
        return answer

    def post(self, path: str, fields: dict, cookie: str = "", address: str = "198.18.0.1"):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        origin = f"http://localhost:{self.port}"
        headers = {
            "Host": origin[7:], "Origin": origin, "Content-Type": "application/x-www-form-urlencoded",
            "X-Forwarded-For": address, "Cookie": cookie,
        }
        connection.request("POST", path, urllib.parse.urlencode(fields), headers)
        answer = connection.getresponse()
        answer.body = answer.read()
        return answer

    def site_key(self) -> str:
        """The public key of one of its sites. On SQLite."""
        with sqlite3.connect(self.folder / "data" / "sotto.sqlite") as database:
            return database.execute("SELECT key FROM support_site").fetchone()[0]

    def first_page(self) -> tuple[int, int]:
        """Bytes and requests of the welcome page with what it names, as a browser without a cache fetches them."""
        answer = self.get("/", **{"Accept-Encoding": "gzip"})
        named = set(re.findall(r'(?:href|src)="(/assets/[^"#]+)', text_of(answer)))
        size, seen = len(answer.body), set()
        while named - seen:
            path = (named - seen).pop()
            seen.add(path)
            asset = self.get(path, **{"Accept-Encoding": "gzip"})
            assert asset.status == 200, path
            size += len(asset.body)
            if path.endswith(".js"):
                for other in re.findall(r'(?:from|import)\s*"(\.[^"]+)"', text_of(asset)):
                    named.add(os.path.normpath(os.path.join(os.path.dirname(path), other)))
        return size, 1 + len(seen)

    def person(self, number: int) -> "Person":
        """Registers and signs in; the address of the caller is another for each, so that no limit is met."""
        email, address = f"ana{number}@example.org", f"198.19.{number // 250}.{number % 250 + 1}"
        fields = {
            "name": f"Ana {number}", "visibility-name": "members", "email": email, "visibility-email": "nobody",
            "password": PASSWORD, "ageBand": "adult", "listed": "on",
        }
        answer = self.post("/sign-up", fields, address=address)
        assert answer.status in (200, 303), (answer.status, answer.body[:500])
        answer = self.post("/sign-in", {"email": email, "password": PASSWORD}, address=address)
        cookie = next((value.split(";")[0] for name, value in answer.getheaders() if name.lower() == "set-cookie" and "session" in value), None)
        assert cookie, (answer.status, answer.body[:2000])
        page = self.get("/", Cookie=cookie, **{"X-Forwarded-For": address}).body.decode()
        found = re.search(r'data-viewer="([^"]+)"', page)
        assert found, page[:500]
        return Person(self, email, cookie, found[1], address)


def text_of(answer) -> str:
    return (gzip.decompress(answer.body) if answer.getheader("Content-Encoding") == "gzip" else answer.body).decode()


@contextlib.contextmanager
def sotto(people: int, program: pathlib.Path = SOTTO, database: str | None = None, name: str = "bench", **more: str):
    """A running server with so many signed-in people."""
    server = Sotto(program, databases(database, name) if database else None, **more)
    try:
        server.start()
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            server.people = list(pool.map(server.person, range(people)))
        yield server
    finally:
        server.remove()


@contextlib.contextmanager
def nats():
    """The address of a running NATS server."""
    port = free_port()
    server = subprocess.Popen(["nats-server", "-a", "127.0.0.1", "-p", str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until(lambda: socket.create_connection(("127.0.0.1", port), 1).close() is None)
        yield f"nats://127.0.0.1:{port}"
    finally:
        server.kill()
        server.wait()


def databases(base: str, name: str) -> tuple[str, str]:
    """Two fresh PostgreSQL databases: data and keys."""
    names = (name, f"{name}keys")
    for each in names:
        subprocess.run(["psql", "-q", base, "-c", f"CREATE DATABASE {each}"], check=True)
    return tuple(f"{base.rsplit('/', 1)[0]}/{each}" for each in names)


def engines() -> list[tuple[str, str | None]]:
    """What to measure on, by name: SQLite, and PostgreSQL where there is one."""
    return [("SQLite", None)] + ([("PostgreSQL", POSTGRES)] if POSTGRES else [])


class Person:
    def __init__(self, server: Sotto, email: str, cookie: str, id: str, address: str):
        self.server, self.email, self.cookie, self.id, self.address = server, email, cookie, id, address

    @property
    def sign_in_form(self) -> str:
        return urllib.parse.urlencode({"email": self.email, "password": PASSWORD})

    def befriend(self, other: "Person") -> None:
        for person, path in ((self, f"/people/{other.id}/ask"), (other, f"/people/{self.id}/accept")):
            answer = self.server.post(path, {}, person.cookie, person.address)
            assert answer.status == 303, (path, answer.status, answer.body[:500])
