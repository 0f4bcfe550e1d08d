/**
 * The first message. **It begins one conversation, however often it must be sent**: token and id are made here, before the first try.
 *
 * @module
 */
import { base32, uuid } from "../live/id.js";

/** Longest pause between two tries, in milliseconds. */
const LONGEST_PAUSE = 10_000;

/** @typedef {{ type?: string, title: string, detail?: string, next?: string, status: number }} Told a problem as the server words it */

/** @param {FormData} fields @param {string} page @param {string} [identity] */
export function wish(fields, page, identity) {
  const { lang, dataset } = document.documentElement;
  const { text, name, email, consent, ...answers } = /** @type {Record<string, string>} */ (Object.fromEntries(fields));
  return {
    id: uuid(),
    token: base32(crypto.getRandomValues(new Uint8Array(20))),
    text,
    language: lang,
    notice: Number(dataset.notice),
    ...(identity ? { identity } : {}),
    ...(consent ? { consent: true } : {}),
    card: { name: name || null, email: email || null, page: page || null, answers },
  };
}

/**
 * Asks until there is an answer.
 *
 * @param {object} pending
 * @param {(isTrying: boolean) => void} tells that the network is away
 * @returns {Promise<{ conversation: string, token: string, channel: string }>}
 * @throws {Told}
 */
export async function begin(pending, tells) {
  const address = `/widget/${document.documentElement.dataset.key}/enquiries`;
  for (let pause = 500; ; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
    const answer = await ask(address, pending);
    if (answer?.ok) return answer.json();
    const isBusy = !answer || answer.status === 429 || answer.status >= 500;
    if (answer && !isBusy) throw await answer.json();
    tells(true);
    await new Promise((resume) => setTimeout(resume, Math.max(pause, 1000 * Number(answer?.headers.get("Retry-After") ?? 0))));
  }
}

/** @param {string} address @param {object} body */
async function ask(address, body) {
  try {
    return await fetch(address, {
      method: "POST",
      credentials: "omit",
      headers: { "Content-Type": "application/json", Accept: "application/json" },
      body: JSON.stringify(body),
    });
  } catch {
    return undefined;
  }
}
