/**
 * Hands a file over in pieces (`docs/conversations.md`), and goes on where it stopped when the network was gone.
 *
 * @module
 * @typedef {{ id: string, name: string, type: string, bytes: number, width?: number, height?: number }} Attachment
 */

/** Bytes of a piece: the server takes no larger ones. */
const PIECE = 1024 * 1024;
/** First and longest pause before it is tried again, in milliseconds. */
const [SHORTEST, LONGEST] = [500, 15_000];

/** What the server says against a file, in the reader's language (RFC 9457). */
export class Refused extends Error {
  /** @param {{ title?: string, detail?: string, next?: string, type?: string, status?: number }} problem */
  constructor(problem) {
    super(problem.title ?? "refused");
    this.problem = problem;
  }
}

/**
 * @typedef {object} Way
 * @property {string} [base] where the server is; nothing on its own pages
 * @property {string} [token] a visitor's token
 * @property {(share: number) => void} [progress] from 0 to 1
 * @property {(problem?: { title?: string }) => void} [waits] it is tried again in a while: what the server said, nothing without a network
 * @property {AbortSignal} [signal] takes the file back
 * @property {typeof globalThis.fetch} [fetch]
 * @property {(milliseconds: number) => Promise<void>} [pause]
 */

/**
 * @param {File} file
 * @param {string} conversation
 * @param {Way} [way]
 * @returns {Promise<Attachment>} what `message.send` names by its id. Throws `Refused` when it is not taken, and the signal's reason when taken back.
 */
export async function upload(file, conversation, way = {}) {
  const line = new Line(way);
  const { id } = await line.ask("POST", "/attachments", JSON.stringify({ conversation, name: file.name, bytes: file.size }));
  try {
    let offset = 0;
    for (;;) {
      way.progress?.(offset / file.size);
      const answer = await line.once("PATCH", `/attachments/${id}?offset=${offset}`, file.slice(offset, offset + PIECE));
      if (answer?.file) {
        way.progress?.(1);
        return answer.file;
      }
      // Whether a piece arrived whose answer was lost, the server knows.
      offset = answer ? answer.offset : (await line.ask("GET", `/attachments/${id}/offset`)).offset;
    }
  } catch (error) {
    // Nobody waits for this: what is not said goes by itself within the hour.
    line.drop(`/attachments/${id}`);
    throw error;
  }
}

/** Takes back a file that was handed over and not said. @param {string} id @param {string} [token] */
export function takeBack(id, token) {
  new Line({ token }).drop(`/attachments/${id}`);
}

/** Requests that are made again until there is an answer. */
class Line {
  #way;
  #wait = SHORTEST;

  /** @param {Way} way */
  constructor(way) {
    this.#way = way;
  }

  /** @param {string} method @param {string} path @param {BodyInit} [body] @returns {Promise<any>} */
  async ask(method, path, body) {
    for (;;) {
      const answer = await this.once(method, path, body);
      if (answer) return answer;
    }
  }

  /** The answer, or nothing after a pause when there was none or the server could not just then. @param {string} method @param {string} path @param {BodyInit} [body] */
  async once(method, path, body) {
    this.#way.signal?.throwIfAborted();
    const answer = await this.#send(method, path, body);
    if (answer?.ok) {
      this.#wait = SHORTEST;
      return answer.json();
    }
    const wasThere = answer?.status === 409 && method === "PATCH";
    if (answer && !wasThere && answer.status !== 429 && answer.status < 500) throw new Refused(await problemOf(answer));
    if (answer?.status === 507) throw new Refused(await problemOf(answer));
    // A piece that was there already needs no pause.
    if (!wasThere) {
      this.#way.waits?.(answer && (await problemOf(answer)));
      await this.#pause(Number(answer?.headers.get("Retry-After")) * 1000);
    }
    return undefined;
  }

  /** @param {string} path */
  drop(path) {
    this.#fetch("DELETE", path).catch(() => {});
  }

  /** @param {string} method @param {string} path @param {BodyInit} [body] */
  async #send(method, path, body) {
    try {
      return await this.#fetch(method, path, body, this.#way.signal);
    } catch {
      this.#way.signal?.throwIfAborted();
      return undefined;
    }
  }

  /** @param {string} method @param {string} path @param {BodyInit} [body] @param {AbortSignal} [signal] */
  #fetch(method, path, body, signal) {
    const { base = "", token, fetch: request = globalThis.fetch } = this.#way;
    /** @type {Record<string, string>} */
    const headers = { Accept: "application/json" };
    if (token) headers.Authorization = `Bearer ${token}`;
    return request(base + path, { method, headers, body, signal });
  }

  /** @param {number} asked milliseconds that the server asked for */
  async #pause(asked) {
    const { pause = (time) => new Promise((resume) => setTimeout(resume, time)) } = this.#way;
    await pause(Math.max(asked || 0, this.#wait));
    this.#wait = Math.min(this.#wait * 2, LONGEST);
  }
}

/** @param {Response} answer */
async function problemOf(answer) {
  try {
    return await answer.json();
  } catch {
    return { status: answer.status };
  }
}
