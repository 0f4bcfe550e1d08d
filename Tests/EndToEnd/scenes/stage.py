"""Where scenes are put up, and what several of them do."""

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


def submit(page) -> None:
    page.locator("main form button.button-main").last.click()
    page.wait_for_load_state()
