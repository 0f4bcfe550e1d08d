"""A visitor in a real browser, before the chat on somebody else's page."""

import base64
import re

from playwright.sync_api import expect

from shop import Shop, frame_of


class Cleo:
    """A visitor of the shop."""

    def __init__(self, people, browser, shop: Shop, path: str = "/", **options):
        self.person = people("Cleo", browser, **options)
        self.shop, self.page = shop, self.person.page
        self.requests: list[str] = []
        self.page.context.on("request", lambda request: self.requests.append(request.url))
        self.visits(path)

    def visits(self, path: str = "/"):
        self.page.goto(self.shop.origin + path)
        self.page.wait_for_function("() => window.Sotto")

    def opens(self):
        self.page.evaluate("Sotto.open()")
        self.chat = frame_of(self.page)
        self.chat.wait_for_selector("[data-view=start]:not([hidden]), [data-view=talk]:not([hidden])")
        return self.chat

    def reloads(self):
        """What was open is open again by itself."""
        self.page.reload()
        self.page.wait_for_function("() => window.Sotto")
        self.chat = frame_of(self.page)

    def in_another_tab(self) -> "Cleo":
        other = Cleo.__new__(Cleo)
        other.person, other.shop, other.requests = self.person, self.shop, []
        other.page = self.page.context.new_page()
        other.person.watch(other.page)
        other.visits()
        other.opens()
        return other

    @property
    def has_hands(self) -> bool:
        """Firefox's driver has no keyboard or mouse inside a frame of another origin: there the events are made by hand."""
        return self.page.context.browser.browser_type.name == "chromium"

    def types(self, selector: str, text: str):
        if self.has_hands:
            self.chat.fill(selector, text)
        else:
            self.chat.locator(selector).evaluate(
                "(field, text) => { field.focus(); field.value = text; field.dispatchEvent(new Event('input', { bubbles: true })); }", text
            )

    def clicks(self, locator):
        locator = self.chat.locator(locator) if isinstance(locator, str) else locator
        if self.has_hands:
            locator.click()
        else:
            locator.evaluate("(element) => element.click()")

    def attaches(self, name: str, kind: str, data: bytes):
        """Drops a file onto the chat."""
        self.chat.evaluate(
            """([name, type, data]) => {
              const dropped = new DataTransfer();
              dropped.items.add(new File([Uint8Array.from(atob(data), (one) => one.charCodeAt(0))], name, { type }));
              document.querySelector("[data-part=log]").dispatchEvent(new DragEvent("drop", { dataTransfer: dropped, bubbles: true, cancelable: true }));
            }""",
            [name, kind, base64.b64encode(data).decode()],
        )
        expect(self.chat.locator(".file-item.is-ready")).to_contain_text(name)

    def begins(self, text: str = "Where is my order?", name: str = "Cleo"):
        self.opens()
        self.types("[name=name]", name)
        self.types("form.ask [name=text]", text)
        self.clicks("form.ask button.main")
        expect(self.chat.locator(".message.is-own .message-text")).to_have_text(text)
        self.is_sent(text)

    def is_sent(self, text: str):
        row = self.chat.locator(".message.is-own", has_text=text)
        expect(row).to_have_attribute("data-progress", re.compile("sent|delivered|read"))

    def token(self) -> str:
        """The conversation's, from the link that the visitor is given."""
        self.chat.evaluate("() => { navigator.clipboard.writeText = (text) => { globalThis.copied = text; return Promise.resolve(); } }")
        self.chat.click("[data-action=mine]")
        self.chat.get_by_role("button", name="Copy the link").click()
        token = self.chat.wait_for_function("() => globalThis.copied").json_value().split("#")[1]
        self.chat.click("[data-action=back]")
        return token

    def says(self, text: str):
        self.types("#say", text)
        if self.has_hands:
            self.chat.press("#say", "Enter")
        else:
            self.chat.locator("#say").dispatch_event("keydown", {"key": "Enter"})

    def hears(self, text: str):
        expect(self.chat.locator(".message:not(.is-own) .message-text").last).to_have_text(text)


def kept_by(page) -> dict:
    """What the browser keeps of the shop's page and of the chat's frame."""
    look = "() => { try { return [...Object.keys(localStorage), ...Object.keys(sessionStorage)] } catch { return [] } }"
    return {
        "stored": [key for frame in page.frames for key in frame.evaluate(look)],
        "cookies": page.context.cookies(),
    }


def words_kept_by(page) -> str:
    """What stands in the storage of the shop's page and of the chat's frame, where the browser lets that have one."""
    look = "() => { try { return JSON.stringify(localStorage) } catch { return '' } }"
    return "".join(frame.evaluate(look) for frame in page.frames)


NOTHING = {"stored": [], "cookies": []}
