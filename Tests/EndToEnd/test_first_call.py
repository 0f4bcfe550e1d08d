"""Two people register, find each other, and talk on video."""

import pytest
from playwright.sync_api import Page, expect

def wait_for_frames(page: Page, more_than: int = 10) -> None:
    page.wait_for_function(
        """(least) => {
          const video = document.querySelector('[data-call=remote-video]');
          // Firefox counts a stream's frames only as painted ones.
          const frames = video?.mozPaintedFrames ?? video?.getVideoPlaybackQuality().totalVideoFrames;
          return video && video.videoWidth > 0 && frames > least;
        }""",
        arg=more_than,
    )


def call_code(page: Page) -> str:
    code = page.locator("[data-call=code]").first
    expect(code).not_to_be_empty()
    return code.inner_text()


def meet(ana, ben) -> None:
    ana.registers()
    ben.registers()
    ana.asks(ben)
    ben.accepts(ana)


def starts_calling(caller, callee) -> None:
    page = caller.page
    page.goto("/")
    page.locator(f"[data-list=contacts] [data-row='{callee.id}'] a[data-action=call]").click()
    # The camera is on once the page is ready to call.
    page.locator("[data-call=root][data-local-camera=on]").wait_for()
    page.locator("[data-action=start]").click()


def answers(callee) -> None:
    page = callee.page
    dialog = page.locator("dialog[data-call=incoming]")
    expect(dialog).to_be_visible()
    dialog.locator("[data-action=accept]").click()
    page.wait_for_url("**/calls/*")


@pytest.mark.parametrize("pair", ["cc", "cf", "fc", "ff"])
def test_two_people_find_each_other_and_talk(people, chromium, firefox, pair):
    browsers = {"c": chromium, "f": firefox}
    ana = people("Ana Horvat", browsers[pair[0]])
    ben = people("Ben Okafor", browsers[pair[1]])
    meet(ana, ben)
    ben.page.goto("/")
    starts_calling(ana, ben)
    answers(ben)
    for page in (ana.page, ben.page):
        wait_for_frames(page)
    assert call_code(ana.page) == call_code(ben.page)

    ana.page.locator("[data-action=hang-up]").first.click()
    for page in (ana.page, ben.page):
        expect(page.locator("[data-call=root]")).to_have_attribute("data-state", "ended")
