"""wrap_comments FILE…: breaks comment lines of Swift files that are longer than a line may be; swift format leaves them alone."""

import re
import sys
import textwrap
from pathlib import Path

WIDTH = 140
COMMENT = re.compile(r"^(\s*///?)( +)((?:- )?)(.*)$")


def wrap(slashes: str, space: str, bullet: str, words: str) -> list[str]:
    """As few lines as it takes, of about the same length."""
    first, next = slashes + space + bullet, slashes + space + " " * len(bullet)

    def at(width):
        return textwrap.wrap(
            words, width, initial_indent=first, subsequent_indent=next, break_long_words=False, break_on_hyphens=False)

    width = WIDTH
    while width > WIDTH / 2 and len(at(width - 1)) == len(at(WIDTH)):
        width -= 1
    return at(width)


for path in map(Path, sys.argv[1:]):
    lines = []
    for line in path.read_text().split("\n"):
        comment = COMMENT.match(line)
        if len(line) <= WIDTH or not comment:
            lines.append(line)
            continue
        lines += wrap(*comment.groups())
    text = "\n".join(lines)
    if text != path.read_text():
        path.write_text(text)
