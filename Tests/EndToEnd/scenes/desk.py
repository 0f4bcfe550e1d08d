"""The team's inbox, the desk's administration, and the chat that visitors open."""

import json

from playwright.sync_api import expect

from scenes.stage import scene, simple, submit
from served import ROOT


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


def word(look, key: str, of: str = "desk") -> str:
    """A word of the inbox, or of something else, in the language of the picture."""
    return json.loads((ROOT / f"Browser/text/{look.language}/{of}.json").read_text())[key]


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
    """What a visitor opens: the form, what is missing in it, the conversation, a message put better, what is theirs, and the end."""
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
    for field in page.locator("form.ask [required]:not([name=text])").all():
        field.check() if field.get_attribute("type") == "checkbox" else field.fill("Cleo")
    page.fill("form.ask [name=text]", "When does the first ferry leave on Sunday?")
    page.click("form.ask button.main")
    expect(page.locator(".message.is-own[data-progress=sent], .message.is-own[data-progress=delivered]")).to_be_visible()
    yield "talk", page, False
    page.get_by_role("button", name=word(look, "edit", "visitor")).click()
    yield "editing", page, False
    page.click("[data-part=stopEditing]")
    page.click("[data-action=mine]")
    end = page.get_by_role("button", name=word(look, "end", "visitor"), exact=True)
    expect(end).to_be_visible()
    yield "mine", page, False
    end.click()
    expect(page.locator("[data-part=ended] form")).to_be_visible()
    yield "ended", page, False
