"""Every text exists in every language, says the same placeholders, and every text a template or module names exists."""

import json
import re
from pathlib import Path

from common import files, finish

LANGUAGES = ["en", "fr", "ru", "ar"]
# The plural categories of Unicode CLDR, by language.
PLURALS = {
    "en": {"one", "other"},
    "fr": {"one", "many", "other"},
    "ru": {"one", "few", "many", "other"},
    "ar": {"zero", "one", "two", "few", "many", "other"},
}
NOT_EVERYWHERE = {("fr", "many")}  # only numbers of a million and more
PLACEHOLDER = re.compile(r"\{([A-Za-z][A-Za-z0-9]*)\}")
NAMED = re.compile(r"\{\{[{&#^/]?\s*text\.([A-Za-z0-9_.-]+)")

problems = []


def forms(value) -> dict[str, str]:
    return value if isinstance(value, dict) else {"": value}


def placeholders(value) -> set[str]:
    return {name for form in forms(value).values() for name in PLACEHOLDER.findall(form)}


catalogues = {}
for language in LANGUAGES:
    for path in files(f"Browser/text/{language}/*.json"):
        catalogues[language, path.stem] = json.loads(path.read_text())

domains = sorted({domain for _, domain in catalogues})
for domain in domains:
    english = catalogues.get(("en", domain), {})
    for language in LANGUAGES:
        name = f"Browser/text/{language}/{domain}.json"
        texts = catalogues.get((language, domain))
        if texts is None:
            problems.append(f"{name}: missing")
            continue
        problems += [f"{name}: {key} is missing" for key in english.keys() - texts.keys()]
        problems += [f"{name}: {key} is not in English" for key in texts.keys() - english.keys()]
        for key, value in texts.items():
            if not all(isinstance(form, str) and form.strip() for form in forms(value).values()):
                problems.append(f"{name}: {key} is empty")
                continue
            if key in english and isinstance(value, dict) != isinstance(english[key], dict):
                problems.append(f"{name}: {key} has plural forms in one language only")
            if isinstance(value, dict):
                lacking = {form for form in PLURALS[language] - value.keys() if (language, form) not in NOT_EVERYWHERE}
                problems += [f"{name}: {key} lacks the plural form {form}" for form in sorted(lacking)]
            if key in english and placeholders(value) != placeholders(english[key]):
                problems.append(f"{name}: {key} has other placeholders than English")

# A comment ends at the first braces: what stands behind them in its line is shown to everybody.
for path in files("Browser/*.mustache"):
    for comment in re.finditer(r"\{\{!.*?\}\}(?=(.*))", path.read_text(), re.S):
        if comment.group(1).split("\n", 1)[0].strip():
            problems.append(f"{path}: a comment ends too early, at “{comment.group(0)[-40:]}”")

known = {f"{domain}.{key}" for (language, domain), texts in catalogues.items() if language == "en" for key in texts}
for path in files("Browser/*.mustache"):
    for key in NAMED.findall(path.read_text()):
        if key not in known:
            problems.append(f"{path}: no text is called {key}")

# const say = await textOf("calls"); say("ended.missed")
for path in files("Browser/*.js"):
    module = path.read_text()
    for name, domain in re.findall(r"(?:const|let) (\w+) = await textOf\(\"(\w+)\"\)", module):
        for key in re.findall(rf"(?<![\w.]){name}\(\s*\"([^\"]+)\"", module):
            if f"{domain}.{key}" not in known:
                problems.append(f"{path}: no text is called {domain}.{key}")
finish(problems)
