/**
 * Which words help when a camera or microphone cannot be used.
 *
 * @typedef {"ask" | "denied" | "missing" | "taken" | "insecure" | "unsupported"} Guidance
 */

/** By the name of the error `getUserMedia` gives (Media Capture and Streams §10.2). */
const BY_ERROR = /** @type {Record<string, Guidance>} */ ({
  NotAllowedError: "denied",
  SecurityError: "denied",
  NotFoundError: "missing",
  OverconstrainedError: "missing",
  NotReadableError: "taken",
  AbortError: "taken",
});

/**
 * @param {string} errorName
 * @returns {Guidance}
 */
export function guidanceFor(errorName) {
  return BY_ERROR[errorName] ?? "taken";
}

/**
 * What keeps this page from asking at all.
 *
 * @param {{ isSecureContext: boolean, hasDevices: boolean, hasConnections: boolean }} page
 * @returns {Guidance | undefined}
 */
export function obstacle({ isSecureContext, hasDevices, hasConnections }) {
  if (!hasConnections) return "unsupported";
  if (hasDevices) return undefined;
  return isSecureContext ? "unsupported" : "insecure";
}
