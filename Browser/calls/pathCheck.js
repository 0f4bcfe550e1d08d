/**
 * Whether this network lets calls through: tried with two connections of this page, so that nobody else is asked.
 *
 * @module
 */

/** Milliseconds after which a path that was not found will not be. */
const PATIENCE = 8_000;

/**
 * Sends a word from one connection of this page to another, over addresses of this device alone.
 *
 * @returns {Promise<boolean>}
 */
export async function hasDirectPath() {
  const ends = [new RTCPeerConnection(), new RTCPeerConnection()];
  try {
    return await inTime(joined(ends[0], ends[1]));
  } finally {
    for (const end of ends) end.close();
  }
}

/**
 * Whether the relay gives us an address of its own.
 *
 * @param {RTCIceServer[]} iceServers
 * @returns {Promise<boolean>}
 */
export async function hasRelay(iceServers) {
  const connection = new RTCPeerConnection({ iceServers, iceTransportPolicy: "relay" });
  try {
    const found = new Promise((resolve) => {
      connection.addEventListener("icecandidate", ({ candidate }) => candidate?.type === "relay" && resolve(true));
    });
    connection.createDataChannel("check");
    await connection.setLocalDescription();
    return await inTime(found);
  } finally {
    connection.close();
  }
}

/** @returns {Promise<RTCIceServer[]>} this server's relay, with credentials for the check; nothing where there is none */
export async function offeredRelays() {
  const answer = await fetch("/calls/relay", { headers: { Accept: "application/json" } });
  if (!answer.ok) return [];
  const { iceServers } = await answer.json();
  return iceServers;
}

/**
 * @param {RTCPeerConnection} one
 * @param {RTCPeerConnection} two
 */
async function joined(one, two) {
  const pass = (/** @type {RTCPeerConnection} */ from, /** @type {RTCPeerConnection} */ to) =>
    from.addEventListener("icecandidate", ({ candidate }) => candidate && to.addIceCandidate(candidate).catch(() => {}));
  pass(one, two);
  pass(two, one);
  const channel = one.createDataChannel("check");
  const opened = new Promise((resolve) => {
    channel.addEventListener("open", resolve, { once: true });
  });
  await one.setLocalDescription();
  await two.setRemoteDescription(/** @type {RTCSessionDescription} */ (one.localDescription));
  await two.setLocalDescription();
  await one.setRemoteDescription(/** @type {RTCSessionDescription} */ (two.localDescription));
  return opened;
}

/**
 * @param {Promise<unknown>} event
 * @returns {Promise<boolean>} false when it did not happen in time
 */
function inTime(event) {
  const late = new Promise((resolve) => {
    setTimeout(resolve, PATIENCE, false);
  });
  return Promise.race([event.then(() => true), late]).then(Boolean);
}
