"""What the team wants to know of a visitor: an administrator names it, agents fill it in beside the conversation."""

import json
import urllib.request

import pytest
from playwright.sync_api import expect
from test_api import token
from test_every_page import fits, violations


@pytest.fixture
def fields(server):
    secret = token(server)
    for field in [{"name": "Customer number", "kind": "number"}, {"name": "Size", "kind": "choice", "options": ["S", "M", "L"]}]:
        request = urllib.request.Request(
            f"{server.origin}/api/v1/fields", json.dumps(field).encode(), {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
        )
        urllib.request.urlopen(request).close()


def test_what_one_agent_fills_in_the_other_sees(fields, team, dan, eve):
    dan.at_the_desk("waiting")
    cleo = team.visitor()
    dan.takes(cleo).get_by_role("button", name="About the visitor").click()
    eve.at_the_desk("open")
    eve.opens(cleo).get_by_role("button", name="About the visitor").click()
    field, status = dan.page.get_by_label("Customer number"), dan.page.locator(".desk-card [role=status]")
    field.fill("twelve")
    field.press("Enter")
    expect(dan.page.locator(".card-fields .problem").first).to_contain_text("This does not fit the field")
    assert violations(dan.page) == [] and fits(dan.page)
    expect(eve.page.get_by_label("Customer number")).to_have_value("")
    field.fill("10443")
    field.press("Enter")
    expect(status).to_have_text("Saved.")
    expect(eve.page.get_by_label("Customer number")).to_have_value("10443")
    expect(eve.page.locator(".card-timeline")).to_contain_text("Dan Novak changed “Customer number”")

    # What somebody types meanwhile stays, and so does the place where they type.
    eve.page.get_by_label("Customer number").fill("10")
    dan.page.get_by_label("Size").select_option("M")
    expect(eve.page.get_by_label("Size")).to_have_value("M")
    expect(eve.page.get_by_label("Customer number")).to_have_value("10")
    expect(eve.page.get_by_label("Customer number")).to_be_focused()
    dan.page.set_viewport_size({"width": 320, "height": 800})
    assert violations(dan.page) == [] and fits(dan.page)
