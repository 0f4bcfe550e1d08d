import assert from "node:assert/strict";
import { test } from "node:test";
import { Refused, upload } from "./upload.js";

const MEGABYTE = 1024 * 1024;

/** A server that takes pieces as ours does, and breaks as networks do. */
class FakeServer {
  /** @type {number[]} */
  pieces = [];
  offset = 0;
  dropped = false;
  /** @type {("lost" | "unheard" | number)[]} what happens to the next requests */
  troubles = [];

  /** @param {number} bytes */
  constructor(bytes) {
    this.bytes = bytes;
  }

  /** @type {any} */
  fetch = async (/** @type {string} */ path, /** @type {any} */ { method, body, headers, signal }) => {
    signal?.throwIfAborted();
    assert.equal(headers.Authorization, "Bearer token");
    const trouble = this.troubles.shift();
    if (trouble === "unheard") throw new TypeError("network");
    if (typeof trouble === "number") return Response.json({ title: "No", status: trouble }, { status: trouble });
    const answer = this.#answer(path, method, body);
    if (trouble === "lost") throw new TypeError("network");
    return answer;
  };

  /** @param {string} path @param {string} method @param {any} body */
  #answer(path, method, body) {
    if (method === "POST") return Response.json({ id: "a", offset: 0 }, { status: 201 });
    if (method === "DELETE") {
      this.dropped = true;
      return new Response(null, { status: 204 });
    }
    if (method === "GET") return Response.json({ id: "a", offset: this.offset });
    if (Number(new URL(path, "http://x").searchParams.get("offset")) !== this.offset) return Response.json({}, { status: 409 });
    this.pieces.push(body.size);
    this.offset += body.size;
    const file = this.offset === this.bytes ? { id: "a", name: "n", type: "t", bytes: this.bytes } : undefined;
    return Response.json({ id: "a", offset: this.offset, file });
  }
}

const way = (/** @type {FakeServer} */ server) => ({ token: "token", fetch: server.fetch, pause: async () => {} });
const file = (/** @type {number} */ bytes) => new File([new Uint8Array(bytes)], "n");

test("a conversation that has ended is told of at once, and not asked again and again", async () => {
  const server = new FakeServer(1);
  server.troubles = [409];
  await assert.rejects(upload(file(1), "c", way(server)), Refused);
});

test("a file goes in pieces, and says how far it is", async () => {
  const server = new FakeServer(2.5 * MEGABYTE);
  /** @type {number[]} */
  const shares = [];
  const made = await upload(file(server.bytes), "c", { ...way(server), progress: (share) => shares.push(share) });
  assert.equal(made.id, "a");
  assert.deepEqual(server.pieces, [MEGABYTE, MEGABYTE, MEGABYTE / 2]);
  assert.deepEqual(shares, [0, 0.4, 0.8, 1]);
});

test("a request that was not heard, an answer that was lost, a server that restarts: nothing goes twice or is missing", async () => {
  const server = new FakeServer(3 * MEGABYTE);
  server.troubles = /** @type {any} */ (["unheard", 503, undefined, "lost", "unheard", undefined, "unheard", 429]);
  await upload(file(server.bytes), "c", way(server));
  assert.deepEqual(server.pieces, [MEGABYTE, MEGABYTE, MEGABYTE]);
});

test("what the server does not take is told, and taken back", async () => {
  // Not of this kind, or no room on the disk: waiting would not help.
  for (const status of [415, 507]) {
    const server = new FakeServer(10);
    server.troubles = /** @type {any} */ ([undefined, status]);
    await assert.rejects(upload(file(10), "c", way(server)), (error) => error instanceof Refused && error.problem.status === status);
    assert.ok(server.dropped);
  }
});

test("a file that is taken back stops", async () => {
  const server = new FakeServer(3 * MEGABYTE);
  const controller = new AbortController();
  const going = upload(file(server.bytes), "c", {
    ...way(server),
    signal: controller.signal,
    progress: (share) => share > 0 && controller.abort(),
  });
  await assert.rejects(going, { name: "AbortError" });
  assert.ok(server.dropped && server.pieces.length === 1);
});

test("whoever waits is told for what, the network or the server", async () => {
  const server = new FakeServer(10);
  server.troubles = [503, "unheard"];
  /** @type {(string | undefined)[]} */
  const told = [];
  await upload(file(10), "c", { ...way(server), waits: (problem) => told.push(problem?.title) });
  assert.deepEqual(told, ["No", undefined]);
});
