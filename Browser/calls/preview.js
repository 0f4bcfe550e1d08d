/** The device check on its own page. */
import { textOf } from "../design/text.js";
import { Check } from "./check.js";
import { DeviceMenus } from "./deviceMenus.js";
import { Devices } from "./devices.js";
import { region } from "./hooks.js";
import { RingChoice } from "./ringChoice.js";

const root = region(document, "preview", HTMLElement);
const devices = new Devices();
const text = await textOf("calls");
const check = new Check(root, devices, text, false);
const menus = new DeviceMenus(root, devices, text);
if (root.querySelector("[data-ring]")) new RingChoice(root, devices.choice, text).begin();
addEventListener("pagehide", () => {
  check.close();
  devices.closeAll();
});
await menus.refresh();
await check.open();
