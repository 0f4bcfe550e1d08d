"""When the line gets narrow, the picture goes and the sound stays."""

import re

import pytest
from playwright.sync_api import expect

from peer_page import PATIENCE, in_a_call

# Bits per second: what speech and its packets' headers need, and no picture beside it.
ROOM_FOR_SOUND = 75_000


@pytest.mark.parametrize("browsers", ["cc", "fc"])
def test_the_sound_goes_on_when_the_picture_no_longer_fits(server, people, chromium, firefox, browsers):
    by_letter = {"c": chromium, "f": firefox}
    line = server.lay_line()
    ana, ben = in_a_call(people("ana", by_letter[browsers[0]]), people("ben", by_letter[browsers[1]]))
    for person in (ana, ben):
        person.gets_media()
        expect(person.root).to_have_attribute("data-remote-camera", "on", timeout=PATIENCE)

    line.narrow(ROOM_FOR_SOUND)
    for person in (ana, ben):
        expect(person.root).to_have_attribute("data-remote-camera", "off", timeout=2 * PATIENCE)
        expect(person.region("hint")).to_contain_text("The picture is paused so that the sound stays clear.", timeout=PATIENCE)
    for person in (ana, ben):
        person.gets_media(person.measure(), picture=False)
        person.sees_state("talking")

    line.widen()
    for person in (ana, ben):
        expect(person.root).to_have_attribute("data-remote-camera", "on", timeout=4 * PATIENCE)
        person.gets_media(person.measure())


def test_a_narrow_line_is_told_in_words_with_its_cause(server, people, chromium):
    line = server.lay_line()
    ana, ben = in_a_call(people("ana", chromium), people("ben", chromium))
    ana.gets_media()
    line.narrow(ROOM_FOR_SOUND)
    ana.region("quality-button").click()
    sent = ana.region("quality-sent")
    expect(sent).to_have_text(re.compile("(Fair|Poor) · .*(busy or slow|delay)"), timeout=2 * PATIENCE)
    expect(ana.region("quality-button")).to_have_attribute("data-level", re.compile("fair|poor"))
