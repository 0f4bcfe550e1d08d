/**
 * Which devices the person chose and how a call may make itself known, remembered in this browser only, and only after a choice.
 *
 * @typedef {"camera" | "microphone" | "speaker"} Kind
 * @typedef {"noiseSuppression" | "echoCancellation" | "autoGainControl"} SoundOption
 * @typedef {"ringsAloud" | "notifies"} RingOption `notifies`: by a notification of the system while another window is in front
 */

/** The one storage key of calls; the registry declares it. */
const KEY = "sotto.devices";

const KINDS = /** @type {const} */ (["camera", "microphone", "speaker"]);
const RINGS = /** @type {const} */ (["ringsAloud", "notifies"]);
const OPTIONS = /** @type {const} */ (["noiseSuppression", "echoCancellation", "autoGainControl"]);

export class DeviceChoice {
  /** @type {Partial<Record<Kind, string>>} */
  #devices = {};
  /** @type {Record<SoundOption, boolean>} */
  #sound = { noiseSuppression: true, echoCancellation: true, autoGainControl: true };
  /** @type {boolean | undefined} undefined leaves it to the system */
  #blur;
  /** @type {Record<RingOption, boolean>} */
  #ring = { ringsAloud: true, notifies: false };
  #storage;

  /** @param {Pick<Storage, "getItem" | "setItem"> | undefined} [storage] */
  constructor(storage = ownStorage()) {
    this.#storage = storage;
    this.#read();
  }

  /**
   * @param {Kind} kind
   * @returns {string | undefined} a device id; undefined means the system's choice
   */
  device(kind) {
    return this.#devices[kind];
  }

  /** @param {SoundOption} option */
  sound(option) {
    return this.#sound[option];
  }

  /** @param {RingOption} option */
  ring(option) {
    return this.#ring[option];
  }

  /**
   * @param {RingOption} option
   * @param {boolean} isOn
   */
  chooseRing(option, isOn) {
    this.#ring[option] = isOn;
    this.#write();
  }

  /** @param {boolean} isOn whether what is behind the person is blurred, where that can be chosen */
  chooseBlur(isOn) {
    this.#blur = isOn;
    this.#write();
  }

  /**
   * @param {Kind} kind
   * @param {string} id empty for the system's choice
   */
  choose(kind, id) {
    this.#devices[kind] = id || undefined;
    this.#write();
  }

  /**
   * @param {SoundOption} option
   * @param {boolean} isOn
   */
  chooseSound(option, isOn) {
    this.#sound[option] = isOn;
    this.#write();
  }

  /**
   * What to ask the browser for.
   *
   * @param {Kind} kind
   * @returns {MediaTrackConstraints}
   */
  constraints(kind) {
    const device = this.#devices[kind] ? { deviceId: { exact: this.#devices[kind] } } : {};
    if (kind === "camera") {
      const picture = { ...device, width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 } };
      // A browser that knows no blur passes over the wish.
      return this.#blur === undefined ? picture : Object.assign(picture, { backgroundBlur: { ideal: this.#blur } });
    }
    // Exactly: Chromium would otherwise hand out a device that is open already as it is, whatever was asked.
    const sound = Object.fromEntries(OPTIONS.map((option) => [option, { exact: this.#sound[option] }]));
    return { ...device, ...sound };
  }

  #read() {
    const kept = parsed(this.#storage?.getItem(KEY));
    for (const kind of KINDS) if (typeof kept[kind] === "string") this.#devices[kind] = kept[kind];
    for (const option of OPTIONS) if (typeof kept[option] === "boolean") this.#sound[option] = kept[option];
    if (typeof kept.backgroundBlur === "boolean") this.#blur = kept.backgroundBlur;
    for (const option of RINGS) if (typeof kept[option] === "boolean") this.#ring[option] = kept[option];
  }

  #write() {
    try {
      this.#storage?.setItem(KEY, JSON.stringify({ ...this.#devices, ...this.#sound, ...this.#ring, backgroundBlur: this.#blur }));
    } catch {
      // Storage is full or forbidden: the choice holds for this page.
    }
  }
}

/** @param {string | null | undefined} text */
function parsed(text) {
  try {
    return JSON.parse(text ?? "{}") ?? {};
  } catch {
    return {};
  }
}

function ownStorage() {
  try {
    return globalThis.localStorage;
  } catch {
    return undefined;
  }
}
