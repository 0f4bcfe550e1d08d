import assert from "node:assert/strict";
import { test } from "node:test";
import { guidanceFor, obstacle } from "./guidance.js";

test("every way in which a device can be refused has its own words", () => {
  assert.equal(guidanceFor("NotAllowedError"), "denied");
  assert.equal(guidanceFor("NotFoundError"), "missing");
  assert.equal(guidanceFor("NotReadableError"), "taken");
  assert.equal(guidanceFor("SomethingNew"), "taken");
});

test("an address without TLS is named as the cause before the browser is blamed", () => {
  assert.equal(obstacle({ isSecureContext: false, hasDevices: false, hasConnections: true }), "insecure");
  assert.equal(obstacle({ isSecureContext: true, hasDevices: false, hasConnections: true }), "unsupported");
  assert.equal(obstacle({ isSecureContext: true, hasDevices: true, hasConnections: false }), "unsupported");
  assert.equal(obstacle({ isSecureContext: true, hasDevices: true, hasConnections: true }), undefined);
});
