/**
 * Streams a call of two channels to the AudioHook door, has it paused and resumed over the API in the middle, and says
 * what happened to the recording.
 *
 *   CLIENT_ID=… CLIENT_SECRET=… AUDIOHOOK_KEY=… node stream.mjs
 *
 *   TACET_URL          where the server is                                     (http://127.0.0.1:8080)
 *   AUDIOHOOK_SECRET   what the request is signed with, Base64, as in the key file   (none: it is not signed)
 *   AUDIO_FILE         µ-law at 8,000 Hz, two channels in turn, without a header     (a tone for each channel)
 *   TALK_SECONDS       how long is talked before the pause, and again behind it      (3)
 *   PAUSE_SECONDS      how long the pause lasts                                      (3)
 *
 * The client needs the role recorder-integration or admin. Ends with 0 when the pause was confirmed and the recording is
 * there, with 1 otherwise.
 */
import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { WebSocket } from 'ws';

const { CLIENT_ID, CLIENT_SECRET, AUDIOHOOK_KEY, AUDIOHOOK_SECRET, AUDIO_FILE } = process.env;
const { TACET_URL = 'http://127.0.0.1:8080', TALK_SECONDS = '3', PAUSE_SECONDS = '3' } = process.env;
const url = TACET_URL.replace(/\/$/, '');
const deadlineMs = 15_000;
/** A frame is 100 ms of both channels, a byte for each sample. */
const frameMs = 100;
const frameBytes = 1_600;

/** A sample in µ-law (ITU-T G.711). */
function muLaw(sample) {
  const sign = sample < 0 ? 0x80 : 0;
  const magnitude = Math.min(32_635, Math.abs(sample)) + 132;
  const exponent = Math.floor(Math.log2(magnitude)) - 7;
  return ~(sign | (exponent << 4) | ((magnitude >> (exponent + 3)) & 0x0f)) & 0xff;
}

/** A second of a tone for each channel: the caller's is lower. */
function tones() {
  const hertz = [300, 500];
  return Uint8Array.from({ length: 16_000 }, (_, at) =>
    muLaw(Math.round(8_000 * Math.sin((2 * Math.PI * (hertz[at % 2] ?? 0) * (at >> 1)) / 8_000))),
  );
}

/** The headers of the request that opens the connection; signed over what the protocol lists, in its order. */
function requestHeaders(target, organizationId, sessionId) {
  const headers = {
    'audiohook-organization-id': organizationId,
    'audiohook-session-id': sessionId,
    'audiohook-correlation-id': randomUUID(),
    'x-api-key': AUDIOHOOK_KEY,
  };
  if (!AUDIOHOOK_SECRET) return headers;
  const values = { '@request-target': target.pathname + target.search, '@authority': target.host, ...headers };
  const list = Object.keys(values).map((name) => `"${name}"`);
  const created = Math.floor(Date.now() / 1_000);
  const facts = `keyid="${AUDIOHOOK_KEY}";nonce="${randomBytes(18).toString('base64')}";alg="hmac-sha256"`;
  const parameters = `(${list.join(' ')});${facts};created=${created};expires=${created + 10}`;
  const lines = Object.entries(values).map(([name, value]) => `"${name}": ${value}`);
  const signed = [...lines, `"@signature-params": ${parameters}`].join('\n');
  const signature = createHmac('sha256', Buffer.from(AUDIOHOOK_SECRET, 'base64')).update(signed).digest('base64');
  return { ...headers, 'signature-input': `sig1=${parameters}`, signature: `sig1=:${signature}:` };
}

/** The client's side of the protocol: messages are numbered both ways, and audio flows while nobody wants a pause. */
class Hook {
  id = randomUUID();
  organizationId = randomUUID();
  conversationId = randomUUID();
  #told = [];
  #seq = 0;
  #positionMs = 0;
  #pausedAt;
  #socket;
  #sound;

  constructor(sound) {
    this.#sound = sound;
  }

  async connect() {
    const target = new URL(`${url.replace(/^http/, 'ws')}/audiohook`);
    this.#socket = new WebSocket(target, { headers: requestHeaders(target, this.organizationId, this.id) });
    this.#socket.on('message', (data, isBinary) => {
      if (!isBinary) this.#hear(JSON.parse(String(data)));
    });
    await once(this.#socket, 'open');
    const participant = { id: randomUUID(), ani: '+4930555001', aniName: 'Caller', dnis: '+4930555002' };
    const media = [{ type: 'audio', format: 'PCMU', channels: ['external', 'internal'], rate: 8000 }];
    const { organizationId, conversationId } = this;
    this.#say('open', { organizationId, conversationId, participant, media });
    await this.told('opened');
  }

  /** Sends a frame each 100 ms, by a schedule that does not drift. A pause that the server asks for is kept. */
  async talk(seconds) {
    const end = performance.now() + seconds * 1_000;
    for (let dueAt = performance.now(); dueAt < end; dueAt += frameMs) {
      await wait(Math.max(0, dueAt - performance.now()));
      if (this.#pausedAt !== undefined) continue;
      const from = ((this.#positionMs / frameMs) * frameBytes) % this.#sound.length;
      this.#socket.send(this.#sound.subarray(from, from + frameBytes));
      this.#positionMs += frameMs;
    }
  }

  /** Resolves when the server has said that. */
  async told(type) {
    for (const end = performance.now() + deadlineMs; performance.now() < end; await wait(20)) {
      if (this.#told.some((message) => message.type === type)) return;
      if (this.#socket.readyState !== WebSocket.OPEN) break;
    }
    throw new Error(`The server did not say ${type}.`);
  }

  async close() {
    this.#say('close', { reason: 'end' });
    await this.told('closed');
    this.#socket.close();
  }

  #hear(message) {
    this.#told.push(message);
    if (message.type === 'pause' && this.#pausedAt === undefined) {
      this.#pausedAt = performance.now();
      this.#say('paused', {});
      console.log('The server asked for a pause: no audio is sent.');
    } else if (message.type === 'resume' && this.#pausedAt !== undefined) {
      // Whole frames, so that what follows stays where it belongs.
      const discarded = frameMs * Math.round((performance.now() - this.#pausedAt) / frameMs);
      this.#say('resumed', { start: `PT${this.#positionMs / 1_000}S`, discarded: `PT${discarded / 1_000}S` });
      this.#positionMs += discarded;
      this.#pausedAt = undefined;
      console.log(`The server asked to go on: ${discarded / 1_000} s were not sent.`);
    }
  }

  #say(type, parameters) {
    this.#seq += 1;
    const position = `PT${this.#positionMs / 1_000}S`;
    const serverseq = this.#told.at(-1)?.seq ?? 0;
    this.#socket.send(
      JSON.stringify({ version: '2', id: this.id, type, seq: this.#seq, serverseq, position, parameters }),
    );
  }
}

async function signIn() {
  const authorization = `Basic ${Buffer.from(`${CLIENT_ID}:${CLIENT_SECRET}`).toString('base64')}`;
  const body = new URLSearchParams({ grant_type: 'client_credentials' });
  const answer = await fetch(`${url}/oauth/token`, { method: 'POST', headers: { authorization }, body });
  if (!answer.ok) throw new Error(`Not signed in: ${answer.status}`);
  const { access_token: token } = await answer.json();
  return async (method, path, asked) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const sent = asked === undefined ? {} : { body: JSON.stringify(asked) };
    const got = await fetch(`${url}${path}`, { method, headers, ...sent, signal: AbortSignal.timeout(deadlineMs * 2) });
    if (!got.ok) throw new Error(`${method} ${path}: ${got.status} ${(await got.json()).message ?? ''}`);
    return { body: await got.json(), headers: got.headers };
  };
}

/** The conversation that the server made of ours: it has our id among its external ones. */
async function findConversation(ask, { conversationId }) {
  const { body } = await ask('GET', `/tacet/v1/conversations?state=active&externalId=${conversationId}`);
  const [found] = body.entities;
  if (found === undefined) throw new Error('The server made no conversation of it.');
  return found.id;
}

async function main() {
  if (!CLIENT_ID || !CLIENT_SECRET || !AUDIOHOOK_KEY) {
    throw new Error('CLIENT_ID, CLIENT_SECRET and AUDIOHOOK_KEY have to be set.');
  }
  const ask = await signIn();
  const hook = new Hook(AUDIO_FILE ? new Uint8Array(readFileSync(AUDIO_FILE)) : tones());
  await hook.connect();
  await hook.talk(Number(TALK_SECONDS));
  const id = await findConversation(ask, hook);
  const state = `/api/v2/conversations/calls/${id}/recordingstate`;
  const paused = await ask('PUT', state, { recordingState: 'PAUSED' });
  console.log(`${id} is paused since ${paused.headers.get('tacet-closed-at')}`);
  await hook.talk(Number(PAUSE_SECONDS));
  await ask('PUT', state, { recordingState: 'ACTIVE' });
  console.log(`${id} is recorded again`);
  await hook.talk(Number(TALK_SECONDS));
  await hook.close();
  const { body: recordings } = await ask(
    'GET',
    `/api/v2/conversations/${id}/recordings?formatId=WAV&maxWaitMs=${deadlineMs}`,
  );
  const [recording] = recordings;
  if (recording === undefined) throw new Error('There is no recording.');
  const pauses = recording.annotations.map(({ reason, durationMs }) => `${reason} of ${durationMs} ms`);
  console.log(`Recording ${recording.id}: ${pauses.join(', ')}`);
}

try {
  await main();
} catch (error) {
  console.error(`failed: ${error.message}`);
  process.exitCode = 1;
}
// A connection that is still open would keep the process alive.
process.exit();
