"""What there is to look at: each scene yields (state, page) or (state, page, whole page or only the window)."""

import json
import re
import sqlite3

from playwright.sync_api import expect

from authenticator import code_now, turns_on
from served import ROOT

SCENES = {}


def scene(name: str):
    def add(act):
        SCENES[name] = act
        return act

    return add


def simple(name: str, path: str, who: str) -> None:
    def act(look):
        page = look.page(who)
        page.goto(path)
        yield "", page

    SCENES[name] = act


for name, path in {"welcome": "/", "sign-up": "/sign-up", "sign-in": "/sign-in", "recover": "/recover", "privacy": "/privacy", "goodbye": "/goodbye"}.items():
    simple(name, path, "visitor")
for name, path in {
    "people": "/", "directory": "/directory", "notices": "/notices", "guest-links": "/guest-links", "meetings": "/meetings", "settings-profile": "/settings/profile",
    "settings-privacy": "/settings/privacy", "settings-security": "/settings/security", "settings-devices": "/settings/devices",
}.items():
    simple(name, path, "ana")
for name, path in {"administration": "/administration", "administration-registration": "/administration/registration", "outbox": "/administration/outbox"}.items():
    simple(name, path, "hugo")


def submit(page) -> None:
    page.locator("main form button.button-main").last.click()
    page.wait_for_load_state()


# MARK: - Doors


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


# MARK: - People


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


# MARK: - Calls


@scene("call-preview")
def call_preview(look):
    page = look.page("ana")
    page.goto("/calls/preview")
    expect(page.locator("[data-check=camera]")).to_have_attribute("data-result", "good")
    yield "", page


@scene("call-refused")
def call_refused(look):
    for state, error in {"denied": "NotAllowedError", "taken": "NotReadableError", "missing": "NotFoundError"}.items():
        page = look.page("ana")
        page.add_init_script(f"navigator.mediaDevices.getUserMedia = async () => {{ throw new DOMException('', '{error}'); }}")
        page.goto("/calls/preview")
        expect(page.locator("[data-call=guidance] [data-guidance]:not([hidden])")).to_be_visible()
        expect(page.locator("[data-check=camera]")).to_have_attribute("data-result", "bad")
        yield state, page


def opens_check(look, caller: str = "ana", callee: str = "Ben Sousa"):
    page = look.page(caller)
    page.goto("/")
    page.locator("[data-list=contacts] li.person", has_text=callee).locator("a[data-action=call]").click()
    page.locator("[data-call=root][data-local-camera=on]").wait_for()
    return page


def is_in(page, state: str) -> None:
    expect(page.locator("[data-call=root]")).to_have_attribute("data-state", state)


def in_a_call(look):
    ben = look.page("ben")
    ben.goto("/")
    ana = opens_check(look)
    ana.locator("[data-action=start]").click()
    ben.locator("dialog[data-call=incoming] [data-action=accept]").click()
    for page in (ana, ben):
        is_in(page, "talking")
        expect(page.locator("[data-call=code]")).not_to_be_empty()
        expect(page.locator("[data-call=quality-button]")).to_be_visible()
        expect(page.locator("[data-call=root]")).to_have_attribute("data-remote-camera", "on")
        page.wait_for_function("() => document.querySelector('[data-call=remote-video]').videoWidth > 0")
    return ana, ben


def hangs_up(page) -> None:
    page.locator(".controls [data-action=hang-up]").click()
    is_in(page, "ended")


@scene("call-ringing")
def call_ringing(look):
    ben = look.page("ben")
    ben.goto("/")
    page = opens_check(look)
    yield "check", page
    page.locator("[data-action=start]").click()
    is_in(page, "ringing")
    yield "out", page, False
    expect(ben.locator("dialog[data-call=incoming]")).to_be_visible()
    yield "incoming", ben, False
    ben.locator("dialog[data-call=incoming] [data-action=decline]").click()
    is_in(page, "ended")
    yield "declined", page


@scene("call")
def call(look):
    ana, ben = in_a_call(look)
    yield "talking", ana, False
    ana.locator("[data-call=code-button]").click()
    yield "code", ana, False
    ana.keyboard.press("Escape")
    ana.locator("[data-call=quality-button]").click()
    yield "quality", ana, False
    ana.keyboard.press("Escape")
    ana.locator("[popovertarget=call-more]").click()
    yield "more", ana, False
    for name in ("devices", "shortcuts"):
        if not ana.locator("#call-more").is_visible():
            ana.locator("[popovertarget=call-more]").click()
        ana.locator(f"#call-more [data-action={name}]").click()
        yield name, ana, False
        ana.keyboard.press("Escape")
    for writer, words in ((ana, "Is the rehearsal still at six?"), (ben, "Half past. The hall is taken until then."), (ana, "Then I bring the score.")):
        if writer.locator("[data-call=chat]").is_hidden():
            writer.locator(".controls [data-action=chat]").click()
        writer.locator("#chat-text").fill(words)
        writer.keyboard.press("Enter")
        expect((ben if writer is ana else ana).locator("[data-call=messages]")).to_contain_text(words)
    yield "text", ana, False
    ana.locator("[data-action=chat-close]").click()
    ben.locator(".controls [data-action=microphone]").click()
    ben.locator(".controls [data-action=camera]").click()
    expect(ana.locator("[data-call=remote-camera-off]")).to_be_visible()
    yield "muted", ana, False
    yield "own-muted", ben, False
    ben.locator(".controls [data-action=screen]").click()
    expect(ana.locator("[data-call=remote-screen]")).to_be_visible()
    ana.wait_for_function("() => document.querySelector('[data-call=remote-screen]').videoWidth > 0")
    yield "screen", ana, False
    yield "sharing", ben, False
    hugo = opens_check(look, "hugo", "Ana Sousa")
    hugo.locator("[data-action=start]").click()
    expect(ana.locator("dialog[data-call=incoming]")).to_be_visible()
    yield "waiting", ana, False
    ana.locator("dialog[data-call=incoming] [data-action=decline]").click()
    hangs_up(ana)
    yield "ended", ana


@scene("call-add")
def call_add(look):
    """Adding somebody: whom, whether the other agrees, and what the third is asked."""
    ana, ben = in_a_call(look)
    hugo = look.page("hugo")
    hugo.goto("/")
    adds = ana.locator(".controls [data-action=add], #call-more [data-action=add]").filter(visible=True)
    if not adds.count():
        ana.locator("[popovertarget=call-more]").click()
    adds.click()
    expect(ana.locator("[data-call=add-list] li")).not_to_have_count(0)
    yield "whom", ana, False
    ana.locator("[data-call=add-list] button", has_text="Hugo").click()
    expect(ben.locator("dialog[data-call=add-question]")).to_be_visible()
    yield "question", ben, False
    yield "asking", ana, False
    ben.locator("[data-action=add-agree]").click()
    expect(hugo.locator("dialog[data-call=incoming]")).to_be_visible()
    yield "incoming", hugo, False
    hugo.locator("dialog[data-call=incoming] [data-action=decline]").click()
    expect(ana.locator("[data-call=hint]")).to_be_visible()
    yield "declined", ana, False
    hangs_up(ana)


@scene("call-guest")
def call_guest(look):
    ana = look.page("ana")
    ana.goto("/guest-links")
    submit(ana)
    link = ana.locator("#fresh-url").input_value()
    ana.goto("/")
    guest = look.page("visitor")
    guest.goto(link)
    guest.fill("#name", "Cleo Visitor")
    submit(guest)
    is_in(guest, "check")
    yield "check", guest
    expect(ana.locator("dialog[data-call=incoming]")).to_be_visible()
    yield "door", ana, False
    guest.locator("[data-action=start]").click()
    is_in(guest, "lobby")
    yield "lobby", guest, False
    ana.locator("dialog[data-call=incoming] [data-action=decline]").click()
    is_in(guest, "ended")
    yield "not-let-in", guest


@scene("meeting-planned")
def meeting_planned(look):
    """Planning, what is said of mistakes, the list, and the door of a meeting that is to come and of one that is off."""
    page = look.page("ana")
    page.goto("/meetings/plan")
    yield "form", page
    page.locator("#repeats").select_option("weekly")
    submit(page)
    yield "mistakes", page
    page.fill("#name", "Rehearsal of the choir")
    page.fill("#until", page.locator("#on").input_value())
    submit(page)
    page.wait_for_url("**/meetings")
    yield "list", page
    link = page.locator("input[id^=link-]").first.input_value()
    visitor = look.page("visitor")
    visitor.goto(link)
    yield "door", visitor
    member = look.page("ben")
    member.goto(link)
    yield "door-member", member
    page.locator("form[action$='/cancel'] button").first.click()
    page.wait_for_load_state()
    visitor.goto(link)
    yield "door-cancelled", visitor


@scene("call-missed")
def call_missed(look):
    ana = opens_check(look)
    ana.locator("[data-action=start]").click()
    is_in(ana, "ringing")
    hangs_up(ana)
    yield "cancelled", ana
    ben = look.page("ben")
    ben.goto("/")
    yield "people", ben
    ben.goto("/notices")
    yield "notices", ben


# MARK: - The team's inbox


@scene("inbox")
def inbox(look):
    """An agent's morning: what waits, what is theirs, and one conversation in all its parts."""
    page = look.page("dan")
    page.goto("/desk")
    expect(page.locator(".desk[data-ready]")).to_be_visible()
    page.click("[data-view=closed]")
    yield "closed", page, False
    page.click("[data-view=open]")
    expect(page.locator(".line").first).to_be_visible()
    yield "lists", page, False
    page.locator(".line button").first.click()
    expect(page.locator(".pane .message").first).to_be_visible()
    yield "conversation", page, False
    more = page.get_by_role("button", name=word(look, "pane.more"))
    more.click()
    yield "menu", page, False
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    yield "palette", page, False
    page.keyboard.press("Escape")
    more.click()
    page.locator("#desk-menu").get_by_role("menuitem", name=word(look, "act.transfer")).click()
    yield "transfer", page, False
    page.keyboard.press("Escape")
    page.locator(".pane-card-button").click()
    expect(page.locator(".card-facts")).to_be_visible()
    yield "card", page, False
    page.goto("/desk")
    page.locator("[data-desk=open-keys]").click()
    yield "keys", page, False
    page.goto("/desk/words")
    yield "words", page
    page.locator(".word-acts a").first.click()
    yield "words-change", page


def word(look, key: str) -> str:
    """A word of the inbox in the language of the picture."""
    return json.loads((ROOT / f"Browser/text/{look.language}/desk.json").read_text())[key]


# MARK: - The desk's administration


for name, path in {
    "desk-sites": "/desk/administration", "desk-queues": "/desk/administration/queues", "desk-wallboard": "/desk/wallboard", "desk-reports": "/desk/reports", "desk-import": "/desk/administration/import",
}.items():
    simple(name, path, "hugo")


@scene("desk-rules")
def desk_rules(look):
    page = look.page("hugo")
    page.goto("/desk/administration/queues")
    page.locator(".settings-page .rows a").first.click()
    yield "queue", page
    page.goto(page.url + "/rules")
    yield "", page
    page.fill("#skills", "returns 30")
    page.fill("#stickySeconds", "soon")
    submit(page)
    yield "wrong", page


@scene("desk-skills")
def desk_skills(look):
    page = look.page("hugo")
    page.goto("/desk/administration/skills")
    yield "", page
    page.locator("a[href^='/desk/administration/skills/']").first.click()
    yield "one", page
    page.fill("#skills", "returns 30")
    page.fill("#languages", "french")
    submit(page)
    yield "wrong", page
    page.fill("#skills", "returns 3, billing")
    page.fill("#languages", "en, fr")
    submit(page)
    yield "saved", page


@scene("desk-fields")
def desk_fields(look):
    page = look.page("hugo")
    page.goto("/desk/administration/fields")
    yield "", page
    page.fill("#name", "Customer number")
    page.select_option("#kind", "choice")
    submit(page)
    yield "wrong", page
    page.select_option("#kind", "number")
    submit(page)
    yield "saved", page


@scene("desk-invitations")
def desk_invitations(look):
    page = look.page("hugo")
    page.goto("/desk/administration/invitations")
    yield "", page
    page.fill("#path", "cart")
    page.fill("#seconds", "soon")
    submit(page)
    yield "wrong", page
    for words, path in (("Can we help with your order?", "/cart*"), ("Looking for a chart of these waters?", "*")):
        page.fill("#words-en", words)
        page.fill("#words-ar", "هل نساعدك؟")
        page.fill("#path", path)
        page.fill("#seconds", "20")
        submit(page)
    yield "two", page
    page.locator(".rules a.button").first.click()
    yield "one", page


@scene("desk-questions")
def desk_questions(look):
    page = look.page("hugo")
    page.goto("/desk/administration/questions")
    yield "", page
    page.check("input[value=choice]")
    page.fill("#options-en", "Harbour")
    submit(page)
    yield "wrong", page
    page.fill("#label-en", "Which shop?")
    page.fill("#options-en", "Harbour\nStation")
    submit(page)
    yield "added", page
    page.locator(".rules a.button").last.click()
    yield "one", page


@scene("desk-identity")
def desk_identity(look):
    page = look.page("hugo")
    page.goto("/desk/administration/identity")
    yield "", page
    for state in ("made", "rotated"):
        page.locator("form[action$='/identity'] button").click()
        yield state, page
    page.locator("form[action$='/withdraw'] button").click()
    yield "withdrawn", page


@scene("desk-programs")
def desk_programs(look):
    """Tokens and webhooks: none yet, one that is shown this once, several."""
    page = look.page("hugo")
    for chapter, field, entries in (
        ("tokens", "#name", ["Shop reports", "Return desk of the harbour branch"]),
        ("webhooks", "#url", ["https://hooks.example.org/sotto", "https://a-rather-long-name.example.org/orders/sotto"]),
    ):
        page.goto(f"/desk/administration/{chapter}")
        yield f"{chapter}-none", page
        for entry in entries:
            page.fill(field, entry)
            for box in page.locator("main form input[type=checkbox]").all():
                box.check()
            submit(page)
        yield f"{chapter}-fresh", page


@scene("chat")
def chat(look):
    """What a visitor opens: the form, and what is missing in it."""
    owner = look.page("hugo")
    owner.goto("/desk/administration")
    owner.locator("main a[href*='/desk/administration/sites/']").first.click()
    address = owner.locator("a[href^='/widget/']").first.get_attribute("href")
    page = look.page("visitor")
    page.goto(f"{address}?language={look.language}")
    page.wait_for_selector("[data-view=start]:not([hidden])")
    yield "start", page, False
    page.click("form.ask button.main")
    yield "missing", page, False
