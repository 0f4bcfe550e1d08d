/**
 * This page's screen, shared until the person, the browser's own button or the end of the call stops it.
 *
 * @module
 */

/** Events `stopped` when something was shared, `silent` when only its sound has ended. */
export class ScreenShare extends EventTarget {
  /** @type {MediaStream | undefined} */
  #stream;
  #era = 0;

  /** True where the browser can share a screen; phones cannot. */
  static get isPossible() {
    return "getDisplayMedia" in (navigator.mediaDevices ?? {});
  }

  get isOn() {
    return this.#stream !== undefined;
  }

  /** What is shared, null when nothing is. */
  get track() {
    return this.#stream?.getVideoTracks()[0] ?? null;
  }

  /** What is heard with it, null when nothing is. */
  get sound() {
    const [sound] = this.#stream?.getAudioTracks() ?? [];
    return sound?.readyState === "live" ? sound : null;
  }

  /**
   * Asks the person what to share, with sound where the browser offers it.
   *
   * @returns {Promise<{ screen: MediaStreamTrack, sound: MediaStreamTrack | null } | undefined>} undefined when they chose nothing
   */
  async start() {
    const era = this.#era;
    const stream = await chosenScreen();
    if (!stream) return undefined;
    if (era !== this.#era || this.#stream) {
      stop(stream);
      return undefined;
    }
    const [screen] = stream.getVideoTracks();
    // Letters matter more than motion.
    screen.contentHint = "detail";
    screen.addEventListener("ended", () => this.stop(), { once: true });
    const [sound] = stream.getAudioTracks();
    if (sound) {
      sound.contentHint = "music";
      sound.addEventListener("ended", () => this.#stream === stream && this.dispatchEvent(new Event("silent")), { once: true });
    }
    this.#stream = stream;
    return { screen, sound: sound ?? null };
  }

  /** Stops, also a choice still being made. `stopped` tells when something was shared. */
  stop() {
    this.#era += 1;
    const stream = this.#stream;
    this.#stream = undefined;
    if (!stream) return;
    stop(stream);
    this.dispatchEvent(new Event("stopped"));
  }
}

/**
 * What is asked of the sound: as it is, since what cleans voices spoils music, and with the person still hearing it. What this page itself
 * plays is left out where the browser can do that, or the others' voices would come back to them as an echo.
 */
const SOUND = {
  suppressLocalAudioPlayback: false,
  restrictOwnAudio: true,
  echoCancellation: false,
  noiseSuppression: false,
  autoGainControl: false,
};

/** @returns {Promise<MediaStream | undefined>} */
async function chosenScreen() {
  const video = { frameRate: { ideal: 15, max: 30 } };
  try {
    const options = { video, audio: SOUND, systemAudio: "include", selfBrowserSurface: "exclude" };
    return await navigator.mediaDevices.getDisplayMedia(/** @type {DisplayMediaStreamOptions} */ (options));
  } catch (error) {
    if (error instanceof Error && error.name === "NotAllowedError") return undefined;
    throw error;
  }
}

/** @param {MediaStream} stream */
function stop(stream) {
  for (const track of stream.getTracks()) track.stop();
}
