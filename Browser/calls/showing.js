/**
 * What one side of a call gives the other to hear and see, as the two pages tell each other.
 *
 * @module
 */

/** @typedef {{ microphone: boolean, camera: boolean, screen: boolean, isPaused: boolean }} Showing `isPaused`: the camera is on, and its picture left out for want of room */

/**
 * @param {any} data from the other side, so it may be any object
 * @returns {Showing}
 */
export function asShowing(data) {
  return {
    microphone: data.microphone === true,
    camera: data.camera === true,
    screen: data.screen === true,
    isPaused: data.isPaused === true,
  };
}
