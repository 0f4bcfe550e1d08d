/**
 * Words about health, belief and other matters that nobody should tell a team which has no need of them (VOC-05, VOC-06, VZO-07).
 * **Looked at in the browser alone**: that somebody wrote such a word is never sent or kept. It asks, and stops nothing.
 *
 * @module
 */

/** Beginnings of words, without accents; a space ends a word. */
const BEGINNINGS = [
  // English
  ..."diagnos cancer hiv diabet pregnan depressi psychiatr psycholog therapist disabilit chemotherap miscarriag".split(" "),
  ..."religio christian catholic muslim islam jewish buddhis hindu atheis homosexual lesbian transgender transsexual".split(" "),
  ..."my illness,my disease,my medication,trade union,sexual orientation,political opinion,ethnic".split(","),
  // French
  ..."enceinte,sida ,grossesse,seropositi,handicap,maladie,chretien,catholique,musulman,juif ,juive,bouddhis,athee,syndicat,croyance".split(
    ",",
  ),
  // Russian
  ..."диагноз диабет беременн депресси психиатр инвалид онколог вич религи христиан католи мусульман иудей буддис атеис гомосексуал".split(
    " ",
  ),
  // Arabic
  ..."مرض سرطان سكري حامل اكتئاب إعاقة اعاقة ديانة مسلم مسيحي يهودي بوذي ملحد مثلي".split(" "),
];

/** Small letters without accents, one space between words. @param {string} text */
const plain = (text) =>
  text
    .toLowerCase()
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .normalize("NFC")
    .replace(/[^\p{L}\p{N}]+/gu, " ");

const ALL = BEGINNINGS.map(plain);

/** @param {string} draft @returns {boolean} whether it seems to tell of such a matter */
export function tellsMatters(draft) {
  const words = ` ${plain(draft)} `;
  // Arabic writes its article onto the word.
  return ALL.some((word) => words.includes(` ${word}`) || words.includes(` ال${word}`));
}
