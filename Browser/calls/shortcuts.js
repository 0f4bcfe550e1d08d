/** Single keys for what is used in every call. They can be switched off in their list (WCAG 2.1.4) and rest while one types. */

/** @type {Record<string, string>} key to action; capital letters need Shift */
export const KEYS = {
  m: "microphone",
  v: "camera",
  s: "screen",
  c: "chat",
  p: "picture-in-picture",
  f: "full-screen",
  H: "hang-up",
  "?": "shortcuts",
};

/**
 * @param {{ key: string, ctrlKey: boolean, altKey: boolean, metaKey: boolean, shiftKey: boolean, repeat: boolean }} event
 * @param {boolean} isTyping
 * @returns {string | undefined} the action meant
 */
export function actionFor(event, isTyping) {
  if (isTyping || event.ctrlKey || event.altKey || event.metaKey || event.repeat) return undefined;
  // Some layouts need Shift for "?", caps lock must not hang up.
  const key = event.key === "?" ? "?" : event.shiftKey ? event.key.toUpperCase() : event.key.toLowerCase();
  return KEYS[key];
}

/** @param {EventTarget | null} target */
export function isTypingIn(target) {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches("input, textarea, select"));
}
