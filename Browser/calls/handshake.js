/**
 * How two pages find out that both are there, and that the other one was loaded again.
 *
 * Each RTCPeerConnection has a name. `ready` carries the sender's name and the name it knows of the other side.
 * A page whose connection was already used with another name needs a fresh one, because a connection cannot be bound twice.
 *
 * **Both sides end up knowing each other's newest name, whatever is delayed, doubled, or reloaded.**
 */
export class Handshake {
  /** @type {string | null} */
  #theirs = null;
  /** @type {string | null} the name of the other side in the last `ready` we sent */
  #told = null;
  #isBound = false;

  /** @param {string} mine the name of this side's connection */
  constructor(mine) {
    this.mine = mine;
  }

  /** The other side's connection, null before it was heard of. */
  get theirs() {
    return this.#theirs;
  }

  /** True when both sides know each other, so that negotiation may begin. */
  get isBound() {
    return this.#isBound;
  }

  /** @returns {{ from: string, to: string | null, ready: true }} */
  get ready() {
    return { from: this.mine, to: this.#theirs, ready: true };
  }

  /**
   * @param {{ from: string, to: string | null }} ready
   * @param {() => string} rename makes the name of a fresh connection
   * @returns {{ reply: boolean, renew: boolean, begin: boolean, again: boolean }} `renew`: replace the connection; `begin`: both know
   *   each other now; `again`: they did before, so what was sent since may have been lost
   */
  receive(ready, rename) {
    const renew = this.#isBound && ready.from !== this.#theirs;
    if (renew) this.rename(rename());
    this.#theirs = ready.from;
    const isKnown = ready.to === this.mine;
    const begin = isKnown && !this.#isBound;
    const again = isKnown && this.#isBound;
    this.#isBound ||= isKnown;
    const reply = !isKnown || this.#told !== this.#theirs;
    if (reply) this.#told = this.#theirs;
    return { reply, renew, begin, again };
  }

  /**
   * This side begins anew by itself.
   *
   * @param {string} name of the fresh connection
   */
  rename(name) {
    this.mine = name;
    this.#told = null;
    this.#isBound = false;
  }

  /**
   * Whether a signal is meant for this connection. The first one that is also proves that the other side knows us.
   *
   * @param {{ from: string, to: string | null }} signal
   */
  accepts(signal) {
    const isMeant = signal.to === this.mine && signal.from === this.#theirs;
    this.#isBound ||= isMeant;
    return isMeant;
  }
}
