/** A command that the server refused, or that could not be brought to it. */
export class Refusal extends Error {
  /** @param {import("./protocol.js").Problem} problem */
  constructor(problem) {
    super(problem.detail ?? problem.title);
    this.name = "Refusal";
    this.problem = problem;
  }

  /** The last part of the problem's type, as `notFound`. */
  get kind() {
    return this.problem.type.split(/[./:#]/u).at(-1) ?? "";
  }
}

/** Problems this side finds itself. */
export const OWN_PROBLEMS = Object.freeze({
  expired: { type: "about:blank#expired", title: "There was no connection in time" },
  full: { type: "about:blank#outbox-full", title: "Too much waits for a connection" },
  stopped: { type: "about:blank#stopped", title: "The connection was ended" },
});
