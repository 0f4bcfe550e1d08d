/** The call this page is in, for whoever has to leave it: a second call that is answered instead. */

/** @type {{ isRunning: () => boolean, hangUp: () => void } | undefined} */
let current;

/** @param {{ isRunning: () => boolean, hangUp: () => void }} call */
export function enterCall(call) {
  current = call;
}

export function currentCall() {
  return current;
}
