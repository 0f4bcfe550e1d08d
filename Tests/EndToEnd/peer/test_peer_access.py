"""Every state of a call, by the rules of WCAG 2.2 AA that a program can check."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from peer_page import PATIENCE


def violations(person) -> list[str]:
    found = Axe().run(person.page).response["violations"]
    return [f"{entry['id']}: {entry['nodes'][0]['html'][:160]} ({len(entry['nodes'])})" for entry in found]


@pytest.mark.parametrize("scheme, width", [("light", 1000), ("dark", 320)])
def test_every_state_of_a_call_is_accessible(pair, scheme, width):
    ana, ben = pair
    for person in pair:
        person.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        person.page.set_viewport_size({"width": width, "height": 640})
    problems = {}
    ben.opens("/")
    ana.opens("/people/ben/call").sees_state("check")
    expect(ana.page.locator('[data-check="camera"]')).to_have_attribute("data-result", "good", timeout=PATIENCE)
    problems["check"] = violations(ana)
    ana.presses("start").sees_state("ringing")
    problems["ringing"] = violations(ana)
    expect(ben.region("incoming")).to_be_visible(timeout=PATIENCE)
    problems["incoming"] = violations(ben)
    ben.answers()
    for person in pair:
        person.sees_state("talking")
    ana.code()
    expect(ana.region("quality-button")).to_be_visible(timeout=PATIENCE)
    problems["talking"] = violations(ana)
    ana.presses("chat")
    ana.page.locator("#chat-text").fill("hello")
    ana.page.keyboard.press("Enter")
    problems["chat"] = violations(ana)
    ana.presses("chat-close")
    for name in ("devices", "shortcuts"):
        ana.page.locator('[popovertarget="call-more"]').click()
        problems["menu"] = violations(ana)
        ana.presses(name)
        problems[name] = violations(ana)
        ana.page.keyboard.press("Escape")
    ana.presses("hang-up").sees_state("ended")
    problems["ended"] = violations(ana)
    assert ana.page.evaluate("() => document.activeElement.dataset.call") == "ended-title"
    assert {state: found for state, found in problems.items() if found} == {}
