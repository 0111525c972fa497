/** The page on which somebody chats. Its token stands behind the # of its address, which no server is sent. */

const token = decodeURIComponent(location.hash.slice(1));
const line = document.getElementById('line');
const recording = document.getElementById('recording');
const scroller = document.getElementById('scroller');
const messages = document.getElementById('messages');
const form = document.getElementById('writing');
const text = document.getElementById('text');
const send = document.getElementById('send');

/** Why the server closes a socket, as far as there is something to say; what is not here is tried again. */
const endings = {
  4400: 'Something went wrong. Load the page again.',
  4401: 'This link is no longer good. Ask for a new one.',
  4404: 'The chat has ended.',
  4429: 'That was too fast. Load the page again.',
};
const retryMsMax = 15_000;

// What is written is scrolled by keyboard too.
scroller.tabIndex = 0;

let socket;
let retryMs = 500;
/** Messages that the server has not answered yet, by their names, in order. */
const pending = new Map();
let count = 0;

function setWriting(isOpen) {
  text.disabled = !isOpen;
  send.disabled = !isOpen;
}

function element(name, className, content) {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = content;
  return made;
}

function show({ body, from, at, isOwn }) {
  const item = element('li', isOwn ? 'own' : '', '');
  const time = new Date(at).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
  const about = element('p', 'about', `${isOwn ? 'You' : from}, ${time}`);
  item.append(about, element('p', 'body', body));
  const isAtEnd = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 80;
  messages.append(item);
  if (isOwn || isAtEnd) scroller.scrollTop = scroller.scrollHeight;
  return item;
}

function isConnected() {
  return socket?.readyState === WebSocket.OPEN && !send.disabled;
}

function hand(body, item) {
  count += 1;
  const ref = String(count);
  pending.set(ref, { body, item, isHeard: false });
  item.ariaBusy = 'true';
  socket.send(JSON.stringify({ kind: 'message', ref, text: body }));
}

/** What became of it is not known, or it was refused: whoever wrote it says whether it is sent again. */
function fail(ref) {
  const { body, item } = pending.get(ref) ?? {};
  pending.delete(ref);
  if (item === undefined) return;
  item.ariaBusy = 'false';
  item.classList.add('failed');
  const again = element('button', '', 'Not sent. Send again');
  again.type = 'button';
  again.addEventListener('click', () => {
    if (!isConnected()) return;
    again.remove();
    item.classList.remove('failed');
    hand(body, item);
  });
  item.append(again);
}

/** Our own message as the server has it, which stands here already unless it was written elsewhere. */
function isKnown(body) {
  for (const one of pending.values()) {
    if (one.body !== body || one.isHeard) continue;
    one.isHeard = true;
    return true;
  }
  return false;
}

const takers = {
  welcome: () => {
    retryMs = 500;
    line.textContent = 'Connected. You can write now.';
    setWriting(true);
  },
  state: ({ isRecorded }) => {
    recording.hidden = false;
    recording.dataset.state = isRecorded ? 'running' : 'paused';
    recording.textContent = isRecorded
      ? 'This chat is recorded.'
      : 'Recording is paused: what is written now is not kept.';
  },
  message: ({ text: body, from, at, isMine }) => {
    if (!isMine || !isKnown(body)) show({ body, from, at, isOwn: isMine });
  },
  sent: ({ ref }) => {
    const { item } = pending.get(ref) ?? {};
    if (item !== undefined) item.ariaBusy = 'false';
    pending.delete(ref);
  },
  failed: ({ ref }) => fail(ref),
};

function closed({ code }) {
  setWriting(false);
  recording.hidden = true;
  for (const ref of [...pending.keys()]) fail(ref);
  const ending = endings[code];
  line.textContent = ending ?? 'The line is down. Trying again…';
  if (ending !== undefined) return;
  setTimeout(connect, retryMs);
  retryMs = Math.min(retryMs * 2, retryMsMax);
}

function connect() {
  const url = new URL('/tacet/v1/webchat/socket', location.href);
  url.protocol = url.protocol.replace('http', 'ws');
  url.hash = '';
  socket = new WebSocket(url);
  socket.addEventListener('open', () => socket.send(JSON.stringify({ kind: 'hello', token })));
  socket.addEventListener('message', ({ data }) => {
    const word = JSON.parse(data);
    takers[word.kind]?.(word);
  });
  socket.addEventListener('close', closed);
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
  const body = text.value.trim();
  if (body === '' || !isConnected()) return;
  text.value = '';
  text.focus();
  hand(body, show({ body, at: Date.now(), isOwn: true }));
});

text.addEventListener('keydown', (event) => {
  if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  form.requestSubmit();
});

if (token === '') line.textContent = 'This page is opened by a link of its own. Ask for one.';
else connect();
