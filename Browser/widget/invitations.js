/**
 * Bubbles that offer help on a customer's page: the first rule that fits, one on a page, and each no second time.
 *
 * **Decided here, in the visitor's browser**: no page, no time and no choice is sent anywhere. Asked for only by loaders of sites that have
 * such rules; the server puts them in the place of the word SITE. Whether one of the team is free is a file that is the same for everybody;
 * where somebody may be invited at all it is asked for by the clock, whatever the visitor does, so that asking tells nothing either.
 *
 * **Nothing is kept before the visitor acts.** On the page by which they came everything is known: it is the first. On those after it
 * nobody can say without a memory whether they were invited before, so they are not invited there. Waving a bubble away and opening the chat
 * are acts, and remembered in this tab. A site whose visitors agreed to more says so with `Sotto.remember()` or `data-remember`: from
 * then on the pages of the visit are counted in the tab, and every rule holds on every page.
 */
(() => {
  document.currentScript?.remove();
  /** @type {any} */
  const site = "SITE";
  const { Sotto } = /** @type {any} */ (window);
  /** How often it is asked whether somebody is free, in milliseconds, and how often at most. */
  const [EVERY, MOST] = [30_000, 20];
  /** What this tab remembers: `isOver` after an act of theirs; the number of `pages` and the rules `shown` where that was allowed. */
  const KEY = "sotto.visit";
  const [{ type: navigation } = /** @type {any} */ ({})] = performance.getEntriesByType("navigation");
  const comesFromHere = document.referrer.startsWith(`${location.origin}/`);
  const isArrival = !comesFromHere && navigation !== "reload" && navigation !== "back_forward";
  const staffed = site.rules.some((/** @type {any} */ one) => one.staffed);
  const kept = read();
  const shown = kept.shown ?? [];
  const begun = Date.now();
  /** Pages of this visit so far, as far as is known. One that is loaded again is no other. */
  let pages = (kept.pages ?? (comesFromHere ? 1 : 0)) + (kept.pages && navigation === "reload" ? 0 : 1);
  let path = location.pathname;
  let since = Date.now();
  let asked = 0;
  let isFree = false;
  /** This page has nothing more to decide. */
  let isDone = false;
  /** @type {HTMLElement | undefined} */
  let bubble;
  const watch = setInterval(consider, 1000);

  // The page's own scripts may open the chat too, which is no act of the visitor's.
  Sotto.on("open", () => end(navigator.userActivation?.isActive === true));
  addEventListener("sotto.free", (event) => {
    isFree = /** @type {CustomEvent} */ (event).detail === true;
  });
  addEventListener("sotto.remember", () => {
    if (isAllowed()) count();
    else write(null);
    consider();
  });
  // A page that the browser kept and shows again: meanwhile they may have been invited on another.
  addEventListener("pageshow", (event) => {
    if (event.persisted && (read().isOver || !mayRemember())) end(false);
  });
  if (kept.isOver) end(false);
  else {
    if (mayRemember()) count();
    consider();
  }

  /** @returns {{ pages?: number, shown?: number[], isOver?: boolean }} */
  function read() {
    try {
      return JSON.parse(sessionStorage[KEY] ?? "{}");
    } catch {
      return {};
    }
  }

  /** @param {{ pages?: number, shown?: number[], isOver?: boolean } | null} change null forgets it */
  function write(change) {
    try {
      if (change) sessionStorage[KEY] = JSON.stringify({ ...read(), ...change });
      else delete sessionStorage[KEY];
    } catch {
      // Refused: it is remembered as long as the page lives.
    }
  }

  /** Allowed on this page, or on one before it in this tab. */
  function mayRemember() {
    return isAllowed() || read().pages !== undefined;
  }

  /** The loader's script says it, as the page wrote it or by `Sotto.remember()`. */
  function isAllowed() {
    return document.querySelector(`script[src*="/${site.key}/loader.js"][data-remember]`) !== null;
  }

  function count() {
    write({ pages, shown });
  }

  /** @param {boolean} isAct whether the visitor did it */
  function end(isAct) {
    isDone = true;
    clearInterval(watch);
    bubble?.remove();
    if (isAct) write({ isOver: true });
  }

  function consider() {
    if (isDone) return;
    if (location.pathname !== path) {
      path = location.pathname;
      pages += 1;
      since = Date.now();
      if (mayRemember()) count();
    }
    if (!document.body || (!isArrival && !mayRemember())) return;
    if (staffed && asked < MOST && Date.now() >= begun + asked * EVERY) {
      asked += 1;
      dispatchEvent(new Event("sotto.ask"));
    }
    const first = site.rules.findIndex(
      (/** @type {any} */ one, /** @type {number} */ index) =>
        pages >= one.pages &&
        Date.now() - since >= one.seconds * 1000 &&
        fits(one.path) &&
        (isFree || !one.staffed) &&
        !shown.includes(index),
    );
    if (first < 0) return;
    isDone = true;
    clearInterval(watch);
    shown.push(first);
    invite(site.rules[first]);
    if (mayRemember()) count();
  }

  /** @param {string} pattern with `*` for anything */
  function fits(pattern) {
    const parts = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
    return new RegExp(`^${parts.join(".*")}$`).test(location.pathname);
  }

  /** @param {any} rule */
  function invite(rule) {
    const language = Sotto.language;
    bubble = document.createElement("div");
    const root = bubble.attachShadow({ mode: "closed" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`
:host{all:initial;position:fixed;${site.side}:1rem;bottom:5.5rem;z-index:2147483000;color-scheme:light dark;font:1rem/1.4 system-ui,sans-serif}
div{display:flex;gap:.25rem;align-items:start;max-width:min(18rem,calc(100vw - 2rem));border-radius:1rem;background:Canvas;color:CanvasText;box-shadow:0 4px 20px #0004;border:1px solid #8886}
button{all:unset;box-sizing:border-box;padding:.75rem 1rem;border-radius:1rem;min-height:2.75rem;min-width:2.75rem;cursor:pointer}
button:focus-visible{outline:3px solid}`);
    root.adoptedStyleSheets = [sheet];
    const box = document.createElement("div");
    box.setAttribute("role", "status");
    box.setAttribute("dir", language === "ar" ? "rtl" : "ltr");
    box.setAttribute("lang", language);
    const accept = document.createElement("button");
    accept.textContent = rule.words[language] ?? rule.words.en ?? Object.values(rule.words)[0];
    accept.addEventListener("click", () => Sotto.open());
    const dismiss = document.createElement("button");
    dismiss.textContent = "\u00d7";
    dismiss.setAttribute("aria-label", site.words[language]);
    dismiss.addEventListener("click", () => end(true));
    box.append(accept, dismiss);
    root.append(box);
    document.body.append(bubble);
  }
})();
