"""Sotto's media server beside Janus and a forwarder without crypto, all driven by the same client built on Debian's Pion packages (Benchmarks/MediaLoad)."""

import bisect
import collections
import contextlib
import json
import os
import pathlib
import re
import shutil
import struct
import subprocess
import tempfile
import time

from processes import BENCH, ROOT, Process, free_port, until
from report import kilobytes, number

HERE, PEERS = ROOT / "Benchmarks/MediaLoad", ROOT / "Benchmarks/MediaPeers"
PLUGINS = pathlib.Path("/usr/lib/x86_64-linux-gnu/janus")
SECONDS = 8
# Who receives from one; and how many are in a meeting in which everybody sends.
AUDIENCES, MEETING, MANY = (10, 100), 6, 400
# Of the ports that Janus receives and sends on.
JANUS_PORTS = (20000, 30000)


def media() -> list[list[str]]:
    """Pictures and sound from one to many and from all to all, beside Janus and a bare forwarder."""
    with tempfile.TemporaryDirectory(prefix="sotto-bench-") as name:
        folder = pathlib.Path(name)
        programs = Programs(folder)
        rows, costs = [], {}
        for label, start in SERVERS.items():
            for kind in ("video", "audio"):
                for audience in AUDIENCES:
                    seen = measured(programs, start, label, kind=kind, receivers=audience)
                    costs[label, kind, audience] = seen["cost"]
                    rows.append([f"{label}: {kind} from one to {audience}", words(seen), ""])
            if label != "bare":
                seen = measured(programs, start, label, kind="video", publishers=MEETING, meeting=True)
                rows.append([f"{label}: video among {MEETING}, everybody to everybody", words(seen), ""])
        seen = measured(programs, sotto, "Sotto", kind="video", receivers=MANY)
        rows.append([f"Sotto: video from one to {MANY}", words(seen), "≤ 150 kB each, ≤ 250 MB in all"])
        seen = measured(programs, sotto, "Sotto", kind="video", receivers=100, page=True)
        rows.append(["Sotto: video from one to 100 with the 24 slots of pages", words(seen), "≤ 150 kB each"])
        seen = measured(programs, sotto, "Sotto", kind="video", receivers=50, publishers=16, packets=1, page=True)
        rows.append(["Sotto: sixteen small videos to 50, a whole page", words(seen), ""])
        for kind in ("video", "audio"):
            ours, janus, bare = (costs[name, kind, AUDIENCES[-1]] for name in ("Sotto", "Janus, tuned", "bare"))
            rows.append([f"{kind} to {AUDIENCES[-1]}: forwards a processor second, against tuned Janus", f"{janus / ours:.2f} times", "≥ 2.5 times"])
            rows.append([f"{kind} to {AUDIENCES[-1]}: against the bare forwarder", f"{bare / ours:.0%}", "≥ 60 %"])
    return rows


def words(seen: dict) -> str:
    parts = [f"{number(1e6 / max(seen['cost'], 1e-9))} forwards a processor second ({seen['cost']:.2f} µs each)"]
    if seen["delays"]:
        parts.append("in and out again within p50 {:.2f}, p99 {:.2f} ms".format(*(at(seen["delays"], share) / 1e6 for share in (0.5, 0.99))))
    if seen["each"]:
        parts.append(f"{kilobytes(seen['each'])} for each who receives")
    if seen["p95"]:
        parts.append(f"connected after p50 {seen['p50']:.0f}, p95 {seen['p95']:.0f} ms")
    parts.append(f"{seen['share']:.1%} arrived, server {seen['busy']:.0%} and client {seen['client']:.0%} of a processor")
    return "; ".join(parts)


def measured(programs: "Programs", start, label: str, **wish) -> dict:
    """One server, fresh, under one load."""
    options = [f"-{name}={str(value).lower()}" for name, value in wish.items()]
    for attempt in range(3):
        with start(programs) as (server, target, url, ports):
            before = server.resident()
            client = subprocess.Popen(
                [programs.client, f"-target={target}", f"-url={url}", *options], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            try:
                joined = client.stdout.readline()
                if not joined and attempt < 2:
                    continue  # One in about 25 of Janus' subscribers is offered nothing.
                assert joined, f"{label}: nobody could join"
                # Keys, first reports and what the way has room for settle.
                time.sleep(3)
                with capture(programs.folder / "packets", ports) as packets:
                    used = server.processor()
                    client.stdin.write("\n")
                    client.stdin.flush()
                    time.sleep(SECONDS)
                    client.stdin.write("\n")
                    client.stdin.flush()
                    seen = json.loads(client.stdout.readline())
                    used = server.processor() - used
                resident = server.resident()
            finally:
                client.kill()
                client.wait()
        return json.loads(joined) | {
            "cost": used / max(seen["received"], 1) * 1e6, "busy": used / seen["seconds"], "client": seen["client"] / seen["seconds"],
            "share": seen["received"] / max(seen["expected"], 1), "each": (resident - before) / wish["receivers"] if "receivers" in wish else 0,
            "delays": delays(packets, ports) if "receivers" in wish and "publishers" not in wish else [],
        }
    raise AssertionError(label)


def at(ordered: list, share: float) -> float:
    return ordered[int(share * (len(ordered) - 1))]


class Programs:
    """The client, the bare forwarder and what lets Janus offer 127.0.0.1, built in a folder."""

    def __init__(self, folder: pathlib.Path):
        self.folder = folder
        source = shutil.copytree(HERE, folder / "go/src/media-load")
        self.client, self.bare, self.loopback = folder / "media-load", folder / "bare", folder / "loopback.so"
        # Debian's packages of Go are found by the way of Go before modules. The file go.mod is for their versions in imports.
        cache = ROOT / ".build-release/go-cache"
        go = os.environ | {"GO111MODULE": "off", "GOPATH": f"{folder / 'go'}:/usr/share/gocode", "GOCACHE": str(cache), "GOFLAGS": ""}
        subprocess.run(["go", "build", "-o", self.client, "."], cwd=source, env=go, check=True)
        subprocess.run(["cc", "-O2", "-o", self.bare, PEERS / "bare.c"], check=True)
        subprocess.run(["cc", "-shared", "-fPIC", "-o", self.loopback, PEERS / "loopback.c", "-ldl"], check=True)


# MARK: - What is measured


@contextlib.contextmanager
def running(programs: Programs, command: list, **environment: str):
    with open(programs.folder / "log", "ab") as log:
        process = Process(subprocess.Popen(command, env=os.environ | environment, stdout=log, stderr=log))
    try:
        yield process
    finally:
        process.stop()


@contextlib.contextmanager
def sotto(programs: Programs):
    port = free_port()
    with running(programs, [BENCH, "media", str(port)]) as server:
        until(lambda: udp_port(server) and answers(port))
        own = udp_port(server)
        yield server, "sotto", f"http://127.0.0.1:{port}", (own, own)


@contextlib.contextmanager
def bare(programs: Programs):
    port = free_port()
    with running(programs, [programs.bare, str(port)]) as server:
        until(lambda: udp_port(server))
        yield server, "bare", f"127.0.0.1:{port}", (port, port)


def janus(event_loops: int):
    @contextlib.contextmanager
    def start(programs: Programs):
        port, folder = free_port(), pathlib.Path(tempfile.mkdtemp(dir=programs.folder))
        for name, text in configuration(folder, port, event_loops).items():
            (folder / f"{name}.jcfg").write_text(text)
        with running(programs, ["janus", "-F", folder], LD_PRELOAD=str(programs.loopback)) as server:
            until(lambda: answers(port))
            yield server, "janus", f"http://127.0.0.1:{port}/janus", JANUS_PORTS

    return start


def configuration(folder: pathlib.Path, port: int, event_loops: int) -> dict[str, str]:
    """Janus with its video room alone. Its own default is a thread for each participant; tuned, a few event loops for all."""
    tuned = f"event_loops = {event_loops}" if event_loops else ""
    plugins = [path.name for path in (PLUGINS / "plugins").glob("*.so") if "videoroom" not in path.name]
    transports = [path.name for path in (PLUGINS / "transports").glob("*.so") if path.name != "libjanus_http.so"]
    return {
        "janus": f"""
            general: {{ configs_folder = "{folder}"
                plugins_folder = "{PLUGINS}/plugins"
                transports_folder = "{PLUGINS}/transports"
                events_folder = "{PLUGINS}/events"
                loggers_folder = "{PLUGINS}/loggers"
                debug_level = 1
                session_timeout = 0
                {tuned}
                interface = "127.0.0.1" }}
            nat: {{ ice_lite = true
                full_trickle = false
                ice_enforce_list = "127.0.0.1"
                nice_debug = false }}
            media: {{ rtp_port_range = "{JANUS_PORTS[0]}-{JANUS_PORTS[1]}" }}
            transports: {{ disable = "{",".join(transports)}" }}
            plugins: {{ disable = "{",".join(plugins)}" }}
        """,
        "janus.plugin.videoroom": "general: {}",
        "janus.transport.http": f"""
            general: {{ json = "compact"
                base_path = "/janus"
                http = true
                port = {port}
                ip = "127.0.0.1"
                https = false }}
            admin: {{ admin_http = false }}
        """,
    }


SERVERS = {"Sotto": sotto, "Janus, as it comes": janus(0), "Janus, tuned": janus(1), "bare": bare}


def answers(port: int) -> bool:
    import http.client
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    connection.request("GET", "/")
    return bool(connection.getresponse().status)


def udp_port(server: Process) -> int:
    """The UDP port that it has open, or zero."""
    said = subprocess.run(["ss", "-Hulnp"], capture_output=True, text=True).stdout
    found = re.search(rf":(\d+)\s+\S+\s+.*pid={server.popen.pid},", said)
    return int(found[1]) if found else 0


# MARK: - What happens on the wire


@contextlib.contextmanager
def capture(file: pathlib.Path, ports: tuple[int, int]):
    command = ["tcpdump", "-i", "lo", "-U", "-s", "64", "-B", "65536", "--time-stamp-precision=nano", "-w", file, f"udp portrange {ports[0]}-{ports[1]}"]
    dump = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert any("listening" in said for said in dump.stderr), "tcpdump does not listen"
    try:
        yield file
    finally:
        dump.terminate()
        dump.wait()


def delays(file: pathlib.Path, ports: tuple[int, int]) -> list[int]:
    """Nanoseconds from a packet's arrival at the server until it leaves for somebody, in order of length, of what one publisher sends.

    A server numbers packets anew for everybody, by a constant; the last packets of pictures tell by which.
    """
    data = file.read_bytes()
    place, incoming, outgoing = 24, [], collections.defaultdict(list)
    while place + 16 <= len(data):
        seconds, nanoseconds, length, _ = struct.unpack_from("<IIII", data, place)
        frame, place = data[place + 16:place + 16 + length], place + 16 + length
        if len(frame) < 54 or frame[12:14] != b"\x08\x00" or frame[23] != 17:
            continue
        source, destination = struct.unpack_from(">HH", frame, 34)
        # RTP, and not the reports beside it (RFC 5761 §4).
        if frame[42] >> 6 != 2 or 192 <= frame[43] <= 223:
            continue
        packet = (seconds * 1_000_000_000 + nanoseconds, struct.unpack_from(">H", frame, 44)[0], frame[43] >> 7, frame[46:50])
        if ports[0] <= destination <= ports[1]:
            incoming.append(packet)
        elif ports[0] <= source <= ports[1]:
            outgoing[destination].append(packet)
    times, known, found = [packet[0] for packet in incoming], {packet[1]: packet for packet in incoming}, []
    for packets in outgoing.values():
        found += paired(packets[5:-5], incoming, times, known)
    return sorted(found)


def paired(packets: list, incoming: list, times: list, known: dict) -> list[int]:
    if not packets:
        return []
    latest = bisect.bisect(times, packets[0][0])
    best: list[int] = []
    for candidate in incoming[max(0, latest - 40):latest]:
        shift = candidate[1] - packets[0][1]
        pairs = [(out, known.get(out[1] + shift & 0xFFFF)) for out in packets]
        pairs = [(out, came) for out, came in pairs if came]
        waits = [out[0] - came[0] for out, came in pairs]
        if pairs and all(out[2] == came[2] for out, came in pairs) and min(waits) >= 0 and (not best or sum(waits) < sum(best)):
            best = waits
    return best
