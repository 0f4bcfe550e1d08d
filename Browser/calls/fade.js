/** How long one way of hearing takes to give place to another, in milliseconds: too short for two voices, too long for a click. */
export const FADE = 240;
/** Milliseconds between two steps. */
const STEP = 20;

/**
 * How loud each side is at a moment of a fade. Both carry the same voice, so together they stay as loud as one.
 *
 * @param {number} elapsed milliseconds
 * @returns {{ falling: number, rising: number }} from 0 to 1
 */
export function loudness(elapsed) {
  const rising = Math.min(1, Math.max(0, elapsed / FADE));
  return { falling: 1 - rising, rising };
}

/**
 * Lets some players fall silent while others are heard. Where a page cannot set how loud they are, they change over at once.
 *
 * @param {HTMLMediaElement[]} falling muted at the end
 * @param {HTMLMediaElement[]} rising
 */
export async function fadeOver(falling, rising) {
  const began = performance.now();
  for (let elapsed = 0; elapsed < FADE; elapsed = performance.now() - began) {
    const now = loudness(elapsed);
    for (const player of falling) player.volume = now.falling;
    for (const player of rising) player.volume = now.rising;
    await new Promise((resume) => setTimeout(resume, STEP));
  }
  for (const player of rising) player.volume = 1;
  for (const player of falling) player.muted = true;
}
