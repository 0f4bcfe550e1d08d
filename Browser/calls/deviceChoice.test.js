import assert from "node:assert/strict";
import { test } from "node:test";
import { DeviceChoice } from "./deviceChoice.js";

class FakeStorage {
  /** @type {Map<string, string>} */
  items = new Map();

  /** @param {string} key */
  getItem(key) {
    return this.items.get(key) ?? null;
  }

  /**
   * @param {string} key
   * @param {string} value
   */
  setItem(key, value) {
    this.items.set(key, value);
  }
}

test("nothing is stored before the person chooses", () => {
  const storage = new FakeStorage();
  const choice = new DeviceChoice(storage);
  assert.equal(choice.device("camera"), undefined);
  assert.deepEqual(choice.constraints("microphone"), {
    noiseSuppression: { exact: true },
    echoCancellation: { exact: true },
    autoGainControl: { exact: true },
  });
  assert.equal(storage.items.size, 0);
});

test("a choice is found again, under the one declared key", () => {
  const storage = new FakeStorage();
  const choice = new DeviceChoice(storage);
  choice.choose("microphone", "headset");
  choice.chooseSound("noiseSuppression", false);
  const again = new DeviceChoice(storage);
  assert.deepEqual(again.constraints("microphone"), {
    deviceId: { exact: "headset" },
    noiseSuppression: { exact: false },
    echoCancellation: { exact: true },
    autoGainControl: { exact: true },
  });
  assert.deepEqual(Array.from(storage.items.keys()), ["sotto.devices"]);
});

test("whether the background is blurred is the system's choice until it is the person's", () => {
  const storage = new FakeStorage();
  assert.equal("backgroundBlur" in new DeviceChoice(storage).constraints("camera"), false);
  new DeviceChoice(storage).chooseBlur(true);
  assert.deepEqual(/** @type {any} */ (new DeviceChoice(storage).constraints("camera")).backgroundBlur, { ideal: true });
});

test("how calls ring is kept beside the devices", () => {
  const storage = new FakeStorage();
  assert.equal(new DeviceChoice(storage).ring("ringsAloud"), true);
  assert.equal(new DeviceChoice(storage).ring("notifies"), false);
  new DeviceChoice(storage).chooseRing("ringsAloud", false);
  assert.equal(new DeviceChoice(storage).ring("ringsAloud"), false);
  assert.deepEqual(Array.from(storage.items.keys()), ["sotto.devices"]);
});

test("the system's choice can be chosen again", () => {
  const choice = new DeviceChoice(new FakeStorage());
  choice.choose("camera", "front");
  choice.choose("camera", "");
  assert.equal(choice.device("camera"), undefined);
});

test("what someone else wrote under the key is not believed", () => {
  const storage = new FakeStorage();
  for (const nonsense of ["{", "null", '{"camera":5,"noiseSuppression":"yes"}', "7"]) {
    storage.setItem("sotto.devices", nonsense);
    const choice = new DeviceChoice(storage);
    assert.equal(choice.device("camera"), undefined);
    assert.equal(choice.sound("noiseSuppression"), true);
  }
});

test("a browser that forbids storage still lets the person choose", () => {
  const choice = new DeviceChoice(undefined);
  choice.choose("camera", "front");
  assert.equal(choice.device("camera"), "front");
});
