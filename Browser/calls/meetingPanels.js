/**
 * What opens beside a meeting's pictures, of which one stands there at a time, and above them: the chat, the people, the polls, two dialogs;
 * and the full screen.
 *
 * @module
 */
import { Chat } from "./chat.js";
import { FullScreen } from "./fullScreen.js";
import { onAction, region } from "./hooks.js";
import { PollPanel } from "./pollPanel.js";
import { SidePanel } from "./sidePanel.js";

export class MeetingPanels {
  #root;
  #menus;
  #fullScreen;
  #chat;
  #list;
  polls;

  /**
   * @param {HTMLElement} root
   * @param {{ text: import("../design/text.js").Text, callText: import("../design/text.js").Text }} texts
   * @param {{ words: import("./meetingWords.js").MeetingWords, commands: import("./meetingCommands.js").MeetingCommands,
   *   view: import("./meetingView.js").MeetingView, menus: import("./deviceMenus.js").DeviceMenus }} meeting
   */
  constructor(root, { text, callText }, { words, commands, view, menus }) {
    this.#root = root;
    this.#menus = menus;
    this.#chat = new Chat(root, words, callText);
    this.#list = new SidePanel(root, "people");
    this.#fullScreen = new FullScreen(root, () => view.remark("say.noFullScreen"));
    this.polls = new PollPanel(root, text, { commands, view });
    for (const panel of [this.#chat, this.#list, this.polls]) panel.addEventListener("opened", () => this.#makeRoomFor(panel));
    onAction(root, {
      people: () => this.#list.toggle(),
      "people-close": () => this.#list.close(),
      shortcuts: () => this.#openDialog("shortcuts"),
      devices: () => this.#openDialog("devices"),
    });
  }

  /** @param {Chat | SidePanel} opening */
  #makeRoomFor(opening) {
    if (opening !== this.#chat) this.#chat.close();
    for (const panel of [this.#list, this.polls]) if (panel !== opening) panel.hide();
  }

  /** @param {"devices" | "shortcuts"} name */
  #openDialog(name) {
    region(this.#root, "more", HTMLElement).hidePopover();
    region(this.#root, name, HTMLDialogElement).showModal();
    this.#menus.refresh();
  }

  /** The meeting is over: nothing of it fills the screen any more. */
  close() {
    this.#fullScreen.leave();
  }
}
