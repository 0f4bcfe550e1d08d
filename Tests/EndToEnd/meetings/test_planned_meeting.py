"""A meeting is planned by keyboard in one zone, and told by its door in another."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from playwright.sync_api import expect

from at_a_meeting import in_state, joins, watched


def test_a_meeting_is_planned_by_keyboard_and_its_door_tells_the_time_and_opens_for_its_host(people, chromium, firefox):
    ana = watched(people("Ana Horvat", chromium, timezone_id="Europe/Paris").registers())
    page = ana.page
    page.goto("/meetings")
    page.get_by_role("link", name="Plan a meeting").press("Enter")
    page.locator("#name").press_sequentially("Rehearsal")
    # The browser's own zone and the next hour stand there already.
    expect(page.locator("#zone")).to_have_value("Europe/Paris")
    on, at = page.locator("#on").input_value(), page.locator("#at").input_value()
    expect(page.locator("#until")).to_be_hidden()
    page.locator("#repeats").focus()
    page.keyboard.type("every w")
    last = (date.fromisoformat(on) + timedelta(days=14)).isoformat()
    page.locator("#until").fill(last)
    page.locator("#name").press("Enter")
    page.wait_for_url("**/meetings")
    expect(page.get_by_role("heading", name="Rehearsal")).to_be_visible()
    expect(page.locator("main")).to_contain_text("Every week, until")
    start = datetime.fromisoformat(f"{on}T{at}").replace(tzinfo=ZoneInfo("Europe/Paris"))
    expect(page.locator(".meeting-when time")).to_contain_text(f"{start:%-I:%M}")
    link = page.locator("input[id^=link-]").input_value()

    with page.expect_download() as download:
        page.get_by_role("link", name="Calendar file").press("Enter")
    assert download.value.suggested_filename == "meeting.ics"
    lines = download.value.path().read_bytes().decode().split("\r\n")
    assert f"DTSTART;TZID=Europe/Paris:{start:%Y%m%dT%H%M%S}" in lines and "SUMMARY:Rehearsal" in lines, lines

    # One date is moved by half an hour, by its keys: whoever comes finds it so.
    page.get_by_role("link", name="Change one date").press("Enter")
    page.locator(".dates-row a").first.press("Enter")
    start = start + timedelta(minutes=30)
    page.locator("#on").fill(f"{start:%Y-%m-%d}")
    page.locator("#at").fill(f"{start:%H:%M}")
    page.locator("#at").press("Enter")
    expect(page.locator(".dates-row").first).to_contain_text("Moved: it would have been")
    page.get_by_role("link", name="Back").press("Enter")

    cleo = people("Cleo", firefox, timezone_id="Asia/Kolkata")
    door = cleo.page
    door.goto(link)
    expect(door.locator(".meeting-when time")).to_contain_text(f"{start.astimezone(ZoneInfo('Asia/Kolkata')):%-I:%M}")
    expect(door.locator("main")).to_contain_text("It has not begun")
    expect(door.locator("#name")).to_have_count(0)
    assert cleo.context.cookies() == []

    page.locator("main li").get_by_role("link", name="Open").click()
    joins(page)
    in_state(page, "talking")
    door.get_by_role("link", name="Look again").press("Enter")
    expect(door.locator("#name")).to_be_visible()
