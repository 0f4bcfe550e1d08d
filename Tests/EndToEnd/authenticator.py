"""What people hold in their hands besides a password: an authenticator app, and a device with passkeys."""

import base64
import hmac
import time

from playwright.sync_api import Page, expect


def code_at(secret: str, second: float) -> str:
    """RFC 6238 with SHA-1, six digits, thirty seconds."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.digest(key, (int(second) // 30).to_bytes(8, "big"), "sha1")
    at = digest[-1] & 15
    return f"{(int.from_bytes(digest[at:at + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06}"


def code_now(secret: str) -> str:
    return code_at(secret, time.time())


def next_code(secret: str) -> str:
    """A code nobody used yet: each is taken once, and the server takes those of a clock that is half a minute fast."""
    return code_at(secret, time.time() + 30)


def enrol(page: Page, password: str) -> tuple[str, list[str]]:
    """Turns the second factor on; gives the app's secret and the recovery codes."""
    page.goto("/settings/security")
    return turns_on(page, password)


def turns_on(page: Page, password: str) -> tuple[str, list[str]]:
    """The same on the page that is open."""
    form = page.locator("form[action='/settings/security/second-factor']")
    page.locator("details", has=form).locator("summary").click()
    secret = form.locator("input[name=secret]").input_value()
    form.locator("input[name=code]").fill(code_now(secret))
    form.locator("input[name=proof]").fill(password)
    form.locator("button.button-main").click()
    codes = page.locator("#fresh-codes code")
    expect(codes).to_have_count(10)
    return secret, codes.all_text_contents()


class Device:
    """A telephone or laptop that keeps passkeys and knows its person (CDP domain WebAuthn)."""

    def __init__(self, page: Page, suggests: bool = False):
        # A device that answers by itself would also take the first suggestion in the e-mail field.
        if not suggests:
            page.add_init_script("PublicKeyCredential.isConditionalMediationAvailable = async () => false")
        self.session = page.context.new_cdp_session(page)
        self.session.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
            "isUserVerified": True, "automaticPresenceSimulation": True,
        }
        self.id = self.session.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]

    def passkeys(self) -> list[dict]:
        return self.session.send("WebAuthn.getCredentials", {"authenticatorId": self.id})["credentials"]

    def knows_its_person(self, knows: bool) -> None:
        self.session.send("WebAuthn.setUserVerified", {"authenticatorId": self.id, "isUserVerified": knows})
