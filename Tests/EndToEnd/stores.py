"""Where servers keep their data and meet: SQLite, PostgreSQL and NATS; and looking into what they keep."""

import os
import pathlib
import sqlite3
import subprocess
import tempfile

from served import PATIENCE, ROOT, free_port, is_listening, until


class Postgres:
    """One for all tests of a run, where each has schemas of its own."""

    def __init__(self):
        ready = 'echo "$SOTTO_TEST_POSTGRES"; exec sleep infinity'
        self.process = subprocess.Popen([ROOT / "bin/lib/with-postgres", "sh", "-c", ready], stdout=subprocess.PIPE, text=True)
        self.url = self.process.stdout.readline().strip()
        assert self.url, "PostgreSQL did not start"

    def settings(self) -> dict[str, str]:
        """For one server, or several nodes of one."""
        names = {name: f"{name}_{os.urandom(4).hex()}" for name in ("data", "keys")}
        ask(self.url, "; ".join(f"CREATE SCHEMA {name}" for name in names.values()))
        data, keys = (f"{self.url}?options=-csearch_path%3D{name}" for name in names.values())
        return {"SOTTO_DATABASE_URL": data, "SOTTO_KEYS_URL": keys}

    def close(self) -> None:
        self.process.terminate()
        self.process.wait(PATIENCE)
        self.process.stdout.close()


class Bus:
    """NATS, by which nodes tell each other what is new."""

    def __init__(self):
        self.port = free_port()
        command = ["/usr/sbin/nats-server", "--addr", "127.0.0.1", "--port", str(self.port)]
        self.process = subprocess.Popen(command, cwd=tempfile.gettempdir(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        assert until(lambda: is_listening(self.port)), "NATS did not start"

    @property
    def settings(self) -> dict[str, str]:
        return {"SOTTO_NATS_URL": f"nats://127.0.0.1:{self.port}"}

    def close(self) -> None:
        self.process.terminate()
        self.process.wait(PATIENCE)


def rows(server, statement: str, values: tuple) -> list[tuple]:
    """Asks the database of a running server, whichever it has; `?` stands for each value."""
    if url := server.settings.get("SOTTO_DATABASE_URL"):
        return ask(url, statement, values)
    with sqlite3.connect(pathlib.Path(server.folder, "data", "sotto.sqlite"), timeout=20) as database:
        return database.execute(statement, values).fetchall()


def ask(url: str, statement: str, values: tuple = ()) -> list[tuple]:
    """By PostgreSQL's own program, which knows no values beside a statement."""
    first, *others = statement.split("?")
    whole = first + "".join(written(value) + other for value, other in zip(values, others, strict=True))
    command = ["psql", url, "--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--field-separator=\t", "--set=ON_ERROR_STOP=1"]
    told = subprocess.run([*command, "--command", whole], capture_output=True, text=True, timeout=PATIENCE)
    assert told.returncode == 0, f"{whole}: {told.stderr}"
    return [tuple(read(cell) for cell in line.split("\t")) for line in told.stdout.splitlines()]


def written(value: str | int | bytes | None) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bytes):
        return f"'\\x{value.hex()}'::bytea"
    return str(value) if isinstance(value, int) else "'" + value.replace("'", "''") + "'"


def read(cell: str) -> str | int | bytes | None:
    if cell.startswith("\\x"):
        return bytes.fromhex(cell[2:])
    return int(cell) if cell.lstrip("-").isdigit() else cell or None
