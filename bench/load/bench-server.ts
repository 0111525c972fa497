/** A whole server in this process, on free loopback ports, with calls that a sender process feeds. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ConversationId, RecordingId, RequestId } from '@tacet/domain';
import { startServer, type TacetServer } from '@tacet/server';
import { readConfig } from '@tacet/server/config';
import { endRecordingSession, startRecordingSession } from '@tacet/server/control';

export interface BenchCall {
  readonly conversationId: ConversationId;
  readonly recordingId: RecordingId;
  readonly ports: readonly number[];
}

export interface BenchServer {
  readonly server: TacetServer;
  readonly token: string;
  /** Credentials of the client behind the token, as HTTP Basic writes them. */
  readonly basic: string;
  readonly dataDir: string;
  stop(): Promise<void>;
}

const secret = 'a-secret-for-benches';

/** @param settings TACET_ settings beside those that every bench needs. */
export async function startBenchServer(settings: { readonly [name: string]: string } = {}): Promise<BenchServer> {
  const dataDir = mkdtempSync(join(tmpdir(), 'tacet-bench-'));
  const config = readConfig({
    TACET_DATA_DIR: dataDir,
    TACET_HTTP_LISTEN: '127.0.0.1:0',
    TACET_SIP_LISTEN: '127.0.0.1:0',
    TACET_ADMIN_CLIENT_ID: 'bench',
    TACET_ADMIN_CLIENT_SECRET: secret,
    TACET_RESUME_GUARD_MS: '0',
    ...settings,
  });
  const quiet = { error: console.error, warn: () => undefined, info: () => undefined, debug: () => undefined };
  const server = await startServer(config, quiet);
  const basic = Buffer.from(`bench:${secret}`).toString('base64');
  const answer = await fetch(`${server.httpUrl}/oauth/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${basic}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  });
  const { access_token: token } = (await answer.json()) as { access_token: string };
  return {
    server,
    token,
    basic,
    dataDir,
    stop: async () => {
      await server.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

function asked(bench: BenchServer, door: string) {
  const requestId = bench.server.control.ids.next<RequestId>();
  return { clientId: 'sip', name: 'bench', from: '127.0.0.1', door, requestId } as const;
}

/** Starts a call with two streams, as an INVITE would. */
async function startCall(bench: BenchServer, number: number): Promise<BenchCall> {
  const codecs = [{ name: 'PCMU', payloadType: 0, clockRate: 8000 }];
  const stream = (label: string, owner: string) => ({ label, codecs, payloadTypes: [0], owners: [owner] });
  const described = {
    conversationKeys: [`bench-${number}`],
    externalIds: [],
    participants: [
      { sourceId: `customer-${number}`, address: `sip:customer-${number}@example.net` },
      { sourceId: `agent-${number}`, address: `sip:agent-${number}@example.com` },
    ],
    streams: [stream('1', `customer-${number}`), stream('2', `agent-${number}`)],
  };
  const command = { sourceId: `bench-${number}`, described, asked: asked(bench, 'INVITE') };
  const started = await startRecordingSession(bench.server.control, command);
  const { conversationId, recordingId } = started;
  return { conversationId, recordingId, ports: started.streams.map(({ port }) => port) };
}

export async function startCalls(bench: BenchServer, count: number): Promise<readonly BenchCall[]> {
  const calls: BenchCall[] = [];
  for (let from = 0; from < count; from += 50) {
    const numbers = Array.from({ length: Math.min(50, count - from) }, (_, place) => from + place);
    calls.push(...(await Promise.all(numbers.map((number) => startCall(bench, number)))));
  }
  return calls;
}

export async function endCalls(bench: BenchServer, calls: readonly BenchCall[]): Promise<void> {
  const { control } = bench.server;
  // Not all at once: storing thousands of segments takes a disk longer than an end may take.
  for (let from = 0; from < calls.length; from += 50) {
    const some = calls.slice(from, from + 50);
    await Promise.all(some.map(({ recordingId }) => endRecordingSession(control, recordingId, asked(bench, 'BYE'))));
  }
}

/** Units in store for these calls. */
export async function storedCount(bench: BenchServer, calls: readonly BenchCall[]): Promise<number> {
  let count = 0;
  for (const { recordingId } of calls) {
    const segments = await bench.server.control.store.segmentsOf(recordingId);
    count += segments.reduce((sum, segment) => sum + segment.unitCount, 0);
  }
  return count;
}

/** Value below which `share` of the sorted values lie. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
