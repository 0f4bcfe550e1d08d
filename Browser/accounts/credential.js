/**
 * Passkeys as JSON: what `PublicKeyCredential.parse…FromJSON` and `toJSON` do (WebAuthn Level 3 §5.1), for browsers that have passkeys but not these.
 *
 * @typedef {{type: string, id: string}} Descriptor
 * @typedef {{challenge: string, rpId: string, timeout: number, userVerification: string, allowCredentials: Descriptor[]}} Question
 * @typedef {{challenge: string, rp: {id: string, name: string}, user: {id: string, name: string, displayName: string},
 *   pubKeyCredParams: {type: string, alg: number}[], timeout: number, excludeCredentials: Descriptor[],
 *   authenticatorSelection: {residentKey: string, requireResidentKey: boolean, userVerification: string}, attestation: string}} Order
 */

/**
 * Base64 as in RFC 4648 §5, without padding.
 * @param {ArrayBuffer} buffer
 */
export function encode(buffer) {
  const text = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/**
 * @param {string} text
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function decode(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (character) => character.charCodeAt(0));
}

/** @param {Descriptor[]} list */
const descriptors = (list) => list.map(({ id }) => ({ type: /** @type {const} */ ("public-key"), id: decode(id) }));

/**
 * @param {Question} question
 * @returns {PublicKeyCredentialRequestOptions}
 */
export function requestOptions(question) {
  return {
    challenge: decode(question.challenge),
    rpId: question.rpId,
    timeout: question.timeout,
    userVerification: /** @type {UserVerificationRequirement} */ (question.userVerification),
    allowCredentials: descriptors(question.allowCredentials),
  };
}

/**
 * @param {Order} order
 * @returns {PublicKeyCredentialCreationOptions}
 */
export function creationOptions(order) {
  return {
    challenge: decode(order.challenge),
    rp: order.rp,
    user: { ...order.user, id: decode(order.user.id) },
    pubKeyCredParams: order.pubKeyCredParams.map(({ alg }) => ({ type: "public-key", alg })),
    timeout: order.timeout,
    excludeCredentials: descriptors(order.excludeCredentials),
    authenticatorSelection: /** @type {AuthenticatorSelectionCriteria} */ (order.authenticatorSelection),
    attestation: /** @type {AttestationConveyancePreference} */ (order.attestation),
  };
}

/**
 * What the server reads.
 * @param {PublicKeyCredential} credential
 */
export function answer(credential) {
  const { response } = credential;
  /** @type {Record<string, string>} */
  const members = { clientDataJSON: encode(response.clientDataJSON) };
  if ("attestationObject" in response) {
    members.attestationObject = encode(/** @type {AuthenticatorAttestationResponse} */ (response).attestationObject);
  } else {
    const assertion = /** @type {AuthenticatorAssertionResponse} */ (response);
    members.authenticatorData = encode(assertion.authenticatorData);
    members.signature = encode(assertion.signature);
    if (assertion.userHandle) members.userHandle = encode(assertion.userHandle);
  }
  return JSON.stringify({ rawId: encode(credential.rawId), type: credential.type, response: members });
}
