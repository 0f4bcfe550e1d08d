"""Other programs, as an owner lets them in: tokens and webhooks on their pages, and what a program gets of it."""

import base64
import hashlib
import hmac
import http.server
import json
import threading
import urllib.error
import urllib.request

import pytest
from playwright.sync_api import expect

from scenes.stage import submit
from served import Server, until
from test_every_page import fits, violations


class Listener:
    """A program of the shop's own, which is told what happens at the desk."""

    def __init__(self):
        self.status = 200
        self.heard: list[tuple[dict[str, str], bytes]] = []
        self._news = threading.Condition()
        listener = self

        class Pages(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(listener.status)
                self.send_header("Content-Length", "0")
                self.end_headers()
                with listener._news:
                    listener.heard.append(({name.lower(): value for name, value in self.headers.items()}, body))
                    listener._news.notify_all()

            def log_message(self, *_):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Pages)
        self.url = f"http://127.0.0.1:{self._server.server_port}/sotto"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def hears(self, count: int) -> tuple[dict[str, str], dict]:
        """The delivery of that number, as soon as it came."""
        with self._news:
            assert self._news.wait_for(lambda: len(self.heard) >= count, timeout=45), f"{len(self.heard)} deliveries"
            headers, body = self.heard[count - 1]
        return headers, json.loads(body)

    def is_signed(self, number: int, secret: str) -> bool:
        """By the Standard Webhooks scheme, whose secret is what stands behind `whsec_`."""
        headers, body = self.heard[number - 1]
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        key = base64.b64decode(secret.removeprefix("whsec_"))
        wanted = "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
        return wanted in headers["webhook-signature"].split(" ")

    def close(self):
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def listener():
    listener = Listener()
    yield listener
    listener.close()


@pytest.fixture
def server(tmp_path):
    server = Server(tmp_path, SOTTO_WEBHOOKS_ALLOW_PRIVATE="127.0.0.1").start()
    yield server
    server.stop()


def is_fine(page, where: str) -> None:
    page.set_viewport_size({"width": 320, "height": 700})
    assert violations(page) == [] and fits(page), where
    page.set_viewport_size({"width": 1280, "height": 860})


def test_a_token_is_shown_once_does_what_it_may_and_ends_with_its_removal(server, team, hugo):
    page = hugo.page
    page.goto("/desk/administration/tokens")
    page.fill("#name", "Order clerk")
    page.check("input[value='conversations:read']")
    submit(page)
    secret = page.input_value("#fresh-secret")
    is_fine(page, "a fresh token")
    page.goto("/desk/administration/tokens")
    expect(page.locator(".link-row")).to_contain_text("Order clerk")
    assert secret not in page.content(), "shown once"

    def asks(path: str, method: str = "GET", body: dict | None = None) -> int:
        headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json", "Idempotency-Key": "0123456789abcdef"}
        request = urllib.request.Request(server.origin + path, method=method, headers=headers, data=body and json.dumps(body).encode())
        try:
            with urllib.request.urlopen(request) as answer:
                return answer.status
        except urllib.error.HTTPError as refusal:
            return refusal.code

    cleo = team.visitor()
    assert asks("/api/v1/enquiries") == 200
    assert asks(f"/api/v1/enquiries/{cleo.conversation}/messages", "POST", {"text": "Hello"}) == 403, "it may only read"
    page.locator(".link-row form button").click()
    expect(page.locator(".link-row")).to_have_count(0)
    assert asks("/api/v1/enquiries") == 401


def test_a_webhook_is_told_signed_and_told_again_when_it_could_not_hear(server, team, hugo, listener):
    page = hugo.page
    page.goto("/desk/administration/webhooks")
    page.fill("#url", listener.url.replace("127.0.0.1", "localhost"))
    page.check("input[value='enquiry.created']")
    submit(page)
    expect(page.locator("#url-problem")).to_be_visible()
    page.fill("#url", listener.url)
    submit(page)
    secret = page.input_value("#fresh-secret")
    is_fine(page, "a fresh webhook")
    page.goto("/desk/administration/webhooks")
    assert secret not in page.content(), "shown once"

    cleo = team.visitor("Where is my order?")
    _, told = listener.hears(1)
    assert (told["type"], told["data"]["enquiry"]) == ("enquiry.created", cleo.conversation)
    assert listener.is_signed(1, secret) and not listener.is_signed(1, "whsec_" + base64.b64encode(bytes(32)).decode())
    assert b"order" not in listener.heard[0][1], "never a word that anybody said"

    page.get_by_role("button", name="New secret").click()
    fresh = page.input_value("#fresh-secret")
    assert fresh != secret
    team.visitor("A second one")
    listener.hears(2)
    assert listener.is_signed(2, fresh) and listener.is_signed(2, secret), "both for a day, so that the other side changes in its own time"

    listener.status = 500
    noor = team.visitor("A third one")
    headers, told = listener.hears(3)
    assert told["data"]["enquiry"] == noor.conversation
    assert until(lambda: team.sql("SELECT attempts FROM webhook_delivery WHERE failure = 'HTTP 500'") == [(1,)])
    # A day later, and the last try.
    team.sql("UPDATE webhook_delivery SET until = 1")
    team.sql("UPDATE webhook_lane SET next_at = 1")
    assert until(lambda: team.sql("SELECT COUNT(*) FROM webhook_delivery WHERE failed_at IS NOT NULL") == [(1,)])
    page.goto("/desk/administration/webhooks")
    failure = page.locator("section[aria-labelledby=failures-title] .link-row")
    expect(failure).to_contain_text("enquiry.created")
    expect(failure).to_contain_text("HTTP 500")
    is_fine(page, "a failure")
    listener.status = 200
    heard = len(listener.heard)
    failure.get_by_role("button").click()
    again, told = listener.hears(heard + 1)
    assert again["webhook-id"] == headers["webhook-id"], "the same to whoever counts"
    assert told["data"]["enquiry"] == noor.conversation and listener.is_signed(heard + 1, fresh)
    expect(page.locator("section[aria-labelledby=failures-title]")).to_contain_text("Everything was delivered")
