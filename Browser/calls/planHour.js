/**
 * The full hour that is at least half an hour away, as the clock of this device shows it.
 *
 * @param {Date} now
 * @returns {{ on: string, at: string }} as `<input type="date">` and `<input type="time">` have them
 */
export function nextHour(now) {
  const next = new Date(now.getFullYear(), now.getMonth(), now.getDate(), now.getHours() + (now.getMinutes() < 30 ? 1 : 2));
  const two = (/** @type {number} */ number) => String(number).padStart(2, "0");
  return { on: `${next.getFullYear()}-${two(next.getMonth() + 1)}-${two(next.getDate())}`, at: `${two(next.getHours())}:00` };
}
