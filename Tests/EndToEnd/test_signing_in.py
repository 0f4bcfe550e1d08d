"""Passkeys and the second factor, as people use them: a real browser, and a device that keeps passkeys."""

import re

from playwright.sync_api import expect

from authenticator import Device, enrol, next_code, turns_on
from team import read
from test_every_page import fits, violations


def signs_out(page):
    page.goto("/")
    page.locator("button.account").click()
    page.locator("form[action='/sign-out'] button").click()
    expect(page.locator("body.is-member")).to_have_count(0)


def signs_in_by_passkey(page):
    page.goto("/sign-in")
    page.click("[data-action=passkey-sign-in]")


def adds_passkey(page, name, password):
    page.goto("/settings/security")
    adds_passkey_here(page, name, password)


def adds_passkey_here(page, name, password):
    form = page.locator("form[data-passkey-register]")
    page.locator("details[data-passkey=register] > summary").click()
    form.locator("input[name=name]").fill(name)
    form.locator("input[name=proof]").fill(password)
    form.locator("button.button-main").click()
    expect(page.locator("li.row-item strong", has_text=name)).to_be_visible()


def test_a_passkey_is_added_used_renamed_and_removed(people, chromium):
    ana = people("Ana", chromium)
    device = Device(ana.page)
    ana.registers()
    page = ana.page
    adds_passkey(page, "Laptop", ana.passwords)
    assert [passkey["isResidentCredential"] for passkey in device.passkeys()] == [True]

    signs_out(page)
    signs_in_by_passkey(page)
    expect(page.locator("body.is-member")).to_have_attribute("data-viewer", ana.id)

    page.goto("/settings/privacy")
    page.locator("label.segment", has=page.locator("input[name=visibility-name][value=contacts]")).click()
    page.click("[data-action=passkey-confirm]")
    expect(page).to_have_url(re.compile(r"/settings/privacy\?saved=yes"))
    expect(page.locator("input[name=visibility-name][value=contacts]")).to_be_checked()

    page.goto("/settings/security")
    page.locator("details", has=page.locator("form[action$='/name']")).locator("summary").click()
    page.fill("form[action$='/name'] input[name=name]", "Telephone")
    page.click("form[action$='/name'] button")
    expect(page.locator("li.row-item strong")).to_have_text("Telephone")

    removal = page.locator("details", has=page.locator("form[action$='/remove']"))
    removal.locator("summary").click()
    removal.locator("[data-action=passkey-confirm]").click()
    expect(page.locator("li.row-item strong")).to_have_count(0)
    signs_out(page)
    signs_in_by_passkey(page)
    expect(page.locator(".problems")).to_be_visible()
    expect(page.locator("body.is-member")).to_have_count(0)


def test_the_browser_suggests_the_passkey_by_itself(people, chromium):
    ana = people("Ana", chromium)
    Device(ana.page, suggests=True)
    ana.registers()
    adds_passkey(ana.page, "Laptop", ana.passwords)
    # Not by the button: the tab would be on the sign-in page, and signed in again, before anybody looks.
    ana.context.clear_cookies()
    ana.page.goto("/sign-in")
    expect(ana.page.locator("body.is-member")).to_have_attribute("data-viewer", ana.id)


def test_a_device_that_does_not_know_its_person_opens_nothing(people, chromium):
    ana = people("Ana", chromium)
    device = Device(ana.page)
    ana.registers()
    adds_passkey(ana.page, "Laptop", ana.passwords)
    signs_out(ana.page)
    device.knows_its_person(False)
    signs_in_by_passkey(ana.page)
    expect(ana.page.locator("[data-passkey=sign-in] [data-passkey-problem]")).to_be_visible()
    expect(ana.page.locator("body.is-member")).to_have_count(0)


def test_an_account_needs_no_password(people, chromium):
    ben = people("Ben", chromium)
    device = Device(ben.page)
    page = ben.page
    page.goto("/sign-up")
    page.click("[data-action=passkey-sign-up]")
    assert device.passkeys() == [], "nothing is made before everything else is filled in"
    page.fill("#name", "Ben")
    page.fill("#email", "ben@example.org")
    page.check("input[name=ageBand][value='adult']")
    page.click("[data-action=passkey-sign-up]")
    # The page before has a field of this name and value, too.
    expect(page.locator("form[action^='/sign-in'] #email")).to_have_value("ben@example.org")
    assert len(device.passkeys()) == 1

    page.click("[data-action=passkey-sign-in]")
    expect(page).to_have_url(re.compile(r"/settings/security\?done=codes-offered"))
    expect(page.locator(".site-message")).to_be_visible()
    codes = page.locator("form[action='/settings/security/recovery-codes']")
    page.locator("details", has=codes).locator("summary").click()
    codes.locator("[data-action=passkey-confirm]").click()
    expect(page.locator("#fresh-codes code")).to_have_count(10)
    code = page.locator("#fresh-codes code").first.text_content()

    signs_out(page)
    page.goto("/recover")
    page.fill("#email", "ben@example.org")
    page.locator("#code").evaluate("element => element.closest('details')?.setAttribute('open', '')")
    page.fill("#code", code)
    page.click("main form button.button-main")
    page.fill("#password", ben.passwords)
    page.click("main form button.button-main")
    expect(page.locator("body.is-member")).to_be_visible()


def test_the_second_factor_is_asked_for_and_a_recovery_code_opens_once(people, chromium):
    ana = people("Ana", chromium).registers()
    page = ana.page
    secret, codes = enrol(page, ana.passwords)

    def begins():
        signs_out(page)
        page.goto("/sign-in")
        page.fill("#email", ana.email)
        page.fill("#password", ana.passwords)
        page.click("main form button.button-main")
        expect(page).to_have_url(re.compile("/sign-in/second-factor"))
        page.goto("/notices")
        expect(page.locator("body.is-member")).to_have_count(0)
        page.goto("/sign-in/second-factor")

    def answers(code):
        page.fill("#code", code)
        page.click("main form button.button-main")

    begins()
    code = next_code(secret)
    answers(code)
    expect(page.locator("body.is-member")).to_be_visible()
    begins()
    answers(code)
    expect(page.locator("#code-problem")).to_be_visible()
    answers(codes[0])
    expect(page.locator("body.is-member")).to_be_visible()
    begins()
    answers(codes[0])
    expect(page.locator("#code-problem")).to_be_visible()
    answers(codes[1])
    expect(page.locator("body.is-member")).to_be_visible()


def test_whoever_runs_the_server_is_asked_for_a_second_proof(people, chromium, server):
    hugo = people("Hugo", chromium)
    page = hugo.page
    page.goto(server.owner_link())
    page.fill("#name", "Hugo")
    page.fill("#email", "hugo@example.org")
    page.fill("#password", hugo.passwords)
    page.click("main form button.button-main")
    expect(page.locator("body.is-member")).to_be_visible()
    page.goto("/administration")
    page.click(".problem-page a.button-main")
    expect(page).to_have_url(re.compile("/settings/security"))
    go_on = page.get_by_role("link", name="Go on to where you were going")
    expect(go_on).to_have_count(0)
    turns_on(page, hugo.passwords)
    assert violations(page) == [] and fits(page)
    go_on.click()
    expect(page).to_have_url(re.compile("/administration$"))
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator(".problem-page")).to_have_count(0)


def test_a_passkey_as_second_proof_leads_back_too(people, chromium, team):
    """An agent on the way to the inbox for the first time."""
    dan = people("Dan", chromium)
    Device(dan.page)
    dan.registers()
    team.sql("INSERT INTO account_role (person_id, role) VALUES (?, 'agent')", read(dan.id))
    page = dan.page
    page.goto("/desk")
    page.click(".problem-page a.button-main")
    adds_passkey_here(page, "Laptop", dan.passwords)
    page.get_by_role("link", name="Go on to where you were going").click()
    expect(page.locator(".desk[data-ready]")).to_be_visible()

    # Signed in with the password alone, one is asked for it in place.
    signs_out(page)
    page.goto("/sign-in?return=%2Fdesk")
    page.fill("#email", dan.email)
    page.fill("#password", dan.passwords)
    page.click("main form button.button-main")
    expect(page).to_have_url(re.compile(r"/sign-in/second-factor\?return=%2Fdesk$"))
    assert violations(page) == [] and fits(page)
    page.click("[data-action=passkey-confirm]")
    expect(page.locator(".desk[data-ready]")).to_be_visible()
