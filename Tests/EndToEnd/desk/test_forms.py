"""Forms that were filled in wrongly say everything at once, lead to each field, and keep what was typed."""

from playwright.sync_api import expect

from authenticator import enrol
from scenes.stage import submit


def test_all_that_is_wrong_is_said_at_once_and_leads_to_its_field(people, chromium):
    cleo = people("Cleo", chromium)
    page = cleo.page
    page.goto("/sign-up")
    page.fill("#email", "not an address")
    page.fill("#password", "short")
    submit(page)
    summary = page.locator("#problems")
    expect(summary.locator("a")).to_have_count(4)
    for name in ("Name", "E-mail", "Password", "Your age"):
        expect(summary).to_contain_text(f"{name} · ")
    expect(page.locator("#email")).to_have_value("not an address")
    expect(page.locator("#email")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#password")).to_have_value("")
    summary.locator("a[href='#email']").click()
    expect(page.locator("#email")).to_be_focused()
    assert cleo.context.cookies() == []


def test_the_owner_of_an_empty_house_is_led_to_inviting(server, people, chromium):
    hugo = people("Hugo Lind", chromium)
    page = hugo.page
    page.goto(server.owner_link())
    page.fill("#name", "Hugo Lind")
    page.fill("#email", "hugo@example.org")
    page.fill("#password", hugo.passwords)
    submit(page)
    expect(page.locator("body.is-member")).to_be_visible()
    enrol(page, hugo.passwords)
    page.goto("/")
    page.locator(".empty a.button-main").click()
    page.wait_for_url("**/administration/registration*")
    page.locator("section[aria-labelledby=invite-title] form button").first.click()
    link = page.locator("#fresh-url").input_value()
    ana = people("Ana Horvat", chromium)
    ana.page.goto(link)
    expect(ana.page.locator("#invitation")).not_to_have_value("")
