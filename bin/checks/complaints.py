"""Each of the twenty complaints in docs/support.md names what keeps it away, and every test it names is there under that name."""

import re
from pathlib import Path

from common import files, finish

DOCUMENT = Path("docs/support.md")
NUMBERS = range(1, 21)

problems = []
sources = {path: path.read_text() for pattern in ("Tests/*.swift", "Tests/*.py", "Browser/*.test.js") for path in files(pattern)}
rows = re.findall(r"^\| (\d+) \|([^\n]*)\|([^|\n]*)\|([^|\n]*)\|$", DOCUMENT.read_text(), re.M)
if [int(number) for number, *_ in rows] != list(NUMBERS):
    problems.append(f"{DOCUMENT}: the table has the rows {[number for number, *_ in rows]}, not 1 to 20")


def texts_of(name: str) -> list[str]:
    """The files with this suite, test or target."""
    declared = re.compile(rf"\b(?:struct|class|def) {re.escape(name)}\b")
    return [text for path, text in sources.items() if declared.search(text) or name in (path.name, path.parent.name)]


for number, complaint, _, tests in rows:
    for name, claimed in re.findall(r"`([\w.]+)`(?: \*Complaints? ([\d, ]+)\*)?", tests):
        found = texts_of(name)
        if not found:
            problems.append(f"{DOCUMENT}: complaint {number} names {name}, which is no test")
        for claim in re.findall(r"\d+", claimed):
            if found and not any(re.search(rf"Complaints? (?:\d+(?:, | and ))*{claim}\b", text) for text in found):
                problems.append(f"{DOCUMENT}: no test of {name} says that it answers complaint {claim}")
finish(problems)
