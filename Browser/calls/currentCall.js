/** The call this page is in, for whoever has to leave it: a second call that is answered instead. */

import { live } from "../live/tab.js";

/** @type {{ isRunning: () => boolean, hangUp: () => void } | undefined} */
let current;

/** @param {{ isRunning: () => boolean, hangUp: () => void }} call */
export function enterCall(call) {
  current = call;
  live.followCall(call.isRunning);
}

export function currentCall() {
  return current;
}
