"""Words and tables for figures."""

import pathlib

BEGIN, END = "<!-- figures: written by bin/bench -->", "<!-- end of figures -->"


def table(head: list[str], rows: list[list[str]]) -> str:
    return "\n".join("| " + " | ".join(row) + " |" for row in [head, ["---"] * len(head), *rows])


def number(value: float) -> str:
    return f"{value:,.0f}"


def kilobytes(value: float) -> str:
    return f"{value / 1000:.1f} kB"


def megabytes(value: float) -> str:
    return f"{value / 1e6:.1f} MB"


def timing(seen: dict) -> str:
    failures = f", {seen['failures']:,.0f} of {seen['count'] + seen['failures']:,.0f} failed" if seen["failures"] else ""
    return f"{seen['p50']:.1f} / {seen['p99']:.1f} ms{failures}"


def write(where: str, rows: list[list[str]], comparison: str, page: pathlib.Path | None) -> str:
    """The measured section; put into the page when there is one."""
    parts = [where, table(["what", "measured", "aim"], rows)]
    if comparison:
        parts += [
            "The peers come from Debian and run with their Debian defaults but for anonymous sign-in and without TLS, as ours is measured too; "
            "the same client talks to all. Their sessions are anonymous ones, which cost them least; ours are people's with a password, a session "
            "and a stream of notices. One-to-one deliveries are messages of about 200 bytes between two sessions; ours are call signals.",
            comparison,
        ]
    text = "\n\n".join(parts)
    if page:
        before, rest = page.read_text().split(BEGIN)
        page.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{rest.split(END)[1]}")
    return text
