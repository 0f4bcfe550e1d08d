"""The doors: signing up and in, links of mails, and the first hour of an owner."""

import re

from playwright.sync_api import expect

from authenticator import code_now, turns_on
from scenes.stage import scene, simple, submit

for name, path in {"welcome": "/", "sign-up": "/sign-up", "sign-in": "/sign-in", "recover": "/recover", "privacy": "/privacy", "goodbye": "/goodbye"}.items():
    simple(name, path, "visitor")


@scene("sign-up-errors")
def sign_up_errors(look):
    page = look.page("visitor")
    page.goto("/sign-up")
    page.fill("#email", "not an address")
    page.fill("#password", "short")
    submit(page)
    yield "", page


@scene("sign-in-wrong")
def sign_in_wrong(look):
    page = look.page("visitor")
    page.goto("/sign-in")
    page.fill("#email", "ana@harbour.example")
    page.fill("#password", "not her password")
    submit(page)
    yield "", page


@scene("arriving")
def arriving(look):
    """Somebody new: registers, signs in, confirms, and finds nobody yet."""
    page = look.page("visitor")
    name, email, password = "Jo Newcomer", f"jo-{look.language}@harbour.example", "three quiet herons"
    page.goto("/sign-up")
    page.fill("#name", name)
    page.fill("#email", email)
    page.fill("#password", password)
    page.check("input[name=ageBand][value=adult]")
    submit(page)
    yield "asked-to-sign-in", page
    page.fill("#password", password)
    submit(page)
    yield "nobody-yet", page
    page.goto("/notices")
    yield "notices", page
    page.goto("/people/" + page.locator("body").get_attribute("data-viewer"))
    yield "own-profile", page
    page.goto("/directory?q=ben")
    yield "directory-found", page
    page.goto("/settings/security")
    secret = page.locator("input[name=secret]").first.get_attribute("value")
    totp = page.locator("section[aria-labelledby=totp-title]")
    if totp.locator("summary").count():
        totp.locator("summary").first.click()
    yield "second-factor-offered", page
    totp.locator("#code").fill(code_now(secret))
    for field in totp.locator("input[type=password]").all():
        field.fill(password)
    totp.locator("form button.button-main").first.click()
    page.wait_for_load_state()
    yield "second-factor-on", page
    link = newest_link(look, "confirm-email", email)
    page.goto(link)
    yield "confirm", page
    page.goto("/")
    page.locator("button.account").click()
    page.locator("form[action='/sign-out'] button").click()
    page.goto("/sign-in")
    page.fill("#email", email)
    page.fill("#password", password)
    submit(page)
    yield "second-factor", page
    page.fill("#code", "000000")
    submit(page)
    yield "second-factor-wrong", page
    page.goto("/recover")
    page.fill("#email", email)
    submit(page)
    yield "recover-sent", page
    page.goto(newest_link(look, "recover", email))
    yield "new-password", page
    page.goto("/recover/" + "A" * 22)
    yield "recover-over", page
    page.goto("/confirm-email/" + "A" * 22)
    yield "confirm-over", page


def newest_link(look, kind: str, email: str) -> str:
    """The address in the newest mail of this kind, as the owner reads it in the outbox."""
    page = look.page("hugo")
    page.goto("/administration/outbox")
    letter = page.locator(".letter, li, details").filter(has_text=email).filter(has_text=f"/{kind}/").first
    found = re.search(rf"/{kind}/[\w-]+", letter.text_content())
    page.close()
    return found.group()


@scene("owner-link")
def owner_link(look):
    page = look.page("visitor", look.fresh)
    page.goto(look.fresh.owner_link())
    yield "", page
    submit(page)
    yield "errors", page
    page.goto("/owner/" + "A" * 22)
    yield "over", page


@scene("welcome-fresh")
def welcome_fresh(look):
    page = look.page("visitor", look.fresh)
    page.goto("/")
    yield "", page


@scene("first-hour")
def first_hour(look):
    """Who owns a new server: the way to the second factor, an inbox to which nobody has written, the first site."""
    page = look.page("visitor", look.fresh)
    page.goto(look.fresh.owner_link())
    for field, value in {"name": "Hugo Lind", "email": "hugo@example.org", "password": look.demo.password}.items():
        page.fill(f"#{field}", value)
    submit(page)
    page.goto("/desk")
    yield "second-factor", page
    page.locator("main a.button-main").click()
    yield "security", page
    elsewhere = look.page("visitor", look.fresh)
    elsewhere.goto("/sign-in")
    elsewhere.fill("#email", "hugo@example.org")
    elsewhere.fill("#password", look.demo.password)
    submit(elsewhere)
    turns_on(page, look.demo.password)
    elsewhere.goto("/desk")
    yield "second-factor-asked", elsewhere
    elsewhere.fill("#code", "000000")
    submit(elsewhere)
    yield "second-factor-asked-wrong", elsewhere
    page.goto("/desk")
    expect(page.locator("[data-desk=first]")).to_be_visible()
    yield "no-site", page
    page.goto("/desk/administration")
    page.fill("#name", "Harbour Books")
    submit(page)
    page.goto("/desk")
    expect(page.locator("[data-desk=first]")).to_be_visible()
    yield "nobody-wrote", page
