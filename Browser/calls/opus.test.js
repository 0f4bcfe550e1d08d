import assert from "node:assert/strict";
import { test } from "node:test";
import { inStereo, withRepairAndSilence } from "./opus.js";

test("only Opus is asked for repair and silence, and what was there stays", () => {
  const sdp = [
    "m=audio 9 UDP/TLS/RTP/SAVPF 111 63",
    "a=rtpmap:111 opus/48000/2",
    "a=fmtp:111 minptime=10;useinbandfec=0",
    "a=rtpmap:63 red/48000/2",
    "a=fmtp:63 111/111",
    "",
  ].join("\r\n");
  const asked = withRepairAndSilence(sdp);
  assert.ok(asked.includes("a=fmtp:111 minptime=10;useinbandfec=1;usedtx=1\r\n"));
  assert.ok(asked.includes("a=fmtp:63 111/111\r\n"));
  assert.equal(withRepairAndSilence(asked), asked);
});

test("a description without sound stays as it is", () => {
  assert.equal(withRepairAndSilence("m=video 9 X 96\r\na=rtpmap:96 VP8/90000\r\n"), "m=video 9 X 96\r\na=rtpmap:96 VP8/90000\r\n");
});

test("a page says that it hears in stereo, and nothing else of it changes", () => {
  const asked = inStereo("m=audio 9 X 111\r\na=rtpmap:111 opus/48000/2\r\na=fmtp:111 minptime=10;useinbandfec=1\r\na=mid:0\r\n");
  assert.equal(asked, "m=audio 9 X 111\r\na=rtpmap:111 opus/48000/2\r\na=fmtp:111 minptime=10;useinbandfec=1;stereo=1\r\na=mid:0\r\n");
  assert.equal(inStereo(asked), asked);
});
