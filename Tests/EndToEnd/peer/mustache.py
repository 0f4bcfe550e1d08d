"""Renders the project's own templates for pages that a test serves: variables, sections, partials, comments."""

import html
import json
import re
from pathlib import Path

TAG = re.compile(r"\{\{(\{[^{}]+\}|![\s\S]*?|[#^/>&]?[^{}]+)\}\}\}?")


class Templates:
    """The templates and catalogues of a Browser folder, in one language."""

    def __init__(self, browser: Path, language: str):
        self.browser = browser
        self.text = {path.stem: json.loads(path.read_text()) for path in sorted((browser / "text" / language).glob("*.json"))}

    def render(self, name: str, model: dict) -> str:
        return self._fill(self._parse(name), [model])

    def _parse(self, name: str) -> list:
        tokens = TAG.split((self.browser / f"{name}.mustache").read_text())
        stack: list[tuple[str, list]] = [("", [])]
        for index, token in enumerate(tokens):
            here = stack[-1][1]
            if index % 2 == 0:
                here.append(token)
            elif token[0] in "#^":
                stack.append((token, []))
            elif token[0] == "/":
                opened, inside = stack.pop()
                stack[-1][1].append((opened[0], opened[1:].strip(), inside))
            elif token[0] == ">":
                here.extend(self._parse(token[1:].strip()))
            elif token[0] != "!":
                here.append(("{", token.strip("{}& "), []) if token[0] in "{&" else ("$", token.strip(), []))
        return stack[0][1]

    def _fill(self, parts: list, scopes: list) -> str:
        return "".join(part if isinstance(part, str) else self._tag(*part, scopes) for part in parts)

    def _tag(self, kind: str, name: str, inside: list, scopes: list) -> str:
        value = self._find(name, scopes)
        if kind == "$":
            return "" if value is None else html.escape(str(value))
        if kind == "{":
            return "" if value is None else str(value)
        is_empty = value is None or value is False or value == []
        if kind == "^":
            return self._fill(inside, scopes) if is_empty else ""
        items = value if isinstance(value, list) else [] if is_empty else [value]
        return "".join(self._fill(inside, [*scopes, item]) for item in items)

    def _find(self, name: str, scopes: list):
        if name == ".":
            return scopes[-1]
        first, *rest = name.split(".")
        if first == "text":
            return self.text[rest[0]][".".join(rest[1:])]
        for scope in reversed(scopes):
            if isinstance(scope, dict) and first in scope:
                value = scope[first]
                for step in rest:
                    value = value.get(step) if isinstance(value, dict) else None
                return value
        return None
