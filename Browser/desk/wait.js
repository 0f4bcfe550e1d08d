/**
 * How long somebody waits, in words.
 *
 * @module
 */

/**
 * Seconds since a moment, never negative: clocks of browsers differ from the server's.
 *
 * @param {number} since milliseconds
 * @param {number} now milliseconds
 */
export function lateness(since, now) {
  return Number.isFinite(since) ? Math.max(0, Math.floor((now - since) / 1000)) : 0;
}

/**
 * Two units at most: `4 min 5 s`.
 *
 * @param {number} seconds
 * @param {string} language
 */
export function spoken(seconds, language) {
  /** @param {number} number @param {string} unit */
  const words = (number, unit) => new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "short" }).format(number);
  if (seconds < 60) return words(seconds, "second");
  if (seconds < 3600) return `${words(Math.floor(seconds / 60), "minute")} ${words(seconds % 60, "second")}`;
  return `${words(Math.floor(seconds / 3600), "hour")} ${words(Math.floor((seconds % 3600) / 60), "minute")}`;
}
