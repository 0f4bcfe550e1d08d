"""What every check shares: the files of the repository, and one way to say what is wrong."""

import subprocess
import sys
from pathlib import Path


def files(*patterns: str) -> list[Path]:
    """The files git knows or would add, by pathspec; new ones count before they are committed."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *patterns],
        check=True, capture_output=True, text=True,
    ).stdout
    return sorted({Path(name) for name in listed.split("\0") if name and Path(name).is_file()})


def finish(problems: list[str]) -> None:
    """Ends the check: one line a problem, or quietly."""
    print("\n".join(problems))
    sys.exit(bool(problems))
