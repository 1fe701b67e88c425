// Short sounds made with Web Audio, without files. Silent until the browser allows sound.
const TUNES = { yes: [660, 880], wait: [660], no: [330], alert: [880, 660, 880, 660] };
let context = null;

export function chime(name) {
  try {
    context ??= new AudioContext();
    if (context.state !== "running") context.resume();
    TUNES[name].forEach((pitch, index) => {
      const start = context.currentTime + index * 0.16;
      const tone = new OscillatorNode(context, { frequency: pitch, type: "sine" });
      const volume = new GainNode(context, { gain: 0 });
      volume.gain.setTargetAtTime(0.25, start, 0.01);
      volume.gain.setTargetAtTime(0, start + 0.1, 0.03);
      tone.connect(volume).connect(context.destination);
      tone.start(start);
      tone.stop(start + 0.3);
    });
    return context.state === "running";
  } catch {
    return false;
  }
}

// Whether the browser allows sound; most do only after the first touch. Plays nothing.
export function canSound() {
  context ??= new AudioContext();
  return context.state === "running";
}
