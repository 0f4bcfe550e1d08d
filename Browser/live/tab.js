/**
 * The live link of this tab. Importing it connects nothing; `wake` does, once, and follows the page's comings and goings.
 *
 * @module
 */
import { Live } from "./live.js";

export const live = new Live({ open: (path) => new WebSocket(addressOf(path)) });

let isAwake = false;

/** Connects, and keeps the link in step with network, visibility and the back/forward cache. */
export function wake() {
  if (isAwake) return;
  isAwake = true;
  const positions = positionsOf(document.documentElement);
  live.connect(positions);
  addEventListener("online", () => live.hurry());
  addEventListener("offline", () => live.hurry());
  // A page in the back/forward cache must not hold a socket, or the browser would not keep it there.
  addEventListener("pagehide", () => live.rest());
  addEventListener("pageshow", (event) => event.persisted && live.connect());
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && live.hurry());
}

/** @param {string} path */
function addressOf(path) {
  const url = new URL(path, location.href);
  url.protocol = location.protocol === "https:" ? "wss:" : "ws:";
  return url.href;
}

/**
 * The last notice the page was rendered with (`<html data-notices="41">`).
 *
 * @param {HTMLElement} root
 * @returns {Record<string, number>}
 */
function positionsOf(root) {
  const last = Number.parseInt(root.dataset.notices ?? "", 10);
  return Number.isSafeInteger(last) ? { notices: last } : {};
}
