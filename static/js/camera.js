// The kiosk's cameras: opens one, watches whether it shows anything, and goes on to the next when it does not. Says on
// the page what is wrong, and tells this server which cameras there are, by name and state. Keeps no picture (P11).
const OPEN_MS = 5000; // as long an opening may take
const TROUBLE_MS = 3000; // as long a picture may be black, the same, or missing
const LIST_MS = 1500;
const AGAIN_MS = 1000; // between two tries when no camera can be opened
const TRIES = 2; // of one camera before the next
const INFRARED = /\b(ir|infrared|infra-red)\b/i;
const BLACK = 40; // of 255: the brightest of a black picture's places is below
const [WIDE, HIGH] = [32, 24]; // places at which a picture is looked at for black and for movement
const MOVED = 16; // of 255: a place that has changed by so much is no noise
const MOVED_PLACES = 16;

const wait = (ms) => new Promise((done) => setTimeout(done, ms));
const stop = (stream) => stream?.getTracks().forEach((track) => track.stop());

export class Camera {
  constructor(box, alive) {
    this.box = box;
    this.alive = alive; // whether the page that asked for the camera is still there
    this.line = box.querySelector(".camera-words");
    this.video = box.querySelector("video");
    this.kept = box.dataset.kept;
    this.states = new Map(); // by name
    this.ids = new Map();
    this.name = "";
    this.tries = 0;
    this.trouble = "";
    this.told = null;
    this.isChosen = false;
    this.canvas = document.createElement("canvas");
    this.small = Object.assign(document.createElement("canvas"), { width: WIDE, height: HIGH });
  }

  close() {
    stop(this.stream);
    this.stream = null;
  }

  // Opens this one, and no other instead of it.
  choose(name) {
    this.name = name;
    this.isChosen = true;
    this.tries = 0;
    this.trouble = "";
    this.line.hidden = true;
    this.close();
  }

  get isOpen() {
    return Boolean(this.stream?.active) && this.stream.getVideoTracks()[0]?.readyState !== "ended";
  }

  // The names of the cameras in the order they are tried: the one that last read a badge first, no infrared ones.
  get order() {
    const names = [...this.ids.keys()].filter((name) => !INFRARED.test(name));
    return names.sort((one, other) => (other === this.kept) - (one === this.kept));
  }

  async list() {
    const asked = navigator.mediaDevices?.enumerateDevices().catch(() => []);
    const all = await Promise.race([asked, wait(LIST_MS)]) ?? [];
    const before = this.states;
    this.ids = new Map();
    this.states = new Map();
    for (const { kind, label, deviceId } of all) {
      if (kind !== "videoinput" || !label) continue;
      let name = label;
      for (let same = 2; this.ids.has(name); same += 1) name = `${label} (${same})`;
      this.ids.set(name, deviceId);
      this.states.set(name, INFRARED.test(name) ? "infrared" : before.get(name) ?? "untried");
    }
  }

  // Opens a camera. False when the page has gone meanwhile.
  async open() {
    if (this.stream && !this.last) this.say("silent"); // it has ended by itself before its first picture
    while (this.alive()) {
      await this.list();
      const order = this.order;
      if (!order.includes(this.name)) this.name = order[0] ?? "";
      else if (this.tries >= TRIES && !this.isChosen) this.name = order[(order.indexOf(this.name) + 1) % order.length];
      if (this.tries >= TRIES) this.tries = 0;
      this.tries += 1;
      const failed = await this.tryToOpen();
      if (!this.alive()) {
        this.close();
        return false;
      }
      if (!failed) return true;
      if (failed !== "other") {
        this.say(failed);
        await wait(AGAIN_MS);
      }
    }
    return false;
  }

  // Empty when it is open, "other" when another has to be opened, or why it is not.
  async tryToOpen() {
    this.close();
    this.last = null;
    const wanted = { width: { ideal: 1280 }, height: { ideal: 720 } };
    const which = this.name ? { deviceId: { exact: this.ids.get(this.name) } } : { facingMode: "user" };
    let late = false;
    try {
      const asked = navigator.mediaDevices.getUserMedia({ video: { ...wanted, ...which }, audio: false });
      asked.then((stream) => { if (late || !this.alive()) stop(stream); }, () => {});
      const stream = await Promise.race([asked, wait(OPEN_MS)]);
      if (!stream) {
        late = true;
        this.tries = TRIES;
        return "shut";
      }
      this.stream = stream;
      this.video.srcObject = stream;
      this.video.play().catch(() => {}); // a camera without frames never plays
    } catch {
      return "gone";
    }
    if (!this.name) { // names are told only once a camera has been open
      await this.list();
      this.name = this.stream.getVideoTracks()[0]?.label ?? "";
      const [first] = this.order;
      if (first && first !== this.name && (INFRARED.test(this.name) || first === this.kept)) {
        this.name = first;
        this.tries = 0;
        return "other";
      }
    }
    this.since = { silent: performance.now(), dark: Infinity, still: Infinity };
    return this.isOpen ? "" : "silent";
  }

  // The next picture as JPEG, or null while there is none. Looks at it too: see `judge`.
  async frame() {
    const { video, canvas } = this;
    const muted = this.stream.getVideoTracks()[0]?.muted;
    let jpeg = null;
    if (!muted && video.readyState >= 2 && video.videoWidth) {
      canvas.width = video.videoWidth;
      canvas.height = video.videoHeight;
      canvas.getContext("2d", { willReadFrequently: true }).drawImage(video, 0, 0);
      jpeg = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.9));
    }
    await this.judge(jpeg);
    return jpeg;
  }

  // What is wrong with the picture for TROUBLE_MS is said, and the camera closed: it is tried again, then the next.
  async judge(jpeg) {
    const now = performance.now();
    this.moved = false;
    const seen = { silent: !jpeg, dark: false, still: false };
    if (jpeg) {
      const bytes = new Uint8Array(await jpeg.arrayBuffer());
      const places = this.places();
      seen.dark = Math.max(...places) < BLACK;
      if (this.last) {
        seen.still = bytes.length === this.last.bytes.length && bytes.every((each, at) => each === this.last.bytes[at]);
        this.moved = places.filter((each, at) => Math.abs(each - this.last.places[at]) > MOVED).length >= MOVED_PLACES;
      }
      const differs = this.last && !seen.still;
      this.last = { bytes, places };
      const isEnough = ["gone", "shut", "silent", "dark"].includes(this.trouble); // any picture ends these
      if (!seen.dark && (differs || isEnough)) this.sees();
    }
    for (const [state, is] of Object.entries(seen)) {
      this.since[state] = is ? Math.min(this.since[state], now) : Infinity;
      if (now - this.since[state] < TROUBLE_MS || !this.alive()) continue;
      this.say(state);
      this.close();
      return;
    }
  }

  places() {
    const context = this.small.getContext("2d", { willReadFrequently: true });
    context.imageSmoothingQuality = "high";
    context.drawImage(this.canvas, 0, 0, WIDE, HIGH);
    const { data } = context.getImageData(0, 0, WIDE, HIGH);
    return Array.from({ length: WIDE * HIGH }, (_, at) => (data[4 * at] + 2 * data[4 * at + 1] + data[4 * at + 2]) / 4);
  }

  sees() {
    this.tries = 0;
    if (this.trouble || this.states.get(this.name) !== "sees") this.say("");
  }

  say(trouble) {
    this.trouble = trouble;
    this.line.hidden = !trouble;
    if (trouble) this.line.textContent = this.line.dataset[trouble];
    this.box.classList.toggle("without", Boolean(trouble));
    if (this.name) this.states.set(this.name, trouble || "sees");
    this.tell();
  }

  // Tells the server what has changed; `read` names the camera that has read a badge, which is then opened first.
  tell(read = "") {
    const fields = new URLSearchParams();
    for (const [name, state] of this.states) {
      fields.append("name", name);
      fields.append("state", state);
    }
    if (read) fields.append("read", read);
    if (`${fields}` === this.told) return;
    this.told = `${fields}`;
    fetch("/scan/cameras", { method: "POST", body: fields, keepalive: true }).catch(() => { this.told = null; });
  }
}
