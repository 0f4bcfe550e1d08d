"""The API as its own document describes it: every operation is tried with what fits the document and with what does not."""

import concurrent.futures
import json
import os
import re
import subprocess
import sys
import urllib.request

import pytest
from authenticator import enrol
from openapi_spec_validator import validate
from scenes.stage import submit
from served import ROOT
from test_every_page import fits, violations

SCOPES = ["conversations:read", "conversations:write", "visitors:erase", "sites:read", "sites:write", "agents:write", "reports:read", "webhooks:write", "bot"]


def token(server) -> str:
    environment = {
        **os.environ, "SOTTO_DATA_DIRECTORY": str(server.folder / "data"), "SOTTO_KEYS_ROOT": str(server.folder / "keys" / "root.key"),
        "SOTTO_ORIGIN": server.origin, "SOTTO_BROWSER_DIRECTORY": str(ROOT / "Browser"),
    }
    program = os.environ.get("SOTTO_TEST_SERVER", str(ROOT / ".build/debug/sotto"))
    made = subprocess.run([program, "token", "Clerk", *SCOPES], env=environment, capture_output=True, text=True, check=True)
    return made.stdout.split()[-1]


def test_the_document_is_valid(server):
    with urllib.request.urlopen(f"{server.origin}/api/v1/openapi.json") as answer:
        validate(json.load(answer))


# Each by a token of its own, all at the same time: one token asks sixteen times a second.
PARTS = ["^/api/v1/enquiries/[^/]+/[a-m]", "^/api/v1/enquiries/[^/]+/[n-z]", "^/api/v1/(enquiries(/[^/]+)?$|[a-d]|[f-r])", "^/api/v1/[s-z]"]


def test_every_operation_does_what_the_document_says(server):
    with urllib.request.urlopen(f"{server.origin}/api/v1/openapi.json") as answer:
        paths = json.load(answer)["paths"]
    assert all(sum(bool(re.search(part, path)) for part in PARTS) == 1 for path in paths), "each operation is in one part"

    def run(part: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            [
                sys.executable, "-m", "schemathesis.cli", "--config-file", str(ROOT / "Tests/EndToEnd/schemathesis.toml"), "run", f"{server.origin}/api/v1/openapi.json", "--url", server.origin,
                "--include-path-regex", part, "--header", f"Authorization: Bearer {token(server)}", "--phases", "examples,coverage,fuzzing",
                "--max-examples", "12", "--seed", "1", "--rate-limit", "auto", "--generation-database", "none", "--no-color",
            ],
            cwd=server.folder, capture_output=True, text=True, timeout=240,
        )

    with concurrent.futures.ThreadPoolExecutor() as pool:
        runs = list(pool.map(run, PARTS))
    assert all(each.returncode == 0 for each in runs), "\n".join(each.stdout[:4000] + each.stderr[-1000:] for each in runs if each.returncode)


@pytest.mark.parametrize("width", [320, 1280])
def test_an_owner_lets_a_program_in_and_has_it_told(server, people, chromium, width):
    hugo = people("Hugo Lind", chromium, viewport={"width": width, "height": 900}, color_scheme="dark" if width == 320 else "light")
    page = hugo.page
    page.goto(server.owner_link())
    page.fill("#name", "Hugo Lind")
    page.fill("#email", "hugo@example.org")
    page.fill("#password", hugo.passwords)
    submit(page)
    enrol(page, hugo.passwords)
    page.goto("/desk/administration/tokens")
    submit(page)
    assert violations(page) == [] and fits(page), "the form with its problems"
    page.fill("#name", "Order clerk")
    page.check("input[value='sites:read']")
    submit(page)
    secret = page.input_value("#fresh-secret")
    assert violations(page) == [] and fits(page)
    request = urllib.request.Request(f"{server.origin}/api/v1/sites", headers={"Authorization": f"Bearer {secret}"})
    with urllib.request.urlopen(request) as answer:
        assert json.load(answer) == {"items": []}
    page.goto("/desk/administration/webhooks")
    page.fill("#url", "https://hooks.example.org/sotto")
    page.check("input[value='message.sent']")
    submit(page)
    assert page.input_value("#fresh-secret").startswith("whsec_")
    assert violations(page) == [] and fits(page)
