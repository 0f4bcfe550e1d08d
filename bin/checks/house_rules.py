"""Rules of CONTRIBUTING.md that neither a compiler nor a linter holds."""

import re

from common import files, finish

# (files, pattern, what to say); a line may keep a reason beside it: `// reason: …`
RULES = [
    (["Sources/*.swift"], r"\btry!|\bas!", "no force outside tests: throw, or preconditionFailure with the broken promise"),
    (["Sources/*.swift", "Browser/*.js", "Browser/*.css", "bin", "Tests"], r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X)\b", "finish it, or file an issue"),
    (["Sources/*.swift", ":!Sources/Server/Command"], r"\bprint\(", "log it, or write to the command's output"),
    (["Tests/*Tests/*.swift"], r"\bTask\.sleep\b|\busleep\(|\bsleep\(", "wait for the event with a deadline, never for time to pass"),
    (["Tests/EndToEnd/*.py"], r"\btime\.sleep\(|\bwait_for_timeout\(", "wait for the event with a deadline, never for time to pass"),
    (["Browser/*.js"], r"\.(?:inner|outer)HTML\s*=|insertAdjacentHTML|document\.write\b|\beval\(|new Function\(", "build nodes: Trusted Types refuses markup from strings"),
    (["Browser/*.mustache"], r"<script(?![^>]*\bsrc=)[^>]*>|\son[a-z]+=\"|\sstyle=\"|<style\b", "no inline script or style: the content security policy refuses it"),
    (["Browser/*.mustache", "Browser/*.css", "Browser/*.js"], r"(?:src|href|url|import|from|fetch)\s*[=(]?\s*[\"'(]+https?://", "nothing foreign is asked: serve it from here"),
    (["."], r"(?<![\w.~])/(?:home/\w|root/\w|work/|opt/swift/|Users/\w)", "a path of one machine"),
]
NOT_TEXT = {".png", ".webp", ".jpg", ".ico", ".woff2", ".gz", ".mp4", ".y4m", ".wav"}
UNCHECKED = re.compile(r"@unchecked Sendable|nonisolated\(unsafe\)")



def is_poll(lines: list[str]) -> bool:
    """A short sleep in a loop that looks for something, again and again."""
    return "sleep" in lines[-1] and any("while" in line for line in lines[-8:])


problems = []
for patterns, expression, advice in RULES:
    rule = re.compile(expression)
    for path in files(*patterns):
        if path.suffix in NOT_TEXT or path.parts[:2] == ("bin", "checks"):
            continue
        lines = path.read_text(errors="replace").splitlines()
        for number, line in enumerate(lines, 1):
            if rule.search(line) and "reason:" not in line and not is_poll(lines[: number]):
                problems.append(f"{path}:{number}: {advice}\n    {line.strip()[:120]}")

for path in files("Sources/*.swift"):
    lines = path.read_text().splitlines()
    for number, line in enumerate(lines):
        if UNCHECKED.search(line) and not line.lstrip().startswith("//"):
            around = lines[max(0, number - 4) : number] + [line]
            if not any("//" in other for other in around):
                problems.append(f"{path}:{number + 1}: say why this is safe in a comment above")
finish(problems)
