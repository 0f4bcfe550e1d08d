/**
 * Numbers of cards, of accounts and of the people of a state, told from others by their own check digits. Rule for rule the same as
 * `SensitiveNumbers.swift` and `SensitiveIDs.swift`.
 *
 * @module
 */

export const DIGIT = /[0-9]/;
const SEPARATOR = /[ \-.]/;

/** @param {ArrayLike<number>} numbers */
const sum = (numbers) => Array.from(numbers).reduce((total, number) => total + number, 0);

/** First and last of the first four digits (ISO/IEC 7812), and how many digits such cards have. @type {[number, number, number[]][]} */
const CARDS = [
  [4000, 4999, [13, 16, 19]],
  [3400, 3499, [15]],
  [3700, 3799, [15]],
  ...[
    [2221, 2720],
    [5100, 5599],
    [6521, 6522],
    [9792, 9792],
    [5060, 5089],
    [8100, 8299],
  ].map(both([16])),
  ...[
    [3000, 3059],
    [3090, 3099],
    [3600, 3699],
    [3800, 3999],
  ].map(both([14, 16])),
  ...[
    [2200, 2204],
    [3528, 3589],
    [6011, 6011],
    [6200, 6299],
    [6440, 6599],
  ].map(both([16, 17, 18, 19])),
  ...[
    [5018, 5018],
    [5020, 5020],
    [5038, 5038],
    [5893, 5893],
    [6304, 6304],
    [6759, 6759],
    [6761, 6763],
  ].map(both([13, 14, 15, 16, 17, 18, 19])),
];

/** @param {number[]} lengths @returns {(range: number[]) => [number, number, number[]]} */
function both(lengths) {
  return ([from, to]) => [from, to, lengths];
}

/** @param {string} digits */
export function isCard(digits) {
  const prefix = Number(digits.slice(0, 4));
  const kind = CARDS.find(([from, to]) => prefix >= from && prefix <= to);
  if (digits.length < 13 || !kind?.[2].includes(digits.length)) return false;
  const luhn = sum(
    Array.from(digits, Number)
      .toReversed()
      .map((digit, index) => (index % 2 === 0 ? digit : digit > 4 ? digit * 2 - 9 : digit * 2)),
  );
  // Thirteen digits are on hardly any card, but on every product: those have a check digit of their own.
  const article = sum(Array.from(digits, (digit, index) => Number(digit) * (index % 2 === 0 ? 1 : 3)));
  return luhn % 10 === 0 && (digits.length !== 13 || article % 10 !== 0);
}

/** Lengths of IBANs by country (ISO 13616 registry). @type {Map<string, number>} */
export const ACCOUNTS = new Map(
  "ad24ae23al28at20az28ba20be16bg22bh22bi27br29by28ch21cr22cy28cz24de22dj27dk18do28ee20eg29es24fi18fk18fo18fr27gb22ge22gi23gl18gr27gt28hn28hr21hu28ie22il23iq23is26it27jo30kw30kz20lb28lc32li21lt20lu20lv21ly25mc27md24me22mk19mn20mr27mt31mu30ni28nl18no15om23pk24pl28ps29pt25qa29ro24rs22ru33sa24sc31sd18se24si19sk24sm27so23st25sv28tl23tn24tr26ua29va22vg24xk20ye30"
    .match(/..\d\d/g)
    ?.map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]),
);

/** The remainder by 97 of a number in letters and digits. @param {string} text */
export const remainder97 = (text) =>
  Array.from(text).reduce((rest, char) => (rest * (DIGIT.test(char) ? 10 : 100) + Number.parseInt(char, 36)) % 97, 0);

/** Numbers that states give people, with letters or long enough to be told by themselves. @type {[number, RegExp, (id: string) => boolean][]} */
export const LETTERED = [
  // France: sex, year, month, place, number, and the key by 97. Corsica writes letters.
  [
    15,
    SEPARATOR,
    (id) => {
      const corsica = /^.{5}2[ab]/.test(id) ? (id[6] === "a" ? 1_000_000 : 2_000_000) : 0;
      const digits = corsica ? `${id.slice(0, 6)}0${id.slice(7)}` : id;
      const month = Number(digits.slice(3, 5));
      return (
        /^[12]\d{14}$/.test(digits) &&
        ((month >= 1 && month <= 12) || (month >= 20 && month <= 42) || month >= 50) &&
        97 - ((Number(digits.slice(0, 13)) - corsica) % 97) === Number(digits.slice(13))
      );
    },
  ],
  // United Kingdom: two letters, six digits, a letter from A to D.
  [9, / /, (id) => /^(?!bg|gb|nk|kn|tn|nt|zz)[abceghj-prstw-z][abceghj-nprstw-z]\d{6}[a-d]$/.test(id)],
  // Spain: the letter is the number's remainder by 23. Foreigners' numbers begin with a letter that counts as 0, 1 or 2.
  [
    9,
    /[-.]/,
    (id) =>
      /^[xyz\d]\d{7}[a-z]$/.test(id) &&
      id[8] === "trwagmyfpdxbnjzsqvhlcke"[Number(id.slice(0, 8).replace(/[xyz]/, (letter) => String("xyz".indexOf(letter)))) % 23],
  ],
  // Italy. Digits of people whose codes would be the same are written as letters.
  [
    16,
    /(?!)/,
    (id) =>
      DIGIT.test(id) &&
      /^[a-z]{6}[\dl-np-v]{2}[abcdehlmprst][\dl-np-v]{2}[a-z][\dl-np-v]{3}[a-z]$/.test(id) &&
      sum(
        Array.from(id.slice(0, 15), (char, index) => {
          const value = Number.parseInt(char, 36) - (DIGIT.test(char) ? 0 : 10);
          const odd = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];
          return index % 2 === 0 ? odd[value] : value;
        }),
      ) %
        26 ===
        id.charCodeAt(15) - 97,
  ],
];

/** @param {string} digits */
export const isSocialSecurity = (digits) => /^(?!000|666|9)\d{3}(?!00)\d\d(?!0000)\d{4}$/.test(digits);
/** @param {string} digits the Netherlands' test by eleven */
export const isCitizenService = (digits) =>
  Number(digits) > 0 && sum(Array.from(digits, (digit, index) => Number(digit) * (index === 8 ? -1 : 9 - index))) % 11 === 0;
/** @param {string} digits Russia: weights nine to one, by 101 */
export function isPensionInsurance(digits) {
  const total = sum(Array.from(digits.slice(0, 9), (digit, index) => Number(digit) * (9 - index)));
  return total > 0 && (total % 101) % 100 === Number(digits.slice(9));
}

/** Germany: one digit of the first ten twice or three times, the others once at most; ISO 7064 MOD 11,10. @param {string} digits */
export function isTaxID(digits) {
  const counts = Array(10).fill(0);
  let product = 10;
  for (const digit of Array.from(digits.slice(0, 10), Number)) {
    counts[digit] += 1;
    product = (((digit + product) % 10 || 10) * 2) % 11;
  }
  const isShaped = counts.filter((count) => count > 1).length === 1 && Math.max(...counts) <= 3;
  return digits[0] !== "0" && isShaped && (11 - product) % 10 === Number(digits[10]);
}
