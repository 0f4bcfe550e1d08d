"""Measures Sotto and its peers in one run, and writes docs/performance.md. Started by bin/bench, where only 127.0.0.1 exists.

Every stage names what it does, and the load is the same small client for all servers (Benchmarks/Sources/load).
"""

import gzip
import http.client
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parents[1]
SOTTO = ROOT / ".build/release/sotto"
LOAD = ROOT / "Benchmarks/.build/release/load"
TICKS = os.sysconf("SC_CLK_TCK")
PASSWORD = "three quiet herons"
# Fewer for a first look; bin/bench --quick sets it.
QUICK = "--quick" in sys.argv


class Process:
    """A server under measurement, with what the system knows of it and of all it started."""

    def __init__(self, popen: subprocess.Popen):
        self.popen = popen

    def _family(self) -> list[int]:
        children: dict[int, list[int]] = {}
        for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = stat.read_text().rsplit(")", 1)[1].split()
            except (FileNotFoundError, ProcessLookupError):
                continue
            children.setdefault(int(fields[1]), []).append(int(stat.parent.name))
        family, queue = [], [self.popen.pid]
        while queue:
            family.append(queue.pop())
            queue += children.get(family[-1], [])
        return family

    def resident(self) -> int:
        """Bytes of memory, proportional where shared."""
        total = 0
        for pid in self._family():
            for line in pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
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
        self.popen.terminate()
        try:
            self.popen.wait(20)
        except subprocess.TimeoutExpired:
            self.popen.kill()
            self.popen.wait()


def free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def until(condition, patience: float = 60) -> None:
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        try:
            if condition():
                return
        except (OSError, http.client.HTTPException):
            pass
        time.sleep(0.01)
    raise TimeoutError(condition)


class Sotto:
    """One release server on an empty folder."""

    def __init__(self, database: str | None = None, keys: str | None = None):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="sotto-bench-"))
        self.port = free_port()
        self.database, self.keys = database, keys

    def start(self) -> float:
        """Starts it and returns the seconds until it was ready."""
        environment = {key: value for key, value in os.environ.items() if not key.startswith("SOTTO_")}
        environment |= {
            "SOTTO_PORT": str(self.port),
            "SOTTO_ORIGIN": f"http://localhost:{self.port}",
            "SOTTO_DATA_DIRECTORY": str(self.folder / "data"),
            "SOTTO_KEYS_ROOT": str(self.folder / "keys" / "root.key"),
            "SOTTO_BROWSER_DIRECTORY": str(ROOT / "Browser"),
            "SOTTO_REGISTRATION": "open",
            "SOTTO_TRUSTED_PROXIES": "127.0.0.1",
            "SOTTO_LIMITS_SOCKETS_PER_PERSON": "1000",
        }
        if self.database:
            environment |= {"SOTTO_DATABASE_URL": self.database, "SOTTO_KEYS_URL": self.keys or self.database}
        log = open(self.folder / "log", "ab")
        began = time.monotonic()
        self.process = Process(subprocess.Popen([SOTTO, "serve"], env=environment, stdout=log, stderr=log))
        until(lambda: self.get("/health/ready").status == 200)
        return time.monotonic() - began

    def stop(self) -> None:
        self.process.stop()

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

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

    def person(self, number: int) -> "Person":
        """Registers and signs in; the address of the caller is another for each, so that no limit is met."""
        email, address = f"ana{number}@example.org", f"198.19.{number // 250}.{number % 250 + 1}"
        fields = {
            "name": f"Ana {number}", "visibility-name": "members", "email": email, "visibility-email": "nobody",
            "password": PASSWORD, "ageBand": "adult", "listed": "on",
        }
        answer = self.post("/sign-up", fields, address=address)
        assert answer.status in (200, 303), (answer.status, answer.body[:500])
        return self.sign_in(email, address)

    def sign_in(self, email: str, address: str) -> "Person":
        answer = self.post("/sign-in", {"email": email, "password": PASSWORD}, address=address)
        cookie = next((value.split(";")[0] for name, value in answer.getheaders() if name.lower() == "set-cookie" and "session" in value), None)
        assert cookie, (answer.status, answer.body[:2000])
        page = self.get("/", Cookie=cookie).body.decode()
        found = re.search(r'data-viewer="([^"]+)"', page)
        assert found, page[:500]
        return Person(self, email, cookie, found[1], address)


class Person:
    def __init__(self, server: Sotto, email: str, cookie: str, id: str, address: str):
        self.server, self.email, self.cookie, self.id, self.address = server, email, cookie, id, address

    def befriend(self, other: "Person") -> None:
        for person, path in ((self, f"/people/{other.id}/ask"), (other, f"/people/{self.id}/accept")):
            answer = self.server.post(path, {}, person.cookie, person.address)
            assert answer.status == 303, (path, answer.status, answer.body[:500])


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
        self.popen.communicate("\n\n\n")


def say(text: str) -> None:
    print(text, flush=True)


def first_page(server: Sotto) -> dict:
    """Bytes and requests of the welcome page, with what it names, as a browser without a cache fetches them."""
    answer = server.get("/", **{"Accept-Encoding": "gzip"})
    page = gzip.decompress(answer.body) if answer.getheader("Content-Encoding") == "gzip" else answer.body
    named = set(re.findall(r'(?:href|src)="(/assets/[^"#]+)', page.decode()))
    size = len(answer.body)
    seen = set()
    while named - seen:
        path = (named - seen).pop()
        seen.add(path)
        asset = server.get(path, **{"Accept-Encoding": "gzip"})
        size += len(asset.body)
        text = gzip.decompress(asset.body) if asset.getheader("Content-Encoding") == "gzip" else asset.body
        if path.endswith(".js"):
            for other in re.findall(r'(?:from|import)\s*"(\.[^"]+)"', text.decode()):
                named.add(os.path.normpath(os.path.join(os.path.dirname(path), other)))
    return {"bytes": size, "requests": 1 + len(seen)}


def links(server: Sotto, people: list[Person], count: int) -> dict:
    before = server.process.resident()
    load = Load("idle", port=server.port, count=count, cookies=",".join(person.cookie for person in people))
    opened = load.line()
    time.sleep(2)
    after = server.process.resident()
    load.end()
    return {"each": (after - before) / count, "perSecond": opened["opened"] / opened["seconds"]}


def signals(server: Sotto, people: list[Person], rate: int, seconds: int) -> dict:
    couples = list(zip(people[0::2], people[1::2]))
    for one, other in couples:
        one.befriend(other)
    load = Load(
        "signals", port=server.port, rate=rate, seconds=seconds, now=int(time.time() * 1000),
        pairs=",".join(f"{one.cookie}:{other.cookie}:{other.id}" for one, other in couples))
    load.line()
    return paced(server.process, load)


def paced(process: Process, load: Load) -> dict:
    """Lets the load run its paced stage; what it saw, and deliveries for each second of the server's processor time."""
    before = process.processor()
    load.go()
    result = load.line()
    used = process.processor() - before
    load.end()
    return result | {"perProcessorSecond": result["count"] / max(used, 0.01)}


def commands(server: Sotto, people: list[Person], command: str, rate: int, seconds: int) -> dict:
    load = Load("commands", port=server.port, rate=rate, seconds=seconds, command=command, links=100, cookies=",".join(p.cookie for p in people))
    result = load.line()
    load.end()
    return result


def prosody(sessions: int, rate: int, seconds: int) -> dict:
    folder = pathlib.Path(tempfile.mkdtemp(prefix="sotto-bench-prosody-"))
    port = free_port()
    (folder / "prosody.cfg.lua").write_text(f"""
        data_path = "{folder}"; pidfile = "{folder}/pid"
        modules_enabled = {{ "saslauth" }}; modules_disabled = {{ "s2s", "tls" }}
        c2s_require_encryption = false; allow_unencrypted_plain_auth = true
        c2s_ports = {{ {port} }}; c2s_interfaces = {{ "127.0.0.1" }}; s2s_ports = {{}}; http_ports = {{}}; https_ports = {{}}
        limits = {{}}
        log = {{ error = "{folder}/log" }}
        VirtualHost "localhost"
            authentication = "anonymous"
    """)
    command = ["prosody", "-F", "--config", str(folder / "prosody.cfg.lua")]
    if os.geteuid() == 0:
        shutil.chown(folder, "prosody")
        command = ["setpriv", "--reuid=prosody", "--regid=prosody", "--init-groups", *command]
    return xmpp("Prosody", command, folder, port, sessions, rate, seconds)


def ejabberd(sessions: int, rate: int, seconds: int) -> dict:
    folder = pathlib.Path(tempfile.mkdtemp(prefix="sotto-bench-ejabberd-"))
    port = free_port()
    (folder / "ejabberd.yml").write_text(f"""
hosts: [localhost]
loglevel: error
auth_method: [anonymous]
anonymous_protocol: sasl_anon
allow_multiple_connections: true
listen:
  - port: {port}
    ip: "127.0.0.1"
    module: ejabberd_c2s
    max_stanza_size: 262144
    shaper: none
    access: all
modules: {{}}
""")
    shutil.copy("/etc/ejabberd/inetrc", folder / "inetrc")
    (folder / "ejabberdctl.cfg").write_text("ERL_EPMD_ADDRESS=127.0.0.1\nERLANG_NODE=bench@localhost\nEJABBERD_BYPASS_WARNINGS=true\n")
    command = [
        "/usr/sbin/ejabberdctl", "--config-dir", str(folder), "--config", str(folder / "ejabberd.yml"), "--ctl-config", str(folder / "ejabberdctl.cfg"),
        "--logs", str(folder), "--spool", str(folder), "foreground",
    ]
    if os.geteuid() == 0:
        shutil.chown(folder, "ejabberd")
        for path in folder.iterdir():
            shutil.chown(path, "ejabberd")
        command = ["setpriv", "--reuid=ejabberd", "--regid=ejabberd", "--init-groups", *command]
    return xmpp("ejabberd", command, folder, port, sessions, rate, seconds)


def xmpp(name: str, command: list[str], folder: pathlib.Path, port: int, sessions: int, rate: int, seconds: int) -> dict:
    import socket

    log = open(folder / "output", "ab")
    process = Process(subprocess.Popen(command, stdout=log, stderr=log, cwd=folder, env=os.environ | {"HOME": str(folder)}))

    def answers():
        socket.create_connection(("127.0.0.1", port), 1).close()
        return True

    try:
        until(answers)
        time.sleep(2)
        before = process.resident()
        load = Load("xmpp", port=port, count=sessions, rate=rate, seconds=seconds, pairs=50)
        load.line()
        time.sleep(2)
        each = (process.resident() - before) / sessions
        return {"name": name, "idle": before, "each": each} | paced(process, load)
    except Exception as problem:
        say(f"{name} could not be measured: {problem!r}\n{(folder / 'output').read_text()[-500:]}")
        return {}
    finally:
        process.stop()
        shutil.rmtree(folder, ignore_errors=True)


def table(head: list[str], rows: list[list[str]]) -> str:
    return "\n".join("| " + " | ".join(row) + " |" for row in [head, ["---"] * len(head), *rows])


def kilobytes(value: float) -> str:
    return f"{value / 1000:.1f} kB"


def megabytes(value: float) -> str:
    return f"{value / 1e6:.1f} MB"


def timing(result: dict) -> str:
    failures = f", {result['failures']:.0f} failed" if result["failures"] else ""
    return f"{result['p50']:.1f} / {result['p99']:.1f} ms{failures}"


def measure() -> str:
    many, sessions, rate, seconds = (1000, 200, 500, 3) if QUICK else (10_000, 1000, 2000, 10)
    rows = []

    say("Sotto: start, memory, first page")
    server = Sotto()
    server.start()
    server.stop()
    start = server.start()
    time.sleep(2)
    idle = server.process.resident()
    page = first_page(server)
    load = Load("requests", port=server.port, path="/", rate=200, seconds=seconds)
    pages = load.line()
    load.end()
    rows += [
        ["cold start on an existing database", f"{start * 1000:.0f} ms", "300 ms"],
        ["resident memory, idle", megabytes(idle), "60 MB"],
        ["size of the program", megabytes(SOTTO.stat().st_size), ""],
        ["first page: bytes, compressed", kilobytes(page["bytes"]), "60 kB"],
        ["first page: requests", str(page["requests"]), "12"],
        ["first page at 200 requests/s, p50 / p99", timing(pages), "p99 10 ms"],
    ]

    say("Sotto: people, links, commands, signals")
    people = [server.person(number) for number in range(20)]
    idle_links = links(server, people, many)
    pings = commands(server, people, '"type":"ping"', 1000, seconds)
    reads = commands(server, people, '"type":"notices.read","upTo":1', 1000, seconds)
    calls = signals(server, people[:20], 200 if QUICK else 240, seconds)
    server.remove()
    rows += [
        [f"memory for each of {many:,} authenticated idle links", kilobytes(idle_links["each"]), "10 kB"],
        ["links opened a second", f"{idle_links['perSecond']:.0f}", ""],
        ["command to ack, 1,000/s, p50 / p99", timing(pings), ""],
        ["command that writes to SQLite, 1,000/s, to ack after commit, p50 / p99", timing(reads), "p99 30 ms"],
    ]

    if os.environ.get("SOTTO_TEST_POSTGRES"):
        say("Sotto on PostgreSQL")
        base = os.environ["SOTTO_TEST_POSTGRES"].rsplit("/", 1)[0]
        for name in ("bench", "benchkeys"):
            subprocess.run(["psql", "-q", os.environ["SOTTO_TEST_POSTGRES"], "-c", f"CREATE DATABASE {name}"], check=True)
        server = Sotto(f"{base}/bench", f"{base}/benchkeys")
        server.start()
        people = [server.person(number) for number in range(20)]
        reads = commands(server, people, '"type":"notices.read","upTo":1', 1000, seconds)
        server.remove()
        rows.append(["the same on PostgreSQL", timing(reads), "p99 30 ms"])

    peers = []
    for peer in (prosody, ejabberd):
        say(peer.__name__)
        if result := peer(sessions, rate, seconds):
            peers.append([
                result["name"], megabytes(result["idle"]), kilobytes(result["each"]), f"{result['perProcessorSecond']:.0f}", timing(result)])
    ours = ["**Sotto**", megabytes(idle), kilobytes(idle_links["each"]), f"{calls['perProcessorSecond']:.0f}", timing(calls)]

    return "\n\n".join([
        table(["what", "measured", "aim"], rows),
        f"Against the peers in the same run, Debian's packages, the same client, {sessions:,} anonymous sessions there and {many:,} authenticated links here. "
        "One-to-one deliveries: short messages between two people; ours are call signals, which are checked against the call they belong to.",
        table(["server", "idle", "memory a session", "one-to-one deliveries a processor second", "p50 / p99"], [ours, *peers]),
    ])


def main() -> None:
    text = measure()
    print(text)
    if QUICK:
        return
    page = ROOT / "docs/performance.md"
    begin, end = "<!-- figures: written by bin/bench -->", "<!-- end of figures -->"
    before, rest = page.read_text().split(begin)
    page.write_text(before + begin + "\n\n" + text + "\n\n" + end + rest.split(end)[1])


main()
