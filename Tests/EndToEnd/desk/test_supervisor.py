"""Whoever looks after the agents, as all three sides see it in their browsers."""

import pytest
from playwright.sync_api import expect

from authenticator import enrol
from team import Agent, read
from test_every_page import fits, violations


@pytest.fixture
def finn(people, chromium, team):
    """Answers nobody himself."""
    finn = people("Finn Aalto", chromium).registers()
    team.sql("INSERT INTO account_role (person_id, role) VALUES (?, 'supervisor')", read(finn.id))
    enrol(finn.page, finn.passwords)
    return Agent(finn, team)


def test_a_supervisor_reads_along_advises_and_takes_over(people, chromium, team, dan, finn):
    """C18, C54: the visitor's own window says that he reads along, never what he advises, and who answers in the end."""
    dan.at_the_desk("waiting")
    cleo = team.visitor("Where is my order?", "Cleo Marsh")
    page = people("Cleo", chromium).page
    page.goto(f"/widget/{team.key}/return#{cleo.token}")
    page.wait_for_selector("[data-view=talk]:not([hidden])")
    hers = dan.takes(cleo)

    finn.at_the_desk("open")
    his = finn.opens(cleo)
    expect(page.locator(".timeline-log")).to_contain_text("Finn Aalto")
    expect(his.locator(".pane-banner")).to_contain_text("You are reading. The visitor sees that.")
    finn.writes(his, "Offer her a new parcel.")
    expect(hers.locator(".message.is-note")).to_contain_text("Offer her a new parcel.")
    dan.writes(hers, "May I send you a new one?")
    expect(page.locator(".timeline-log")).to_contain_text("May I send you a new one?")
    expect(page.locator(".timeline-log")).not_to_contain_text("Offer her")

    finn.does(his, "Take over")
    expect(dan.page.locator("[data-desk=said]")).to_contain_text("Finn Aalto has this conversation now.")
    finn.writes(his, "I am looking into it myself.")
    expect(page.locator(".message:not(.is-own) .message-text").last).to_have_text("I am looking into it myself.")
    finn.look_at("mine")
    expect(finn.line(cleo)).to_be_visible()
    assert violations(finn.page) == [] and fits(finn.page)

    page.click("[data-action=mine]")
    expect(page.get_by_role("dialog")).to_contain_text("Finn Aalto")


def test_what_is_out_of_bounds_is_told_also_where_no_wallboard_is_open(team, dan, finn):
    """A notice on whatever page they are, which leads to the wallboard."""
    team.sql("INSERT INTO queue_rules (queue_id, rules) VALUES (?, ?)", team.queue, '{"mode": "manual", "alertWaiting": 1}')
    dan.at_the_desk()
    finn.page.goto("/notices")
    team.visitor()
    notice = finn.page.get_by_role("link", name="Orders")
    expect(notice).to_be_visible()
    notice.click()
    expect(finn.page).to_have_url(f"{team.server.origin}/desk/wallboard")
    expect(finn.page.locator("[data-alert-words]")).to_have_text("Too many wait")
