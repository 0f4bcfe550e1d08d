/**
 * Passkeys: signing in with one (also from the browser's own suggestions in the e-mail field), proving with one that it is you, making one.
 * Every form works without this module, with the password.
 */

import { answer, creationOptions, requestOptions } from "./credential.js";

/** A question is good for five minutes; the suggestions get a new one before. */
const SUGGESTION_TIME = 4 * 60 * 1000;

/**
 * Asks the server for a challenge.
 * @template T
 * @param {string} path
 * @returns {Promise<T>}
 */
async function ask(path) {
  const response = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json" },
    body: "{}",
  });
  if (!response.ok) throw new Error(`${path} answered ${response.status}`);
  return response.json();
}

/**
 * @param {string} path where the question comes from
 * @param {{mediation?: CredentialMediationRequirement, signal?: AbortSignal}} [how]
 */
async function use(path, how = {}) {
  /** @type {import("./credential.js").Question} */
  const question = await ask(path);
  const credential = await navigator.credentials.get({ publicKey: requestOptions(question), ...how });
  if (!(credential instanceof PublicKeyCredential)) throw new Error("no passkey was chosen");
  return answer(credential);
}

/**
 * @param {string} path where the order comes from
 * @returns {Promise<import("./credential.js").Order>}
 */
const orderFrom = (path) => ask(path);

/** @param {import("./credential.js").Order} order */
async function make(order) {
  const credential = await navigator.credentials.create({ publicKey: creationOptions(order) });
  if (!(credential instanceof PublicKeyCredential)) throw new Error("no passkey was made");
  return answer(credential);
}

/**
 * Runs what a button asks for; whatever goes wrong, also a change of mind, is said beside it.
 * @param {Element | null} place holds `[data-passkey-problem]`
 * @param {() => Promise<void>} act
 */
async function attempt(place, act) {
  const problem = place?.querySelector("[data-passkey-problem]");
  if (problem instanceof HTMLElement) problem.hidden = true;
  try {
    await act();
  } catch {
    if (problem instanceof HTMLElement) problem.hidden = false;
  }
}

// Signing in

class SignIn {
  /** @type {HTMLFormElement} */ #form;
  /** @type {AbortController | undefined} */ #suggestion;

  /** @param {HTMLFormElement} form the form for the password */
  constructor(form) {
    this.#form = form;
  }

  /** @param {HTMLElement} place */
  offer(place) {
    place.hidden = false;
    place.querySelector("[data-action=passkey-sign-in]")?.addEventListener("click", () => {
      this.#suggestion?.abort();
      attempt(place, async () => this.#send(await use("/sign-in/passkey/question")));
    });
    this.#suggest();
  }

  /** The browser shows the person's passkeys among its suggestions for the e-mail field. */
  async #suggest() {
    if (!(await PublicKeyCredential.isConditionalMediationAvailable?.())) return;
    const suggestion = new AbortController();
    this.#suggestion = suggestion;
    const renewal = setTimeout(() => {
      suggestion.abort();
      this.#suggest();
    }, SUGGESTION_TIME);
    suggestion.signal.addEventListener("abort", () => clearTimeout(renewal));
    try {
      this.#send(await use("/sign-in/passkey/question", { mediation: "conditional", signal: suggestion.signal }));
    } catch {
      // Nobody asked for anything yet: there is nothing to say.
    }
  }

  /** @param {string} passkey */
  #send(passkey) {
    const form = document.createElement("form");
    form.method = "post";
    form.action = "/sign-in/passkey";
    const typed = new FormData(this.#form);
    for (const [name, value] of Object.entries({ passkey, remember: typed.get("remember"), return: typed.get("return") })) {
      if (!value) continue;
      const field = document.createElement("input");
      field.type = "hidden";
      field.name = name;
      field.value = String(value);
      form.append(field);
    }
    document.body.append(form);
    form.submit();
  }
}

// Proving

/** @param {HTMLElement} place */
function offerProof(place) {
  const form = place.closest("form");
  const field = form?.querySelector("[data-passkey-answer]");
  if (!form || !(field instanceof HTMLInputElement)) return;
  place.hidden = false;
  place.querySelector("[data-action=passkey-confirm]")?.addEventListener("click", () => {
    attempt(place, async () => {
      field.value = await use(place.dataset.passkeyQuestion ?? "/settings/security/passkeys/question");
      form.requestSubmit();
    });
  });
}

// Making

/** @param {HTMLElement} place */
function offerMaking(place) {
  const form = place.querySelector("form[data-passkey-register]");
  const field = form?.querySelector("[data-passkey-credential]");
  if (!(form instanceof HTMLFormElement) || !(field instanceof HTMLInputElement)) return;
  place.hidden = false;
  form.addEventListener("submit", (event) => {
    if (field.value) return;
    event.preventDefault();
    attempt(form.querySelector("[data-passkey-making]"), async () => {
      field.value = await make(await orderFrom("/settings/security/passkeys/order"));
      form.requestSubmit();
    });
  });
}

// Registering

/**
 * A passkey instead of a password. Everything else is asked first: a passkey that was made for nothing stays on the device.
 * @param {HTMLElement} place
 */
function offerSignUp(place) {
  const form = place.closest("form");
  const [handle, credential] = ["handle", "credential"].map((name) => place.querySelector(`[data-passkey-${name}]`));
  if (!form || !(handle instanceof HTMLInputElement) || !(credential instanceof HTMLInputElement)) return;
  const password = form.querySelector("[name=password]");
  place.hidden = false;
  place.querySelector("[data-action=passkey-sign-up]")?.addEventListener("click", () => {
    if (password instanceof HTMLInputElement) {
      password.value = "";
      password.required = false;
    }
    const isComplete = form.reportValidity();
    if (password instanceof HTMLInputElement) password.required = true;
    if (!isComplete) return;
    attempt(place, async () => {
      const made = await orderFrom("/sign-up/passkey");
      const typed = new FormData(form);
      made.user.name = String(typed.get("email"));
      made.user.displayName = String(typed.get("name"));
      credential.value = await make(made);
      handle.value = made.user.id;
      form.submit();
    });
  });
}

if (globalThis.PublicKeyCredential && navigator.credentials) {
  for (const place of document.querySelectorAll("[data-passkey]")) {
    if (!(place instanceof HTMLElement)) continue;
    if (place.dataset.passkey === "confirm") offerProof(place);
    if (place.dataset.passkey === "register") offerMaking(place);
    if (place.dataset.passkey === "sign-up") offerSignUp(place);
    if (place.dataset.passkey === "sign-in") {
      const form = document.querySelector("form[action='/sign-in']");
      if (form instanceof HTMLFormElement) new SignIn(form).offer(place);
    }
  }
}
