import assert from "node:assert/strict";
import { test } from "node:test";
import { alertFor } from "./alerts.js";

/** @param {Partial<import("./protocol.js").Line>} facts */
const line = (facts) => /** @type {import("./protocol.js").Line} */ ({ state: "active", ...facts });

test("an offer, somebody who waits, and words to oneself are told once", () => {
  const offered = line({ state: "offered", isMine: true });
  assert.equal(alertFor(offered, line({ state: "waiting" })), "alert.offered");
  assert.equal(alertFor(offered, offered), undefined);
  assert.equal(alertFor(line({ state: "waiting" })), "alert.waiting");
  assert.equal(alertFor(line({ state: "waiting" }), line({ state: "waiting" })), undefined);
  assert.equal(alertFor(line({ isMine: true, unread: 2 }), line({ isMine: true, unread: 1 })), "alert.message");
  assert.equal(alertFor(line({ isMine: true, unread: 1 }), line({ isMine: true, unread: 1 })), undefined);
});

test("what is offered to others or said to them is not told, and whoever is away is not told who waits", () => {
  assert.equal(alertFor(line({ state: "offered", unread: 1 })), undefined);
  assert.equal(alertFor(line({ unread: 1 })), undefined);
  assert.equal(alertFor(line({ isInvited: true, unread: 1 })), "alert.message");
  assert.equal(alertFor(line({ state: "waiting" }), undefined, true), undefined);
});
