/** Finds what the templates mark for scripts: `data-call` regions, `data-action` buttons, `data-device` menus. */

/**
 * @template {HTMLElement} Kind
 * @param {ParentNode} root
 * @param {string} name
 * @param {new () => Kind} kind
 * @returns {Kind}
 * @throws when the template lacks it, which is a mistake of ours
 */
export function region(root, name, kind) {
  const found = root.querySelector(`[data-call="${name}"]`);
  if (!(found instanceof kind)) throw new Error(`the page has no ${name}`);
  return found;
}

/**
 * @param {ParentNode} root
 * @param {string} name of a template that has one element
 * @returns {HTMLElement} a copy of that element
 * @throws when the template is empty or missing, which is a mistake of ours
 */
export function copyOf(root, name) {
  const copy = region(root, name, HTMLTemplateElement).content.firstElementChild?.cloneNode(true);
  if (!(copy instanceof HTMLElement)) throw new Error(`the template ${name} is empty`);
  return copy;
}

/**
 * @param {ParentNode} copy of a template
 * @param {"message" | "poll" | "row" | "tile"} kind
 * @param {string} name
 * @returns {HTMLElement}
 * @throws when the template lacks it, which is a mistake of ours
 */
export function part(copy, kind, name) {
  const found = copy.querySelector(`[data-${kind}="${name}"]`);
  if (!(found instanceof HTMLElement)) throw new Error(`there is no ${name}`);
  return found;
}

/**
 * @param {ParentNode} root
 * @param {string} name
 * @returns {HTMLButtonElement[]} one action may have several buttons
 */
export function buttons(root, name) {
  return Array.from(root.querySelectorAll(`button[data-action="${name}"]`)).filter((found) => found instanceof HTMLButtonElement);
}

/**
 * Does something when an action is chosen, by whatever button.
 *
 * @param {HTMLElement} root
 * @param {Record<string, (event: Event) => void>} actions
 */
export function onAction(root, actions) {
  root.addEventListener("click", (event) => {
    const chosen = event.target instanceof Element ? event.target.closest("[data-action]") : null;
    const name = chosen instanceof HTMLElement ? chosen.dataset.action : undefined;
    if (name) actions[name]?.(event);
  });
}

/**
 * @param {ParentNode} root
 * @param {string} name
 * @param {boolean} isOn
 */
export function press(root, name, isOn) {
  for (const button of buttons(root, name)) button.setAttribute("aria-pressed", String(isOn));
}

/**
 * Changes words only when they differ, so that a screen reader does not repeat them.
 *
 * @param {HTMLElement} element
 * @param {string} words
 */
export function say(element, words) {
  if (element.textContent !== words) element.textContent = words;
}

/**
 * Shows a track in a player, or nothing.
 *
 * @param {HTMLMediaElement} player
 * @param {(MediaStreamTrack | null)[]} tracks
 */
export function show(player, tracks) {
  const present = tracks.filter((track) => track !== null);
  const shown = player.srcObject instanceof MediaStream ? player.srcObject.getTracks() : [];
  if (shown.length === present.length && present.every((track) => shown.includes(track))) return;
  player.srcObject = present.length > 0 ? new MediaStream(present) : null;
}

/**
 * Keeps a list's rows in step with what they show; a row that stays keeps its focus.
 *
 * @template {{ seat: number }} Item
 * @param {HTMLElement} list
 * @param {string} template
 * @param {HTMLElement} root
 * @param {Item[]} items
 * @param {(row: HTMLElement, item: Item) => void} fill
 */
export function keepRows(list, template, root, items, fill) {
  /** @type {Map<string, HTMLElement>} */
  const rows = new Map();
  for (const row of list.children) if (row instanceof HTMLElement) rows.set(row.dataset.seat ?? "", row);
  const kept = new Set(items.map(({ seat }) => String(seat)));
  for (const [seat, row] of rows) if (!kept.has(seat)) row.remove();
  /** @type {Element | undefined} */
  let last;
  for (const item of items) {
    const known = rows.get(String(item.seat));
    const row = known ?? copyOf(root, template);
    row.dataset.seat = String(item.seat);
    fill(row, item);
    const next = () => (last ? last.nextElementSibling : list.firstElementChild);
    // One that goes down is moved by itself, and not all others up.
    if (known && next() !== row && next()?.nextElementSibling === row) list.append(/** @type {Element} */ (next()));
    // Moving would take its focus: whoever stands before it goes, and is put where they belong in their turn.
    if (row.contains(document.activeElement)) while (next() !== row) list.append(/** @type {Element} */ (next()));
    else if (row !== next()) list.insertBefore(row, next());
    last = row;
  }
}
