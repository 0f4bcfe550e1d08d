/**
 * Card numbers, national ids, account numbers, birth dates and passwords in what a person types (C07): found before anything leaves the
 * page. **Rule for rule the same as `SensitiveData*.swift`**, which looks again; `Tests/Vectors/sensitive.json` holds both to it.
 *
 * @module
 * @typedef {"card" | "iban" | "nationalID" | "birthDate" | "password"} Kind
 * @typedef {{ kind: Kind, from: number, to: number }} Finding
 */
import {
  ACCOUNTS,
  DIGIT,
  isCard,
  isCitizenService,
  isPensionInsurance,
  isSocialSecurity,
  isTaxID,
  LETTERED,
  remainder97,
} from "./sensitiveNumbers.js";

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

const WORD = /[0-9a-z]/;
/** Letters of scripts that do not write little words onto the next one, as Arabic does. */
const SPELLED = /[0-9a-z\u0400-\u052f]/;

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
      // Two check digits follow the country (ISO 13616): without them one in 97 sentences that begins like one would be taken for it.
      const isAccount = word && /^..\d\d/.test(word.text) && remainder97(word.text.slice(4) + word.text.slice(0, 4)) === 1;
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
