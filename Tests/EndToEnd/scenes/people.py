"""What members and administrators have of their own, and what goes wrong."""

import sqlite3

from playwright.sync_api import expect

from scenes.stage import scene, simple, submit

for name, path in {
    "people": "/", "directory": "/directory", "notices": "/notices", "guest-links": "/guest-links", "meetings": "/meetings", "settings-profile": "/settings/profile",
    "settings-privacy": "/settings/privacy", "settings-security": "/settings/security", "settings-devices": "/settings/devices",
}.items():
    simple(name, path, "ana")
for name, path in {"administration": "/administration", "administration-registration": "/administration/registration", "outbox": "/administration/outbox"}.items():
    simple(name, path, "hugo")


@scene("directory-search")
def directory_search(look):
    page = look.page("ana")
    for state, query in {"found": "n", "one": "dan", "nothing": "zzyzx", "short": ""}.items():
        page.goto(f"/directory?q={query}")
        yield state, page


@scene("person")
def person(look):
    page = look.page("ana")
    page.goto("/")
    addresses = {"contact": page.locator("[data-list=contacts] a.person-name").first, "asking": page.locator("[data-list=requests] a.person-name").first,
                 "asked": page.locator(".asked a.person-name").first}
    addresses = {state: link.get_attribute("href") for state, link in addresses.items() if link.count()}
    addresses["own"] = "/people/" + page.locator("body").get_attribute("data-viewer")
    for state, address in addresses.items():
        page.goto(address)
        yield state, page
    for index, address in enumerate([link.get_attribute("href") for link in page.locator(".views a").all()]):
        page.goto(address)
        yield f"own-as-{index}", page


@scene("menu")
def menu(look):
    page = look.page("hugo")
    page.goto("/")
    page.locator("button.account").click()
    yield "", page, False
    page.goto("/notices")
    page.locator(".languages summary").click()
    yield "language", page


@scene("guest-link-made")
def guest_link_made(look):
    page = look.page("ana")
    page.goto("/guest-links")
    submit(page)
    yield "", page
    link = page.locator("#fresh-url").input_value()
    guest = look.page("visitor")
    guest.goto(link)
    yield "join", guest
    submit(guest)
    yield "join-errors", guest


@scene("settings-refused")
def settings_refused(look):
    page = look.page("ana")
    page.goto("/settings/privacy")
    submit(page)
    yield "privacy", page
    page.goto("/settings/profile")
    page.fill("#name", "")
    submit(page)
    yield "profile", page


@scene("problem")
def problem(look):
    page = look.page("visitor")
    page.goto("/no-such-page")
    yield "404", page
    page.goto("/settings/profile")
    yield "signed-out", page
    page.goto("/join/" + "A" * 22)
    yield "link-over", page
    member = look.page("ana")
    member.goto("/administration")
    yield "403", member
    member.goto("/calls/01890000-0000-7000-8000-000000000000")
    yield "no-call", member
    hasty = look.page("visitor-hasty", look.fresh)
    for _ in range(60):
        # As fast as somebody who guesses; the last is shown.
        hasty.goto("/recover/" + "A" * 22)
        if hasty.locator(".problem-page .kicker").text_content() == "429":
            break
    yield "429", hasty
    with sqlite3.connect(look.fresh.folder / "data" / "sotto.sqlite", timeout=20) as database:
        database.execute("ALTER TABLE support_site RENAME TO support_site_away")
        broken = look.page("visitor", look.fresh)
        broken.goto("/widget/0000000000000000")
        yield "500", broken
        database.execute("ALTER TABLE support_site_away RENAME TO support_site")


@scene("meeting-dates")
def meeting_dates(look):
    page = look.page("ana")
    page.goto("/meetings")
    page.locator("main a[href$='/dates']").click()
    yield "series", page
    for place, act, at in ((1, "move", "16:00"), (2, "cancel", "")):
        page.locator(".dates-row a").nth(place).click()
        page.fill("#at", at)
        page.locator(f"button[value={act}]").click()
        expect(page.locator(".dates-row").nth(place).locator(".soft, s")).to_be_visible()
    yield "changed", page
    page.locator(".dates-row a").nth(1).click()
    page.fill("#on", "")
    page.locator("button[value=move]").click()
    yield "one", page
    page.locator("button[value=restore]").click()
