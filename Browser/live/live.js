/**
 * The one WebSocket of a tab.
 *
 * **Every command is answered exactly once, by its ack, its refusal or its expiry; every durable event is handed on once and in order.**
 *
 * @module
 */
import { BackOff, LONGEST, LONGEST_IN_CALL } from "./backOff.js";
import { adviceAfter } from "./closeAdvice.js";
import { Heartbeat } from "./heartbeat.js";
import { uuid } from "./id.js";
import { Outbox } from "./outbox.js";
import { OWN_PROBLEMS, Refusal } from "./refusal.js";
import { SequenceTracker } from "./sequence.js";

/** @typedef {import("./protocol.js").ServerMessages & import("./protocol.js").CallMessages & import("./protocol.js").MeetingMessages} Messages */
/** @typedef {import("./protocol.js").Commands} Commands */

/**
 * `retryAt` is the time of the next attempt.
 *
 * @typedef {{ name: "idle" | "connecting" | "open" | "signedOut" | "stopped" } | { name: "waiting", retryAt: number }} LinkState
 */

/** @typedef {Messages & { link: LinkState, putBack: { stream: string } }} Happenings what can be subscribed to */

/**
 * What the link takes from its page; tests bring their own. `now` is in milliseconds, `random` from 0 to below 1.
 *
 * @typedef {{ url: string, open: (url: string) => WebSocket, now: () => number, random: () => number, uuid: () => string }} Surroundings
 */

/** How long a connection must last before the next failure starts at the shortest wait again, in milliseconds. */
const PROVED_AFTER = 10_000;
/** How often the watchdog looks, in milliseconds. */
const WATCH_EVERY = 2_000;
/** Our own close code for a connection we no longer trust. */
const UNTRUSTED = 4900;

export class Live {
  /** @type {Surroundings} */
  #surroundings;
  /** @type {WebSocket | undefined} */
  #socket;
  /** @type {LinkState} */
  #state = { name: "idle" };
  /** @type {import("./protocol.js").Goodbye | undefined} */
  #goodbye;
  #listening = new AbortController();
  #welcomed = false;
  #backOff;
  #isInCall = () => false;
  #heartbeat = new Heartbeat();
  #tracker = new SequenceTracker();
  /** @type {Outbox<{ resolve: (body: any) => void, reject: (refusal: Refusal) => void }>} */
  #outbox = new Outbox();
  /** @type {Map<string, Set<(message: any) => void>>} */
  #subscribers = new Map();
  /** Shared streams whose `listen` was not answered yet. @type {Set<string>} */
  #asked = new Set();
  /** @type {Set<() => void>} */
  #greetings = new Set();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #retry;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #proving;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #watch;

  /** @param {Partial<Surroundings>} [surroundings] */
  constructor(surroundings = {}) {
    this.#surroundings = {
      url: "/live",
      open: (url) => new WebSocket(url),
      now: () => Date.now(),
      random: Math.random,
      uuid,
      ...surroundings,
    };
    this.#backOff = new BackOff(this.#surroundings.random);
  }

  get state() {
    return this.#state;
  }

  /** True when the way to the server has become clearly slower than it was. */
  get isStrained() {
    return this.#heartbeat.isStrained;
  }

  /**
   * Opens the connection and keeps it open. Calling it again does nothing.
   *
   * @param {Record<string, number>} [positions] what the page was rendered with, so that nothing since then is missed
   */
  connect(positions = {}) {
    if (this.#state.name !== "idle" && this.#state.name !== "stopped") return;
    this.#tracker.greet(positions);
    this.#watch ??= setInterval(() => this.#look(), WATCH_EVERY);
    this.#openSocket();
  }

  /** Closes the connection for as long as the page is asleep; `connect` wakes it. */
  rest() {
    this.#leave({ name: "idle" });
  }

  /** Ends the link; everything that waits is refused. */
  stop() {
    this.#leave({ name: "stopped" });
    for (const answer of this.#outbox.clear()) answer.reject(new Refusal(OWN_PROBLEMS.stopped));
  }

  /** Tries at once instead of waiting, as when the network came back or the person looks at the page again. */
  hurry() {
    if (this.#state.name === "waiting") this.#openSocket();
    else this.probe();
  }

  /**
   * In a call the link comes back sooner.
   *
   * @param {() => boolean} isInCall asked before each wait
   */
  followCall(isInCall) {
    this.#isInCall = isInCall;
  }

  /** Measures the way to the server, so that `isStrained` is fresh. */
  probe() {
    if (this.#state.name === "open") this.#ask();
  }

  /**
   * @template {keyof Happenings} Type
   * @param {Type} type
   * @param {(message: Happenings[Type]) => void} handler
   * @returns {() => void} ends the subscription
   */
  on(type, handler) {
    const handlers = this.#subscribers.get(type) ?? new Set();
    this.#subscribers.set(type, handlers.add(handler));
    return () => handlers.delete(handler);
  }

  /**
   * Called on every fresh connection before what waits is sent again, so that the server first hears who speaks (`call.join`).
   *
   * @param {() => void} greeting
   * @returns {() => void} ends it
   */
  onWelcome(greeting) {
    this.#greetings.add(greeting);
    return () => this.#greetings.delete(greeting);
  }

  /**
   * Sends a command, now or as soon as there is a connection.
   *
   * @template {keyof Commands} Type
   * @param {Type} type
   * @param {Commands[Type]} fields
   * @param {{ lifetime?: number, id?: string }} [options] `lifetime`: milliseconds after which it is no longer meant
   * @returns {Promise<any>} the body of the ack
   * @throws {Refusal}
   */
  command(type, fields, { lifetime = Infinity, id = this.#surroundings.uuid() } = {}) {
    const message = { type, id, ...fields };
    return new Promise((resolve, reject) => {
      const added = this.#state.name !== "signedOut" && this.#outbox.add(message, { resolve, reject }, this.#surroundings.now() + lifetime);
      if (!added) {
        reject(new Refusal(OWN_PROBLEMS.full));
        return;
      }
      if (this.#welcomed) this.#send(message);
    });
  }

  /**
   * Hears a shared stream from now on, on this connection and every later one, beginning after a sequence.
   *
   * @param {string} stream such as `conversation/01k…`
   * @param {number} after the last sequence the page has
   * @returns {Promise<void>}
   */
  async hear(stream, after) {
    this.#tracker.greet({ [stream]: after });
    this.#asked.add(stream);
    try {
      await this.command("listen", { stream, after });
    } catch (refusal) {
      this.#tracker.forget(stream);
      throw refusal;
    } finally {
      this.#asked.delete(stream);
    }
  }

  /** @param {string} stream */
  async unhear(stream) {
    this.#tracker.forget(stream);
    await this.command("unlisten", { stream });
  }

  #openSocket() {
    clearTimeout(this.#retry);
    this.#become({ name: "connecting" });
    this.#goodbye = undefined;
    this.#welcomed = false;
    const socket = this.#surroundings.open(this.#surroundings.url);
    this.#socket = socket;
    this.#heartbeat.start(Heartbeat.PATIENCE, this.#surroundings.now());
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    socket.addEventListener("open", () => this.#send({ type: "resume", streams: this.#tracker.positions }), { signal });
    socket.addEventListener("message", (event) => this.#receive(event.data), { signal });
    socket.addEventListener("close", (event) => this.#closed(event.code), { signal });
  }

  /** @param {string} text */
  #receive(text) {
    this.#heartbeat.heard(this.#surroundings.now());
    const message = JSON.parse(text);
    switch (message.type) {
      case "welcome":
        this.#greet(message);
        break;
      case "ack":
        this.#outbox.settle(message.id)?.resolve(message.body);
        break;
      case "refused":
        this.#outbox.settle(message.id)?.reject(new Refusal(message.problem));
        break;
      case "event":
        this.#receiveEvent(message);
        break;
      case "snapshot":
        if (this.#tracker.leap(message.stream, message.sequence) === "deliver") this.#tell("snapshot", message);
        break;
      case "goodbye":
        this.#goodbye = message;
        break;
      case "unheard":
        this.#tracker.forget(message.stream);
        this.#tell("unheard", message);
        break;
      default:
        this.#tell(message.type, message);
    }
  }

  /** @param {import("./protocol.js").DurableEvent} message */
  #receiveEvent(message) {
    const verdict = this.#tracker.receive(message.stream, message.sequence);
    if (verdict === "deliver") this.#tell("event", message);
    // Only a new connection resumes from where we are.
    if (verdict === "gap") this.#distrust();
  }

  /** @param {import("./protocol.js").Welcome} welcome */
  #greet(welcome) {
    this.#welcomed = true;
    this.#heartbeat.start(welcome.heartbeat * 1000, this.#surroundings.now());
    for (const stream of this.#tracker.greet(welcome.streams ?? {})) this.#tell("putBack", { stream });
    // A shared stream that the server does not name is one this person may not hear any more.
    for (const stream of Object.keys(this.#tracker.positions)) {
      if (!stream.includes("/") || stream in (welcome.streams ?? {}) || this.#asked.has(stream)) continue;
      this.#tracker.forget(stream);
      this.#tell("unheard", { stream });
    }
    this.#proving = setTimeout(() => this.#backOff.reset(), PROVED_AFTER);
    this.#dropExpired();
    const unanswered = this.#outbox.unanswered;
    for (const greeting of this.#greetings) this.#safely(greeting);
    for (const message of unanswered) this.#send(message);
    this.#tell("welcome", welcome);
    this.#become({ name: "open" });
  }

  /** @param {number} code */
  #closed(code) {
    this.#release();
    const advice = adviceAfter(code, this.#goodbye);
    if (advice.next === "reconnect") {
      const wait = this.#backOff.next(advice.atLeast, this.#isInCall() ? LONGEST_IN_CALL : LONGEST);
      this.#retry = setTimeout(() => this.#openSocket(), wait);
      this.#become({ name: "waiting", retryAt: this.#surroundings.now() + wait });
      return;
    }
    for (const answer of this.#outbox.clear()) answer.reject(new Refusal(OWN_PROBLEMS.stopped));
    this.#become({ name: advice.next === "signIn" ? "signedOut" : "stopped" });
  }

  /** Lets go of the socket without waiting for the other side to close it. */
  #release() {
    clearTimeout(this.#proving);
    this.#listening.abort();
    this.#socket = undefined;
    this.#welcomed = false;
  }

  #distrust() {
    this.#socket?.close(UNTRUSTED);
    this.#closed(UNTRUSTED);
  }

  /** @param {LinkState} state */
  #leave(state) {
    clearTimeout(this.#retry);
    clearInterval(this.#watch);
    this.#watch = undefined;
    this.#socket?.close(1000);
    this.#release();
    this.#become(state);
  }

  /** The watchdog: drops commands nobody means any more and a connection that no longer answers. */
  #look() {
    this.#dropExpired();
    const now = this.#surroundings.now();
    if (this.#state.name !== "open" && this.#state.name !== "connecting") return;
    const verdict = this.#heartbeat.check(now);
    if (verdict === "giveUp") this.#distrust();
    else if (verdict === "ask" && this.#welcomed) this.#ask();
    // No welcome came within the first interval: the connection hangs.
    else if (verdict === "ask") this.#distrust();
  }

  #dropExpired() {
    for (const answer of this.#outbox.expire(this.#surroundings.now())) answer.reject(new Refusal(OWN_PROBLEMS.expired));
  }

  /** Asks the server for a sign of life and measures how long it takes. */
  #ask() {
    const askedAt = this.#surroundings.now();
    this.#heartbeat.asked(askedAt);
    const heard = () => this.#heartbeat.answered(this.#surroundings.now() - askedAt);
    this.command("ping", {}, { lifetime: Heartbeat.PATIENCE }).then(heard, (refusal) => {
      // A refusal is a sign of life too, an expiry is not.
      if (refusal.problem !== OWN_PROBLEMS.expired) heard();
    });
  }

  /** @param {object} message */
  #send(message) {
    if (this.#socket?.readyState === 1) this.#socket.send(JSON.stringify(message));
  }

  /** @param {LinkState} state */
  #become(state) {
    this.#state = state;
    this.#tell("link", state);
  }

  /**
   * @template {keyof Happenings} Type
   * @param {Type} type
   * @param {Happenings[Type]} message
   */
  #tell(type, message) {
    for (const handler of this.#subscribers.get(type) ?? []) this.#safely(() => handler(message));
  }

  /** One subscriber's mistake must not keep the others from hearing. */
  #safely(/** @type {() => void} */ action) {
    try {
      action();
    } catch (error) {
      globalThis.reportError(error);
    }
  }
}
