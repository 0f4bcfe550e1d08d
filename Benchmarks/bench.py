"""Measures Sotto and its peers in one run, and writes docs/performance.md. Started by bin/bench, where only 127.0.0.1 exists.

Every stage starts what it measures in a folder of its own and ends it. The load is the same small client for all servers
(Benchmarks/Load); Sotto is the program people run, or, where commands of measuring are needed, the same server with two more (Benchmarks/Bench).
"""

import datetime
import os
import pathlib
import platform
import subprocess
import sys
import tempfile
import time
import traceback

from history import SIZE, history
from media import media
from peers import ejabberd, prosody
from processes import BENCH, POSTGRES, ROOT, SOTTO, Load, Sotto, databases, engines, nats, run_json, sotto
from report import kilobytes, megabytes, number, table, timing, write

PEOPLE = 500
LINKS = 10_000
RATE = 1000
PAGE_VIEWS = (1000, 10_000)
SECONDS = 10
# Pairs that talk one to one, and messages a second between them all: under what a page may send (400 at once, 25 a second).
PAIRS, ONE_TO_ONE = 50, 2000
# Agents of automatic queues, and how many ask for each of them.
TEAM, EACH = 100, 50


def start() -> list[list[str]]:
    """Cold start, idle memory, size."""
    server = Sotto(SOTTO)
    try:
        server.start()
        server.stop()
        taken = []
        for _ in range(5):
            taken.append(server.start())
            time.sleep(1)
            idle = server.process.resident()
            server.stop()
    finally:
        server.remove()
    with tempfile.NamedTemporaryFile() as stripped:
        subprocess.run(["strip", "-o", stripped.name, SOTTO], check=True)
        small = os.path.getsize(stripped.name)
    return [
        ["cold start on an existing database, median of five", f"{sorted(taken)[2] * 1000:.0f} ms", "< 300 ms"],
        ["resident memory, idle", megabytes(idle), "< 60 MB"],
        ["size of the program", f"{megabytes(SOTTO.stat().st_size)}, without symbols {megabytes(small)}", ""],
    ]


def page() -> list[list[str]]:
    """The first page, as a browser without a cache gets it, and under load."""
    with sotto(0) as server:
        size, requests = server.first_page()
        # A browser's first visit is not the server's: the first answers fill its caches.
        Load("requests", port=server.port, path="/", rate=200, seconds=1).finish()
        before = server.process.processor()
        seen = Load("requests", port=server.port, path="/", rate=200, seconds=SECONDS).finish()
        used = server.process.processor() - before
    return [
        ["first page: bytes, compressed", kilobytes(size), "≤ 60 kB"],
        ["first page: requests to the first render", number(requests), "≤ 12"],
        ["first page at 200 requests/s, p50 / p99", timing(seen), "p99 < 10 ms"],
        ["first page, processor time a request", f"{used / max(seen['count'], 1) * 1000:.2f} ms", ""],
    ]


def storage() -> list[list[str]]:
    """Durable events a second by one writer after another, and by many at once."""
    rows = []
    with Sotto.temporary_folder() as folder:
        places = [("SQLite, synchronous=FULL", (f"sqlite:{folder}/data.sqlite", f"sqlite:{folder}/keys.sqlite"))]
        if POSTGRES:
            places.append(("PostgreSQL, fsync on", databases(POSTGRES, "storage")))
        for name, addresses in places:
            one, some, many = (each["perSecond"] for each in run_json([BENCH, "storage", *addresses]))
            rows.append([
                f"durable events a second, {name}: 1 / 16 / 256 writers at once", f"{one:,.0f} / {some:,.0f} / {many:,.0f}", "sharing a commit beats one by one"])
    return rows


idle: dict[str, float] = {}
one_to_one: dict[str, dict] = {}
kept: dict[str, dict] = {}


def links() -> list[list[str]]:
    """Ten thousand links, nothing said on them."""
    with sotto(PEOPLE) as server:
        # What registering left behind in memory must not make room for links.
        server.stop()
        server.start()
        time.sleep(1)
        before = server.process.resident()
        load = Load("idle", port=server.port, count=LINKS, cookies=server.cookies)
        opened = load.line()
        time.sleep(3)
        each = (server.process.resident() - before) / LINKS
        used = server.process.processor()
        time.sleep(10)
        used = (server.process.processor() - used) / 10
        load.end()
    idle["Sotto"] = each
    return [
        [f"memory for each of {LINKS:,} idle authenticated links", kilobytes(each), "≤ 10 kB"],
        ["links opened a second", f"{opened['opened'] / opened['seconds']:,.0f}", ""],
        [f"processor time of {LINKS:,} idle links, of one core", f"{used * 100:.1f} %", ""],
    ]


def notices_on(server: Sotto, begin: int = 0) -> tuple[dict, float]:
    people = server.people[:100]
    load = Load(
        "notices", port=server.port, rate=RATE, seconds=SECONDS, begin=begin, cookies=",".join(person.cookie for person in people),
        people=",".join(person.id for person in people))
    load.line()
    return server.during(load)


def notices() -> list[list[str]]:
    """Durable notices, from the commit to the receiver."""
    rows = []
    for name, database in engines():
        with sotto(100, BENCH, database, "notices") as server:
            seen, used = notices_on(server)
        rows.append([f"{RATE:,} durable notices/s on {name}, commit to arrival, p50 / p99", timing(seen), "p99 < 30 ms"])
        rows.append([f"the same, processor time a notice", f"{used / max(seen['count'], 1) * 1e6:.0f} µs", ""])
    return rows


def sign_ins() -> list[list[str]]:
    """Notices while people sign in: password hashing must not hold them up."""
    with sotto(100, BENCH) as server:
        calm, _ = notices_on(server)
        forms = [person.sign_in_form for person in server.people]
        load = Load("requests", port=server.port, path="/sign-in", rate=50, seconds=SECONDS + 1, forms=",".join(forms))
        busy, _ = notices_on(server, begin=RATE * SECONDS)
        signed_in = load.finish()
    return [
        [f"{RATE:,} notices/s while 50 sign-ins/s run, p50 / p99", timing(busy), f"p99 < 30 ms; without them {timing(calm)}"],
        ["the sign-ins meanwhile, p50 / p99", timing(signed_in), ""],
    ]


def broadcasts() -> list[list[str]]:
    """Transient events from one to all."""
    rows = []
    with sotto(100, BENCH) as server:
        for count, rate, seconds in ((1000, 20, 5), (LINKS // 2, 10, 5)):
            load = Load(
                "broadcasts", port=server.port, count=count, rate=rate, seconds=seconds, cookies=server.cookies,
                people=",".join(person.id for person in server.people))
            load.line()
            seen, used = server.during(load)
            rows += [
                [f"{rate} transient events/s to {count:,} links each, p50 / p99", timing(seen), ""],
                ["the same, deliveries a processor second", number(seen["count"] / max(used, 0.01)), ""],
            ]
    return rows


def signals() -> list[list[str]]:
    """Short messages from one person to another: call signals, checked against the call they belong to."""
    with sotto(PAIRS * 2) as server:
        couples = list(zip(server.people[0::2], server.people[1::2]))
        for one, other in couples:
            one.befriend(other)
        load = Load(
            "signals", port=server.port, rate=ONE_TO_ONE, seconds=SECONDS, now=int(time.time() * 1000),
            pairs=",".join(f"{one.cookie}:{other.cookie}:{other.id}" for one, other in couples))
        load.line()
        seen, used = server.during(load)
    one_to_one["Sotto"] = seen | {"each": seen["count"] / max(used, 0.01)}
    return [[f"{ONE_TO_ONE:,} call signals/s between {PAIRS} pairs, p50 / p99", timing(seen), ""]]


def support() -> list[list[str]]:
    """A team and ten thousand visitors: what they say to each other, and all of them coming back at once."""
    rows = []
    for name, database in engines():
        with sotto(PEOPLE, BENCH, database, "support") as server:
            before = server.process.resident()
            load = Load(
                "support", port=server.port, cookies=server.cookies, people=",".join(person.id for person in server.people),
                each=LINKS // PEOPLE, rate=RATE, seconds=SECONDS)
            load.line()
            used = server.process.processor()
            load.go()
            seen = load.line()
            used = server.process.processor() - used
            resident = server.process.resident()
            load.go()
            back, calm = load.line(), load.line()
            load.go()
            gap = load.line()
            load.end()
            if not database:
                views = page_views(server)
        kept[f"Sotto, {name}"] = seen | {"each": seen["count"] / max(used, 0.01)}
        rows += [
            [f"live support on {name}: {RATE:,} messages/s, {LINKS:,} open widgets, {PEOPLE} agents, from sending to arrival, p50 / p99", timing(seen), "p99 < 30 ms"],
            ["the same, processor time a message", f"{used / max(seen['count'], 1) * 1e6:.0f} µs", ""],
            ["the same, resident memory", f"{megabytes(resident)}, of them {megabytes(resident - before)} for the links", "< 400 MB"],
            [f"{back['count']:,.0f} visitors back at once, each with what it missed exactly once: the last after", f"{back['max'] / 1000:.1f} s" + (f", {back['failures']:,.0f} wrong" if back["failures"] else "") + (f"; {back['again']:,.0f} attempts repeated" if back["again"] else ""), "< 20 s"],
            ["100 messages/s of others meanwhile, p50 / p99", timing(calm), "p99 < 250 ms"],
            ["coming back to 1,000 missed messages, p50 / p99 of 20", timing(gap), "p99 < 200 ms"],
        ]
    return rows + views


def assignments() -> list[list[str]]:
    """A team in automatic queues: how quickly what waits is given out."""
    rows = []
    for name, database in engines():

        def seen(what: str, **options):
            with sotto(TEAM, BENCH, database, f"assignments_{what}") as server:
                load = Load("assignments", port=server.port, cookies=server.cookies, people=",".join(person.id for person in server.people), each=EACH, **options)
                load.line()
                load.go()
                figures = load.line()
                load.end()
            return figures

        given, calm, busy = seen("given", only="given"), seen("calm", hold=1000), seen("busy")
        rows += [
            [f"{TEAM * EACH:,} who wait when {TEAM} agents with room for all come back, in automatic queues of ten on {name}: offers made a second", f"{given['perSecond']:,.0f}", "1,000"],
            [f"{TEAM} agents with room for one, who end it after a second ({calm['perSecond']:,.0f}/s): from an end to the offer of the next, p50 / p99", timing(calm), "≤ 200 ms"],
            ["the same, ended at once: begun, offered, taken and ended a second", f"{busy['perSecond']:,.0f}", ""],
            ["the same, from an end to the offer of the next, p50 / p99", timing(busy), ""],
        ]
    return rows


def nodes() -> list[list[str]]:
    """Two nodes over NATS and one PostgreSQL: agents at one, visitors at the other, so that everything said goes from node to node."""
    if not POSTGRES:
        return []
    with nats() as bus, sotto(PEOPLE, BENCH, POSTGRES, "nodes", SOTTO_NATS_URL=bus) as server:
        other = Sotto(BENCH, server.databases, SOTTO_NATS_URL=bus, SOTTO_KEYS_ROOT=str(server.folder / "keys" / "root.key"))
        try:
            other.start()
            load = Load(
                "support", port=server.port, visitors=other.port, cookies=server.cookies, people=",".join(person.id for person in server.people),
                each=LINKS // PEOPLE, rate=RATE, seconds=SECONDS, only="talk")
            load.line()
            used = [node.process.processor() for node in (server, other)]
            load.go()
            seen = load.line()
            used = [node.process.processor() - before for node, before in zip((server, other), used)]
            resident = [node.process.resident() for node in (server, other)]
            load.end()
        finally:
            other.remove()
    return [
        [f"two nodes, NATS and PostgreSQL: {RATE:,} messages/s, {LINKS:,} open widgets on one, {PEOPLE} agents on the other, p50 / p99", timing(seen), "p99 < 30 ms"],
        ["the same, processor time a message, of both nodes", f"{sum(used) / max(seen['count'], 1) * 1e6:.0f} µs", ""],
        ["the same, resident memory of each", ", ".join(megabytes(each) for each in resident), "< 400 MB"],
    ]


def views() -> list[list[str]]:
    """Pages with the widget on them, each by somebody who was never there."""
    with sotto(1, BENCH) as server:
        agent = server.people[0]
        load = Load("support", port=server.port, cookies=agent.cookie, people=agent.id, each=1, rate=1, seconds=1, only="talk")
        load.line()
        load.end()
        return page_views(server)


def widget() -> list[list[str]]:
    """The widget on a customer's page, in Chromium: bytes, script and the longest task on the page's main thread."""
    # Only this stage needs what bin/test installs.
    from widget import widget as measure
    return measure()


def join() -> list[list[str]]:
    """Somebody far away joins a meeting."""
    from join import join as measure
    return measure()


def restart() -> list[list[str]]:
    """A meeting goes on after the server was killed."""
    from restart import restart as measure
    return measure()


def page_views(server: Sotto) -> list[list[str]]:
    """What the pages of a customer ask for: one file."""
    rows, path = [], f"/widget/{server.site_key()}/loader.js"
    size = len(server.get(path, **{"Accept-Encoding": "gzip"}).body)
    for rate in PAGE_VIEWS:
        before = server.process.processor()
        seen = Load("requests", port=server.port, path=path, rate=rate, seconds=SECONDS, lines=64).finish()
        used = server.process.processor() - before
        rows += [
            [f"widget: {rate:,} page views/s, {size:,} bytes each, p50 / p99", timing(seen), "only a file"],
            ["the same, processor time a page view", f"{used / max(seen['count'], 1) * 1e6:.0f} µs", "< 100 µs"],
        ]
    return rows


def peers() -> list[list[str]]:
    """ejabberd and Prosody, as Debian packages them, with the same client."""
    for name, measure in (("ejabberd", ejabberd), ("Prosody", prosody)):
        idle[name], one_to_one[name] = measure(LINKS, PAIRS, ONE_TO_ONE, SECONDS)
        _, kept[name] = measure(PAIRS * 2, PAIRS, RATE, SECONDS, archives=True)
    return []


STAGES = [start, page, storage, links, notices, sign_ins, broadcasts, signals, support, assignments, nodes, views, widget, join, restart, history, media, peers]
# Only when they are named: they take long, or room.
LONG = [history, media, views, widget, join, restart]


def comparison() -> str:
    """The peers beside us, and how we stand to the better of them."""
    head = ["server", "memory a session", "one-to-one deliveries a processor second", "p50 / p99"]
    rows = []
    for name in ("Sotto", "ejabberd", "Prosody"):
        memory, speed = idle.get(name), one_to_one.get(name)
        if memory or speed:
            rows.append([
                name, kilobytes(memory) if memory else "", number(speed["each"]) if speed else "", timing(speed) if speed else ""])
    theirs = [name for name in PEERS if name in idle and name in one_to_one]
    if theirs and "Sotto" in idle and "Sotto" in one_to_one:
        memory = idle["Sotto"] / min(idle[name] for name in theirs)
        speed = one_to_one["Sotto"]["each"] / max(one_to_one[name]["each"] for name in theirs)
        rows.append(["Sotto against the better peer", f"{memory:.2f} times (aim ≤ 0.5)", f"{speed:.1f} times (aim ≥ 2)", ""])
    return "\n\n".join(part for part in (table(head, rows) if rows else "", comparison_of_kept()) if part)


PEERS = ("ejabberd", "Prosody")


def comparison_of_kept() -> str:
    """Messages that are kept: the peers with their archives, ours durable, sealed and checked by the guard."""
    rows = [[name, number(seen["each"]), timing(seen)] for name, seen in kept.items()]
    ours, theirs = [name for name in kept if name not in PEERS], [name for name in PEERS if name in kept]
    if ours and theirs:
        better = max(kept[name]["each"] for name in theirs)
        rows += [[f"{name} against the better peer", f"{kept[name]['each'] / better:.1f} times (aim ≥ 2)", ""] for name in ours]
    return table(["server", "kept messages a processor second", "p50 / p99"], rows) if rows else ""


def machine() -> str:
    cpu = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), platform.machine())
    memory = int(next(line.split()[1] for line in open("/proc/meminfo") if line.startswith("MemTotal"))) / 1024 / 1024
    system = next((line.split("=")[1].strip().strip('"') for line in open("/etc/os-release") if line.startswith("PRETTY_NAME")), "Linux")
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True).stdout.strip()
    others = busy_share(seconds=3)
    busy = (
        " **The machine was busy with other work: memory and processor time hold, latencies say more about it than about Sotto.**"
        if others > 0.1 else "")
    return (
        f"`bin/bench`, {datetime.date.today().isoformat()}, at commit {commit}: {os.cpu_count()} cores ({cpu}), {memory:.0f} GiB, {system}, "
        f"Linux {platform.release()}, {others:.0%} busy before the start. The client shares these cores with the server it measures.{busy}")


def busy_share(seconds: float) -> float:
    """How much of the processors others use. (A load average would still remember the build.)"""
    def times() -> list[int]:
        with open("/proc/stat") as file:
            return [int(word) for word in file.readline().split()[1:]]

    before = times()
    time.sleep(seconds)
    passed = [after - earlier for after, earlier in zip(times(), before)]
    # The fourth is idle time, the fifth waiting for a disk: proc(5).
    return 1 - (passed[3] + passed[4]) / max(1, sum(passed))


def main() -> int:
    wanted = [word for word in sys.argv[1:] if not word.startswith("--")]
    for word in sys.argv[1:]:
        name, _, value = word.removeprefix("--").partition("=")
        if word.startswith("--"):
            if name not in SIZE:
                print(f"There is no option --{name}. There are: {' '.join('--' + name for name in SIZE)}", file=sys.stderr)
                return 64
            SIZE[name] = type(SIZE[name])(value)
    if unknown := [name for name in wanted if name not in [stage.__name__.replace("_", "-") for stage in STAGES]]:
        print(f"There is no stage {unknown[0]}. There are: {' '.join(stage.__name__.replace('_', '-') for stage in STAGES)}", file=sys.stderr)
        return 64
    where, rows, failed = machine(), [], []
    for stage in STAGES:
        name = stage.__name__.replace("_", "-")
        if name not in wanted if wanted else stage in LONG:
            continue
        print(f"{name}: {stage.__doc__}", flush=True)
        began = time.monotonic()
        try:
            found = stage()
        except Exception:
            traceback.print_exc()
            failed.append(name)
            found = [[name, "could not be measured in this run", ""]]
        rows += found
        for row in found:
            print("   " + " | ".join(row), flush=True)
        print(f"   ({time.monotonic() - began:.0f} s)", flush=True)
    text = write(where, rows, comparison(), ROOT / "docs/performance.md" if not wanted else None)
    print(text)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
