/**
 * A short quiet tone for a new message. Only for whoever asked for it.
 *
 * @module
 */
export function chime() {
  const audio = new AudioContext();
  const tone = audio.createOscillator();
  const volume = audio.createGain();
  tone.frequency.value = 660;
  volume.gain.setValueAtTime(0.12, audio.currentTime);
  volume.gain.exponentialRampToValueAtTime(0.001, audio.currentTime + 0.3);
  tone.connect(volume).connect(audio.destination);
  tone.start();
  tone.stop(audio.currentTime + 0.3);
  // Where nobody has touched the page since it was loaded, browsers play nothing and the tone never ends.
  setTimeout(() => audio.close(), 1000);
}
