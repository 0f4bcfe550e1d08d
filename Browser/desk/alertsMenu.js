/**
 * Where one chooses how the desk tells of what came.
 *
 * @module
 */

/** @typedef {import("./alerts.js").Alerts} Alerts */

export class AlertsMenu {
  #button;
  #menu;
  #letters;
  #alerts;
  #text;
  #synonyms;
  #refused;

  /**
   * @param {{ button: HTMLElement, menu: HTMLElement, letters: HTMLInputElement }} parts `letters` stands where the keys are listed
   * @param {Alerts} alerts
   * @param {(key: string) => string} text
   * @param {import("./synonyms.js").Synonyms} synonyms
   * @param {() => void} refused the browser shows nothing on the desktop
   */
  constructor({ button, menu, letters }, alerts, text, synonyms, refused) {
    this.#button = button;
    this.#menu = menu;
    this.#letters = letters;
    this.#alerts = alerts;
    this.#text = text;
    this.#synonyms = synonyms;
    this.#refused = refused;
  }

  /** Shows what is chosen, and follows what a person chooses. */
  follow() {
    this.#menu.addEventListener("change", (event) => event.target instanceof HTMLInputElement && this.#choose(event.target));
    this.#letters.addEventListener("change", () => this.#alerts.choose({ letters: this.#letters.checked }));
    this.#draw();
  }

  /** @param {HTMLInputElement} box */
  async #choose(box) {
    if (box.name === "desktop") {
      const isAllowed = box.checked && (await this.#alerts.allowDesktop());
      if (box.checked && !isAllowed) this.#refused();
      this.#alerts.choose({ desktop: isAllowed });
    } else if (box.name === "quiet") this.#alerts.choose({ quiet: box.checked });
    else {
      this.#alerts.choose({ sound: /** @type {"none" | "soft" | "bell"} */ (box.value) });
      this.#alerts.play();
    }
    this.#draw();
  }

  /** The same by its words. @returns {import("./palette.js").Command[]} */
  commands() {
    const text = this.#text;
    const { quiet, desktop } = this.#alerts.choices;
    const isOn = (/** @type {boolean} */ on) => text(on ? "palette.quietOn" : "palette.quietOff");
    return [
      {
        label: text("alerts.quiet"),
        detail: isOn(quiet),
        also: this.#synonyms.of("alerts.quiet", "also.quiet"),
        drawing: "bell",
        act: () => this.#click("quiet"),
      },
      {
        label: text("alerts.desktop"),
        detail: isOn(desktop),
        also: this.#synonyms.of("alerts.desktop", "also.desktop"),
        drawing: "bell",
        act: () => this.#click("desktop"),
      },
      ...["none", "soft", "bell"].map((sound) => ({
        label: `${text("alerts.sound")}: ${text(`alerts.${sound}`)}`,
        drawing: "bell",
        isRare: true,
        act: () => this.#click("sound", sound),
      })),
    ];
  }

  /** As with a click where it is chosen. @param {string} name @param {string} [value] */
  #click(name, value) {
    const field = this.#menu.querySelector(`input[name=${name}]${value ? `[value=${value}]` : ""}`);
    if (field instanceof HTMLInputElement) field.click();
  }

  #draw() {
    const { desktop, sound, quiet, letters } = this.#alerts.choices;
    for (const [name, isOn] of Object.entries({ desktop, quiet })) {
      const box = this.#menu.querySelector(`input[name=${name}]`);
      if (box instanceof HTMLInputElement) box.checked = isOn;
    }
    for (const radio of this.#menu.querySelectorAll("input[name=sound]"))
      if (radio instanceof HTMLInputElement) radio.checked = radio.value === sound;
    this.#letters.checked = letters;
    this.#button.classList.toggle("is-quiet", quiet);
  }
}
