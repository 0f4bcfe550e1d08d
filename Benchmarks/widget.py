"""What the widget costs the page it is on: a browser's own trace, on a page of another origin."""

import contextlib
import http.server
import json
import statistics
import threading

from playwright.sync_api import sync_playwright

from processes import BENCH, Load, free_port, sotto
from report import kilobytes

RUNS = 7
# Longer tasks hold up whoever uses the page (W3C Long Tasks).
LONG_TASK = 50_000
# As a middling telephone: the figures are those of a processor so many times slower.
SLOWER = 4


def widget() -> list[list[str]]:
    """The widget on a customer's page, in Chromium: bytes, script and the longest task on the page's main thread."""
    with sotto(1, BENCH) as server:
        agent = server.people[0]
        load = Load("support", port=server.port, cookies=agent.cookie, people=agent.id, each=1, rate=1, seconds=1, only="talk")
        load.line()
        load.end()
        key = server.site_key()
        line = f'<script async src="http://localhost:{server.port}/widget/{key}/loader.js"></script>'
        with shop("") as bare, shop(line) as whole, sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path="/usr/bin/chromium", args=["--no-sandbox", "--force-color-profile=srgb"])
            without = [visit(browser, bare, opens=False) for _ in range(RUNS)]
            idle = [visit(browser, whole, opens=False) for _ in range(RUNS)]
            opened = [visit(browser, whole, opens=True) for _ in range(RUNS)]
            browser.close()
    rows = []
    for name, seen in (("a page with the widget, closed", idle), ("the same with the chat opened", opened)):
        rows += [
            [f"{name}: bytes of ours, requests", f"{kilobytes(middle(seen, 'bytes'))}, {middle(seen, 'requests'):.0f}",
             "≤ 3 kB" if seen is idle else "≤ 28 kB"],
            [f"{name}, {SLOWER} times slower processor: script on the main thread more than without the widget",
             f"{middle(seen, 'script') - middle(without, 'script'):.1f} ms", ""],
            [f"{name}: all tasks more than without", f"{middle(seen, 'busy') - middle(without, 'busy'):.1f} ms", ""],
            [f"{name}: longest task, of the page without", f"{middle(seen, 'longest'):.1f} ms, {middle(without, 'longest'):.1f} ms", ""],
            [f"{name}: time that long tasks block beyond 50 ms", f"{middle(seen, 'blocking'):.1f} ms", "0 ms closed"],
        ]
    return rows


def middle(seen: list[dict], name: str) -> float:
    return statistics.median(each[name] for each in seen)


@contextlib.contextmanager
def shop(line: str):
    """A customer's page on an origin of its own."""
    html = f"<!doctype html><html lang=en><title>Harbour Books</title><h1>Maps and travel</h1><p>Walking maps.</p>{line}".encode()

    class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(html)))
            self.end_headers()
            self.wfile.write(html)

        def log_message(self, *words):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", free_port()), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


def visit(browser, address: str, opens: bool) -> dict:
    """One visit by somebody who was never there."""
    context = browser.new_context()
    page = context.new_page()
    client = context.new_cdp_session(page)
    client.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    ours = []
    context.on("requestfinished", lambda request: ours.append(request) if not request.url.startswith(address) else None)
    browser.start_tracing(page=page, categories=["devtools.timeline", "disabled-by-default-devtools.timeline", "toplevel"])
    page.goto(address)
    page.wait_for_load_state("networkidle")
    if opens:
        # The launcher is in a closed shadow root; this is what its click does.
        page.evaluate("Sotto.open()")
        chat = page.wait_for_event("frameattached") if len(page.frames) < 2 else page.frames[1]
        chat.wait_for_selector("[data-view=start]:not([hidden])")
        chat.wait_for_load_state("networkidle")
    events = json.loads(browser.stop_tracing())["traceEvents"]
    size = sum(request.sizes()["responseBodySize"] for request in ours)
    context.close()
    return measured(events) | {"bytes": size, "requests": len(ours)}


def measured(events: list[dict]) -> dict:
    """Of the process that shows the page: its main thread's tasks, and the script in them, in milliseconds."""
    names = {(event["pid"], event["tid"]) for event in events
             if event.get("name") == "thread_name" and event["args"].get("name") == "CrRendererMain"}
    tasks = [event["dur"] for event in events if event.get("ph") == "X" and (event["pid"], event["tid"]) in names and event["name"] == "RunTask"]
    script = outermost([event for event in events if event.get("ph") == "X" and (event["pid"], event["tid"]) in names
                        and event["name"] in ("EvaluateScript", "FunctionCall", "v8.compile", "v8.compileModule", "v8.evaluateModule")])
    return {
        "busy": sum(tasks) / 1000, "longest": max(tasks, default=0) / 1000, "script": script / 1000,
        "blocking": sum(task - LONG_TASK for task in tasks if task > LONG_TASK) / 1000,
    }


def outermost(events: list[dict]) -> float:
    """What they took together, those within others not counted twice."""
    total, ends = 0, {}
    for event in sorted(events, key=lambda event: (event["ts"], -event["dur"])):
        thread = (event["pid"], event["tid"])
        if event["ts"] >= ends.get(thread, 0):
            total += event["dur"]
            ends[thread] = event["ts"] + event["dur"]
    return total
