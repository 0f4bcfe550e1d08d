"""The arrows of ARCHITECTURE.md: an import may only point left, and some modules belong to one target alone.

SwiftPM lets a target import whatever its dependencies depend on, so a dependency list is not enough.
"""

import re

from common import files, finish

RINGS = [["Vocabulary", "Media"], ["Storage", "Cluster", "Mail"], ["Web"], ["Privacy"], ["Accounts"], ["Conversations"], ["Calls"], ["Desk"], ["Server"], ["sotto"]]
RING = {target: place for place, ring in enumerate(RINGS) for target in ring}

# Mail keeps its outbox in the database, so of its own ring it may see Storage.
SIDEWAYS = {("Mail", "Storage")}

# module: the only targets (or folders of one) that may import it
OWNERS = {
    "GRDB": ["Storage"],
    "GRDBSQLite": ["Storage"],
    "CPostgres": ["Storage"],
    "CNATS": ["Cluster"],
    "CCurl": ["Mail", "Desk/Webhooks"],
    "CSodium": ["Accounts"],
    "CGD": ["Accounts"],
    "CZlib": ["Web"],
    "COpenSSL": ["Media/Crypto", "Media/DTLS"],
    "CLinux": ["Calls/MediaServer"],
    "Media": ["Calls"],
    "Mustache": ["Web"],
    "NIOWebSocket": ["Web/Live"],
    "NIOPosix": ["Web", "Server", "Calls/MediaServer"],
    "Configuration": ["Server"],
    "ArgumentParser": ["Server"],
}

# These import nothing else at all, so that nothing in them can read a clock, open a socket or take a lock.
ALONE = {"Media": {"COpenSSL"}}

IMPORT = re.compile(r"^\s*(?:@\w+(?:\(\w+\))?\s+)*(?:public |package |internal |fileprivate |private )?import (?:\w+ )?(\w+)", re.M)

# What opens a socket. Listening for HTTP is Hummingbird's, which Server starts.
SOCKETS = re.compile(r"\b(?:ClientBootstrap|ServerBootstrap|DatagramBootstrap|NIOPipeBootstrap|URLSession|socket\(|getaddrinfo\()")
MAY_OPEN_SOCKETS = ["Web/Live", "Mail", "Desk/Webhooks", "Calls/MediaServer", "Server/Doctor", "Server/Network"]


def lies_in(place: str, folders: list[str]) -> bool:
    return any(place == folder or place.startswith(folder + "/") for folder in folders)


problems = []
for path in files("Sources/*.swift"):
    place = "/".join(path.parts[1:-1])
    target = path.parts[1]
    text = path.read_text()
    for module in IMPORT.findall(text):
        if module in RING and target in RING and module != target:
            if RING[module] >= RING[target] and (target, module) not in SIDEWAYS:
                problems.append(f"{path}: {target} may not import {module}, which is not to its left")
        if module in OWNERS and not lies_in(place, OWNERS[module]):
            problems.append(f"{path}: only {' and '.join(OWNERS[module])} may import {module}")
        if target in ALONE and module not in ALONE[target]:
            problems.append(f"{path}: {target} does without {module}")
        if target == "Vocabulary" and module == "Foundation":
            problems.append(f"{path}: Vocabulary does without Foundation")
    code = re.sub(r"//.*", "", text)
    if (found := SOCKETS.search(code)) and not lies_in(place, MAY_OPEN_SOCKETS):
        problems.append(f"{path}: {found[0]} opens a socket; only {', '.join(MAY_OPEN_SOCKETS)} may")

unknown = {path.parts[1] for path in files("Sources/*.swift")} - set(RING)
problems += [f"Sources/{target}: a target without a place in the rings" for target in sorted(unknown)]
finish(problems)
