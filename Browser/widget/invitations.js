/**
 * Bubbles that offer help on a customer's page: the first rule that fits, each at most once.
 *
 * **Decided here, in the visitor's browser**: no page, no time and no choice is sent anywhere. Asked for only by loaders of sites that have
 * such rules; the server puts them in the place of the word SITE. What is remembered is remembered by the page alone, until the visitor
 * waves the bubble away or opens the chat.
 */
(() => {
  /** @type {any} */
  const site = "SITE";
  const { Sotto } = /** @type {any} */ (window);
  /** Whoever came from a page of the same site has seen one: the browser says so, nothing needs to be kept. */
  let pages = document.referrer.startsWith(`${location.origin}/`) ? 2 : 1;
  let path = location.pathname;
  let since = Date.now();
  let hasAsked = false;
  let isStaffed = false;
  /** @type {HTMLElement | undefined} */
  let bubble;

  const watch = setInterval(consider, 1000);
  Sotto.on("open", end);
  addEventListener("sotto.staffed", (event) => {
    isStaffed = /** @type {CustomEvent} */ (event).detail === true;
  });

  function end() {
    clearInterval(watch);
    bubble?.remove();
  }

  function consider() {
    if (location.pathname !== path) {
      path = location.pathname;
      pages += 1;
      since = Date.now();
    }
    const rule = site.rules.find(
      (/** @type {any} */ one) => pages >= one.pages && Date.now() - since >= one.seconds * 1000 && fits(one.path) && isFree(one),
    );
    if (!rule) return;
    clearInterval(watch);
    invite(rule);
  }

  /** Asks once, and only when everything else fits. @param {any} rule */
  function isFree(rule) {
    if (rule.staffed && !hasAsked) {
      hasAsked = true;
      dispatchEvent(new Event("sotto.ask"));
    }
    return !rule.staffed || isStaffed;
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
    dismiss.addEventListener("click", () => {
      end();
      try {
        sessionStorage["sotto.waved"] = "1";
      } catch {
        // Refused: it is remembered as long as the page lives.
      }
    });
    box.append(accept, dismiss);
    root.append(box);
    document.body.append(bubble);
  }

  try {
    if (sessionStorage["sotto.waved"]) end();
  } catch {
    // Nothing is remembered.
  }
})();
