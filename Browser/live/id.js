/** Ids made by the browser. `crypto.randomUUID` is not used: it is missing where a LAN is served without TLS. */

/** Crockford's base 32, as the server writes ids. */
const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

/** @returns {string} a random UUID as text (RFC 9562 §5.4), the id of a command */
export function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = 0x40 | (bytes[6] & 0x0f);
  bytes[8] = 0x80 | (bytes[8] & 0x3f);
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/**
 * An id of a noun, such as a call: a UUID version 7 (RFC 9562 §5.7), written in base 32.
 *
 * @param {number} now milliseconds since 1970
 * @param {Uint8Array} [random] 16 random bytes
 */
export function newID(now, random = crypto.getRandomValues(new Uint8Array(16))) {
  const bytes = Uint8Array.from(random);
  for (let index = 0; index < 6; index += 1) bytes[index] = Math.floor(now / 2 ** (40 - 8 * index)) % 256;
  bytes[6] = 0x70 | (bytes[6] & 0x0f);
  bytes[8] = 0x80 | (bytes[8] & 0x3f);
  return base32(bytes);
}

/** @param {Uint8Array} bytes */
export function base32(bytes) {
  let text = "";
  let pending = 0;
  let bits = 0;
  for (const byte of bytes) {
    pending = (pending << 8) | byte;
    for (bits += 8; bits >= 5; ) {
      bits -= 5;
      text += ALPHABET[(pending >> bits) & 31];
    }
    pending &= (1 << bits) - 1;
  }
  return bits > 0 ? text + ALPHABET[(pending << (5 - bits)) & 31] : text;
}
