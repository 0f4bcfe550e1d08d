"""The chat on a telephone: it is the whole screen, the shop's page rests behind it, and the keyboard covers nothing that is written in."""

import time

import pytest
from playwright.sync_api import expect

from shop import Answerer
from test_every_page import fits
from visitor import Cleo

TELEPHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}
KEYBOARD = 340


@pytest.fixture
def cleo(people, chromium, shop):
    cleo = Cleo(people, chromium, shop, **TELEPHONE)
    cleo.page.evaluate("() => { const tall = document.createElement('p'); tall.style.height = '3000px'; document.body.append(tall); }")
    return cleo


def drags(page, y: int, by: int) -> None:
    """A finger from this height, up where negative; it rests at the end, so that nothing runs on when it leaves."""
    session = page.context.new_cdp_session(page)
    now = time.time()
    path = [("touchStart", 0), *(("touchMove", by * step / 10) for step in range(1, 11)), ("touchMove", by), ("touchEnd", None)]
    for number, (kind, moved) in enumerate(path):
        points = [] if moved is None else [{"x": 120, "y": y + moved}]
        # The browser reckons by what the events say of their time.
        at = now + number * 0.02 + (0.5 if number > 10 else 0)
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points, "timestamp": at})
    session.detach()
    page.evaluate("new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))")


def keyboard(cleo, height: int) -> None:
    """A keyboard takes so many pixels of the screen, or gives them back."""
    cleo.page.set_viewport_size({"width": 360, "height": 740 - height})
    cleo.chat.wait_for_function("(height) => innerHeight === height", arg=740 - height)


def fills_the_screen(cleo) -> bool:
    box = cleo.chat.frame_element().bounding_box()
    return [round(box[side]) for side in ("x", "y", "width", "height")] == [0, 0, 360, 740] and fits(cleo.chat) and fits(cleo.page)


def test_the_chat_is_the_whole_screen_and_the_page_behind_it_rests(people, chromium, shop, cleo):
    page = cleo.page
    drags(page, 600, -300)
    page.wait_for_function("() => scrollY > 100")
    at = page.evaluate("() => { scrollTo({ top: 500, behavior: 'instant' }); return scrollY; }")
    cleo.opens()
    assert fills_the_screen(cleo)
    field = cleo.chat.locator("form.ask [name=text]")
    field.tap()
    keyboard(cleo, KEYBOARD)
    expect(field).to_be_in_viewport(ratio=0.95)
    keyboard(cleo, 0)
    cleo.chat.evaluate("() => { document.querySelector('main').scrollTop = 9999; }")
    # The head, which scrolls nothing; and the form at its end, either way.
    for y, by in ((30, 400), (600, -400), (650, -600)):
        drags(page, y, by)
        assert page.evaluate("scrollY") == at, (y, by)

    cleo.begins()
    agent, conversation = Answerer(people("Dan", chromium), shop), shop.conversation()
    agent.takes(conversation)
    for number in range(8):
        agent.says(conversation, f"Line {number} of what there is to say about the order that you gave on Monday.")
    cleo.hears("Line 7 of what there is to say about the order that you gave on Monday.")
    assert fills_the_screen(cleo)
    for y, by in ((300, -250), (300, 400), (715, -400)):
        drags(page, y, by)
        assert page.evaluate("scrollY") == at, (y, by)
    cleo.chat.locator("#say").tap()
    keyboard(cleo, KEYBOARD)
    expect(cleo.chat.locator("#say")).to_be_in_viewport(ratio=1)
    expect(cleo.chat.locator("button.send")).to_be_in_viewport(ratio=1)
    keyboard(cleo, 0)
    cleo.chat.locator("[data-action=mine]").tap()
    expect(cleo.chat.locator("[data-part=own] section").first).to_be_visible()
    assert fills_the_screen(cleo)
    cleo.chat.locator("[data-action=back]").tap()

    close = cleo.chat.locator("[data-action=close]")
    expect(close).to_be_in_viewport(ratio=1)
    close.tap()
    assert not cleo.chat.frame_element().is_visible()
    drags(page, 600, -300)
    page.wait_for_function("(at) => scrollY > at", arg=at)


# No keyboard comes up in a browser that is driven, and Chromium's would change the size of the page: what Safari on iOS tells of its own, which covers
# the page's end and moves what is seen of it, is made up before the page has any script.
COVERING = """
if (window === top) {
  const view = Object.assign(new EventTarget(), { covered: 0, offsetTop: 0, scale: 1 });
  Object.defineProperty(view, "height", { get: () => (innerHeight - view.covered) / view.scale });
  Object.defineProperty(window, "visualViewport", { value: view });
  window.covers = (covered, offsetTop, scale = 1) => {
    const [isResized, isScrolled] = [covered !== view.covered || scale !== view.scale, offsetTop !== view.offsetTop];
    Object.assign(view, { covered, offsetTop, scale });
    if (isResized) view.dispatchEvent(new Event("resize"));
    if (isScrolled) view.dispatchEvent(new Event("scroll"));
  };
}
"""


def place(cleo) -> list[int]:
    """Where the chat is on the page: from where to where."""
    top, bottom = cleo.chat.frame_element().evaluate("(frame) => { const { top, bottom } = frame.getBoundingClientRect(); return [top, bottom]; }")
    return [round(top), round(bottom)]


def test_a_keyboard_that_covers_the_page_covers_nothing_of_the_chat(people, chromium, shop):
    cleo = Cleo(people, chromium, shop, **TELEPHONE)
    cleo.page.add_init_script(COVERING)
    cleo.visits()
    cleo.opens()
    assert place(cleo) == [0, 740]
    cleo.begins()
    for scrolled in (0, 120, KEYBOARD):
        cleo.page.evaluate("([height, scrolled]) => covers(height, scrolled)", [KEYBOARD, scrolled])
        cleo.chat.wait_for_function("(height) => innerHeight === height", arg=740 - KEYBOARD)
        assert place(cleo) == [scrolled, scrolled + 740 - KEYBOARD]
        field = cleo.chat.locator("#say").bounding_box()
        assert scrolled <= field["y"] and field["y"] + field["height"] <= scrolled + 740 - KEYBOARD, (scrolled, field)
    # Whoever draws it larger with two fingers looks at a part of the whole.
    cleo.page.evaluate("covers(0, 200, 2)")
    assert place(cleo) == [0, 740]
    cleo.page.evaluate("covers(0, 0)")
    assert place(cleo) == [0, 740]


def test_whoever_draws_the_page_larger_looks_at_a_part_of_the_chat(cleo):
    """By the browser's own means."""
    cleo.opens()
    session = cleo.page.context.new_cdp_session(cleo.page)
    session.send("Emulation.setPageScaleFactor", {"pageScaleFactor": 2})
    cleo.page.wait_for_function("() => visualViewport.scale === 2 && visualViewport.height < 400")
    cleo.page.evaluate("new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))")
    assert place(cleo) == [0, 740]
    session.send("Emulation.setPageScaleFactor", {"pageScaleFactor": 1})
    cleo.page.wait_for_function("() => visualViewport.scale === 1 && visualViewport.height === 740")
    cleo.page.evaluate("new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))")
    assert place(cleo) == [0, 740]
