"""A shop on an address of its own, whose pages have the widget and a policy that allows nothing else; and the team that answers."""

import base64
import hmac
import http.server
import json
import os
import secrets
import threading
import time

from playwright.sync_api import Page

from authenticator import enrol
from stores import rows

PAGE = """<!DOCTYPE html>
<html lang="{language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Harbour Books</title>
<script async src="{origin}/widget/{key}/loader.js"></script></head>
<body><h1>Harbour Books</h1><p>Charts, almanacs and novels of the sea.</p><p><a href="/cart">Cart</a> <a href="/">Home</a></p></body></html>"""
CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"


def new_id() -> bytes:
    """A UUID version 7."""
    milliseconds = int(time.time() * 1000)
    raw = bytearray(milliseconds.to_bytes(6, "big") + os.urandom(10))
    raw[6] = 0x70 | raw[6] & 0x0F
    raw[8] = 0x80 | raw[8] & 0x3F
    return bytes(raw)


def id_of(text: str) -> bytes:
    """The 16 bytes of an id as pages write it."""
    value = 0
    for character in text:
        value = value << 5 | CROCKFORD.index(character)
    return (value >> 2).to_bytes(16, "big")


def unpadded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


class Shop:
    """Harbour Books: `origin` is its own, `key` its site's at the server."""

    def __init__(self, server, language: str = "en", bind: str = "127.0.0.1", **settings):
        self.server = server
        self.key = "".join(secrets.choice(CROCKFORD) for _ in range(16))
        self.site, self.queue = new_id(), new_id()
        shop = self

        class Pages(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                body = PAGE.format(origin=shop.server.origin, key=shop.key, language=language).encode()
                found = self.path in ("/", "/cart")
                self.send_response(200 if found else 404)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                # As strict as a shop can be: one script, one frame, nothing inline, nothing else.
                allowed = f"default-src 'none'; script-src {shop.server.origin}; frame-src {shop.server.origin}; img-src 'self'; require-trusted-types-for 'script'"
                self.send_header("Content-Security-Policy", allowed)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.pages = http.server.ThreadingHTTPServer((bind, 0), Pages)
        threading.Thread(target=self.pages.serve_forever, daemon=True).start()
        self.origin = f"http://{bind}:{self.pages.server_port}"
        self.settings = {"origins": [self.origin], "controller": "Harbour Books Ltd", "statementURL": f"{self.origin}/privacy", **settings}
        self.sql("INSERT INTO support_queue (id, name, guard, keeps_transcript, created_at) VALUES (?, ?, 'mask', 1, 0)", self.queue, f"Orders {self.key}")
        self.sql(
            "INSERT INTO support_site (id, key, name, queue_id, settings, created_at) VALUES (?, ?, 'Harbour Books', ?, ?, 0)",
            self.site, self.key, self.queue, json.dumps(self.settings),
        )

    def sql(self, statement: str, *values):
        return rows(self.server, statement, values)

    def count(self, table: str) -> int:
        return self.sql(f"SELECT COUNT(*) FROM {table}")[0][0]

    def conversation(self) -> str:
        """The latest one, as pages write its id."""
        value = int.from_bytes(self.sql("SELECT conversation_id FROM enquiry ORDER BY arrived_at DESC LIMIT 1")[0][0], "big") << 2
        return "".join(CROCKFORD[value >> shift & 31] for shift in range(125, -1, -5))

    def vouches(self, secret: str, lasts: int = 600, **claims: str) -> str:
        """A token of the shop's own server for one of its customers, good for so many seconds (RFC 7519)."""
        parts = [{"alg": "HS256", "typ": "JWT"}, {"aud": self.key, "exp": int(time.time()) + lasts, **claims}]
        text = ".".join(unpadded(json.dumps(part).encode()) for part in parts)
        return f"{text}.{unpadded(hmac.digest(secret.encode(), text.encode(), 'sha256'))}"

    def close(self):
        self.pages.shutdown()
        self.pages.server_close()


class Answerer:
    """An agent of the shop, whose page speaks the live link as the inbox does."""

    def __init__(self, person, shop: Shop):
        self.person, self.page = person, person.page
        person.registers()
        me = id_of(person.id)
        shop.sql("INSERT INTO account_role (person_id, role) VALUES (?, 'agent')", me)
        shop.sql("INSERT INTO agent (person_id, status, capacity, since) VALUES (?, 'available', 4, 0)", me)
        shop.sql("INSERT INTO queue_agent (queue_id, person_id) VALUES (?, ?)", shop.queue, me)
        enrol(self.page, person.passwords)
        self.page.goto("/")
        self.page.evaluate("async () => { const at = document.querySelector('script[src*=\"/people/member.js\"]').src; globalThis.tab = await import(new URL('../live/tab.js', at)); globalThis.heard = []; tab.live.on('enquiry.changed', (said) => heard.push(said.conversation)); tab.live.on('event', (event) => heard.push(event)); tab.wake(); }")

    def command(self, kind: str, **fields):
        return self.page.evaluate("([kind, fields]) => tab.live.command(kind, fields)", [kind, fields])

    def news(self) -> str:
        """The conversation about which there was something to hear, as soon as there is."""
        found = self.page.wait_for_function("() => heard.find((one) => typeof one === 'string')")
        return found.json_value()

    def takes(self, conversation: str):
        self.command("enquiry.take", conversation=conversation)

    def says(self, conversation: str, text: str):
        return self.command("message.send", conversation=conversation, text=text)


def frame_of(page: Page):
    """The chat inside the shop's page. Its shadow root is closed, so it is found as a frame."""
    page.wait_for_function("() => true")
    for _ in range(600):
        for frame in page.frames:
            if "/widget/" in frame.url:
                return frame
        page.evaluate("() => new Promise(requestAnimationFrame)")
    raise AssertionError("the chat did not open")
