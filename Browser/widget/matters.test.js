import assert from "node:assert/strict";
import { test } from "node:test";
import { tellsMatters } from "./matters.js";

for (const draft of [
  "I was diagnosed with diabetes",
  "Is it all right while pregnant?",
  "Je suis enceinte",
  "J’ai le sida.",
  "У меня диагноз",
  "أنا حامل",
  "I am a Muslim woman",
]) {
  test(`VOC-06: it asks before this is sent: ${draft}`, () => assert.equal(tellsMatters(draft), true));
}
for (const draft of ["Where is my order?", "The book about cats is torn", "Où est ma commande ?", "Где мой заказ?", "أين طلبي؟"]) {
  test(`VOC-06: it does not ask about this: ${draft}`, () => assert.equal(tellsMatters(draft), false));
}
