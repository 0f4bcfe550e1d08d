/** A command that the server refused, or that could not be brought to it. */
export class Refusal extends Error {
  /** @param {import("./protocol.js").Problem} problem */
  constructor(problem) {
    super(problem.detail ?? problem.title);
    this.name = "Refusal";
    this.problem = problem;
  }

  /** True when the server was not even asked. */
  get isOwn() {
    return Object.values(OWN_PROBLEMS).includes(this.problem);
  }

  /** True when the same may go well a little later. */
  get isTemporary() {
    const { status = 0 } = this.problem;
    return status === 429 || status >= 500;
  }

  /** True when the server does not know what the command is about, or does not tell us of it. */
  get isNotFound() {
    return this.problem.status === 404;
  }
}

/** Problems this side finds itself. */
export const OWN_PROBLEMS = /** @type {Readonly<Record<"expired" | "full" | "stopped", import("./protocol.js").Problem>>} */ (
  Object.freeze({
    expired: { type: "about:blank#expired", title: "There was no connection in time" },
    full: { type: "about:blank#outbox-full", title: "Too much waits for a connection" },
    stopped: { type: "about:blank#stopped", title: "The connection was ended" },
  })
);
