/**
 * Card numbers, national ids, account numbers, birth dates and passwords in what a person types (C07): found before anything leaves the
 * page. **Rule for rule the same as `SensitiveData*.swift`**, which looks again; `Tests/Vectors/sensitive.json` holds both to it.
 *
 * @module
 * @typedef {"card" | "iban" | "nationalID" | "birthDate" | "password"} Kind
 * @typedef {{ kind: Kind, from: number, to: number }} Finding
 */

/** @type {Kind[]} */
const KINDS = ["card", "iban", "nationalID", "birthDate", "password"];
const DOT = "•";

/**
 * The text with dots in the place of what was found, and what that was. Masking again changes nothing.
 *
 * @param {string} text
 * @returns {{ text: string, kinds: Kind[] }}
 */
export function mask(text) {
  const kinds = new Set();
  // What is left of one number may stand beside the next in a way that makes a third: look until nothing is found.
  for (let round = 0; round < 1000; round += 1) {
    const looked = new Plain(text);
    const findings = looked.findings();
    if (findings.length === 0) break;
    for (const { kind } of findings) kinds.add(kind);
    text = looked.masked(findings, round === 0);
  }
  return { text, kinds: KINDS.filter((kind) => kinds.has(kind)) };
}

/** @param {string} text @returns {Kind[]} what is in it */
export const kindsIn = (text) => mask(text).kinds;

const ZEROS = [0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xbe6, 0xe50, 0x1d7ce, 0x1d7d8, 0x1d7e2, 0x1d7ec, 0x1d7f6];
/** @type {Map<string, string>} */
const ACCENTS = new Map([["ё", "е"]]);
for (const [letter, ...accented] of ["aàâäáã", "cç", "eéèêë", "iîïí", "nñ", "oôöóõ", "uûüùú"]) {
  for (const one of accented) ACCENTS.set(one, letter);
}
const UNSEEN =
  /^(?:\u00ad|[\u0300-\u036f]|\u061c|\u0640|[\u064b-\u065f]|\u180e|[\u200b-\u200f]|[\u202a-\u202e]|[\u2060-\u206f]|[\ufe00-\ufe0f]|\ufeff)$/u;
const SPACE = /[\t\u00a0\u2000-\u200a\u202f\u205f\u3000]/u;
const HYPHEN = /[\u2010-\u2015\u2212\ufe58\ufe63]/u;

/** One character made plain; empty for what cannot be seen. @param {string} char @returns {string} */
function plain(char) {
  const code = /** @type {number} */ (char.codePointAt(0));
  if (code < 0x80) return code === 9 ? " " : char.toLowerCase();
  if (UNSEEN.test(char)) return "";
  if (SPACE.test(char)) return " ";
  if (HYPHEN.test(char)) return "-";
  if (code >= 0xff01 && code <= 0xff5e) return plain(String.fromCharCode(code - 0xfee0));
  const small = (code >= 0xc0 && code <= 0xde) || code === 0x401 || (code >= 0x410 && code <= 0x42f) ? char.toLowerCase() : char;
  const zero = ZEROS.find((first) => code >= first && code < first + 10);
  if (zero !== undefined) return String(code - zero);
  // Whatever needs two UTF-16 units stands for one.
  return ACCENTS.get(small) ?? (small.length > 1 ? "\ufffd" : small);
}

const DIGIT = /[0-9]/;
const WORD = /[0-9a-z]/;
const SEPARATOR = /[ \-.]/;
/** Letters of scripts that do not write little words onto the next one, as Arabic does. */
const SPELLED = /[0-9a-z\u0400-\u052f]/;

/** @param {ArrayLike<number>} numbers */
const sum = (numbers) => Array.from(numbers).reduce((total, number) => total + number, 0);

/** @type {Record<string, string[]>} */
const TOPICS = {
  birth:
    "born|date of birth|dob|d.o.b|birth date|birthdate|ne le|nee le|date de naissance|geboren|geburtsdatum|nacido|nacida|fecha de nacimiento|nato il|nata il|data di nascita|geboortedatum|родился|родилась|дата рождения|дату рождения|تاريخ الميلاد|تاريخ ميلادي|مواليد|ولدت".split(
      "|",
    ),
  password:
    "password|passwd|passcode|passphrase|pwd|mot de passe|mdp|passwort|kennwort|contrasena|wachtwoord|senha|пароль|كلمة المرور|كلمة السر|كلمه المرور|كلمه السر".split(
      "|",
    ),
  pin: "pin|code pin|пин|пин-код|الرقم السري".split("|"),
  cardCode: "cvv|cvv2|cvc|cvc2|cryptogramme".split("|"),
  socialSecurity: ["ssn", "social security"],
  citizenService: "bsn|burgerservicenummer|sofinummer|sofi-nummer".split("|"),
  pensionInsurance: ["снилс", "snils"],
};

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
function isCard(digits) {
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
const ACCOUNTS = new Map(
  "ad24ae23al28at20az28ba20be16bg22bh22bi27br29by28ch21cr22cy28cz24de22dj27dk18do28ee20eg29es24fi18fk18fo18fr27gb22ge22gi23gl18gr27gt28hn28hr21hu28ie22il23iq23is26it27jo30kw30kz20lb28lc32li21lt20lu20lv21ly25mc27md24me22mk19mn20mr27mt31mu30ni28nl18no15om23pk24pl28ps29pt25qa29ro24rs22ru33sa24sc31sd18se24si19sk24sm27so23st25sv28tl23tn24tr26ua29va22vg24xk20ye30"
    .match(/..\d\d/g)
    ?.map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]),
);

/** The remainder by 97 of a number in letters and digits. @param {string} text */
const remainder97 = (text) =>
  Array.from(text).reduce((rest, char) => (rest * (DIGIT.test(char) ? 10 : 100) + Number.parseInt(char, 36)) % 97, 0);

/** Numbers that states give people, with letters or long enough to be told by themselves. @type {[number, RegExp, (id: string) => boolean][]} */
const LETTERED = [
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
const isSocialSecurity = (digits) => /^(?!000|666|9)\d{3}(?!00)\d\d(?!0000)\d{4}$/.test(digits);
/** @param {string} digits the Netherlands' test by eleven */
const isCitizenService = (digits) =>
  Number(digits) > 0 && sum(Array.from(digits, (digit, index) => Number(digit) * (index === 8 ? -1 : 9 - index))) % 11 === 0;
/** @param {string} digits Russia: weights nine to one, by 101 */
function isPensionInsurance(digits) {
  const total = sum(Array.from(digits.slice(0, 9), (digit, index) => Number(digit) * (9 - index)));
  return total > 0 && (total % 101) % 100 === Number(digits.slice(9));
}

/** Germany: one digit of the first ten twice or three times, the others once at most; ISO 7064 MOD 11,10. @param {string} digits */
function isTaxID(digits) {
  const counts = Array(10).fill(0);
  let product = 10;
  for (const digit of Array.from(digits.slice(0, 10), Number)) {
    counts[digit] += 1;
    product = (((digit + product) % 10 || 10) * 2) % 11;
  }
  const isShaped = counts.filter((count) => count > 1).length === 1 && Math.max(...counts) <= 3;
  return digits[0] !== "0" && isShaped && (11 - product) % 10 === Number(digits[10]);
}

/** @typedef {{ groups: [number, number][], hasPlus: boolean }} Run groups of digits with one or two separators between them */

/** A text made plain for looking into it. Each unit knows from which character it comes. */
class Plain {
  /** @type {string[]} */
  #chars;
  /** @type {number[]} */
  #origins = [];
  #text = "";
  /** @type {Record<string, number[]>} */
  #announced = {};

  /** @param {string} text */
  constructor(text) {
    this.#chars = Array.from(text);
    const units = [];
    for (const [index, char] of this.#chars.entries()) {
      const unit = plain(char);
      if (unit) {
        units.push(unit);
        this.#origins.push(index);
      }
    }
    this.#text = units.join("");
    for (const [topic, words] of Object.entries(TOPICS)) this.#announced[topic] = this.#ends(words);
  }

  /** Where these words end. @param {string[]} words */
  #ends(words) {
    const ends = [];
    for (const word of words) {
      for (let at = this.#text.indexOf(word); at >= 0; at = this.#text.indexOf(word, at + 1)) {
        const end = at + word.length;
        const joins = (/** @type {number} */ place) => SPELLED.test(this.#at(place - 1)) && SPELLED.test(this.#at(place));
        if (!joins(at) && !joins(end)) ends.push(end);
      }
    }
    return ends.toSorted((a, b) => a - b);
  }

  /** @param {number} index */
  #at(index) {
    return this.#text[index] ?? "";
  }

  /** Everything that was found, none over another. */
  findings() {
    /** @type {Finding[]} */
    const all = [];
    const runs = this.#runs();
    for (const finding of [...this.#accounts(), ...this.#cards(runs), ...this.#ids(runs), ...this.#births(), ...this.#passwords()]) {
      if (!all.some(({ from, to }) => from < finding.to && finding.from < to)) all.push(finding);
    }
    return all;
  }

  /** @param {Finding[]} findings @param {boolean} keepsTail whether the last four of a card or account number stay */
  masked(findings, keepsTail) {
    const output = this.#chars.slice();
    for (const { kind, from, to } of findings) {
      const units = Array.from({ length: to - from }, (_, index) => from + index);
      if (kind === "password") {
        // Not even its length.
        for (const unit of units) output[this.#origins[unit]] = unit === from ? DOT.repeat(6) : "";
        continue;
      }
      const hidden = units.filter((unit) => (kind === "birthDate" ? !/[ \-.,/]/.test(this.#at(unit)) : WORD.test(this.#at(unit))));
      const tail = keepsTail && (kind === "card" || kind === "iban") && hidden.length > 8 ? 4 : 0;
      for (const unit of hidden.slice(0, hidden.length - tail)) output[this.#origins[unit]] = DOT;
    }
    return output.join("");
  }

  /** @returns {Run[]} */
  #runs() {
    return Array.from(this.#text.matchAll(/[0-9]+(?:[ \-.]{1,2}[0-9]+)*/g), (match) => ({
      groups: Array.from(match[0].matchAll(/[0-9]+/g), (group) => {
        const start = match.index + group.index;
        return [start, start + group[0].length];
      }),
      hasPlus: this.#at(match.index - 1) === "+",
    }));
  }

  /** @param {[number, number][]} groups */
  #digits(groups) {
    return groups.map(([from, to]) => this.#text.slice(from, to)).join("");
  }

  /** @param {Run[]} runs @returns {Finding[]} */
  #cards(runs) {
    /** @type {Finding[]} */
    const found = [];
    for (const { groups, hasPlus } of runs) {
      if (hasPlus && this.#digits(groups).length <= 15) continue;
      let isAfterGroup = false;
      for (let first = 0; first < groups.length; ) {
        const last = this.#card(groups, first, isAfterGroup);
        isAfterGroup = last === undefined && groups[first][1] - groups[first][0] === 4;
        if (last !== undefined) found.push({ kind: "card", from: groups[first][0], to: groups[last][1] });
        first = (last ?? first) + 1;
      }
    }
    return [...found, ...this.#announcedDigits("cardCode", 3, 4, "card", 12)];
  }

  /** The last group of the longest card number that begins with this group. @param {[number, number][]} groups @param {number} first @param {boolean} isAfterGroup */
  #card(groups, first, isAfterGroup) {
    let best;
    for (let last = first; last < groups.length; last += 1) {
      const some = groups.slice(first, last + 1);
      const digits = this.#digits(some);
      if (digits.length > 19) break;
      const lengths = some.map(([from, to]) => to - from);
      const isWhole = first === 0 && last === groups.length - 1 && lengths.every((length) => length <= 6);
      // A part of a longer number, such as one of a parcel, is a card only when it is grouped as cards are.
      const isGrouped = /^(4,6,5|4,6,4|4,4,(4,)+[1-4])$/.test(lengths.join()) && !isAfterGroup;
      if ((isWhole || lengths.length === 1 || isGrouped) && isCard(digits)) best = last;
    }
    return best;
  }

  /** @returns {Finding[]} */
  #accounts() {
    return Array.from(this.#text, (_, index) => {
      const length = ACCOUNTS.get(this.#text.slice(index, index + 2));
      const word = length ? this.#word(length, index, /[ -]/) : undefined;
      const isAccount = word && remainder97(word.text.slice(4) + word.text.slice(0, 4)) === 1;
      return isAccount ? { kind: /** @type {Kind} */ ("iban"), from: index, to: word.to } : undefined;
    }).filter((finding) => finding !== undefined);
  }

  /** Exactly so many letters and digits, with single separators between them and neither letter nor digit around. @param {number} length @param {number} index @param {RegExp} separator */
  #word(length, index, separator) {
    if (!WORD.test(this.#at(index)) || WORD.test(this.#at(index - 1))) return undefined;
    let text = "";
    let to = index;
    for (; text.length < length; to += 1) {
      if (WORD.test(this.#at(to))) text += this.#at(to);
      else if (!separator.test(this.#at(to)) || !WORD.test(this.#at(to + 1))) return undefined;
    }
    return WORD.test(this.#at(to)) ? undefined : { text, to };
  }

  /** @param {string} topic @param {number} index */
  #isAnnounced(topic, index) {
    return this.#announced[topic].some((end) => end <= index && index - end <= 40);
  }

  /** @param {Run[]} runs @returns {Finding[]} */
  #ids(runs) {
    /** @type {Finding[]} */
    const found = [];
    for (const { groups, hasPlus } of runs) {
      const [from, to] = [groups[0][0], groups[groups.length - 1][1]];
      if (hasPlus || WORD.test(this.#at(from - 1)) || WORD.test(this.#at(to))) continue;
      const digits = this.#digits(groups);
      const lengths = groups.map(([start, end]) => end - start).join();
      const isOne = groups.length === 1;
      const isFound =
        digits.length === 9
          ? ((lengths === "3,2,4" || (isOne && this.#isAnnounced("socialSecurity", from))) && isSocialSecurity(digits)) ||
            (this.#isAnnounced("citizenService", from) && isCitizenService(digits))
          : digits.length === 11 &&
            (((isOne || lengths === "2,3,3,3") && isTaxID(digits)) ||
              ((lengths === "3,3,3,2" || (isOne && this.#isAnnounced("pensionInsurance", from))) && isPensionInsurance(digits)));
      if (isFound) found.push({ kind: "nationalID", from, to });
    }
    for (let from = 0; from < this.#text.length; from += 1) {
      for (const [length, separator, check] of LETTERED) {
        const word = this.#word(length, from, separator);
        if (word && check(word.text)) found.push({ kind: "nationalID", from, to: word.to });
      }
    }
    return found;
  }

  /** The first digit soon after, on the same line. @param {number} end @param {number} gap */
  #firstDigit(end, gap) {
    const before = /^[^0-9\n]*(?=[0-9])/.exec(this.#text.slice(end));
    return before && before[0].length <= gap ? end + before[0].length : undefined;
  }

  /** @returns {Finding[]} */
  #births() {
    return this.#announced.birth.flatMap((end) => {
      const from = this.#firstDigit(end, 24);
      const to = from === undefined ? undefined : this.#dateEnd(from);
      return from === undefined || to === undefined ? [] : [{ kind: "birthDate", from, to }];
    });
  }

  /** The end of a date in digits, or with its month in letters. @param {number} from */
  #dateEnd(from) {
    /** @type {[number, number][]} */
    const groups = [];
    let isLettered = false;
    for (let next = from; groups.length < 3 && DIGIT.test(this.#at(next)); ) {
      const start = next;
      while (DIGIT.test(this.#at(next))) next += 1;
      groups.push([start, next]);
      const end = next;
      while (next < this.#text.length && next - end < 16 && this.#at(next) !== "\n" && !DIGIT.test(this.#at(next))) next += 1;
      const hasLetters = /[^ \-.,/]/.test(this.#text.slice(end, next));
      // Letters stand between day and year alone.
      if (groups.length === 1) isLettered = hasLetters;
      else if (hasLetters) break;
    }
    const texts = groups.map((group) => this.#digits([group]));
    const lengths = texts.map((text) => text.length);
    const isYear = (/** @type {number} */ group) => lengths[group] === 4 && Number(texts[group]) >= 1900 && Number(texts[group]) <= 2029;
    if (lengths[0] === 8) return groups[0][1];
    if (lengths[0] <= 2 && isYear(1)) return groups[1][1];
    if (lengths.length < 3 || isLettered || lengths[1] > 2) return undefined;
    const isDayFirst = lengths[0] <= 2 && (lengths[2] === 2 || isYear(2));
    return isDayFirst || (isYear(0) && lengths[2] <= 2) ? groups[2][1] : undefined;
  }

  /** @returns {Finding[]} */
  #passwords() {
    const found = this.#announced.password.flatMap((end) => {
      const match = /^ *([:=]|(?:is|est|ist|es|это|هي|هو)(?=[ \n]))? *([^ \n]*)/.exec(this.#text.slice(end));
      const [whole, connector, token] = /** @type {RegExpExecArray} */ (match);
      const isStrong = connector === ":" || connector === "=";
      const isWritten = /[0-9a-z\u00c0-\u2021\u2023-\uffff]/.test(token);
      const from = end + whole.length - token.length;
      if (from <= end || token.length < 4 || !isWritten || !(isStrong || DIGIT.test(token))) return [];
      return [{ kind: /** @type {Kind} */ ("password"), from, to: end + whole.length }];
    });
    return [...found, ...this.#announcedDigits("pin", 4, 5, "password", 6)];
  }

  /** Digits by themselves soon after one of the topic's words. @param {string} topic @param {number} least @param {number} most @param {Kind} kind @param {number} gap @returns {Finding[]} */
  #announcedDigits(topic, least, most, kind, gap) {
    return this.#announced[topic].flatMap((end) => {
      const from = this.#firstDigit(end, gap);
      if (from === undefined) return [];
      let to = from;
      while (DIGIT.test(this.#at(to))) to += 1;
      return to - from >= least && to - from <= most && !WORD.test(this.#at(to)) ? [{ kind, from, to }] : [];
    });
  }
}
