/**
 * The call code: six digits that both sides see, and that differ when anyone stands between them.
 *
 * The server carries the DTLS fingerprints, so it could hand each side a fingerprint of its own. The code is made from the
 * fingerprints each browser really uses. Six digits alone could be matched by trying keys, so each side also adds a random
 * number, and the caller's is promised (by its hash) before the callee's is told: whoever stands between has one guess in a million.
 *
 * @module
 */

/** The digits a code has: short enough to be read aloud, long enough that one guess does not hit. */
const DIGITS = 6;

/** @typedef {{ commitment: string } | { nonce: string } | { reveal: string }} CodeMessage */

/**
 * The one fingerprint of a session description.
 *
 * @param {string} sdp
 * @returns {string} such as "sha-256 AA:BB…"
 * @throws when there is none or more than one: a second could be someone else's (RFC 8122 §5 accepts any)
 */
export function fingerprintOf(sdp) {
  const found = new Set(
    Array.from(sdp.matchAll(/^a=fingerprint:(\S+) (\S+)\s*$/gimu), ([, hash, value]) => `${hash.toLowerCase()} ${value.toUpperCase()}`),
  );
  const [only] = found;
  if (found.size !== 1 || !only.startsWith("sha-256 ")) throw new Error(`expected one sha-256 fingerprint, found ${found.size}`);
  return only;
}

/** One side's part of making the code. Feed it what arrives, send what it returns. */
export class CodeExchange {
  #isCaller;
  #fingerprints;
  #nonce;
  /** @type {string | undefined} */
  #commitment;

  /**
   * @param {boolean} isCaller
   * @param {string[]} fingerprints both, in any order
   * @param {string} [nonce]
   */
  constructor(isCaller, fingerprints, nonce = randomHex()) {
    this.#isCaller = isCaller;
    this.#fingerprints = fingerprints.toSorted();
    this.#nonce = nonce;
  }

  /** @returns {Promise<CodeMessage | undefined>} what the caller sends first */
  async begin() {
    return this.#isCaller ? { commitment: await sha256(`sotto call code promise\n${this.#nonce}`) } : undefined;
  }

  /**
   * @param {CodeMessage} message
   * @returns {Promise<{ reply?: CodeMessage, code?: string, isBroken?: true }>} `isBroken`: the other side did not keep its promise
   */
  async receive(message) {
    if ("commitment" in message && !this.#isCaller && !this.#commitment) {
      this.#commitment = message.commitment;
      return { reply: { nonce: this.#nonce } };
    }
    if ("nonce" in message && this.#isCaller) {
      return { reply: { reveal: this.#nonce }, code: await this.#code(this.#nonce, message.nonce) };
    }
    if ("reveal" in message && this.#commitment) {
      const isKept = (await sha256(`sotto call code promise\n${message.reveal}`)) === this.#commitment;
      return isKept ? { code: await this.#code(message.reveal, this.#nonce) } : { isBroken: true };
    }
    return { isBroken: true };
  }

  /**
   * @param {string} callers
   * @param {string} callees
   */
  async #code(callers, callees) {
    const hash = await sha256(["sotto call code", ...this.#fingerprints, callers, callees].join("\n"));
    // 52 of the 256 bits: a remainder by a million of so many is even enough.
    const number = Number.parseInt(hash.slice(0, 13), 16) % 10 ** DIGITS;
    return String(number).padStart(DIGITS, "0");
  }
}

/**
 * How a code is shown: "123 456".
 *
 * @param {string} code
 */
export function grouped(code) {
  return `${code.slice(0, 3)} ${code.slice(3)}`;
}

/**
 * How a code is read aloud: digit by digit, with a pause between the groups.
 *
 * @param {string} code
 */
export function spelled(code) {
  return `${Array.from(code.slice(0, 3)).join(" ")}, ${Array.from(code.slice(3)).join(" ")}`;
}

function randomHex() {
  return hex(crypto.getRandomValues(new Uint8Array(16)));
}

/** @param {string} text */
async function sha256(text) {
  return hex(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text))));
}

/** @param {Uint8Array} bytes */
function hex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
