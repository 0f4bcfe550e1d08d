/**
 * The page around the frame, through its loader. **Nobody else is listened to**: only the window that framed us, only from an origin of
 * the site, and only what names the site's key.
 *
 * @module
 */

const { key = "", origins = "" } = document.documentElement.dataset;

/** How long the loader may take to answer, in milliseconds. */
const PATIENCE = 3000;

/** Events: `hello`, `open`, `close`, `identify`, `language`; what came with it is in `detail`. */
export class Host extends EventTarget {
  /** Known once the loader spoke. @type {string | undefined} */
  #origin;

  /** What the loader says first; nothing when there is none. @type {Promise<any>} */
  greeting;

  constructor() {
    super();
    this.greeting = new Promise((resolve) => {
      this.addEventListener("hello", (event) => resolve(/** @type {CustomEvent} */ (event).detail), { once: true });
      setTimeout(resolve, this.isThere ? PATIENCE : 0);
    });
    if (!this.isThere) return;
    addEventListener("message", (event) => this.#hear(event));
    // Says nothing but that the frame is there, so that anybody may hear it.
    parent.postMessage({ sotto: key, type: "ready" }, "*");
  }

  /** False where the chat is a page of its own. */
  get isThere() {
    return parent !== window;
  }

  /** @param {string} type @param {unknown} [detail] */
  tell(type, detail) {
    // A page opened from a file has no origin to be named by; only a site that allows any page lets it in.
    if (this.#origin) parent.postMessage({ sotto: key, type, detail }, this.#origin === "null" ? "*" : this.#origin);
  }

  /** @param {MessageEvent} event */
  #hear({ source, origin, data }) {
    if (source !== parent || data?.sotto !== key || typeof data.type !== "string" || !isOf(origin)) return;
    this.#origin = origin;
    this.dispatchEvent(new CustomEvent(data.type, { detail: data }));
  }
}

/** Whether the origin is one of the site's, where it named any. @param {string} origin */
function isOf(origin) {
  const known = origins.split(" ").filter(Boolean);
  return (
    known.length === 0 ||
    origin === location.origin ||
    known.some((one) => one === origin || (one.includes("://*.") && matches(one, origin)))
  );
}

/** @param {string} pattern such as `https://*.example.org` @param {string} origin */
function matches(pattern, origin) {
  const [scheme, domain] = pattern.split("://*");
  return origin.startsWith(`${scheme}://`) && origin.endsWith(domain);
}
