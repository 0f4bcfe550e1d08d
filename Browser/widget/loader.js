/**
 * The one script on somebody else's page: draws the launcher, opens the chat in a frame of our own origin, and is `window.Sotto`.
 *
 * **Until the visitor does something it asks nothing, stores nothing and tells nobody anything.** The server puts the site's settings in
 * the place of the word SITE and takes the comments out. Classic script, no module: it works in every page, also under a policy that
 * allows this one address and nothing inline.
 */
(() => {
  /** @type {any} */
  const site = "SITE";
  const page = /** @type {any} */ (window);
  if (page.Sotto) return;
  const script = /** @type {HTMLScriptElement | null} */ (document.currentScript);
  const home = script ? new URL(script.src).origin : site.home;
  const address = `${home}/widget/${site.key}`;
  /** @type {Record<string, Set<(detail: any) => void>>} */
  const listeners = {};
  /** @type {HTMLIFrameElement | undefined} */
  let frame;
  let language = spoken(script?.dataset.language, document.documentElement.lang, ...navigator.languages);
  let isOpen = false;
  let isReady = false;
  /** The frame was loaded, yet nothing in it speaks: the browser shows some page of its own there, grey and broken. */
  let isMute = false;
  /** How long the chat may take to come before it is asked for again, in milliseconds. */
  let patience = 8000;
  let unread = 0;
  /** @type {string | undefined} */
  let identity;
  // Every browser that knows style sheets made by scripts, below, has one.
  const view = page.visualViewport;

  const host = document.createElement("div");
  const root = host.attachShadow({ mode: "closed" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
:host{all:initial;position:fixed;${site.side}:1rem;bottom:1rem;z-index:2147483000;color-scheme:light dark;font:1rem/1.4 system-ui,sans-serif;--f:${site.shades[0]};--i:${site.shades[1]}}
@media(prefers-color-scheme:dark){:host{--f:${site.shades[2]};--i:${site.shades[3]}}}
@media print{:host{display:none}}
button{font:inherit;cursor:pointer;border:0;display:grid;place-items:center;position:relative;width:3.5rem;height:3.5rem;border-radius:50%;background:var(--f);color:var(--i);box-shadow:0 2px 12px #0005}
button:focus-visible{outline:3px solid var(--f);outline-offset:3px}
button::before{content:"";width:24px;height:24px;background:currentColor;clip-path:path("M5 3h14q3 0 3 3v8q0 3-3 3h-7l-6 5v-5q-4 0-4-3V6q0-3 3-3z")}
[aria-expanded=true]::before{clip-path:path("M5 3l7 7 7-7 2 2-7 7 7 7-2 2-7-7-7 7-2-2 7-7-7-7z")}
span{position:absolute;top:-.25rem;right:-.25rem;min-width:1.4rem;height:1.4rem;border-radius:1rem;background:#b3261e;color:#fff;font-size:.8rem;line-height:1.4rem}
span:empty{display:none}
iframe{position:fixed;${site.side}:1rem;bottom:5.5rem;width:min(24rem,calc(100vw - 2rem));height:min(42rem,calc(100dvh - 7rem));border:1px solid #8886;border-radius:1rem;box-shadow:0 8px 40px #0004;background:Canvas}
[hidden]{display:none}
@media(max-width:30rem){iframe{--t:0;--h:100%;inset:var(--t) 0;width:100%;height:var(--h);border:0;border-radius:0}.ready[aria-expanded=true]{display:none}}`);
  root.adoptedStyleSheets = [sheet];

  const launcher = document.createElement("button");
  const count = document.createElement("span");
  launcher.append(count);
  launcher.addEventListener("click", () => (isOpen ? close() : open()));
  root.append(launcher);

  /** @param {(string | undefined)[]} wishes @returns {string} */
  function spoken(...wishes) {
    for (const wish of wishes) {
      const code = wish?.slice(0, 2).toLowerCase() ?? "";
      if (site.words[code]) return code;
    }
    return "en";
  }

  function paint() {
    const [opens, closes] = site.words[language];
    host.lang = language;
    host.dir = language === "ar" ? "rtl" : "ltr";
    count.textContent = unread > 0 ? `${unread}` : "";
    launcher.setAttribute("aria-label", isOpen ? closes : unread > 0 ? `${opens} (${unread})` : opens);
    launcher.setAttribute("aria-expanded", `${isOpen}`);
    launcher.hidden = isMute;
    if (!frame) return;
    frame.title = opens;
    frame.hidden = !isOpen || isMute;
  }

  /** @param {string} type @param {any} [detail] */
  function tell(type, detail) {
    for (const listener of listeners[type] ?? []) listener(detail);
  }

  /** @param {object} message */
  function say(message) {
    if (isReady) frame?.contentWindow?.postMessage({ sotto: site.key, ...message }, home);
  }

  /**
   * What the site's pages know, kept only once the visitor began a conversation: whether it is open, and what the chat keeps where the browser
   * lets it keep nothing itself. Null forgets it.
   *
   * @param {{ state?: string, chat?: string } | null} [change]
   * @returns {{ state?: string, chat?: string }}
   */
  function kept(change) {
    try {
      const now = { ...JSON.parse(localStorage["sotto.chat"] ?? "{}"), ...change };
      if (change) localStorage["sotto.chat"] = JSON.stringify(now);
      if (change === null) delete localStorage["sotto.chat"];
      return now;
    } catch {
      // Refused: it lives as long as the page.
      return {};
    }
  }

  function load() {
    if (frame) return;
    frame = document.createElement("iframe");
    frame.src = `${address}?language=${language}`;
    frame.allow = "microphone; camera; display-capture; autoplay; clipboard-write";
    frame.onload = () => setTimeout(mute, 2000);
    root.prepend(frame);
    paint();
    fit();
    watch();
  }

  /**
   * Keeps the frame, where it is the whole screen, within what is seen: on iOS a keyboard covers the end of the page and changes nothing of
   * its size. A page that fingers drew larger is seen in part, and the chat with it.
   */
  function fit() {
    if (frame) frame.style.cssText = view.scale > 1.01 ? "" : `--t:${view.offsetTop}px;--h:${view.height}px`;
  }

  /** The chat speaks before its frame is loaded: one that is silent afterwards is taken out of sight with its button, until it speaks. */
  function mute() {
    if (isReady || isMute) return;
    isMute = true;
    paint();
    // Whoever put the script into a page looks for the reason there; visitors do not.
    // oxlint-disable-next-line no-console
    console.warn(`Sotto: no chat came, as when ${location.origin} differs from the site's address under Administration.`);
  }

  /** A frame whose files did not come is loaded again. Nothing could be typed in it yet. */
  function watch() {
    setTimeout(() => {
      if (isReady || !frame) return;
      frame.src = `${address}?language=${language}`;
      patience *= 2;
      watch();
    }, patience);
  }

  function open() {
    if (isOpen) return;
    isOpen = true;
    load();
    show();
    say({ type: "open" });
  }

  function close() {
    if (!isOpen) return;
    isOpen = false;
    show();
    say({ type: "close" });
    launcher.focus();
  }

  function show() {
    if (isOpen && isReady) frame?.focus();
    if (kept().state) kept({ state: isOpen ? "open" : "closed" });
    paint();
    tell(isOpen ? "open" : "close");
  }

  addEventListener("message", (event) => {
    if (event.origin !== home || event.source !== frame?.contentWindow || event.data?.sotto !== site.key) return;
    const { type, detail } = event.data;
    if (type === "ready") {
      isReady = true;
      isMute = false;
      paint();
      launcher.classList.add("ready");
      say({ type: "hello", isOpen, identity, page: location.origin + location.pathname, chat: kept().chat });
      if (isOpen) frame?.focus();
    } else if (type === "close") close();
    else if (type === "unread") {
      unread = detail;
      paint();
      tell("unread", detail);
    } else {
      if (type === "began") kept({ state: isOpen ? "open" : "closed" });
      if (type === "keep") kept({ chat: detail });
      if (type === "forgotten") kept(null);
      tell(type, detail);
    }
  });

  page.Sotto = Object.freeze({
    open,
    close,
    /** @param {string} code */
    setLanguage(code) {
      language = spoken(code, language);
      say({ type: "language", language });
      if (!isReady && frame) frame.src = `${address}?language=${language}`;
      paint();
    },
    get language() {
      return language;
    },
    /** @param {string} token a JSON Web Token that the site's own server signed */
    identify(token) {
      identity = token;
      say({ type: "identify", identity });
    },
    /** What this tab may remember of the visit, for invitations alone. @param {boolean} [may] false forgets it */
    remember(may = true) {
      script?.toggleAttribute("data-remember", may);
      dispatchEvent(new Event("sotto.remember"));
    },
    /** @param {string} type @param {(detail: any) => void} listener @returns {() => void} ends it */
    on(type, listener) {
      listeners[type] = (listeners[type] ?? new Set()).add(listener);
      return () => listeners[type].delete(listener);
    },
  });

  view.addEventListener("resize", fit);
  view.addEventListener("scroll", fit);
  paint();
  const begin = () => document.body.append(host);
  if (document.body) begin();
  else addEventListener("DOMContentLoaded", begin);
  const was = kept().state;
  if (was) {
    isOpen = was === "open" && innerWidth > 480;
    load();
    show();
  } else if (site.invites) {
    // What a page with Trusted Types lets name scripts: this site's alone.
    let policy = { createScriptURL: (/** @type {string} */ name) => `${address}/${name}` };
    const add = (/** @type {string} */ name) => {
      const more = document.createElement("script");
      more.referrerPolicy = "no-referrer";
      more.src = policy.createScriptURL(name);
      document.head.append(more);
    };
    try {
      policy = page.trustedTypes?.createPolicy("sotto", policy) ?? policy;
      addEventListener("sotto.ask", () => add("availability.js"));
      add("invitations.js");
    } catch {
      // The page refuses `sotto` as a policy: nobody is invited.
    }
  }
})();
