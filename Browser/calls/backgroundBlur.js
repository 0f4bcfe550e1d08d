/**
 * Blurring what is behind somebody, done by their camera, their system or their browser before the picture reaches this page (Media Capture
 * and Streams Extensions, `backgroundBlur`). **Where none of them does it nothing is offered**: a page that did it by itself would have to
 * bring a model that finds people in pictures.
 *
 * @module
 */

/**
 * Whether it is on.
 *
 * @param {MediaStreamTrack | null} track of a camera
 * @returns {boolean | undefined} undefined where there is nothing to choose: it cannot be done, or the system does it whatever a page wants
 */
export function blurOf(track) {
  const capabilities = /** @type {{ backgroundBlur?: unknown } | undefined} */ (track?.getCapabilities?.());
  const can = capabilities?.backgroundBlur;
  if (!track || !Array.isArray(can) || !can.includes(true) || !can.includes(false)) return undefined;
  return /** @type {{ backgroundBlur?: boolean }} */ (track.getSettings()).backgroundBlur === true;
}

/**
 * @param {MediaStreamTrack} track of a camera
 * @param {boolean} isOn
 */
export async function blur(track, isOn) {
  // What is not said again is not wanted any more.
  await track.applyConstraints(/** @type {MediaTrackConstraints} */ ({ ...track.getConstraints(), backgroundBlur: isOn }));
}
