"""ejabberd and Prosody, as Debian packages them, each in a folder of its own: without an archive, and with one."""

import os
import pathlib
import shutil
import socket
import subprocess
import tempfile
import time

from processes import Load, Process, during, free_port, until


PASSWORD = "three quiet herons"
# Asked by ejabberd about everybody: two bytes of length, the question; the answer is yes (ejabberd's protocol for external programs).
YES = """#!/usr/bin/env python3
import sys
while length := sys.stdin.buffer.read(2):
    sys.stdin.buffer.read(int.from_bytes(length, "big"))
    sys.stdout.buffer.write(b"\\0\\2\\0\\1")
    sys.stdout.buffer.flush()
"""


def prosody(*sizes: int, archives: bool = False) -> tuple[float, dict]:
    def configure(folder: pathlib.Path, port: int) -> list[str]:
        if archives:
            accounts = folder / "localhost/accounts"
            accounts.mkdir(parents=True)
            for number in range(sizes[0]):
                (accounts / f"ana{number}.dat").write_text(f'return {{ ["password"] = "{PASSWORD}" }};')
        (folder / "prosody.cfg.lua").write_text(f"""
            data_path = "{folder}"; pidfile = "{folder}/pid"
            modules_enabled = {{ "saslauth"{', "mam"' if archives else ""} }}; default_archive_policy = true; modules_disabled = {{ "s2s", "tls" }}
            c2s_require_encryption = false; allow_unencrypted_plain_auth = true
            c2s_ports = {{ {port} }}; c2s_interfaces = {{ "127.0.0.1" }}; s2s_ports = {{}}; http_ports = {{}}; https_ports = {{}}
            limits = {{}}
            log = {{ error = "{folder}/log" }}
            VirtualHost "localhost"
                authentication = "{"internal_plain" if archives else "anonymous"}"
        """)
        return ["prosody", "-F", "--config", str(folder / "prosody.cfg.lua")]

    return measure("prosody", configure, *sizes, archives=archives)


def ejabberd(*sizes: int, archives: bool = False) -> tuple[float, dict]:
    def configure(folder: pathlib.Path, port: int) -> list[str]:
        (folder / "yes").write_text(YES)
        (folder / "yes").chmod(0o755)
        people = f"auth_method: [external]\nextauth_program: {folder}/yes" if archives else "auth_method: [anonymous]\nanonymous_protocol: sasl_anon"
        (folder / "ejabberd.yml").write_text(f"""
hosts: [localhost]
loglevel: error
{people}
allow_multiple_connections: true
listen:
  - port: {port}
    ip: "127.0.0.1"
    module: ejabberd_c2s
    max_stanza_size: 262144
    shaper: none
    access: all
modules: {"{ mod_mam: { default: always } }" if archives else "{}"}
""")
        shutil.copy("/etc/ejabberd/inetrc", folder / "inetrc")
        (folder / "ejabberdctl.cfg").write_text(
            # With a port of its own it starts no epmd, which would outlive it.
            f"ERL_EPMD_ADDRESS=127.0.0.1\nERLANG_NODE=bench@localhost\nERL_DIST_PORT={free_port()}\nEJABBERD_BYPASS_WARNINGS=true\n")
        return [
            "/usr/sbin/ejabberdctl", "--config-dir", str(folder), "--config", str(folder / "ejabberd.yml"),
            "--ctl-config", str(folder / "ejabberdctl.cfg"), "--logs", str(folder), "--spool", str(folder), "foreground",
        ]

    return measure("ejabberd", configure, *sizes, archives=archives)


def measure(user: str, configure, sessions: int, pairs: int, rate: int, seconds: int, archives: bool) -> tuple[float, dict]:
    """Bytes of resident memory a session, and what came of the messages."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix=f"sotto-bench-{user}-"))
    port = free_port()
    command = configure(folder, port)
    if os.geteuid() == 0:
        for path in (folder, *folder.rglob("*")):
            shutil.chown(path, user)
        command = ["setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups", *command]
    with open(folder / "output", "ab") as log:
        process = Process(subprocess.Popen(command, stdout=log, stderr=log, cwd=folder, env=os.environ | {"HOME": str(folder)}))

    def answers() -> bool:
        socket.create_connection(("127.0.0.1", port), 1).close()
        return True

    try:
        until(answers)
        time.sleep(2)
        before = process.resident()
        people = {"password": PASSWORD} if archives else {}
        load = Load("xmpp", port=port, count=sessions, rate=rate, seconds=seconds, pairs=pairs, **people)
        load.line()
        time.sleep(3)
        each = (process.resident() - before) / sessions
        kept = size(folder)
        seen, used = during(process, load)
        assert not archives or size(folder) > kept + 100 * seen["count"], "it archived nothing"
        return each, seen | {"each": seen["count"] / max(used, 0.01)}
    except Exception:
        print((folder / "output").read_text()[-1000:])
        raise
    finally:
        process.stop()
        shutil.rmtree(folder, ignore_errors=True)


def size(folder: pathlib.Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
