"""Every relative link in the documents leads somewhere, to its heading too."""

import re
from pathlib import Path
from urllib.parse import unquote

from common import files, finish

LINK = re.compile(r"!?\[(?:[^\]\[]|\[[^\]]*\])*\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)")
HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*$", re.M)
CODE = re.compile(r"```.*?```|~~~.*?~~~|`[^`\n]*`", re.S)


def anchors(path: Path) -> set[str]:
    """The ids a forge gives the headings: lower case, punctuation gone, spaces as hyphens."""
    text = re.sub(r"```.*?```", "", path.read_text(), flags=re.S)
    found: dict[str, int] = {}
    result = set(re.findall(r"<a (?:id|name)=\"([^\"]+)\"", text))
    for heading in HEADING.findall(text):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)
        slug = re.sub(r"[^\w\- ]", "", plain.lower()).replace(" ", "-")
        count = found.get(slug, 0)
        found[slug] = count + 1
        result.add(f"{slug}-{count}" if count else slug)
    return result


problems = []
for path in files("*.md"):
    text = CODE.sub(lambda code: re.sub(r"[^\n]", " ", code[0]), path.read_text())
    for link in LINK.finditer(text):
        target, _, anchor = unquote(link[1]).partition("#")
        if re.match(r"[a-z][a-z0-9+.-]*:", target):
            continue
        line = text.count("\n", 0, link.start()) + 1
        file = (path.parent / target) if target else path
        if not file.exists():
            problems.append(f"{path}:{line}: {link[1]} leads nowhere")
        elif anchor and file.suffix == ".md" and anchor not in anchors(file):
            problems.append(f"{path}:{line}: {link[1]} names no heading there")
finish(problems)
