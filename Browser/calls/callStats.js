/**
 * Reads from `getStats` what a person could notice. Browsers count from the beginning of the call;
 * a measure is what happened since the one before.
 *
 * @module
 */

/**
 * Losses are shares from 0 to 1, times are in milliseconds, rates in bits per second; undefined means the browser does not say.
 * `heard` is the number of sound packets that came, `shown` the number of pictures; `path` is how the two sides are joined.
 *
 * @typedef {{
 *   sendLoss?: number,
 *   receiveLoss?: number,
 *   roundTrip?: number,
 *   outgoing?: number,
 *   limitedBy: "none" | "bandwidth" | "cpu",
 *   isDecodingLate: boolean,
 *   heard: number,
 *   shown: number,
 *   path?: "direct" | "relay",
 * }} Measure
 */

/** @typedef {{ received: number, lost: number, heard: number, decoded: number, dropped: number }} Counters */

/** @type {Counters} */
const NOTHING = Object.freeze({ received: 0, lost: 0, heard: 0, decoded: 0, dropped: 0 });

/** Fewer packets than this say nothing about a share lost. */
const ENOUGH_PACKETS = 20;
/** The share of pictures thrown away undrawn above which this device cannot keep up. */
const LATE_SHARE = 0.25;
/**
 * Milliseconds after which a report of the other side no longer counts: they come every five seconds at the slowest, and none comes
 * about a picture that is paused.
 */
const OUT_OF_DATE = 7_000;

/**
 * @param {Iterable<any>} stats the values of an RTCStatsReport
 * @param {Counters} [before] the counters of the measure before
 * @returns {{ measure: Measure, counters: Counters }}
 */
export function measureFrom(stats, before = NOTHING) {
  const all = Array.from(stats);
  const counters = countersOf(all);
  const since = difference(counters, before);
  const pair = chosenPair(all);
  const expected = since.received + since.lost;
  const pictures = since.decoded + since.dropped;
  const reports = freshReports(all);
  return {
    counters,
    measure: {
      sendLoss: worst(reports.map((entry) => entry.fractionLost)),
      receiveLoss: expected >= ENOUGH_PACKETS ? since.lost / expected : undefined,
      roundTrip: seconds(pair?.currentRoundTripTime ?? worst(reports.map((entry) => entry.roundTripTime))),
      outgoing: pair?.availableOutgoingBitrate,
      limitedBy: limitOf(all),
      isDecodingLate: pictures >= ENOUGH_PACKETS && since.dropped / pictures > LATE_SHARE,
      heard: since.heard,
      shown: since.decoded,
      path: pathOf(all, pair),
    },
  };
}

/**
 * What the other side reports of our packets.
 *
 * @param {any[]} all
 * @returns {any[]}
 */
function freshReports(all) {
  const now = Math.max(...all.map((entry) => entry.timestamp ?? 0));
  return all.filter((entry) => entry.type === "remote-inbound-rtp" && now - (entry.timestamp ?? now) < OUT_OF_DATE);
}

/**
 * @param {any[]} all
 * @returns {Counters}
 */
function countersOf(all) {
  const counters = { ...NOTHING };
  for (const entry of all) {
    if (entry.type !== "inbound-rtp") continue;
    counters.received += entry.packetsReceived ?? 0;
    // Packets that came twice make it negative.
    counters.lost += Math.max(0, entry.packetsLost ?? 0);
    if (entry.kind === "audio") counters.heard += entry.packetsReceived ?? 0;
    counters.decoded += entry.framesDecoded ?? 0;
    counters.dropped += entry.framesDropped ?? 0;
  }
  return counters;
}

/**
 * @param {Counters} now
 * @param {Counters} before
 * @returns {Counters}
 */
function difference(now, before) {
  const since = { ...NOTHING };
  // A connection that was replaced counts from nothing again.
  for (const key of /** @type {(keyof Counters)[]} */ (Object.keys(NOTHING))) since[key] = Math.max(0, now[key] - before[key]);
  return since;
}

/** @param {any[]} all */
function chosenPair(all) {
  const transport = all.find((entry) => entry.type === "transport" && entry.selectedCandidatePairId);
  // Firefox marks the pair itself.
  return all.find(
    (entry) => entry.type === "candidate-pair" && (entry.id === transport?.selectedCandidatePairId || entry.selected === true),
  );
}

/**
 * @param {any[]} all
 * @param {any} pair
 */
function pathOf(all, pair) {
  if (!pair) return undefined;
  const ends = all.filter((entry) => entry.id === pair.localCandidateId || entry.id === pair.remoteCandidateId);
  return ends.some((end) => end.candidateType === "relay") ? "relay" : "direct";
}

/** @param {any[]} all */
function limitOf(all) {
  const reasons = all
    .filter((entry) => entry.type === "outbound-rtp" && entry.kind === "video")
    .map((entry) => entry.qualityLimitationReason);
  if (reasons.includes("cpu")) return "cpu";
  return reasons.includes("bandwidth") ? "bandwidth" : "none";
}

/**
 * @param {(number | undefined)[]} values
 * @returns {number | undefined}
 */
function worst(values) {
  const known = values.filter((value) => value !== undefined);
  return known.length > 0 ? Math.max(...known) : undefined;
}

/** @param {number | undefined} value */
function seconds(value) {
  return value === undefined ? undefined : value * 1000;
}
