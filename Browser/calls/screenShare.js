/** This page's screen, shared until the person, the browser's own button or the end of the call stops it. */

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
    this.#stream = stream;
    return { screen, sound: stream.getAudioTracks()[0] ?? null };
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

/** @returns {Promise<MediaStream | undefined>} */
async function chosenScreen() {
  const video = { frameRate: { ideal: 15, max: 30 } };
  try {
    // Our own tab's sound would come back to the other side as an echo.
    const options = { video, audio: { suppressLocalAudioPlayback: false }, systemAudio: "include", selfBrowserSurface: "exclude" };
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
