"""Files between visitors and the team, in both browsers and through a cut."""

import os
import struct
import zlib

import pytest
from playwright.sync_api import expect

from test_every_page import violations


def picture(width: int = 320, height: int = 200) -> bytes:
    """A PNG of one colour."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = (b"\x00" + b"\x1f\x6f\x5c" * width) * height
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def chosen(place, *files: tuple[str, str, bytes]) -> None:
    """What somebody picks in the dialog for files."""
    place.locator("input[type=file]").set_input_files([{"name": name, "mimeType": kind, "buffer": data} for name, kind, data in files])


@pytest.mark.parametrize("browser", ["chromium", "firefox"])
def test_files_go_both_ways(request, people, browser, team, dan):
    """The agent sends a picture, the visitor a PDF, and both see them; what is not taken says why and leaves what was typed alone."""
    dan.at_the_desk("waiting")
    cleo = team.visitor("Is this the right atlas?", "Cleo Marsh")
    page = people("Cleo", request.getfixturevalue(browser)).page
    asked: list[str] = []
    page.on("request", lambda sent: asked.append(sent.url))
    page.goto(f"/widget/{team.key}/return#{cleo.token}")
    page.wait_for_selector("[data-view=talk]:not([hidden])")
    assert not [url for url in asked if "upload.js" in url], "what hands over files comes when there is one"

    pane = dan.takes(cleo)
    with dan.page.expect_file_chooser() as choosing:
        pane.get_by_role("button", name="Attach", exact=True).click()
    choosing.value.set_files([{"name": "atlas.png", "mimeType": "image/png", "buffer": picture()}])
    expect(pane.locator(".file-item.is-ready")).to_contain_text("atlas.png")
    dan.writes(pane, "This one?")
    expect(pane.locator(".file-item")).to_have_count(0)
    for side in (pane, page):
        shown = side.locator(".message-file img")
        expect(shown).to_be_visible()
        side.locator(".message-file.is-picture").filter(has_text="atlas").wait_for()
        # Its address comes after it: a link that is good for a while is asked for first.
        for name, length in (("naturalWidth", 320), ("naturalHeight", 200)):
            expect(shown).to_have_js_property(name, length)

    chosen(page, ("receipt.pdf", "application/pdf", b"%PDF-1.7\n" + os.urandom(2_500_000)))
    page.fill("#say", "Yes, and here is the receipt.")
    page.press("#say", "Enter")
    expect(page.locator(".message.is-own .message-file")).to_contain_text("receipt.pdf")
    expect(page.locator("#say")).to_have_value("")
    file = pane.get_by_role("button", name="Download receipt.pdf, 2.5 MB")
    with dan.page.expect_download() as coming:
        file.click()
    assert coming.value.suggested_filename == "receipt.pdf"
    assert coming.value.path().stat().st_size == 2_500_009

    page.fill("#say", "And my program.")
    chosen(page, ("setup.exe", "application/octet-stream", b"MZ\x90\x00" + os.urandom(2000)))
    expect(page.locator(".file-item.is-refused")).to_contain_text("setup.exe")
    expect(page.locator(".file-item.is-refused")).to_contain_text("This kind of file is not taken. Pictures, PDF")
    expect(page.locator("#say")).to_have_value("And my program.")
    page.get_by_role("button", name="Take setup.exe away").click()
    expect(page.locator(".file-item")).to_have_count(0)
    chosen(page, ("film.mp4", "video/mp4", b"\x00\x00\x00\x18ftypmp42" + bytes(21 * 1024 * 1024)))
    expect(page.locator(".file-item.is-refused")).to_contain_text("20 MB")
    page.press("#say", "Enter")
    expect(pane.locator(".message").last).to_contain_text("And my program.")
    page.get_by_role("button", name="Take film.mp4 away").click()

    dropped = page.evaluate_handle(
        "() => { const data = new DataTransfer(); data.items.add(new File(['In the garden'], 'place.txt', { type: 'text/plain' })); return data; }"
    )
    page.dispatch_event("[data-part=log]", "dragover", {"dataTransfer": dropped})
    expect(page.locator(".is-dropping")).to_have_count(1)
    page.dispatch_event("[data-part=log]", "drop", {"dataTransfer": dropped})
    expect(page.locator(".file-item.is-ready")).to_contain_text("place.txt")
    page.press("#say", "Enter")
    expect(pane.get_by_role("button", name="Download place.txt, 13 byte")).to_be_visible()
    # A picture from the clipboard.
    pasted = (
        "(field, bytes) => { const data = new DataTransfer(); data.items.add(new File([new Uint8Array(bytes)], 'image.png', { type: 'image/png' }));"
        " field.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true })); }"
    )
    pane.locator("textarea").evaluate(pasted, list(picture(40, 40)))
    expect(pane.locator(".file-item.is-ready")).to_contain_text("image.png")
    pane.get_by_role("button", name="Note", exact=True).click()
    expect(pane.locator(".file-item")).not_to_be_visible()
    pane.get_by_role("button", name="Reply", exact=True).click()
    pane.locator("textarea").press("Enter")
    expect(page.locator(".message-file img")).to_have_count(2)
    assert violations(page) == []


def test_a_file_goes_on_after_a_cut(people, chromium, server, team, dan):
    """A cut in the middle of a file says so, keeps what was typed, and goes on with the next piece by itself; what is stopped is gone."""
    dan.at_the_desk("waiting")
    cleo = team.visitor()
    pane = dan.takes(cleo)
    starts: list[str] = []
    is_cut = {"now": True}

    def pieces(route):
        offset = route.request.url.rsplit("=", 1)[1]
        starts.append(offset)
        if offset != "0" and is_cut["now"]:
            route.abort()
        else:
            route.continue_()

    dan.page.route("**/attachments/*?offset=*", pieces)
    pane.locator("textarea").fill("Our list of books.")
    chosen(pane, ("books.pdf", "application/pdf", b"%PDF-1.7\n" + os.urandom(2_000_000)))
    expect(pane.locator(".file-item .file-state")).to_contain_text("No connection")
    pane.locator("textarea").press("Enter")
    expect(pane.locator(".file-held")).to_be_visible()
    expect(pane.locator("textarea")).to_have_value("Our list of books.")
    is_cut["now"] = False
    expect(pane.locator(".message.is-own .message-file")).to_contain_text("books.pdf", timeout=20_000)
    expect(pane.locator("textarea")).to_have_value("")
    assert starts.count("0") == 1, starts

    is_cut["now"] = True
    chosen(pane, ("more.pdf", "application/pdf", b"%PDF-1.7\n" + os.urandom(2_000_000)))
    expect(pane.locator(".file-item .file-state")).to_contain_text("No connection")
    with dan.page.expect_request(lambda sent: sent.method == "DELETE"):
        pane.get_by_role("button", name="Stop sending more.pdf").click()
    expect(pane.locator(".file-item")).to_have_count(0)
