/** `tacet demo`: a server in a temporary folder, a real call to it, a pause by a stranger, and a WAV to listen to. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { readConfig } from '../config.ts';
import { keyIn, talk } from '../demo/demo-voice.ts';
import type { Stranger } from '../demo/official-client.ts';
import { RecordingClient } from '../demo/recording-client.ts';
import { RtpSender } from '../demo/rtp-sender.ts';
import { createLog } from '../log.ts';
import { startServer, type TacetServer } from '../server.ts';
import type { Terminal } from './terminal.ts';
import { verify } from './verify.ts';

export const demoHelp: string = `tacet demo

Starts a server in a temporary folder, places a two-party call over SIP and RTP on this machine, pauses its recording
through the official npm client while the customer keys in a card number, resumes, hangs up, and leaves a WAV file.
Takes about ten seconds; needs nothing and listens on loopback only.
`;

/** Length of each part of the call, in ms. */
const partMs = 2_500;
const cardNumber = '4111111111111';

/** Prints what happens with the time since the start. */
class Story {
  readonly #terminal: Terminal;
  readonly #startedAt = performance.now();

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  tell(line: string): void {
    const seconds = (performance.now() - this.#startedAt) / 1000;
    this.#terminal.print(`${seconds.toFixed(2).padStart(6)} s  ${line}`);
  }
}

async function startDemoServer(dataDir: string): Promise<TacetServer> {
  const config = readConfig({
    TACET_DATA_DIR: dataDir,
    TACET_HTTP_LISTEN: '127.0.0.1:0',
    TACET_SIP_LISTEN: '127.0.0.1:0',
    TACET_RTP_PORTS: '23000-23099',
    TACET_CONVERSATION_LINGER_MS: '0',
  });
  const log = createLog('error', (line) => process.stderr.write(line));
  return startServer(config, log);
}

/** The official client comes when it is needed: it watches a file in the home folder, which is nothing for a server. */
async function signInStranger(url: string, clientId: string, secret: string): Promise<Stranger> {
  const official = await import('../demo/official-client.ts');
  return official.signInStranger(url, clientId, secret);
}

async function signIn(server: TacetServer): Promise<Stranger> {
  const { client, secret } = await server.identity.commands.addClient({ name: 'CRM', role: 'recorder-integration' });
  return signInStranger(server.httpUrl, client.id, secret);
}

function conversationOf(server: TacetServer): string {
  const [live] = server.control.live.all();
  if (live === undefined) throw new Error('the call has no conversation');
  return live.conversation.id;
}

/** The two ends of the call: what they say is decided packet by packet. */
async function openSenders(server: TacetServer) {
  const { clock } = server.control;
  const saying = { customer: talk(330), agent: talk(220) };
  const customer = await RtpSender.open({ clock, codec: 'PCMU', ssrc: 1, payload: (n) => saying.customer(n) });
  const agent = await RtpSender.open({ clock, codec: 'PCMU', ssrc: 2, payload: (n) => saying.agent(n) });
  return { saying, customer, agent };
}

async function placeCall(server: TacetServer, story: Story, client: Stranger): Promise<string> {
  const { saying, customer, agent } = await openSenders(server);
  const [host = '127.0.0.1', port = '5060'] = server.sipAddress.split(':');
  const source = new RecordingClient({ serverAddress: { host, port: Number(port) }, transport: 'udp' });
  await source.invite({
    communicationSessionId: 'demo-call',
    participants: [
      { id: 'customer', address: 'sip:+4930123456@carrier.example', name: 'Customer' },
      { id: 'agent', address: 'sip:agent@pbx.example', name: 'Agent' },
    ],
    streams: [
      { label: '1', from: ['customer'], port: customer.port },
      { label: '2', from: ['agent'], port: agent.port },
    ],
  });
  const [first, second] = source.streams;
  if (first === undefined || second === undefined) throw new Error('the server took no streams');
  story.tell(`SIPREC INVITE answered; streams on ports ${first.port} and ${second.port}`);
  customer.start({ host: first.address, port: first.port });
  agent.start({ host: second.address, port: second.port });
  const conversationId = conversationOf(server);
  story.tell(`conversation ${conversationId} is being recorded`);
  await wait(partMs);
  const paused = await client.setRecordingState(conversationId, 'PAUSED');
  story.tell(`a program that is no participant asked for PAUSED: "${paused}"`);
  saying.customer = keyIn(cardNumber, customer.sentCount);
  story.tell('the customer keys in a card number; the agent talks on; nothing of it is kept');
  await wait(partMs);
  saying.customer = talk(330);
  const resumed = await client.setRecordingState(conversationId, 'ACTIVE');
  story.tell(`it asked for ACTIVE: "${resumed}"`);
  await wait(partMs);
  customer.stop();
  agent.stop();
  await source.bye();
  story.tell('hung up');
  await Promise.all([source, customer, agent].map((one) => one[Symbol.asyncDispose]()));
  return conversationId;
}

/** Fetches the WAV as a client of the API would. */
async function fetchWav(server: TacetServer, conversationId: string, story: Story, path: string): Promise<void> {
  const { client, secret } = await server.identity.commands.addClient({ name: 'Listener', role: 'quality-evaluator' });
  const listener = await signInStranger(server.httpUrl, client.id, secret);
  const [recording] = await listener.recordings(conversationId);
  for (const { reason, location = 0, durationMs = 0 } of recording?.annotations ?? []) {
    const [from, length] = [location, durationMs].map((ms) => (ms / 1000).toFixed(2));
    story.tell(`annotation ${reason}: at ${from} s, for ${length} s`);
  }
  const uri = recording?.mediaUris?.['0']?.mediaUri;
  if (uri === undefined) throw new Error('the recording has no media');
  const answer = await fetch(uri);
  if (!answer.ok) throw new Error(`the media cannot be had: ${answer.status}`);
  writeFileSync(path, Buffer.from(await answer.arrayBuffer()));
}

/** @returns the exit code: that of the proof at the end. */
export async function demo(terminal: Terminal): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'tacet-demo-'));
  const dataDir = join(folder, 'data');
  const wav = join(folder, 'call.wav');
  const story = new Story(terminal);
  const server = await startDemoServer(dataDir);
  try {
    story.tell(`server up: HTTP ${server.httpUrl}, SIP ${server.sipAddress}`);
    const conversationId = await placeCall(server, story, await signIn(server));
    await fetchWav(server, conversationId, story, wav);
  } finally {
    await server.stop();
  }
  story.tell('server stopped');
  const code = await verify(dataDir, terminal);
  terminal.print(`Listen: ${wav} (left the customer, right the agent; the card number is not in it)`);
  return code;
}
