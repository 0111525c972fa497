/** How many pauses a node makes durable in a second, beside what its disk can do one row at a time. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import {
  type Asked,
  type Conversation,
  type Id,
  type Instant,
  instant,
  type SpanId,
  type WithheldSpan,
  type WriteBatch,
} from '@tacet/domain';
import { openDatabase, SqliteMetadataStore } from '@tacet/server/store';

/** Conversations that are paused in turn; as many as the goal for latency names. */
const conversationCount = 1_000;
const secondsEach = Number(process.argv[2] ?? 3);

function freshId<T extends Id<string>>(): T {
  return randomUUID() as string as T;
}

const startedAt = instant(1_700_000_000_000);

/** A call between a customer and an agent as the SIPREC edge describes it. */
function call(number: number): Conversation {
  const participant = (purpose: 'customer' | 'agent', address: string): Conversation['participants'][number] => ({
    id: freshId(),
    sourceId: `${purpose}-${number}`,
    purpose,
    address,
    name: `${purpose} ${number}`,
    joinedAt: startedAt,
    communications: [
      {
        id: freshId(),
        mediaType: 'call',
        state: 'connected',
        direction: 'inbound',
        connectedAt: startedAt,
        recordingId: freshId(),
      },
    ],
  });
  return {
    id: freshId(),
    divisionId: freshId(),
    startedAt,
    participants: [
      participant('customer', `sip:+4930${number}@example.org`),
      participant('agent', `sip:agent${number % 200}@example.org`),
    ],
    externalIds: [{ name: 'sipCallId', value: `${randomUUID()}@example.org` }],
    control: { causes: [], hasUnconfirmedPause: false },
  };
}

/** What one pause writes: the conversation with its new cause, the span, and the audit entry. */
function pause(conversation: Conversation, at: Instant): WriteBatch {
  const by: Asked = {
    clientId: freshId(),
    userId: freshId(),
    name: 'Agent desktop',
    from: '192.0.2.17',
    door: 'PUT /api/v2/conversations/calls/{conversationId}/recordingstate',
    requestId: freshId(),
  };
  const span: WithheldSpan = {
    id: freshId<SpanId>(),
    conversationId: conversation.id,
    cause: 'securePause',
    reason: 'SecurePause',
    closedAt: at,
    pausedBy: by,
    withheldCount: 0,
  };
  const causes = [{ cause: span.cause, spanId: span.id, since: at }];
  return {
    conversations: [{ ...conversation, control: { causes, hasUnconfirmedPause: false } }],
    spans: [span],
    audit: [
      {
        at,
        action: 'recordingPaused',
        result: 'done',
        by,
        conversationId: conversation.id,
        facts: { closedAt: at, streamCount: 2 },
      },
    ],
  };
}

/** Sorted latencies → the one at a share of them. */
function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

function print(what: string, count: number, seconds: number, latencies: number[]): void {
  latencies.sort((a, b) => a - b);
  const perSecond = Math.round(count / seconds).toLocaleString('en');
  const [p50, p99] = [quantile(latencies, 0.5).toFixed(2), quantile(latencies, 0.99).toFixed(2)];
  console.log(`${what.padEnd(44)} ${perSecond.padStart(8)} /s   p50 ${p50} ms   p99 ${p99} ms`);
}

/** The physical limit of one after the other: a row, a sync, the next row. */
function bareRows(folder: string): void {
  using db = new DatabaseSync(join(folder, 'bare.db'));
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE rows (id TEXT, value TEXT)');
  const insert = db.prepare('INSERT INTO rows VALUES (?, ?)');
  const latencies: number[] = [];
  const value = 'x'.repeat(200);
  const from = performance.now();
  while (performance.now() - from < secondsEach * 1000) {
    const started = performance.now();
    insert.run(randomUUID(), value);
    latencies.push(performance.now() - started);
  }
  print('bare loop, one row and one sync each', latencies.length, (performance.now() - from) / 1000, latencies);
}

async function committers(folder: string, count: number): Promise<void> {
  using db = openDatabase(join(folder, `at-${count}`));
  await using store = new SqliteMetadataStore(db);
  const calls = Array.from({ length: conversationCount }, (_, number) => call(number));
  await Promise.all(calls.map((conversation) => store.commit({ conversations: [conversation] })));
  const latencies: number[] = [];
  let next = 0;
  const from = performance.now();
  const work = async (): Promise<void> => {
    while (performance.now() - from < secondsEach * 1000) {
      const conversation = calls[next++ % calls.length];
      if (conversation === undefined) return;
      const batch = pause(conversation, instant(startedAt + next));
      const started = performance.now();
      await store.commit(batch);
      latencies.push(performance.now() - started);
    }
  };
  await Promise.all(Array.from({ length: count }, work));
  const seconds = (performance.now() - from) / 1000;
  print(`pauses, ${count} at a time`, latencies.length, seconds, latencies);
}

const folder = mkdtempSync(join(tmpdir(), 'tacet-commits-'));
try {
  bareRows(folder);
  for (const count of [1, 10, 100]) await committers(folder, count);
} finally {
  rmSync(folder, { recursive: true });
}
