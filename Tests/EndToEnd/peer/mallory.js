/**
 * Mallory runs the server and sits between two people: she ends both encrypted connections, and passes on picture, sound and words.
 */

/** @type {Record<string, { connection: RTCPeerConnection, channel?: RTCDataChannel, from: string, to: string }>} */
const ends = {};
globalThis.mallory = { ends };
const LINES = ["audio", "video", "video", "audio"];
const live = new WebSocket(`ws://${location.host}/mallory/live`);
live.addEventListener("message", (event) => take(JSON.parse(event.data)));

/** What came from `side`; the other person hears it as if it came from there. */
async function take({ call, side, signal }) {
  const other = side === "ana" ? "ben" : "ana";
  if (signal.ready) {
    live.send(JSON.stringify({ call, side, signal }));
    return;
  }
  const { description, candidate } = signal;
  const tell = (to, about) => live.send(JSON.stringify({ call, side: to === "ana" ? "ben" : "ana", signal: about }));
  if (description?.type === "offer") {
    const names = { from: signal.from, to: signal.to };
    ends[side] = open(side, names.from, names.to, (about) => tell(side, { from: names.to, to: names.from, ...about }));
    ends[other] = open(other, names.to, names.from, (about) => tell(other, { from: names.from, to: names.to, ...about }));
    await ends[side].connection.setRemoteDescription(description);
    for (const kind of LINES) ends[other].connection.addTransceiver(kind, { direction: "sendrecv" });
    join(ends[side], ends[other]);
    await ends[other].connection.setLocalDescription();
    tell(other, { from: names.from, to: names.to, description: ends[other].connection.localDescription });
  } else if (description) {
    await ends[side].connection.setRemoteDescription(description);
    cross(ends[side], ends[other]);
    await ends[other].connection.setLocalDescription();
    tell(other, { from: ends[other].to, to: ends[other].from, description: ends[other].connection.localDescription });
  } else if (candidate) {
    await ends[side]?.connection.addIceCandidate(candidate);
  }
}

function open(side, from, to, signal) {
  const connection = new RTCPeerConnection();
  connection.addEventListener("icecandidate", ({ candidate }) => candidate && signal({ candidate }));
  return { connection, from, to };
}

/** Words from one side go to the other, unchanged. */
function join(one, two) {
  one.channel = one.connection.createDataChannel("beside", { negotiated: true, id: 0 });
  two.channel = two.connection.createDataChannel("beside", { negotiated: true, id: 0 });
  pass(one.channel, two.channel);
  pass(two.channel, one.channel);
}

function pass(from, to) {
  from.addEventListener("message", ({ data }) => {
    if (to.readyState === "open") to.send(data);
    else to.addEventListener("open", () => to.send(data), { once: true });
  });
}

/** Picture and sound of each side go to the other. */
function cross(one, two) {
  const [left, right] = [one.connection.getTransceivers(), two.connection.getTransceivers()];
  for (const [index, transceiver] of left.entries()) {
    right[index].direction = "sendrecv";
    right[index].sender.replaceTrack(transceiver.receiver.track);
    transceiver.sender.replaceTrack(right[index].receiver.track);
  }
}
