// Replays a co-browse recording, with a card for the length of each stretch that is not in it.

const pageWidth = 1024;
const pageHeight = 640;
const words = {
  withheld: ['Withheld', 'The recording was paused.'],
  lost: ['Lost', 'What happened here did not reach the recorder.'],
  damaged: ['Damaged', 'What was recorded here cannot be read any more.'],
};

const status = document.getElementById('status');
const card = document.getElementById('card');

async function readAll() {
  const events = [];
  let gaps = [];
  let stretch;
  for (let next = 'events'; next !== undefined; ) {
    const answer = await fetch(`${location.pathname.replace(/\/$/, '')}/${next}`);
    if (!answer.ok) throw new Error(String(answer.status));
    const page = await answer.json();
    events.push(...page.events);
    ({ gaps, stretch } = page);
    next = page.next === undefined ? undefined : `events?after=${encodeURIComponent(page.next)}`;
  }
  return { events, gaps, stretch };
}

/** Everything on the server's clock: a page's own clock may be wrong, and gaps are told by ours. */
function timed({ events, gaps, stretch }) {
  const mark = (at, tag) => ({ type: 5, timestamp: Date.parse(at), data: { tag, payload: {} } });
  const shown = events.flatMap(({ at, parts }) => parts.map((part) => ({ ...part, timestamp: Date.parse(at) })));
  const edges = gaps.flatMap(({ kind, from, to }) => [mark(from, kind), mark(to ?? stretch.to, kind)]);
  const ends = [mark(stretch.from, 'begin'), mark(stretch.to, 'end')];
  return [...ends, ...edges, ...shown].sort((a, b) => a.timestamp - b.timestamp);
}

function seconds(from, to) {
  return Math.max(1, Math.round((Date.parse(to) - Date.parse(from)) / 1000));
}

function listGaps(gaps, stretch) {
  const list = document.getElementById('gaps');
  for (const { kind, from, to = stretch.to, count } of gaps) {
    const line = document.createElement('li');
    const many = count === undefined ? '' : `, ${count} events`;
    line.textContent = `${words[kind][0]} from ${from} to ${to}${many}`;
    list.append(line);
  }
}

function showCard(gap, stretch) {
  card.hidden = gap === undefined;
  if (gap === undefined || card.dataset.from === gap.from) return;
  const [title, why] = words[gap.kind];
  const note = document.createElement('small');
  note.textContent = `${why} ${seconds(gap.from, gap.to ?? stretch.to)} s`;
  card.replaceChildren(title, document.createElement('br'), note);
  card.dataset.kind = gap.kind;
  card.dataset.from = gap.from;
}

function play(read) {
  const { gaps, stretch } = read;
  const events = timed(read);
  const begin = events[0].timestamp;
  const gapAt = (ms) =>
    gaps.find(({ from, to = stretch.to }) => Date.parse(from) <= begin + ms && begin + ms < Date.parse(to));
  const { Player } = globalThis.rrwebPlayer;
  const player = new Player({
    target: document.getElementById('player'),
    props: {
      events,
      width: pageWidth,
      height: pageHeight,
      autoPlay: false,
      skipInactive: false,
      showWarning: false,
      tags: { withheld: '#2b3a55', lost: '#c2410c', damaged: '#c2410c' },
    },
  });
  player.addEventListener('ui-update-current-time', ({ payload }) => showCard(gapAt(payload), stretch));
  showCard(gapAt(0), stretch);
  globalThis.tacetReplay = player;
}

try {
  const read = await readAll();
  listGaps(read.gaps, read.stretch);
  if (read.events.length > 0) play(read);
  else if (read.gaps.length > 0) showCard(read.gaps[0], read.stretch);
  status.textContent = read.events.length > 0 ? `${read.stretch.from} to ${read.stretch.to}` : 'Nothing was recorded.';
} catch {
  status.textContent = 'This recording cannot be shown: the link may have expired.';
}
