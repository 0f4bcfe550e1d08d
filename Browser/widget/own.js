/**
 * What a visitor may ask about their own conversation, with nothing but its token.
 *
 * @module
 */

/**
 * @typedef {{ position: number, minutes?: number, isMessage: boolean, isStaffed: boolean }} Waiting
 * @typedef {{ name: string, part: string, at: number }} Reader
 * @typedef {{ conversation: string, site: string, state: string, channel: string, waiting?: Waiting, readers: Reader[], rating?: number, hasEmail: boolean, isErased: boolean, consents: boolean, keptUntil?: number }} Own
 */

export class OwnEnquiry {
  #token;

  /** @param {string} token */
  constructor(token) {
    this.#token = token;
  }

  /** Where it stands; nothing when the token opens nothing any more. @returns {Promise<Own | undefined>} */
  async state() {
    const answer = await this.ask("");
    return answer.ok ? answer.json() : undefined;
  }

  /**
   * @param {string} path
   * @param {object} [body] sent with POST
   */
  ask(path, body) {
    return fetch(`/enquiry${path}`, {
      method: body ? "POST" : "GET",
      credentials: "omit",
      cache: "no-store",
      headers: {
        Authorization: `Bearer ${this.#token}`,
        Accept: "application/json",
        ...(body ? { "Content-Type": "application/json" } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
  }
}
