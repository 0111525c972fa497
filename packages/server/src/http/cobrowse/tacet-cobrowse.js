// What a page includes: it tells Tacet what happens in its document. Card and password fields never leave the page.
/* global scope */
const { record } = scope.rrwebRecord;

/** What stands for anything that is masked; nobody learns how long it was. */
const mask = '***';
/** Elements that stay in the page with everything inside them. */
const blocked = '[data-tacet-mask], .tacet-mask';
const words =
  /card|cc-|ccn|cvv|cvc|csc|iban|karte|pr(ü|ue)f(ziffer|nummer)|security.?code|\bpan\b|account|konto|passw|pass.?phrase|kennwort|\bpin\b|one-?time|\botp\b|tarjeta|carte|carta/i;
const attributes = ['name', 'id', 'placeholder', 'aria-label', 'title', 'autocomplete', 'data-testid', 'class'];
/** A number that is a card's, or may become one while it is typed. */
const cardLike = /^\s*[2-6][0-9]([ .-]?[0-9]){5,17}\s*$/;
const cardInside = /[0-9]([ .-]?[0-9]){12,18}/;

/** What a page holds for us at most while its line is slow; beyond it the line is given up and the page shown anew. */
const bufferBytesMax = 8_388_608;
const eventCharactersMax = 4_000_000;
const firstWaitMs = 500;
const waitMsMax = 30_000;
/** Close codes after which coming back is of no use. */
const finalCodes = new Set([4400, 4401, 4404, 4409]);
const slowDownCode = 4429;

/** Once a field was sensitive it stays so, whatever is made of it. */
const known = new WeakSet();

function hints(element) {
  const own = attributes.map((name) => element.getAttribute(name) ?? '');
  const labels = Array.from(element.labels ?? [], (label) => label.textContent ?? '');
  const by = (element.getAttribute('aria-labelledby') ?? '').split(/\s+/).filter(Boolean);
  const named = by.map((id) => element.ownerDocument.getElementById(id)?.textContent ?? '');
  return [...own, ...labels, ...named].join(' ');
}

function isSensitive(element) {
  if (element === null || element === undefined || known.has(element)) return true;
  const isSo = element.type === 'password' || element.closest(blocked) !== null || words.test(hints(element));
  if (isSo) known.add(element);
  return isSo;
}

function maskedInput(text, element) {
  if (text === '') return text;
  try {
    return isSensitive(element) || cardLike.test(text) || cardInside.test(text) ? mask : text;
  } catch {
    return mask;
  }
}

const fields = new Set(['input', 'textarea', 'select']);

/** rrweb copies attributes as they stand in the document, and the text inside a text area: these are masked here. */
function maskNode(node) {
  if (fields.has(node.tagName)) {
    const element = record.mirror.getNode(node.id);
    if (typeof node.attributes.value === 'string' && !isChoice(element)) {
      node.attributes.value = maskedInput(node.attributes.value, element);
    }
    if (node.tagName === 'textarea' && isSensitive(element)) node.childNodes = [];
  }
  for (const child of node.childNodes ?? []) maskNode(child);
}

function isChoice(element) {
  return ['radio', 'checkbox', 'submit', 'button', 'reset'].includes(element?.type) && !known.has(element);
}

function maskTexts(texts) {
  for (const text of texts) {
    const holder = record.mirror.getNode(text.id)?.parentElement;
    if (holder?.tagName === 'TEXTAREA' && isSensitive(holder)) text.value = mask;
  }
}

/** The event as it may leave the page. */
function masked(event) {
  if (event.type === 2) maskNode(event.data.node);
  if (event.type === 3 && event.data.source === 0) {
    for (const { node } of event.data.adds) maskNode(node);
    maskTexts(event.data.texts);
  }
  // What stands in an address behind the path names people and what they look for.
  if (event.type === 4) event.data.href = event.data.href.replace(/[?#].*$/s, '');
  return event;
}

const inputs = {};
for (const type of [
  ...['input', 'textarea', 'select', 'text', 'password', 'tel', 'number', 'email', 'search', 'url', 'hidden', 'range'],
  ...['date', 'datetime-local', 'month', 'week', 'time', 'color'],
]) {
  inputs[type] = true;
}

const options = {
  blockSelector: blocked,
  maskInputOptions: inputs,
  maskInputFn: maskedInput,
  recordCanvas: false,
  collectFonts: false,
  inlineImages: false,
  recordCrossOriginIframes: false,
  slimDOMOptions: { script: true, comment: true, headFavicon: true, headMetaSocial: true, headMetaVerification: true },
  sampling: { mousemove: 100, scroll: 200, media: 1_000 },
  // Whatever goes wrong here is nothing to the page.
  errorHandler: () => true,
};

function randomId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** The same for every page that this tab loads from this origin. */
function tabId() {
  const name = 'tacet-cobrowse-tab';
  try {
    const before = sessionStorage.getItem(name);
    if (before !== null && /^[0-9a-f]{32}$/.test(before)) return before;
    const fresh = randomId();
    sessionStorage.setItem(name, fresh);
    return fresh;
  } catch {
    return randomId();
  }
}

class CoBrowse {
  constructor(url, token) {
    this.url = url;
    this.token = token;
    this.tab = tabId();
    this.page = randomId();
    /** Number of the next event. */
    this.next = 0;
    /** `waiting`: what happens is lost, and counted. `greeting`: the server is about to say where to begin. */
    this.state = 'waiting';
    this.waitMs = firstWaitMs;
    this.generation = 0;
    this.connect();
  }

  connect() {
    if (this.state === 'over') return;
    const socket = new WebSocket(this.url);
    this.socket = socket;
    socket.onopen = () => {
      this.state = 'greeting';
      const { token, tab, page, next } = this;
      socket.send(`hello ${JSON.stringify({ token, tab, page, next })}`);
    };
    socket.onmessage = ({ data }) => {
      const { kind, number } = JSON.parse(data);
      if (kind === 'mark' && this.socket === socket) this.showAnew(number);
    };
    socket.onclose = ({ code }) => {
      if (this.socket === socket) this.closed(code);
    };
  }

  closed(code) {
    if (this.state === 'over') return;
    if (finalCodes.has(code)) return this.stop();
    this.state = 'waiting';
    if (code === slowDownCode) this.waitMs = waitMsMax / 2;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.connect(), this.waitMs * (0.5 + Math.random()));
    this.waitMs = Math.min(this.waitMs * 2, waitMsMax);
  }

  /** Begins from nothing: what rrweb had gathered before the mark is not of what comes after it. */
  showAnew(mark) {
    this.stopRecording?.();
    this.generation += 1;
    const { generation } = this;
    this.waitMs = firstWaitMs;
    let meta;
    let isShown = false;
    const emit = (event) => {
      // Timers of a recording that was stopped may still tell of what they had gathered.
      if (generation !== this.generation || this.state === 'over') return;
      if (event.type === 4) {
        meta = masked(event);
      } else if (event.type === 2) {
        isShown = true;
        this.state = 'showing';
        this.send(`anchor ${this.next} ${mark} `, [meta, masked(event)]);
      } else if (isShown) this.tell(event);
    };
    this.stopRecording = record({ ...options, emit });
  }

  tell(event) {
    if (this.state === 'showing') this.send(`event ${this.next} `, masked(event));
    else if (this.state === 'waiting') this.next += 1;
  }

  send(head, value) {
    const body = JSON.stringify(value);
    this.next += 1;
    if (body.length > eventCharactersMax) return this.stop();
    if (this.socket.bufferedAmount > bufferBytesMax) {
      this.socket.close(4000);
      return this.closed(4000);
    }
    this.socket.send(head + body);
  }

  /** The page is being left; it may be shown again from the history. */
  leave() {
    if (this.state === 'over') return;
    clearTimeout(this.timer);
    this.state = 'waiting';
    const { socket } = this;
    this.socket = undefined;
    socket?.close(1000);
  }

  stop() {
    this.leave();
    this.state = 'over';
    this.stopRecording?.();
  }
}

let running;
const own = document.currentScript;

const TacetCobrowse = {
  /** Begins to tell what happens here; `token` is a publishing token for a conversation. */
  start({ token, url = own === null ? undefined : new URL('.', own.src).href }) {
    try {
      running?.stop();
      const at = new URL('.', url);
      at.protocol = at.protocol === 'https:' ? 'wss:' : 'ws:';
      running = new CoBrowse(at.href.replace(/\/$/, ''), token);
    } catch {
      running = undefined;
    }
  },
  stop() {
    running?.stop();
    running = undefined;
  },
  get state() {
    return running?.state ?? 'over';
  },
};

globalThis.TacetCobrowse = TacetCobrowse;
addEventListener('pagehide', () => running?.leave());
addEventListener('pageshow', ({ persisted }) => {
  if (persisted && running !== undefined) running.connect();
});
if (own?.dataset.token) TacetCobrowse.start({ token: own.dataset.token });
