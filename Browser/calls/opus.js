/**
 * Asks the other side to send its sound with forward error correction (a lost packet is repaired from the next)
 * and discontinuous transmission (silence costs a tenth of the packets): RFC 7587 §6.1.
 *
 * @param {string} sdp a description before it is sent
 * @returns {string}
 */
export function withRepairAndSilence(sdp) {
  const payloads = Array.from(sdp.matchAll(/^a=rtpmap:(\d+) opus\/48000/gimu), ([, payload]) => payload);
  return payloads.reduce(
    (text, payload) =>
      text.replace(new RegExp(`^(a=fmtp:${payload} )([^\\r\\n]*)`, "gmu"), (_, head, parameters) => head + merged(parameters)),
    sdp,
  );
}

/** @param {string} parameters such as "minptime=10;useinbandfec=1" */
function merged(parameters) {
  const values = new Map(parameters.split(";").map((pair) => /** @type {[string, string]} */ (pair.trim().split("=", 2))));
  values.set("useinbandfec", "1").set("usedtx", "1");
  return Array.from(values, ([name, value]) => `${name}=${value}`).join(";");
}
