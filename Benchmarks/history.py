"""What a person waits for on a desk with two years behind it. `bench history` makes them up."""

import datetime
import json
import os
import random
import sqlite3
import subprocess
import sys
import tempfile

from processes import BENCH, Load, Sotto, engines, sotto
from report import megabytes

# What bin/bench takes as --NAME=VALUE.
SIZE = {"conversations": 1_000_000, "messages": 10_000_000, "indexed": 1_000_000, "only": ""}
AGENTS = 40
# Questions of each kind, and how many come a second: under what a page may send.
QUESTIONS, RATE = 300, 20
VIEWS = ("mine", "waiting", "open", "snoozed", "closed")


def history() -> list[list[str]]:
    """Two years of a desk: its lists, conversations, search and reports."""
    rows = []
    for name, database in engines():
        if SIZE["only"] in ("", name):
            with sotto(AGENTS + 1, BENCH, database, "history") as server:
                rows += measure(server, name)
    return rows


def measure(server: Sotto, name: str) -> list[list[str]]:
    server.stop()
    made, words = fill(server)
    server.start()
    what = f"{made['conversations']:,} conversations, {made['messages']:,} messages, the last {SIZE['indexed']:,} searchable"
    rows = [[f"history on {name}: {what}: made in", f"{made['seconds']} s, {megabytes(size(server))}", ""]]
    *agents, supervisor = server.people
    draw = random.Random(7)
    past = conversations(server, QUESTIONS, draw)
    for label, people, lines, aim in [
        ("inbox, all lists, agents", agents, inbox(VIEWS), 50),
        ("inbox, all lists, supervisor", [supervisor], inbox(VIEWS), 50),
        ("what the inbox page asks for once", agents, ['"type":"desk.overview"'] * QUESTIONS, 50),
        ("opening a conversation, written down", [supervisor], [f'"type":"enquiry.open","conversation":"{id}"' for id in past], 50),
        ("opening it again, older messages", [supervisor], [f'"type":"conversation.open","conversation":"{id}"' for id in past], 50),
        ("the card beside it", [supervisor], [f'"type":"enquiry.card","conversation":"{id}"' for id in past], 50),
        *[(f"search, {kind}, {whose}", people, search(phrases), 150)
          for kind, phrases in phrases_of(words, draw).items() for whose, people in (("supervisor", [supervisor]), ("agents", agents))],
    ]:
        rows.append(row(f"{name}: {label}", asked(server, people, lines), aim))
    for division in ("queue", "agent", "hour", "tag"):
        for days in (28, 91, 366):
            paths = [f"/desk/reports?by={division}&from={day}&to={until}" for day, until in spans(days)]
            rows.append(row(f"{name}: report by {division} over {days} days", pages(server, supervisor, paths), 300))
    return rows


def row(label: str, seen: dict, aim: int) -> list[str]:
    failed = f", {seen['failures']:,.0f} failed" if seen["failures"] else ""
    return [label, f"p50 {seen['p50']:.1f}, p95 {seen['p95']:.1f}, max {seen['max']:.0f} ms{failed}", f"p95 < {aim} ms"]


def fill(server: Sotto) -> tuple[dict, dict]:
    """Makes the past up. What was made, and words that occur in it."""
    *agents, supervisor = (person.id for person in server.people)
    options = [f"--{name}={SIZE[name]}" for name in ("conversations", "messages", "indexed")]
    command = [BENCH, "history", *options, f"--agents={','.join(agents)}", f"--supervisor={supervisor}"]
    made = {}
    with subprocess.Popen(command, env=server.environment, stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout:
            if (said := json.loads(line)).get("conversations"):
                made = said
                print("   " + line.strip(), file=sys.stderr, flush=True)
            else:
                words = said
    assert process.returncode == 0, "the past could not be made up"
    # As after a night: the planner knows its tables, and what was written is on disk.
    if server.databases:
        subprocess.run(["psql", "-q", server.databases[0], "-c", "VACUUM ANALYZE", "-c", "CHECKPOINT"], check=True)
    return made, words


def size(server: Sotto) -> int:
    if server.databases:
        return int(psql(server, "SELECT pg_database_size(current_database())")[0])
    return os.path.getsize(server.folder / "data" / "sotto.sqlite")


def psql(server: Sotto, sql: str) -> list[str]:
    return subprocess.run(["psql", "-qtA", server.databases[0], "-c", sql], check=True, capture_output=True, text=True).stdout.split()


def conversations(server: Sotto, count: int, draw: random.Random) -> list[str]:
    """Ids of conversations from all of the two years."""
    if server.databases:
        first, last = (int(end[:12], 16) for end in psql(
            server, "SELECT encode(id, 'hex') FROM ((SELECT id FROM conversation ORDER BY id LIMIT 1)"
            " UNION ALL (SELECT id FROM conversation ORDER BY id DESC LIMIT 1)) AS ends"))
    else:
        database = sqlite3.connect(f"file:{server.folder}/data/sotto.sqlite?mode=ro", uri=True)
        first, last = (int(database.execute(f"SELECT hex({end}(id)) FROM conversation").fetchone()[0][:12], 16) for end in ("min", "max"))
    points = [draw.randrange(first, last).to_bytes(6, "big").hex() + "00" * 10 for _ in range(count)]
    if server.databases:
        found = psql(server, ";".join(
            f"SELECT encode(id, 'hex') FROM conversation WHERE id >= '\\x{point}' ORDER BY id LIMIT 1" for point in points))
    else:
        query = "SELECT hex(id) FROM conversation WHERE id >= ? ORDER BY id LIMIT 1"
        found = [database.execute(query, (bytes.fromhex(point),)).fetchone()[0] for point in points]
        database.close()
    return [crockford(bytes.fromhex(each)) for each in found]


def crockford(data: bytes) -> str:
    """As the server writes ids (Sources/Vocabulary)."""
    bits = int.from_bytes(data, "big") << 2
    return "".join("0123456789abcdefghjkmnpqrstvwxyz"[bits >> (125 - 5 * place) & 31] for place in range(26))


def inbox(views: tuple[str, ...]) -> list[str]:
    return [f'"type":"desk.inbox","view":"{view}"' for view in views for _ in range(QUESTIONS // len(views))]


def phrases_of(words: dict, draw: random.Random) -> dict[str, list[str]]:
    """What people look for, QUESTIONS of each kind."""
    def some(*kinds: str) -> list[str]:
        return [" ".join(draw.choice(words[kind]) for kind in kinds) for _ in range(QUESTIONS)]
    return {
        "a frequent word": some("frequent"), "a rare word": some("rare"), "two frequent words": some("frequent", "frequent"),
        "a frequent and a rare word": some("frequent", "rare"), "the beginning of a word": [word[:3] for word in some("frequent")],
    }


def search(phrases: list[str]) -> list[str]:
    return [f'"type":"conversation.search","text":{json.dumps(phrase)}' for phrase in phrases]


def spans(days: int) -> list[tuple[str, str]]:
    """Several periods of that length, the latest first."""
    today = datetime.date.today()
    ends = [today - datetime.timedelta(days=days // 8 * place) for place in range(8)]
    return [((end - datetime.timedelta(days=days - 1)).isoformat(), end.isoformat()) for end in ends]


def asked(server: Sotto, people: list, lines: list[str]) -> dict:
    """The commands, by these people in turn."""
    with written(lines) as file:
        return Load("commands", port=server.port, cookies=",".join(person.cookie for person in people), file=file.name, rate=RATE).finish()


def pages(server: Sotto, person, paths: list[str]) -> dict:
    with written(paths) as file:
        # Over one line, one after another: a report is asked for now and then.
        return Load("requests", port=server.port, cookie=person.cookie, file=file.name, rate=4, seconds=10, lines=2).finish()


def written(lines: list[str]):
    file = tempfile.NamedTemporaryFile("w", suffix=".txt")
    file.write("\n".join(lines))
    file.flush()
    return file
