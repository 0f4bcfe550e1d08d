/**
 * Being seen by the team, for whoever switched it on. **Off until then, forgotten when they leave**: nothing of it is stored anywhere.
 *
 * @module
 */

/** The server forgets somebody it has not heard of for 45 seconds; an offer of help comes with its answer. */
const EVERY = 10_000;

/** Made afresh each time it is switched on. @type {string | undefined} */
let id;
/** @type {ReturnType<typeof setInterval> | undefined} */
let beat;

export function isSeen() {
  return id !== undefined;
}

/**
 * @param {boolean} isOn
 * @param {string} key
 * @param {string} page
 * @param {(name: string) => void} invited somebody of the team offers help: once, and never again
 */
export function beSeen(isOn, key, page, invited) {
  clearInterval(beat);
  if (id) tell(key, { id, isHere: false });
  id = isOn ? crypto.getRandomValues(new Uint32Array(4)).join("-") : undefined;
  if (!id) return;
  const own = id;
  let isInvited = false;
  const here = async () => {
    const answer = await tell(key, { id: own, isHere: true, page });
    if (answer?.status !== 200 || isInvited || own !== id) return;
    isInvited = true;
    invited((await answer.json()).invitedBy);
  };
  here();
  beat = setInterval(here, EVERY);
  addEventListener("pagehide", () => own === id && tell(key, { id, isHere: false }), { once: true });
}

/** @param {string} key @param {object} body */
function tell(key, body) {
  return fetch(`/widget/${key}/here`, {
    method: "POST",
    keepalive: true,
    credentials: "omit",
    headers: { "Content-Type": "application/json", Accept: "application/json" },
    body: JSON.stringify(body),
  }).catch(() => undefined);
}
