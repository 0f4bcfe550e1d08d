"""What somebody hears, measured in their page: how long it was ever silent while others speak without a pause."""

from asking import comes_true

# Everybody speaks one steady tone, so that whatever is silent is a hole. And whoever listens measures what is played: what each player of
# the page gets, as loud as the player is, all together, each sample of it.
LISTEN = """
(() => {
  if (!navigator.mediaDevices) return;
  const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = async (wish) => {
    const stream = await real(wish);
    for (const track of stream.getAudioTracks()) {
      const context = new AudioContext();
      const tone = Object.assign(context.createOscillator(), {type: 'sawtooth'});
      tone.frequency.value = 220;
      const output = context.createMediaStreamDestination();
      tone.connect(output);
      tone.start();
      stream.removeTrack(track);
      stream.addTrack(output.stream.getAudioTracks()[0]);
    }
    return stream;
  };
  window.listens = () => {
    const context = new AudioContext();
    const ear = Object.assign(context.createAnalyser(), {fftSize: 32768});
    const block = Math.round(context.sampleRate / 100);
    const ways = new Map();
    const heard = window.heard = {began: false, silence: 0, longest: 0, both: 0, unheard: 0};
    let last = 0;
    const samples = new Float32Array(ear.fftSize);
    setInterval(() => {
      const places = new Set();
      for (const player of document.querySelectorAll('audio')) {
        const track = player.srcObject?.getAudioTracks()[0];
        let way = ways.get(player);
        if (way?.track !== track) {
          way?.source?.disconnect();
          way = {track, gain: context.createGain()};
          if (track) {
            way.source = context.createMediaStreamSource(new MediaStream([track]));
            way.source.connect(way.gain).connect(ear);
          }
          ways.set(player, way);
        }
        const loudness = track && !player.paused && !player.muted ? player.volume : 0;
        way.gain.gain.value = loudness;
        if (loudness > 0) places.add(player.closest('.meeting') ? 'meeting' : 'call');
      }
      for (const [player, way] of ways) if (!player.isConnected) way.gain.gain.value = 0;
      if (places.size === 2) heard.both += 1;
      let fresh = Math.round(context.currentTime * context.sampleRate) - last;
      last += fresh;
      if (fresh > samples.length) heard.unheard += fresh - samples.length;
      fresh = Math.min(fresh, samples.length);
      ear.getFloatTimeDomainData(samples);
      for (let at = samples.length - fresh; at < samples.length; at += block) {
        const piece = samples.subarray(at, Math.min(at + block, samples.length));
        const isSilent = Math.sqrt(piece.reduce((sum, one) => sum + one * one, 0) / piece.length) < 0.002;
        if (!isSilent) heard.began = true;
        heard.silence = heard.began && isSilent ? heard.silence + piece.length / context.sampleRate : 0;
        heard.longest = Math.max(heard.longest, heard.silence);
      }
    }, 20);
  };
})()
"""


def listening(person):
    person.context.add_init_script(LISTEN)
    return person


def listens(page) -> None:
    """From now on each sample that is played counts."""
    page.evaluate("window.listens()")
    comes_true(page, "() => window.heard.began")


def longest_silence(page) -> float:
    """In seconds, since it was first heard."""
    return page.evaluate("window.heard.longest")


def heard_both_ways(page) -> bool:
    """Whether the call and the meeting were ever heard at the same moment."""
    return page.evaluate("window.heard.both > 0")
