"""What a call survives: a reload, a lost network, a lost server, a second device."""

import subprocess

import pytest
from playwright.sync_api import expect

from peer_page import PATIENCE, in_a_call


@pytest.fixture
def network():
    """Cuts and restores datagrams of this network namespace; what runs over TCP goes on."""
    assert subprocess.run(["ip", "-o", "link"], capture_output=True, text=True, check=True).stdout.count("\n") == 1, "run this inside bin/lib/offline"

    def rule(*words):
        subprocess.run(["ip", "rule", *words], check=True)

    rule("add", "pref", "10", "lookup", "local")
    rule("del", "pref", "0")

    class Network:
        is_cut = False

        def cut(self):
            rule("add", "pref", "5", "ipproto", "udp", "blackhole")
            self.is_cut = True

        def restore(self):
            if self.is_cut:
                rule("del", "pref", "5")
            self.is_cut = False

    network = Network()
    yield network
    network.restore()
    rule("add", "pref", "0", "lookup", "local")
    rule("del", "pref", "10")


def test_a_reload_goes_back_into_the_call(talking):
    ana, ben = talking
    first = ana.code()
    ben.page.reload()
    for person in (ana, ben):
        person.sees_state("talking")
        person.wait_until("(first) => document.querySelector('[data-call=code]').textContent.length === 7 && document.querySelector('[data-call=code]').textContent !== first", first)
        person.gets_media()
    assert ana.code() == ben.code() != first


@pytest.mark.parametrize("browsers", ["cc", "fc", "cf"])
def test_a_lost_network_is_found_again(people, chromium, firefox, network, browsers):
    by_letter = {"c": chromium, "f": firefox}
    ana, ben = in_a_call(people("ana", by_letter[browsers[0]]), people("ben", by_letter[browsers[1]]))
    ana.gets_media()
    network.cut()
    for person in (ana, ben):
        person.sees_state("reconnecting")
    network.restore()
    for person in (ana, ben):
        person.sees_state("talking")
    ana.gets_media()
    ben.gets_media()
    # Words pass too; where the browser had to make new keys, both know the new code.
    ben.presses("chat")
    ben.page.locator("#chat-text").fill("still there")
    ben.page.keyboard.press("Enter")
    expect(ana.region("messages")).to_contain_text("still there", timeout=PATIENCE)
    assert ana.code() == ben.code()


def test_a_call_goes_on_without_its_server(server, talking):
    ana, ben = talking
    server.vanish()
    expect(ana.region("hint")).to_contain_text("The server is away", timeout=PATIENCE)
    ana.gets_media(ana.measure())
    server.reappear()
    expect(ana.region("hint")).not_to_contain_text("The server is away", timeout=PATIENCE)
    ana.presses("hang-up").sees_state("ended")
    ben.sees_state("ended")


def test_the_call_moves_to_a_second_page(people, chromium, talking):
    ana, ben = talking
    second = people("ben", chromium).opens(ben.page.url.removeprefix(ben.address))
    second.sees_state("talking").gets_media()
    ben.sees_state("ended")
    expect(ben.region("ended-title")).to_have_text("Answered on another device")
    assert ben.live_tracks() == 0
    ana.sees_state("talking")
