// Sends one file in slices (the tus 1.0 protocol), over cut connections, from where it stopped. Shows nothing itself.

const TUS = { "Tus-Resumable": "1.0.0" };
const SILENCE = 45000; // milliseconds without a byte or an answer: a path that dies silently gives no error
const LONGEST_WAIT = 30; // seconds between two tries

// What this browser has begun to send stands in its own store: by place, name, size and time of the file.
const keyOf = (place, file) => `${place} ${file.size} ${file.lastModified} ${file.name}`;
const remember = (key, url) => { try { localStorage.setItem(key, url); } catch { /* then a reload starts over */ } };
const forget = (key) => { try { localStorage.removeItem(key); } catch { /* there is no store */ } };
const recall = (key) => { try { return localStorage.getItem(key); } catch { return null; } };

const remembered = () => { try { return Object.keys(localStorage); } catch { return []; } };

export function unfinished(place) {
  return remembered().filter((key) => key.startsWith(`${place} `)).map((key) => {
    const [size, , ...name] = key.slice(place.length + 1).split(" ");
    return { key, url: recall(key), size: Number(size), name: name.join(" ") };
  });
}

// The server has said no, for a reason that trying again does not change.
export class Refused extends Error {}

class Cut extends Error {}
class Gone extends Error {}

// Resolves with the request once it is answered as it should be; `told` gets the request, to abort it.
function ask(method, url, headers, { body = null, progress = null, told = () => {} } = {}) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    let watch = 0;
    const cut = () => { clearTimeout(watch); reject(new Cut()); };
    const alive = () => { clearTimeout(watch); watch = setTimeout(() => request.abort(), SILENCE); };
    request.open(method, url);
    for (const [name, value] of Object.entries({ ...TUS, ...headers })) request.setRequestHeader(name, value);
    request.upload.addEventListener("progress", ({ loaded }) => { alive(); progress?.(loaded); });
    request.addEventListener("error", cut);
    request.addEventListener("abort", cut);
    request.addEventListener("load", () => {
      clearTimeout(watch);
      const trouble = wasSentElsewhere(request, url) ? new Refused("signedout") : troubleOf(request);
      if (trouble) reject(trouble);
      else resolve(request);
    });
    alive();
    told(request);
    request.send(body);
  });
}

// Who is signed out is sent to the page to sign in, and the browser follows by itself.
const pathOf = (url) => new URL(url, window.location.href).pathname;
const wasSentElsewhere = ({ responseURL }, url) => Boolean(responseURL) && pathOf(responseURL) !== pathOf(url);

function troubleOf({ status }) {
  if (status === 404 || status === 410) return new Gone();
  if ([408, 409, 429].includes(status) || (status >= 500 && status !== 507)) return new Cut();
  if (status < 300) return null;
  return new Refused(status);
}

export async function howFar(url) {
  try {
    const answer = await ask("HEAD", url, {});
    return Number(answer.getResponseHeader("Upload-Offset"));
  } catch {
    return null;
  }
}

export class Sender {
  // `on` is told: sent(bytes, errors), moved(bytes), waits(seconds), done(location), refused(status or word).
  constructor(file, { place, uploads, of, token, slice }, on) {
    Object.assign(this, { file, uploads, of, slice, on, offset: 0, failures: 0, runs: false });
    this.headers = { "X-CSRFToken": token };
    this.key = keyOf(place, file);
    this.url = recall(this.key);
    this.knowsOffset = false;
  }

  async run() {
    this.runs = true;
    while (this.runs) {
      try {
        await this.step();
        this.failures = 0;
      } catch (trouble) {
        if (!this.runs) return;
        if (trouble instanceof Gone && !this.url) return this.end(() => this.on.refused(404));
        if (trouble instanceof Refused) return this.end(() => this.on.refused(trouble.message));
        if (!(trouble instanceof Cut || trouble instanceof Gone)) throw trouble;
        this.knowsOffset = false;
        if (trouble instanceof Gone) this.drop();
        else await this.rest();
      }
    }
  }

  pause() {
    this.runs = false;
    this.knowsOffset = false;
    this.request?.abort();
    this.wake?.();
  }

  // Give it up: nothing of it is kept, here or there.
  async stop() {
    this.pause();
    const { url } = this;
    this.drop();
    if (url) await ask("DELETE", url, this.headers).catch(() => {});
  }

  async step() {
    if (!this.url) await this.begin();
    else if (!this.knowsOffset) this.arrived(await this.ask("HEAD", {}));
    else await this.send();
  }

  async begin() {
    const told = { filename: this.file.name, ...(this.of && { of: this.of }) };
    const metadata = Object.entries(told).map(([key, value]) => `${key} ${base64(value)}`).join(",");
    const headers = { ...this.headers, "Upload-Length": this.file.size, "Upload-Metadata": metadata };
    const answer = await ask("POST", this.uploads, headers, { told: (request) => { this.request = request; } });
    this.url = answer.getResponseHeader("Location");
    remember(this.key, this.url);
    this.arrived(answer);
  }

  async send() {
    const start = this.offset;
    const body = await this.file.slice(start, start + this.slice).arrayBuffer().catch(() => { throw new Refused("unreadable"); });
    const headers = { "Content-Type": "application/offset+octet-stream", "Upload-Offset": start };
    this.arrived(await this.ask("PATCH", headers, { body, progress: (loaded) => this.on.moved(start + loaded) }));
  }

  ask(method, headers, options = {}) {
    return ask(method, this.url, { ...this.headers, ...headers }, { ...options, told: (request) => { this.request = request; } });
  }

  arrived(answer) {
    this.offset = Number(answer.getResponseHeader("Upload-Offset"));
    this.knowsOffset = true;
    this.on.sent(this.offset, Number(answer.getResponseHeader("Portal-Errors")));
    const location = answer.getResponseHeader("Portal-Location");
    if (!location) return;
    this.drop();
    this.end(() => this.on.done(location));
  }

  // Wait for the next try, longer each time; shorter if the browser says that the network is back.
  async rest() {
    this.failures += 1;
    const seconds = Math.min(LONGEST_WAIT, 2 ** (this.failures - 1)) * (0.75 + Math.random() / 4);
    this.on.waits(Math.ceil(seconds));
    await new Promise((resolve) => {
      this.wake = resolve;
      window.addEventListener("online", resolve, { once: true });
      setTimeout(resolve, seconds * 1000);
    });
  }

  end(say) {
    this.runs = false;
    say();
  }

  drop() {
    forget(this.key);
    this.url = null;
    this.offset = 0;
  }
}

export const giveUp = async ({ key, url }, token) => {
  forget(key);
  await ask("DELETE", url, { "X-CSRFToken": token }).catch(() => {});
};

const base64 = (text) => btoa(String.fromCodePoint(...new TextEncoder().encode(text)));
