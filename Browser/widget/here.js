/**
 * Being seen by the team, for whoever switched it on. **Off until then, forgotten when they leave**: nothing of it is stored anywhere.
 *
 * @module
 */

/** The server forgets somebody it has not heard of for 45 seconds. */
const EVERY = 20_000;

/** Made afresh each time it is switched on. @type {string | undefined} */
let id;
/** @type {ReturnType<typeof setInterval> | undefined} */
let beat;

export function isSeen() {
  return id !== undefined;
}

/** @param {boolean} isOn @param {string} key @param {string} page */
export function beSeen(isOn, key, page) {
  clearInterval(beat);
  if (id) tell(key, { id, isHere: false });
  id = isOn ? crypto.getRandomValues(new Uint32Array(4)).join("-") : undefined;
  if (!id) return;
  const here = () => tell(key, { id, isHere: true, page });
  here();
  beat = setInterval(here, EVERY);
  addEventListener("pagehide", () => id && tell(key, { id, isHere: false }), { once: true });
}

/** @param {string} key @param {object} body */
function tell(key, body) {
  fetch(`/widget/${key}/here`, {
    method: "POST",
    keepalive: true,
    credentials: "omit",
    headers: { "Content-Type": "application/json", Accept: "application/json" },
    body: JSON.stringify(body),
  }).catch(() => {});
}
