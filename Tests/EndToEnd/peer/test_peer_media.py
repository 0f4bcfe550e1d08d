"""Two people see and hear each other, whatever browsers they use (C09, VZO-00)."""

import pytest

from peer_page import in_a_call


@pytest.fixture(params=["cc", "cf", "fc", "ff"])
def any_pair(request, people, chromium, firefox):
    browsers = {"c": chromium, "f": firefox}
    return people("ana", browsers[request.param[0]]), people("ben", browsers[request.param[1]])


def test_they_see_and_hear_each_other_with_the_same_code(any_pair):
    ana, ben = in_a_call(*any_pair)
    ana.gets_media()
    ben.gets_media()
    assert ana.code() == ben.code()
    ana.presses("hang-up").sees_state("ended")
    ben.sees_state("ended")
    assert ana.live_tracks() == 0
    assert ben.live_tracks() == 0
