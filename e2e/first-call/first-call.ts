/** The call of the first-call test: placed by SIPp, paused and resumed by a stranger, and what was seen of it. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Api, type Credentials } from '../harness/api.ts';
import type { SentFrame } from '../harness/marked-sender.ts';
import { MarkedStreams } from '../harness/marked-streams.ts';
import { frameMs, frameOf } from '../harness/marks.ts';
import { signInOfficially } from '../harness/official-client.ts';
import { Sipp } from '../harness/sipp.ts';
import type { TacetServer } from '../harness/tacet-server.ts';
import { until } from '../harness/until.ts';

/** Stream numbers in the marks: the caller's is sent by SIPp itself, the agent's by our sender. */
export const callerMark = 1;
export const agentMark = 2;

/** How long each part of the call lasts, and how much SIPp has to say at most, in ms. */
const partMs = 1_000;
const speechMs = 40_000;

/** All instants are wall time in ms. */
export interface FirstCall {
  readonly conversationId: string;
  /** What the official client was answered. */
  readonly paused: string;
  readonly resumed: string;
  readonly pauseAskedAt: number;
  readonly resumeAskedAt: number;
  readonly resumedAt: number;
  /** What the agent's stream sent. */
  readonly sent: readonly SentFrame[];
}

function wallTime(): number {
  return performance.timeOrigin + performance.now();
}

function writeSpeech(path: string): void {
  const frames = Array.from({ length: speechMs / frameMs }, (_, number) => frameOf({ stream: callerMark, number }));
  writeFileSync(path, Buffer.concat(frames));
}

/** @param folder where SIPp works. @param stranger a client that takes no part in the call. */
export async function placeFirstCall(server: TacetServer, folder: string, stranger: Credentials): Promise<FirstCall> {
  writeSpeech(join(folder, 'marked.raw'));
  await using agent = await MarkedStreams.open(agentMark);
  await using sipp = await Sipp.start({
    scenario: join(import.meta.dirname, 'two-party-call.xml'),
    server: server.sip,
    folder,
    keys: { second_port: String(agent.ports[0]) },
  });
  const [, callId = '', port] = await sipp.logged(/call (\S+) sends to \d+ and (\d+)/);
  agent.start([{ host: '127.0.0.1', port: Number(port) }]);
  const api = await Api.signIn(server.httpUrl, stranger);
  const conversations = await signInOfficially(server.httpUrl, stranger);
  const { id: conversationId } = await until('the call to be active', async () => (await api.activeConversations())[0]);
  await wait(partMs);
  const pauseAskedAt = wallTime();
  const paused = await conversations.putConversationsCallRecordingstate(conversationId, { recordingState: 'PAUSED' });
  await wait(partMs);
  const resumeAskedAt = wallTime();
  const resumed = await conversations.putConversationsCallRecordingstate(conversationId, { recordingState: 'ACTIVE' });
  const resumedAt = wallTime();
  await wait(partMs);
  const [sent = []] = await agent.stop();
  await sipp.prompt(callId);
  await sipp.succeeded();
  return { conversationId, paused, resumed, pauseAskedAt, resumeAskedAt, resumedAt, sent };
}
