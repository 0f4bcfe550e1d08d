/** Makes the call code over the channel beside the call, once for each connection. */
import { CodeExchange, fingerprintOf } from "./callCode.js";

export class CodeWatch {
  #beside;
  #isCaller;
  #descriptions;
  /** @type {CodeExchange | undefined} */
  #exchange;
  #work = Promise.resolve();
  #outcome = /** @type {PromiseWithResolvers<string>} */ (Promise.withResolvers());

  /**
   * @param {import("./beside.js").Beside} beside
   * @param {boolean} isCaller
   * @param {() => Promise<{ local: string, remote: string } | undefined>} descriptions
   */
  constructor(beside, isCaller, descriptions) {
    this.#beside = beside;
    this.#isCaller = isCaller;
    this.#descriptions = descriptions;
    beside.on("code", (message) => this.#then(() => this.#receive(message)));
    beside.whenOpen(() => this.#then(() => this.#begin()));
  }

  /** @returns {Promise<string>} six digits; rejected when the other side's part cannot be believed */
  get result() {
    return this.#outcome.promise;
  }

  /** @param {() => Promise<void>} action one after the other, in the order of what arrived */
  #then(action) {
    this.#work = this.#work.then(action).catch((error) => this.#outcome.reject(error));
  }

  async #begin() {
    const first = await (await this.#own()).begin();
    if (first) this.#beside.send("code", first);
  }

  /** @param {import("./callCode.js").CodeMessage} message */
  async #receive(message) {
    const { reply, code, isBroken } = await (await this.#own()).receive(message);
    if (isBroken) throw new Error("the promised number did not come");
    if (reply) this.#beside.send("code", reply);
    if (code) this.#outcome.resolve(code);
  }

  async #own() {
    if (this.#exchange) return this.#exchange;
    const both = await this.#descriptions();
    if (!both) throw new Error("no descriptions to make a code from");
    this.#exchange = new CodeExchange(this.#isCaller, [fingerprintOf(both.local), fingerprintOf(both.remote)]);
    return this.#exchange;
  }
}
