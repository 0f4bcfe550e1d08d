"""Asking a page something that it answers later."""

from playwright.sync_api import Page

from served import PATIENCE

UNTIL_YES = """async ([argument, patience]) => {
  const ask = %s;
  const end = performance.now() + patience;
  while (performance.now() < end) {
    if (await ask(argument)) return true;
    await new Promise((done) => setTimeout(done, 100));
  }
  return false;
}"""


def comes_true(page: Page, question: str, argument=None) -> None:
    """Asks until the answer is yes. `wait_for_function` takes a promise for a yes, whatever it brings."""
    assert page.evaluate(UNTIL_YES % question, [argument, PATIENCE * 1000]), f"not yet: {question} {argument}"
