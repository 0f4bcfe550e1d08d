"""A shop's team at its inbox, and visitors who write to it over plain HTTP, as any program could."""

import json
import os
import time
import urllib.request
import uuid

from playwright.sync_api import Locator, Page, expect

from authenticator import enrol
from stores import rows

CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"


def new_id() -> bytes:
    """16 bytes that sort by time (UUID version 7)."""
    raw = bytearray(int(time.time() * 1000).to_bytes(6, "big") + os.urandom(10))
    raw[6], raw[8] = 0x70 | raw[6] & 0x0F, 0x80 | raw[8] & 0x3F
    return bytes(raw)


def written(id: bytes) -> str:
    """An id as pages write it: 26 characters of Crockford base 32."""
    number = int.from_bytes(id, "big") << 2
    return "".join(CROCKFORD[number >> 5 * place & 31] for place in reversed(range(26)))


def read(text: str) -> bytes:
    number = 0
    for letter in text:
        number = number << 5 | CROCKFORD.index(letter)
    return (number >> 2).to_bytes(16, "big")


class Team:
    """Harbour Books: one site, its queues, and who answers them."""

    def __init__(self, server, queue: str = "Orders"):
        self.server = server
        self.key = os.urandom(8).hex()
        self.queue = self.add_queue(queue)
        self.sql(
            "INSERT INTO support_site (id, key, name, queue_id, settings, created_at) VALUES (?, ?, 'Harbour Books', ?, '{}', 1)",
            new_id(), self.key, self.queue,
        )

    def sql(self, statement: str, *values):
        """Into the database of the running server: what an administrator would have set up."""
        return rows(self.server, statement, values)

    @classmethod
    def of(cls, shop) -> "Team":
        """Who answers the queue of a shop."""
        team = cls.__new__(cls)
        team.server, team.key, team.queue = shop.server, shop.key, shop.queue
        return team

    def add_queue(self, name: str) -> bytes:
        queue = new_id()
        self.sql("INSERT INTO support_queue (id, name, guard, keeps_transcript, created_at) VALUES (?, ?, 'off', 1, 1)", queue, name)
        return queue

    def hires(self, person, queue: bytes | None = None) -> "Agent":
        """Somebody who registered becomes an agent, with the second factor that staff need."""
        me = read(person.id)
        self.sql("INSERT INTO account_role (person_id, role) VALUES (?, 'agent')", me)
        self.sql("INSERT INTO agent (person_id, status, capacity, since) VALUES (?, 'available', 10, 1)", me)
        self.sql("INSERT INTO queue_agent (queue_id, person_id) VALUES (?, ?)", queue or self.queue, me)
        enrol(person.page, person.passwords)
        return Agent(person, self)

    def visitor(self, text: str = "Where is my order?", name: str = "Cleo", **card) -> "Visitor":
        body = {"id": str(uuid.uuid4()), "text": text, "card": {"name": name, **card}}
        answer = self.post(f"/widget/{self.key}/enquiries", body)
        return Visitor(self, answer["conversation"], answer["token"])

    def post(self, path: str, body: dict) -> dict:
        request = urllib.request.Request(
            self.server.origin + path, json.dumps(body).encode(), {"Content-Type": "application/json", "Origin": self.server.origin}
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.loads(answer.read() or b"{}")


class Visitor:
    """Somebody on a shop's page: their token, and a live link of their own once they sit at a browser."""

    def __init__(self, team: Team, conversation: str, token: str):
        self.team, self.conversation, self.token = team, conversation, token
        self.page: Page | None = None

    @classmethod
    def of(cls, shop) -> "Visitor":
        """Who wrote to a shop last, as an agent's page finds them."""
        return cls(None, shop.conversation(), "")

    def sits_at(self, page: Page) -> "Visitor":
        """Speaks the live link from a page of the server's own, as the widget's frame does."""
        page.goto("/goodbye")
        page.evaluate(
            """async ([token, conversation]) => {
              globalThis.heard = [];
              const socket = new WebSocket(location.origin.replace("http", "ws") + "/live", ["sotto", "bearer." + token]);
              socket.onmessage = ({ data }) => heard.push(JSON.parse(data));
              socket.onclose = ({ code }) => heard.push({ type: "closed", code });
              await new Promise((resolve) => { socket.onopen = resolve; });
              globalThis.tell = (type, fields) => socket.send(JSON.stringify({ type, id: crypto.randomUUID(), ...fields }));
              socket.send(JSON.stringify({ type: "resume", streams: { ["conversation/" + conversation]: 0 } }));
            }""",
            [self.token, self.conversation],
        )
        self.page = page
        return self

    def says(self, text: str) -> None:
        self.page.evaluate("([conversation, text]) => tell('message.send', { conversation, text })", [self.conversation, text])

    def takes_back(self, words: str) -> None:
        """Their own message with these words."""
        self.hears(words)
        self.page.evaluate(
            """([conversation, words]) => {
              const { sequence } = heard.findLast(({ kind, body }) => kind === "message.sent" && body.text.includes(words));
              tell("message.withdraw", { conversation, message: sequence });
            }""",
            [self.conversation, words],
        )

    def hears(self, words: str) -> None:
        self.page.wait_for_function("(words) => JSON.stringify(heard).includes(words)", arg=words)

    def everything(self) -> str:
        return self.page.evaluate("JSON.stringify(heard)")


class Agent:
    """An agent at the inbox."""

    def __init__(self, person, team: Team):
        self.person, self.team, self.page = person, team, person.page

    def at_the_desk(self, view: str | None = None) -> "Agent":
        self.page.goto("/desk")
        expect(self.page.locator(".desk[data-ready]")).to_be_visible()
        if view:
            self.look_at(view)
        return self

    def look_at(self, view: str) -> None:
        self.page.click(f"[data-view={view}]")

    def line(self, visitor: Visitor) -> Locator:
        return self.page.locator(f".line[data-conversation='{visitor.conversation}']")

    def pane(self, visitor: Visitor) -> Locator:
        return self.page.locator(f".pane[data-conversation='{visitor.conversation}']")

    def opens(self, visitor: Visitor) -> Locator:
        self.line(visitor).locator("button").click()
        pane = self.pane(visitor)
        expect(pane.locator(".message").first).to_be_visible()
        return pane

    def takes(self, visitor: Visitor) -> Locator:
        pane = self.opens(visitor)
        pane.get_by_role("button", name="Take", exact=True).click()
        expect(pane.get_by_role("button", name="Reply", exact=True)).to_have_attribute("aria-pressed", "true")
        return pane

    def writes(self, pane: Locator, text: str) -> None:
        pane.locator("textarea").fill(text)
        pane.locator("textarea").press("Enter")

    def does(self, pane: Locator, what: str) -> None:
        pane.get_by_role("button", name="What you can do").click()
        self.page.locator("#desk-menu").get_by_role("menuitem", name=what).click()
