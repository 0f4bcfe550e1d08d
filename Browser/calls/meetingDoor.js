/**
 * The door of a meeting that has not begun: the page is loaded again when it is time.
 *
 * @module
 */
const door = document.querySelector("[data-door-opens]");
/** The longest that a timer of a browser can wait, in milliseconds. */
const longest = 2 ** 31 - 1;

if (door instanceof HTMLElement) {
  const wait = new Date(door.dataset.doorOpens ?? "").getTime() - Date.now();
  if (wait <= longest) setTimeout(() => location.reload(), Math.max(wait, 1000));
}
