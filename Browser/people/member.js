/**
 * What every page of a signed-in person does: keeps the live link, rings, counts notices, shows presence.
 *
 * @module
 */
import { ringHere } from "../calls/incoming.js";
import { tellStatus } from "../live/status.js";
import { live, wake } from "../live/tab.js";
import { followPresence, offerPresence } from "./presence.js";
import { countUnread } from "./unread.js";

followPresence();
offerPresence();
countUnread();
ringHere();
tellStatus();
live.on("link", (state) => {
  // The session ended elsewhere: this page must not go on showing what it held.
  if (state.name === "signedOut") location.assign(`/sign-in?return=${encodeURIComponent(location.pathname)}`);
});
wake();
