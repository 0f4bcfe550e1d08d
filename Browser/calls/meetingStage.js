/**
 * The stage of a meeting: puts the pictures and sounds that come from the server into the view, and tells the server which are looked at.
 *
 * @module
 */
import { onAction, region } from "./hooks.js";
import { tilesOf, tilesUnseen } from "./meetingGrid.js";
import { seatOf, trackOf } from "./meetingHosts.js";
import { MeetingSounds } from "./meetingSounds.js";
import { SmallWindow, followed } from "./smallWindow.js";

/** Event `sounding` when players may have come. */
export class MeetingStage extends EventTarget {
  #people;
  #media;
  #view;
  #own;
  #connection;
  #commands;
  #window;
  sounds;
  /** What the server was asked for last. */
  #asked = "";

  /**
   * @param {HTMLElement} root
   * @param {{ people: import("./meetingPeople.js").MeetingPeople, media: import("./meetingMedia.js").MeetingMedia,
   *   view: import("./meetingView.js").MeetingView, own: import("./ownTracks.js").OwnTracks,
   *   connection: import("./meetingConnection.js").MeetingConnection, commands: import("./meetingCommands.js").MeetingCommands }} meeting
   */
  constructor(root, { people, media, view, own, connection, commands }) {
    super();
    this.#people = people;
    this.#media = media;
    this.#view = view;
    this.#own = own;
    this.#connection = connection;
    this.#commands = commands;
    this.sounds = new MeetingSounds(root);
    this.#window = new SmallWindow(
      root,
      region(root, "follow", HTMLVideoElement),
      () => followed(people.others, view.shown, people.spoke),
      ({ seat, track }) => media.picture(seat, track).track,
    );
    media.addEventListener("slots", () => this.show());
    connection.addEventListener("tried", () => this.#begin());
    own.addEventListener("shown", () => this.#showOwn());
    view.addEventListener("arranged", () => this.look());
    this.#window.addEventListener("turned", () => this.look());
    document.addEventListener("visibilitychange", () => this.look());
    new ResizeObserver(() => this.look()).observe(region(root, "stage", HTMLElement));
    onAction(root, {
      pin: (event) => view.togglePin(seatOf(event.target), trackOf(event.target)),
      "speaker-view": () => view.toggleSpeakerView(),
      "hide-self": () => view.toggleSelf(),
      "page-back": () => view.turn(-1),
      "page-on": () => view.turn(1),
      "picture-in-picture": () => this.#toggleWindow(),
      play: () => this.sounds.listen(),
    });
  }

  /**
   * Tells the server whose pictures are wanted, and how large: it sends no more than is shown, and nothing for a page behind others. Sound
   * goes on.
   */
  look() {
    if (!this.#connection.isOpen) return;
    const { others, spoke } = this.#people;
    const { shown, tileWidth } = this.#view;
    const inWindow = this.#window.followed;
    const seen = tilesOf({ others, spoke, shown, followed: inWindow, tileWidth });
    const tiles = document.hidden ? tilesUnseen(seen, inWindow, SmallWindow.isPossible) : seen;
    const asked = JSON.stringify(tiles);
    if (asked === this.#asked) return;
    this.#asked = asked;
    this.#commands.ask("meeting.view", { tiles });
  }

  /** Puts what has come where it belongs. */
  show() {
    const { others } = this.#people;
    for (const { seat } of others) this.#view.showPicture(seat, this.#media.picture(seat, "camera"));
    this.#view.showScreens(others.filter((one) => one.screen).map((one) => ({ ...one, ...this.#media.picture(one.seat, "screen") })));
    this.#window.follow();
    this.#showOwn();
    this.sounds.play(this.#media.sounds);
    this.dispatchEvent(new Event("sounding"));
  }

  /** @param {number[]} seats who speaks, the loudest first */
  speak(seats) {
    this.#people.speak(seats);
    this.#view.showSpeakers(seats, this.#people.spoke);
    if (this.#window.isOn) this.look();
    this.#window.follow();
  }

  close() {
    this.#window.close();
  }

  #begin() {
    // Connections that were just made show nothing yet.
    this.#asked = "";
    this.look();
    this.show();
  }

  #showOwn() {
    this.#view.showPicture(this.#people.seat, { track: this.#own.all.camera, isPaused: false, isForeign: false });
  }

  async #toggleWindow() {
    if (!(await this.#window.toggle())) this.#view.remark("say.noPicture");
  }
}
