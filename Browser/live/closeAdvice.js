import { CLOSE_CODES } from "./protocol.js";

/**
 * What to do after the socket closed.
 *
 * @typedef {{ next: "reconnect" | "signIn" | "stop", atLeast: number }} Advice `atLeast`: the shortest wait in milliseconds
 */

/** Close codes of docs/protocol.md that say more than "try again". */
const BY_CODE = /** @type {Record<number, Advice>} */ ({
  // Our own mistakes: sending the same again would be refused again. The page says that it has to be loaded anew.
  [CLOSE_CODES.policy]: { next: "stop", atLeast: 0 },
  [CLOSE_CODES.tooBig]: { next: "stop", atLeast: 0 },
  [CLOSE_CODES.signedOut]: { next: "signIn", atLeast: 0 },
  [CLOSE_CODES.tooManyConnections]: { next: "reconnect", atLeast: 15_000 },
  [CLOSE_CODES.tooFast]: { next: "reconnect", atLeast: 10_000 },
});

/**
 * @param {number} code the close code, 1006 when there was none
 * @param {import("./protocol.js").Goodbye | undefined} goodbye what the server said before it closed
 * @returns {Advice}
 */
export function adviceAfter(code, goodbye) {
  if (goodbye?.advice === "stop") return { next: "stop", atLeast: 0 };
  if (goodbye?.advice === "sign-in") return { next: "signIn", atLeast: 0 };
  const advice = BY_CODE[code] ?? { next: "reconnect", atLeast: 0 };
  return goodbye ? { ...advice, atLeast: Math.max(advice.atLeast, goodbye.after) } : advice;
}
