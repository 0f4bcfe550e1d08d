"""Pictures of every page in every state, to be looked at by people. Run by bin/look; see there."""

import argparse
import pathlib
import re
import shutil
import tempfile

from playwright.sync_api import Page, sync_playwright

from authenticator import enrol, next_code
from scenes import SCENES
from served import CHROMIUM_ARGUMENTS, PATIENCE, ROOT, Server

PORTRAIT = (pathlib.Path(__file__).parent / "portrait.js").read_text()
# The pictures of README.md and the scenes they show.
README = {"incoming-call": "call-ringing-incoming", "call": "call-text"}
# Who runs the demo's server or answers its visitors: they sign in as elsewhere, with a second factor.
RUNNERS = {"hugo", "dan", "finn"}
WINDOW = {"width": 1280, "height": 860}
HUES = {"ana": 30, "ben": 200, "hugo": 260, "cleo": 330}


class Demo(Server):
    command = ["serve", "--demo"]

    def __init__(self, folder: pathlib.Path, **settings: str):
        super().__init__(folder, **settings)
        # Of those who run it: without, their rooms stay shut.
        self.secrets: dict[str, str] = {}

    @property
    def password(self) -> str:
        return re.search(r"for this demo alone: (\S+)", self.log()).group(1)


class Look:
    """One language's people at their browsers, and the camera."""

    def __init__(self, browser, demo: Demo, fresh: Server, language: str, options):
        self.browser, self.demo, self.fresh, self.language, self.options = browser, demo, fresh, language, options
        self.contexts: dict[str, object] = {}
        self.remarks: list[str] = []

    def page(self, who: str, server: Server | None = None, **options) -> Page:
        """A new page of somebody's; `visitor` is nobody yet."""
        server = server or self.demo
        key = f"{who}@{server.port}"
        if who.startswith("visitor") or key not in self.contexts:
            context = self.browser.new_context(base_url=server.origin, locale=self.language, reduced_motion="reduce", **options)
            context.set_default_timeout(PATIENCE * 1000)
            context.add_init_script(PORTRAIT.replace("PORTRAIT_HUE", str(HUES.get(who, 330))))
            self.contexts[key if not who.startswith("visitor") else f"{key}-{len(self.contexts)}"] = context
            if server is self.demo and not who.startswith("visitor"):
                self.sign_in(context.new_page(), who)
            return self.watched(context.new_page())
        return self.watched(self.contexts[key].new_page())

    def sign_in(self, page: Page, who: str) -> None:
        page.goto("/sign-in")
        page.fill("#email", f"{who}@harbour.example")
        page.fill("#password", self.demo.password)
        page.click("main form button.button-main")
        if who in self.demo.secrets:
            page.fill("#code", next_code(self.demo.secrets[who]))
            page.click("main form button.button-main")
        page.wait_for_selector("body.is-member")
        if who in RUNNERS and who not in self.demo.secrets:
            self.demo.secrets[who], _ = enrol(page, self.demo.password)
        page.close()

    def watched(self, page: Page) -> Page:
        page.on("pageerror", lambda error: self.remarks.append(f"{page.url}: {error}"))
        page.set_viewport_size(WINDOW)
        return page

    def take(self, name: str, page: Page, whole: bool = True) -> None:
        for width in self.options.width:
            page.set_viewport_size({"width": width, "height": 740 if width < 700 else 860 if width > 1200 else 700})
            for scheme in self.options.scheme:
                forced = "active" if scheme == "forced" else "none"
                page.emulate_media(color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce", forced_colors=forced)
                path = self.options.into / f"{name}-{self.language}-{width}-{scheme}.png"
                page.screenshot(path=path, full_page=whole, animations="disabled")
            over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            if over > 0:
                self.remarks.append(f"{name} {self.language} is {over} pixels wider than {width}")
        # Scenes are played where there is room: a telephone puts some buttons elsewhere.
        page.set_viewport_size(WINDOW)

    def run(self) -> None:
        for name in SCENES:
            if self.options.scenes and not any(name.startswith(wanted) for wanted in self.options.scenes):
                continue
            self.play(name)
            print(name, flush=True)

    def play(self, name: str) -> None:
        for state, page, *whole in SCENES[name](self):
            self.take(f"{name}-{state}" if state else name, page, *whole)
        for context in self.contexts.values():
            for page in context.pages:
                page.close()

    def close(self) -> None:
        for context in self.contexts.values():
            context.close()


def main() -> None:
    parser = argparse.ArgumentParser(prog="bin/look")
    parser.add_argument("scenes", nargs="*")
    parser.add_argument("--language", action="append", choices=["en", "fr", "ru", "ar"])
    parser.add_argument("--width", action="append", type=int)
    parser.add_argument("--scheme", action="append", choices=["light", "dark", "forced"])
    parser.add_argument("--readme", action="store_true")
    parser.add_argument("--into", type=pathlib.Path, default=ROOT / ".build/look")
    options = parser.parse_args()
    if options.readme:
        options.scenes, options.width, options.scheme = ["call-ringing", "call"], [1100], ["light"]
    options.width = options.width or [360, 1280]
    options.scheme = options.scheme or ["light", "dark"]
    options.into.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="sotto-look-") as folder, sync_playwright() as playwright:
        def place(name: str) -> pathlib.Path:
            made = pathlib.Path(folder) / name
            made.mkdir()
            return made

        demo = Demo(place("demo")).start()
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM_ARGUMENTS)
        try:
            for language in options.language or ["en"]:
                # Somebody owns it in the end, so each language has its own.
                fresh = Server(place(f"fresh-{language}")).start()
                look = Look(browser, demo, fresh, language, options)
                try:
                    look.run()
                finally:
                    look.close()
                    fresh.stop()
                    print(*look.remarks, sep="\n", flush=True)
        finally:
            browser.close()
            demo.stop()
    if options.readme:
        for name, scene in README.items():
            shutil.copy(options.into / f"{scene}-en-1100-light.png", ROOT / "docs/images" / f"{name}.png")
    print(f"The pictures are in {options.into}")


if __name__ == "__main__":
    main()
