"""The chat on somebody else's page, in both browsers: what it asks, what it keeps, and what is said in it."""

import gzip
import urllib.request

import pytest
from playwright.sync_api import expect

from asking import comes_true
from served import until
from shop import PAGE, Answerer, Shop, frame_of
from team import Team, Visitor
from test_every_page import violations
from visitor import NOTHING, Cleo, kept_by, words_kept_by

# What is loaded with every page of a customer, and with a visitor's first click (support.md §6.7).
LOADER_LIMIT = 3_000
OPENING_LIMIT = 25_000


@pytest.fixture(params=["chromium", "firefox"])
def browser(request):
    return request.getfixturevalue(request.param)


def buttons(page) -> list[str]:
    """Those of the shop's page by name. The launcher's root is closed to scripts, not to a keyboard nor to what reads a page out."""
    tree = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    return [node["name"]["value"] for node in tree if node.get("role", {}).get("value") == "button"]


@pytest.mark.parametrize("gpc", [False, True])
def test_nothing_is_asked_or_kept_before_an_act(people, browser, shop, gpc):
    """Complaint 18: before the first word there is no cookie, no storage, no foreign request and no row, with and without Sec-GPC."""
    cleo = Cleo(people, browser, shop, extra_http_headers={"Sec-GPC": "1"} if gpc else {})
    cleo.page.wait_for_load_state("networkidle")
    assert {url for url in cleo.requests if shop.server.origin in url} == {f"{shop.server.origin}/widget/{shop.key}/loader.js"}
    assert kept_by(cleo.page) == NOTHING
    cleo.opens()
    expect(cleo.chat.locator(".box a").first).to_have_text("Privacy statement (Harbour Books Ltd)")
    cleo.page.wait_for_load_state("networkidle")
    assert kept_by(cleo.page) == NOTHING, "looking is no act"
    origins = {"/".join(url.split("/")[:3]) for url in cleo.requests}
    assert origins == {shop.server.origin, shop.origin}, "nobody else is asked"
    for table in ["visitor", "enquiry", "conversation", "stream_event", "participant"]:
        assert shop.count(table) == 0, f"a row in {table} before the first word"
    cleo.begins()
    assert shop.count("visitor") == 1
    assert cleo.page.context.cookies() == [], "no cookie afterwards either"


def test_everything_works_where_storage_is_refused(people, chromium, shop):
    """Complaint 18: a browser that refuses cookies and storage has a conversation all the same, for as long as the page lives."""
    cleo = Cleo.__new__(Cleo)
    cleo.person = people("Cleo", chromium)
    cleo.shop, cleo.page, cleo.requests = shop, cleo.person.page, []
    cleo.page.add_init_script(
        """for (const name of ["localStorage", "sessionStorage"])
             Object.defineProperty(window, name, { get() { throw new DOMException("refused", "SecurityError"); } });"""
    )
    cleo.visits()
    cleo.begins()
    agent = Answerer(people("Dan", chromium), shop)
    conversation = shop.conversation()
    agent.takes(conversation)
    agent.says(conversation, "On its way.")
    cleo.hears("On its way.")
    cleo.says("Thank you!")
    cleo.is_sent("Thank you!")


def test_a_visitor_and_an_agent_talk(people, browser, chromium, shop):
    agent = Answerer(people("Dan", chromium), shop)
    cleo = Cleo(people, browser, shop)
    cleo.begins()
    conversation = agent.news()
    expect(cleo.chat.locator("[data-part=waiting]")).to_have_text("You are next.")
    agent.takes(conversation)
    expect(cleo.chat.locator("[data-part=status]")).to_have_text("Dan is answering")
    expect(cleo.chat.locator("[data-part=waiting]")).to_be_hidden()
    agent.says(conversation, "Which one?")
    cleo.hears("Which one?")
    cleo.says("The almanac")
    cleo.is_sent("The almanac")
    row = cleo.chat.locator(".message.is-own").nth(1)
    cleo.clicks(row.get_by_role("button", name="Edit"))
    expect(cleo.chat.locator("#say")).to_have_value("The almanac")
    cleo.says("The tide almanac")
    expect(row.locator(".message-text")).to_have_text("The tide almanac")
    expect(cleo.chat.locator("[data-part=editing]")).to_be_hidden()
    cleo.clicks(row.get_by_role("button", name="Take back"))
    expect(cleo.chat.locator(".message.is-own em")).to_be_visible()

    cleo.page.evaluate("globalThis.counts = []; Sotto.on('unread', (count) => counts.push(count)); Sotto.close()")
    agent.says(conversation, "It left today.")
    cleo.page.wait_for_function("() => counts.at(-1) === 1")
    cleo.page.evaluate("Sotto.open()")
    cleo.hears("It left today.")

    agent.command("enquiry.close", conversation=conversation)
    expect(cleo.chat.locator("[data-part=ended] form")).to_be_visible()
    expect(cleo.chat.locator("#say")).to_be_hidden()
    cleo.clicks(cleo.chat.locator(".stars input[value='4']").locator(".."))
    cleo.clicks(cleo.chat.locator("[data-part=ended] button.main"))
    expect(cleo.chat.get_by_text("Thank you.")).to_be_visible()
    assert shop.sql("SELECT score FROM enquiry_rating") == [(4,)]
    cleo.clicks(cleo.chat.locator("[data-part=ended] button", has_text="New conversation"))
    expect(cleo.chat.locator("form.ask [name=text]")).to_be_visible()


# What is played, and how often the browser let it be heard.
PLAYED = """
globalThis.played = globalThis.heard = 0;
const start = OscillatorNode.prototype.start;
OscillatorNode.prototype.start = function (...at) {
  played += 1;
  const audible = () => { if (this.context.state === "running") heard += 1; };
  if (this.context.state === "running") audible();
  else this.context.addEventListener("statechange", audible);
  return start.apply(this, at);
};
"""


def test_a_closed_chat_counts_and_sounds_only_for_whoever_wants_it(people, chromium, shop):
    agent = Answerer(people("Dan", chromium), shop)
    cleo = Cleo.__new__(Cleo)
    cleo.person, cleo.shop, cleo.requests = people("Cleo", chromium), shop, []
    cleo.page = page = cleo.person.page
    page.context.add_init_script(PLAYED)
    cleo.visits()
    cleo.begins()
    conversation = shop.conversation()
    agent.takes(conversation)
    page.evaluate("globalThis.counts = []; Sotto.on('unread', (count) => { if (count !== counts.at(-1)) counts.push(count); }); Sotto.close()")
    for words in ("It left today.", "Tomorrow you have it."):
        agent.says(conversation, words)
    page.wait_for_function("() => counts.at(-1) === 2")
    assert buttons(page) == ["Chat with us (2)"]
    assert cleo.chat.evaluate("played") == 0, "nobody asked for a sound"
    page.evaluate("Sotto.open()")
    page.wait_for_function("() => counts.at(-1) === 0")
    assert page.evaluate("counts.slice(-3)") == [1, 2, 0]

    cleo.clicks("[data-action=mine]")
    switch = cleo.chat.get_by_label("A sound for new messages")
    expect(switch).not_to_be_checked()
    assert "sound" not in words_kept_by(page)
    switch.check()
    # It is heard at once, and the browser lets it be.
    comes_true(cleo.chat, "() => played === 1 && heard === 1")
    assert "sound" in words_kept_by(page)
    cleo.clicks("[data-action=back]")
    agent.says(conversation, "By the afternoon.")
    cleo.hears("By the afternoon.")
    assert cleo.chat.evaluate("played") == 1, "whoever looks needs no sound"
    page.evaluate("Sotto.close()")
    agent.says(conversation, "Are you there?")
    # Nothing is drawn in a frame that is hidden, so it is asked by the clock.
    comes_true(cleo.chat, "() => played === 2 && heard === 2")
    cleo.reloads()
    page.evaluate("Sotto.open()")
    cleo.clicks("[data-action=mine]")
    expect(cleo.chat.get_by_label("A sound for new messages")).to_be_checked()


def test_whoever_waits_is_told_that_somebody_came(people, chromium, shop):
    """Nobody was there when the form was shown; somebody is, by the time it is sent: the head of the window says so too."""
    cleo = Cleo(people, chromium, shop)
    cleo.opens()
    expect(cleo.chat.locator("[data-part=status]")).to_have_text("Nobody is there right now")
    # Answered over the live link: it is known that Dan is there.
    Answerer(people("Dan", chromium), shop).command("desk.overview")
    cleo.types("form.ask [name=text]", "Is anybody there?")
    cleo.clicks("form.ask button.main")
    cleo.is_sent("Is anybody there?")
    expect(cleo.chat.locator("[data-part=status]")).to_have_text("Somebody is there to answer")


def test_a_private_link_brings_back_and_forgetting_deletes(people, chromium, shop):
    """Complaint 17: with nothing but the link the visitor reads, copies, and deletes everything."""
    cleo = Cleo(people, chromium, shop)
    cleo.begins("Please forget this")
    token = cleo.token()
    home = people("Cleo at home", chromium)
    asked = []
    home.page.on("request", lambda request: asked.append(request.url))
    home.page.goto(f"/widget/{shop.key}/return#{token}")
    expect(home.page.locator(".message.is-own .message-text")).to_have_text("Please forget this")
    assert token not in home.page.url and not any(token in url.split("#")[0] for url in asked), "the token is in no address that is sent"
    home.page.get_by_role("button", name="Your conversation").click()
    with home.page.expect_download() as download:
        home.page.get_by_role("button", name="As a page").click()
    assert "Please forget this" in open(download.value.path(), encoding="utf-8").read()
    home.page.get_by_role("button", name="End and forget me").click()
    home.page.get_by_role("button", name="Yes, delete everything").click()
    expect(home.page.locator("[data-part=receipt]")).to_contain_text("Receipt:")
    for table in ["visitor", "enquiry", "conversation", "participant", "stream_event"]:
        assert shop.count(table) == 0
    expect(cleo.chat.locator("[data-view=gone] h2")).to_be_visible()
    assert kept_by(cleo.page)["stored"] == []


def test_the_files_are_small(people, chromium, server, shop):
    """Complaint 15: 3 kB with the customer's page, 25 kB with the visitor's first click."""
    request = urllib.request.Request(f"{server.origin}/widget/{shop.key}/loader.js", headers={"Accept-Encoding": "gzip"})
    with urllib.request.urlopen(request) as answer:
        loader = answer.read()
    assert len(loader) <= LOADER_LIMIT, len(loader)
    assert b"Sotto" in gzip.decompress(loader)
    cleo = Cleo.__new__(Cleo)
    cleo.person, cleo.shop, cleo.requests = people("Cleo", chromium), shop, []
    cleo.page = cleo.person.page
    sizes = {}
    cleo.page.on("requestfinished", lambda request: sizes.__setitem__(request.url, request.sizes()["responseBodySize"]))
    cleo.visits()
    before = set(sizes)
    cleo.opens()
    cleo.page.wait_for_load_state("networkidle")
    opened = {url: size for url, size in sizes.items() if url not in before}
    assert sum(opened.values()) <= OPENING_LIMIT, (sum(opened.values()), opened)
    blocking = cleo.page.evaluate(
        """() => new Promise((resolve) => { const seen = new PerformanceObserver((list) => {}); seen.observe({ type: 'longtask', buffered: true });
             setTimeout(() => resolve(seen.takeRecords().length)); })"""
    )
    assert blocking == 0, "no task of 50 ms or more on the customer's page"


def test_a_page_opened_as_a_file_tries_the_chat_out(people, browser, server, tmp_path):
    """The quickest page of one's own is a file; a site without addresses takes it, and its conversation is like any other."""
    shop = Shop(server, origins=[])
    file = tmp_path / "mine.html"
    file.write_text(PAGE.format(origin=server.origin, key=shop.key, language="en"))
    shop.origin = file.as_uri()
    cleo = Cleo(people, browser, shop, path="")
    cleo.begins()
    assert shop.count("enquiry") == 1
    shop.close()


def test_the_team_sees_for_whom_the_site_vouches(people, chromium, shop, hugo):
    """A typed name proves nothing, the site's word does, also under the secret before the latest; one that is too old is refused with all that was typed kept."""
    owner = hugo.page
    owner.goto("/desk/administration")
    owner.locator(".chapters").get_by_role("link", name="Signed visitors").click()
    owner.get_by_role("button", name="Make a secret").click()
    before = owner.input_value("#fresh-secret")
    dan = Team.of(shop).hires(people("Dan Novak", chromium).registers()).at_the_desk("waiting")

    cleo = Cleo(people, chromium, shop)
    cleo.page.evaluate("(token) => Sotto.identify(token)", shop.vouches(before, sub="customer-7", name="Cleo Marin", email="cleo@example.org"))
    cleo.begins("Where is my order?", name="The Queen")
    mark = dan.page.locator(".line").first.get_by_text("Harbour Books knows this customer")
    expect(mark).to_have_count(1)
    pane = dan.takes(Visitor.of(shop))
    expect(pane.locator(".pane-name")).to_have_text("Cleo Marin")
    pane.get_by_role("button", name="About the visitor").click()
    card = dan.page.locator(".desk-card")
    expect(card.locator(".card-vouched")).to_have_text("Harbour Books vouches for this customer: customer-7")
    expect(card).to_contain_text("cleo@example.org")
    expect(card).not_to_contain_text("Queen")
    assert violations(dan.page) == []

    owner.get_by_role("button", name="Make a new secret").click()
    latest = owner.input_value("#fresh-secret")
    assert latest != before
    again = Cleo(people, chromium, shop)
    again.page.evaluate("(token) => Sotto.identify(token)", shop.vouches(before, sub="customer-7"))
    again.begins("And my other order?", name="Cleo at work")
    dan.look_at("waiting")
    dan.takes(Visitor.of(shop)).get_by_role("button", name="About the visitor").click()
    expect(card.locator(".card-vouched")).to_contain_text("customer-7")
    expect(card.locator(".card-earlier")).to_have_count(1)

    late = Cleo(people, chromium, shop)
    late.page.evaluate("(token) => Sotto.identify(token)", shop.vouches(latest, lasts=-120, sub="customer-7"))
    late.opens()
    late.types("[name=name]", "Cleo Marin")
    late.types("form.ask [name=text]", "The page was open since yesterday")
    late.clicks("form.ask button.main")
    expect(late.chat.locator("[data-part=problem]")).to_contain_text("The site’s word for you was not accepted")
    expect(late.chat.locator("form.ask [name=text]")).to_have_value("The page was open since yesterday")
    assert shop.count("enquiry") == 2
    late.clicks("form.ask button.main")
    late.is_sent("The page was open since yesterday")
    dan.look_at("waiting")
    expect(dan.page.locator(".line")).to_have_count(1)
    expect(mark).to_have_count(0)
    dan.takes(Visitor.of(shop)).get_by_role("button", name="About the visitor").click()
    expect(card).to_contain_text("Only what they told you.")
    expect(card.locator(".card-vouched")).to_have_count(0)


def test_a_page_of_no_address_of_the_site_says_why_there_is_no_chat(people, chromium, server):
    shop = Shop(server, origins=["https://elsewhere.example"])
    page = people("Cleo", chromium).page
    page.goto(shop.origin)
    page.wait_for_function("() => window.Sotto")
    assert buttons(page) == ["Chat with us"]
    with page.expect_console_message(lambda message: "Sotto" in message.text) as said:
        page.get_by_role("link", name="Home").focus()
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
    assert f"{shop.origin} differs from the site's address under Administration" in said.value.text
    assert buttons(page) == [], "no button that does nothing"
    assert not page.frames[1].frame_element().is_visible(), "no broken page in a frame"
    shop.close()


@pytest.mark.parametrize("view", [(320, 640, "light", "en"), (1280, 800, "dark", "fr"), (360, 700, "dark", "ar"), (1280, 800, "light", "ru")])
def test_everybody_can_use_it(people, chromium, server, shop, view):
    width, height, scheme, language = view
    person = people("Cleo", chromium, viewport={"width": width, "height": height}, color_scheme=scheme, reduced_motion="reduce")
    page = person.page
    page.goto(f"/widget/{shop.key}?language={language}")
    expect(page.locator("[data-part=status]")).not_to_be_empty()
    html = page.locator("html")
    assert html.get_attribute("dir") == ("rtl" if language == "ar" else "ltr")
    assert violations(page) == []
    page.click("form.ask button.main")
    expect(page.locator("[data-part=problem]")).to_be_visible()
    assert page.evaluate("document.activeElement.name") == "text", "the first field that is wrong"
    assert violations(page) == []
    page.keyboard.type("a")
    expect(page.locator("[data-part=problem]")).to_be_hidden()
    expect(page.locator("form.ask [name=text]")).to_have_attribute("aria-invalid", "false")
    page.fill("form.ask [name=text]", "a" * 300)
    page.click("form.ask button.main")
    expect(page.locator(".message.is-own")).to_be_visible()
    assert violations(page) == []
    page.click("[data-action=mine]")
    expect(page.locator("[data-part=own] section").first).to_be_visible()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "no sideways scrolling"


def test_without_a_mouse(people, chromium, shop):
    """The launcher is reached with Tab, the chat is written in and closed with keys alone, and the focus comes back."""
    cleo = Cleo(people, chromium, shop)
    page = cleo.page
    page.locator("a", has_text="Home").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    cleo.chat = frame_of(page)
    cleo.chat.wait_for_selector("[data-view=start]:not([hidden])")
    cleo.chat.wait_for_function("() => document.hasFocus()")
    reached = []
    for _ in range(12):
        page.keyboard.press("Tab")
        reached.append(cleo.chat.evaluate("document.activeElement?.name || document.activeElement?.tagName"))
        if reached[-1] == "text":
            break
    assert reached[-1] == "text", reached
    page.keyboard.type("With keys alone")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(cleo.chat.locator(".message.is-own .message-text")).to_have_text("With keys alone")
    page.keyboard.press("Escape")
    page.wait_for_function("() => document.activeElement !== document.body && document.activeElement.tagName === 'DIV'")


@pytest.fixture
def inviting(server):
    """A shop with an offer on each page, and one for those who are at their third."""
    rule = {"seconds": 0, "pages": 1, "needsAgent": False}
    shop = Shop(
        server,
        invitations=[
            {**rule, "words": {"en": "Third page?"}, "path": "*", "pages": 3},
            {**rule, "words": {"en": "Help with the cart?"}, "path": "/cart*"},
            {**rule, "words": {"en": "Never"}, "path": "/nowhere"},
            {**rule, "words": {"en": "Welcome"}, "path": "/"},
        ],
    )
    yield shop
    shop.close()


def bubble_of(page):
    return page.locator("body > div").nth(1)


def follows(cleo, link: str, path: str):
    """To another page of the shop, until its rules were asked for and looked at."""
    with cleo.page.expect_response(lambda answer: "/invitations.js" in answer.url):
        cleo.page.click(f"a:has-text('{link}')")
    cleo.page.wait_for_url(f"**{path}")
    looked(cleo.page)


def looked(page):
    """The rules were looked at: the script, which takes itself away, is gone."""
    page.wait_for_function("() => window.Sotto && document.readyState === 'complete' && !document.querySelector('script[src*=\"invitations.js\"]')")


def words_of(page) -> list[str]:
    """What the bubble says. Its root is closed to scripts, not to what reads a page out."""
    tree = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    names = [node["name"]["value"] for node in tree if node.get("role", {}).get("value") == "button"]
    return [name for name in names if name not in ("Chat with us", "Not now")]


def test_who_did_nothing_is_invited_once_and_nothing_is_kept_of_it(people, chromium, server, inviting):
    """On the page by which they came, and on none after it: nobody could say there that it is the first time."""
    cleo = Cleo(people, chromium, inviting)
    looked(cleo.page)
    expect(bubble_of(cleo.page)).to_be_visible()
    for link, path in [("Cart", "/cart"), ("Home", "/"), ("Cart", "/cart")]:
        follows(cleo, link, path)
        assert bubble_of(cleo.page).count() == 0, path
    cleo.page.reload()
    looked(cleo.page)
    assert bubble_of(cleo.page).count() == 0
    assert kept_by(cleo.page) == NOTHING, "nothing is kept to decide it"
    assert all("/loader.js" in url or "/invitations.js" in url for url in cleo.requests if server.origin in url), "nothing was sent"


def test_where_the_site_may_remember_each_rule_holds_on_every_page_and_once(people, chromium, inviting):
    cleo = Cleo(people, chromium, inviting)
    cleo.page.evaluate("Sotto.remember()")
    looked(cleo.page)
    said = [words_of(cleo.page)]
    for link, path in [("Cart", "/cart"), ("Home", "/"), ("Cart", "/cart")]:
        follows(cleo, link, path)
        said.append(words_of(cleo.page))
    assert said == [["Welcome"], ["Help with the cart?"], ["Third page?"], []]
    assert cleo.page.evaluate("JSON.parse(sessionStorage['sotto.visit']).pages") == 4
    cleo.page.evaluate("Sotto.remember(false)")
    assert kept_by(cleo.page) == NOTHING


def test_who_opened_the_chat_is_invited_no_more(people, chromium, inviting):
    cleo = Cleo(people, chromium, inviting)
    looked(cleo.page)
    cleo.opens()
    assert bubble_of(cleo.page).count() == 0
    # By another way into the same shop, in the same tab.
    cleo.visits("/cart")
    looked(cleo.page)
    assert bubble_of(cleo.page).count() == 0


def test_an_invitation_for_while_somebody_is_free_waits_until_somebody_is(people, chromium, server):
    """Asked by the clock and not by what the visitor does: a file that is the same for everybody."""
    rule = {"words": {"en": "One of us is free"}, "path": "/cart", "seconds": 0, "pages": 1, "needsAgent": True}
    shop = Shop(server, invitations=[rule])
    try:
        dan = Answerer(people("Dan", chromium), shop)
        shop.sql("UPDATE agent SET capacity = 1")
        busy = Cleo(people, chromium, shop)
        busy.begins()
        dan.takes(dan.news())
        page = people("Pia", chromium).page
        page.clock.install()
        # Browsers believe for fifteen seconds what they were told; this one's clock is put on, and not that of its cache.
        page.route("**/availability.js", lambda route: route.fulfill(response=(answer := route.fetch()), headers={**answer.headers, "cache-control": "no-store"}))
        asked = []
        page.on("request", lambda request: asked.append(request) if "/availability.js" in request.url else None)
        answers = lambda: page.expect_response(lambda answer: "/availability.js" in answer.url)
        with answers():
            page.goto(shop.origin + "/cart")
        looked(page)
        assert bubble_of(page).count() == 0, "the only one there has no room"
        assert asked[0].header_value("referer") is None and asked[0].header_value("cookie") is None
        dan.command("enquiry.close", conversation=shop.conversation())
        # The server gives the same answer again for a second.
        assert until(lambda: "true" in page.context.request.get(asked[0].url).text())
        with answers():
            page.clock.run_for(31_000)
        page.clock.run_for(1_100)
        expect(bubble_of(page)).to_be_visible()
    finally:
        shop.close()


def test_the_host_page_speaks_through_the_api(people, chromium, shop):
    cleo = Cleo(people, chromium, shop)
    cleo.page.evaluate("Sotto.setLanguage('fr')")
    cleo.opens()
    assert cleo.chat.evaluate("document.documentElement.lang") == "fr"
    cleo.page.evaluate("window.postMessage({ sotto: 'x', type: 'close' }, '*')")
    cleo.chat.evaluate("parent.postMessage({ sotto: 'another key', type: 'close' }, '*')")
    expect(cleo.chat.locator("form.ask")).to_be_visible()
    cleo.page.evaluate("globalThis.closings = 0; Sotto.on('close', () => { closings += 1 }); Sotto.close()")
    cleo.page.wait_for_function("() => closings === 1")
