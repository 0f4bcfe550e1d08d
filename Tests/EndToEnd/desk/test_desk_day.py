"""A day at the inbox in a real browser: being told of what comes, being away, and all that is done with a conversation besides answering."""

from playwright.sync_api import expect


# A desktop that only notes what it is shown, behind another window; and what is played.
DESKTOP = """
globalThis.shown = []; globalThis.played = 0;
globalThis.Notification = class extends EventTarget {
  static permission = "default";
  static async requestPermission() { return (Notification.permission = "granted"); }
  constructor(title, options) { super(); shown.push([title, options.body].join("|")); globalThis.latest = this; }
  close() {}
};
Document.prototype.hasFocus = () => false;
const start = OscillatorNode.prototype.start;
OscillatorNode.prototype.start = function (...at) { played += 1; return start.apply(this, at); };
"""


def test_being_told(people, chromium, team, dan):
    """Nothing is shown or played before it is switched on; never a visitor's words; and nothing at all while one is not to be disturbed."""
    page = dan.page
    page.add_init_script(DESKTOP)
    dan.at_the_desk("waiting")
    expect(dan.line(team.visitor("The first"))).to_be_visible()
    assert page.evaluate("[shown.length, played]") == [0, 0]

    page.click("[data-desk=alerts]")
    page.get_by_label("Show on my desktop").check()
    page.get_by_label("Bell").check()
    page.wait_for_function("() => played === 2")
    page.keyboard.press("Escape")
    cleo = team.visitor("A secret of mine", "Cleo Marsh")
    page.wait_for_function("() => shown.length === 1 && played === 4")
    assert "Somebody is waiting" in page.evaluate("shown[0]")
    assert "secret" not in page.evaluate("shown.join()") and "Cleo" not in page.evaluate("shown.join()")
    page.evaluate("() => { latest.dispatchEvent(new Event('click')); }")
    expect(dan.pane(cleo)).to_be_visible()

    page.click("[data-desk=alerts]")
    page.get_by_label("Do not disturb").check()
    page.keyboard.press("Escape")
    expect(dan.line(team.visitor("The third"))).to_be_visible()
    page.reload()
    expect(page.locator(".desk[data-ready]")).to_be_visible()
    dan.look_at("waiting")
    expect(dan.line(team.visitor("The fourth"))).to_be_visible()
    assert page.evaluate("[shown.length, played]") == [0, 0], "the choice is kept"


def test_away_by_oneself_and_back_with_the_first_touch(team, dan):
    page = dan.page
    page.clock.install()
    dan.at_the_desk()
    status = page.locator("[data-desk=status-words]")
    expect(status).to_have_text("Available")
    page.clock.fast_forward("11:00")
    expect(status).to_have_text("Away")
    assert team.sql("SELECT status FROM agent") == [("away",)]
    page.keyboard.press("Shift")
    expect(status).to_have_text("Available")
    page.get_by_role("button", name="Your status").click()
    page.get_by_role("menuitemradio", name="Away").click()
    expect(status).to_have_text("Away")
    page.keyboard.press("Shift")
    # What one chose oneself stays.
    expect(status).to_have_text("Away")


def test_all_that_is_done_with_a_conversation(people, chromium, team, dan, eve):
    """Saved replies with names in them, a colleague called by name, putting aside, merging and blocking."""
    page = dan.page
    page.goto("/desk/words")
    page.fill("[name=shortcut]", "hello")
    page.fill("[name=text]", "Hello {visitor.name}, {agent.name} of {site.name} here.")
    page.get_by_role("button", name="Save", exact=True).click()
    first, second = team.visitor("One", "Cleo Marsh"), team.visitor("Two", "Cleo Marsh")
    eve.page.goto("/notices")
    dan.at_the_desk("waiting")
    pane = dan.takes(first)
    field = pane.locator("textarea")
    field.press_sequentially("/hel")
    expect(page.get_by_role("option").first).to_contain_text("hello")
    field.press("Enter")
    expect(field).to_have_value("Hello Cleo Marsh, Dan Novak of Harbour Books here.")
    field.press("Enter")
    expect(pane.locator(".message.is-own")).to_contain_text("Hello Cleo Marsh, Dan Novak of Harbour Books here.")

    dan.does(pane, "Mention a colleague")
    field.press_sequentially("Eve")
    page.get_by_role("option", name="Eve Laurent").click()
    field.press_sequentially("can you look?")
    field.press("Enter")
    expect(pane.locator(".message.is-note")).to_contain_text("Eve Laurent")
    expect(eve.page.locator("main")).to_contain_text("Dan Novak")

    dan.does(pane, "Snooze")
    page.get_by_role("dialog").get_by_role("radio").first.check()
    page.get_by_role("dialog").get_by_role("button", name="Put aside").click()
    expect(pane.locator(".pane-banner")).to_contain_text("Put aside")
    dan.look_at("snoozed")
    expect(dan.line(first)).to_be_visible()
    first.sits_at(people("Cleo", chromium).page)
    first.says("Are you there?")
    expect(dan.line(first)).to_have_count(0)
    dan.look_at("mine")
    expect(dan.line(first)).to_be_visible()

    dan.look_at("waiting")
    other = dan.takes(second)
    dan.does(other, "Merge with another")
    page.get_by_role("dialog").get_by_role("button", name="Merge").click()
    expect(other.locator(".pane-banner")).to_contain_text("ended")
    dan.look_at("mine")
    dan.opens(first)
    dan.does(pane, "Block the visitor")
    page.get_by_role("dialog").get_by_role("button", name="Block").click()
    expect(pane.locator(".pane-banner")).to_contain_text("ended")
    first.hears("4001")  # their link is ended, and their token opens nothing any more


def test_a_conversation_without_transcript_ends_in_order(people, chromium, team, dan):
    """C07: the visitor can still say how it was, though not in words, and look at what is kept; who answered finds nothing to read."""
    team.sql("UPDATE support_queue SET keeps_transcript = 0")
    dan.at_the_desk("waiting")
    cleo = team.visitor("Where is my order?", "Cleo Marsh", email="cleo@example.org")
    page = people("Cleo", chromium).page
    page.goto(f"/widget/{team.key}/return#{cleo.token}")
    page.wait_for_selector("[data-view=talk]:not([hidden])")
    pane = dan.takes(cleo)
    dan.does(pane, "End")
    dan.page.get_by_role("dialog").get_by_role("button", name="End").click()
    expect(page.locator("[data-part=ended]")).to_contain_text("How was it?")
    expect(page.locator("#comment")).to_be_hidden()
    page.locator(".stars label").nth(3).click()
    page.locator("[data-part=ended]").get_by_role("button", name="Send").click()
    expect(page.locator("[data-part=ended] [role=status]")).to_be_visible()
    assert team.sql("SELECT score, comment FROM enquiry_rating") == [(4, None)]

    page.get_by_role("button", name="Your conversation").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="As data (JSON)").click()
    assert "Cleo" not in download.value.path().read_text() and "order" not in download.value.path().read_text()
    dan.page.reload()
    expect(dan.page.locator(".desk[data-ready]")).to_be_visible()
    expect(pane.locator(".pane-banner")).to_contain_text("it is gone")
    expect(pane).not_to_contain_text("Where is my order?")
