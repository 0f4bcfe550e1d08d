/**
 * Asks the other side to send its sound with forward error correction (a lost packet is repaired from the next)
 * and discontinuous transmission (silence costs a tenth of the packets): RFC 7587 §6.1.
 *
 * @param {string} sdp a description before it is sent
 * @returns {string}
 */
export function withRepairAndSilence(sdp) {
  return withParameters(sdp, { useinbandfec: "1", usedtx: "1" });
}

/**
 * Says that this page hears in stereo (RFC 7587 §6.1): without it Chromium makes one channel of two. What was sent as one stays one.
 *
 * @param {string} sdp the page's own description
 * @returns {string}
 */
export function inStereo(sdp) {
  return withParameters(sdp, { stereo: "1" });
}

/**
 * @param {string} sdp
 * @param {Record<string, string>} wanted parameters of every Opus
 */
function withParameters(sdp, wanted) {
  const payloads = Array.from(sdp.matchAll(/^a=rtpmap:(\d+) opus\/48000/gimu), ([, payload]) => payload);
  return payloads.reduce(
    (text, payload) =>
      text.replace(new RegExp(`^(a=fmtp:${payload} )([^\\r\\n]*)`, "gmu"), (_, head, parameters) => head + merged(parameters, wanted)),
    sdp,
  );
}

/** @param {string} parameters such as "minptime=10;useinbandfec=1" @param {Record<string, string>} wanted */
function merged(parameters, wanted) {
  const values = new Map(parameters.split(";").map((pair) => /** @type {[string, string]} */ (pair.trim().split("=", 2))));
  for (const [name, value] of Object.entries(wanted)) values.set(name, value);
  return Array.from(values, ([name, value]) => `${name}=${value}`).join(";");
}
