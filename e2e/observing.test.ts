/** What the person who is paged sees of a real call: a real Prometheus that scrapes, and traces as they are sent. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { Api } from './harness/api.ts';
import { searchText, searchWords } from './harness/data-search.ts';
import type { SentFrame } from './harness/marked-sender.ts';
import { Prometheus } from './harness/prometheus.ts';
import { conversationOf, RecordedCall } from './harness/recorded-call.ts';
import { SpanCollector, type SpanSeen } from './harness/span-collector.ts';
import { admin, TacetServer } from './harness/tacet-server.ts';
import { TempFolder } from './harness/temp-folder.ts';
import { until } from './harness/until.ts';

const callerTrace = '4bf92f3577b34da6a3ce929d0e0e4736';
const callerSpan = '00f067aa0ba902b7';

const folder = new TempFolder();
let collector: SpanCollector;
let server: TacetServer;
let prometheus: Prometheus;
let call: RecordedCall;
let api: Api;
let conversationId: string;
let correlationId: string | null;
let sent: readonly (readonly SentFrame[])[];

before(async () => {
  collector = await SpanCollector.open();
  const settings = { TACET_OTLP_ENDPOINT: collector.url };
  server = await TacetServer.start({ dataDir: folder.at('data'), logPath: folder.at('server.log'), settings });
  prometheus = await Prometheus.start(folder.at('prometheus'), new URL(server.httpUrl).host);
  api = await Api.signIn(server.httpUrl, admin);
  call = await RecordedCall.place(server, { communicationSessionId: 'observed-call' });
  conversationId = await conversationOf(api, call);
  await wait(1_000);
  const traceparent = `00-${callerTrace}-${callerSpan}-01`;
  const path = `/api/v2/conversations/calls/${conversationId}/recordingstate`;
  const paused = await api.ask('PUT', path, { recordingState: 'PAUSED' }, { traceparent });
  assert.equal(paused.status, 200);
  correlationId = paused.headers.get('ININ-Correlation-Id');
});

after(async () => {
  await call?.[Symbol.asyncDispose]();
  await prometheus?.[Symbol.asyncDispose]();
  await server?.[Symbol.asyncDispose]();
  await collector?.[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

/** A span that must be there, right below another. */
function spanBelow(name: string, parent: SpanSeen): Promise<SpanSeen> {
  return until(`the span ${name}`, () => collector.find(name, parent));
}

test('a real Prometheus sees the gates of a call shut, its units withheld and its pause timed', async () => {
  assert.equal(await prometheus.reaches('sum(tacet_gates{state="closed"})', (gates) => gates === 2), 2);
  assert.equal(await prometheus.reaches('tacet_conversations_paused', (count) => count === 1), 1);
  assert.equal(await prometheus.reaches('sum(tacet_recording_sessions)', (count) => count === 1), 1);
  await prometheus.reaches('tacet_units_withheld_total', (units) => units > 0);
  await prometheus.reaches('tacet_units_admitted_total', (units) => units >= 50);
  const timed = 'tacet_recording_state_seconds_count{asked="PAUSED",outcome="done"}';
  assert.equal(await prometheus.reaches(timed, (count) => count === 1), 1);
  await prometheus.reaches('tacet_sip_answers_total{method="INVITE",status="200"}', (count) => count === 1);
  await prometheus.reaches('tacet_spool_sync_seconds_count', (count) => count > 0);
  await prometheus.reaches('tacet_disk_free_bytes', (bytes) => bytes > 0);
});

test('a real Prometheus fires no alert about a server that is well', async () => {
  await prometheus.reaches('count(up{job="tacet"} == 1)', (count) => count === 1);
  const firing = await prometheus.query('ALERTS{alertname!~"TacetDisk.*"}');
  assert.deepEqual(
    firing.map(({ metric }) => metric['alertname']),
    [],
  );
});

test("a pause is traced below the caller's span: queue, gates, the worker's part, and the commit", async () => {
  const path = 'PUT /api/v2/conversations/calls/{conversationId}/recordingstate';
  const root = await until('the request', () => collector.find(path));
  assert.deepEqual([root.traceId, root.parentId], [callerTrace, callerSpan]);
  assert.equal(Number(root.facts['http.response.status_code']), 200);
  const state = await spanBelow('recordingState', root);
  assert.equal(state.facts['tacet.conversationId'], conversationId);
  const parts = await Promise.all(['queue', 'gatesClose', 'commit'].map((name) => spanBelow(name, state)));
  const [, gates, commit] = parts;
  assert.ok(gates !== undefined && commit !== undefined);
  const worker = await spanBelow('workerGatesClose', gates);
  assert.equal(Number(worker.facts['tacet.gates']), 2);
  // Rule 3 of the house in a picture: gates confirm, then it is written down, then it is answered.
  assert.ok(gates.toMs <= commit.fromMs + 1 && commit.toMs <= root.toMs + 1);
  for (const span of [state, ...parts, worker]) assert.equal(span.traceId, callerTrace);
});

test('a recording session is traced from its INVITE to the commit, with a step for each stream', async () => {
  const root = await until('the INVITE', () => collector.find('SIP INVITE'));
  assert.equal(root.parentId, undefined);
  assert.equal(Number(root.facts['sip.status_code']), 200);
  await spanBelow('commit', root);
  const starts = collector.spans.filter(({ name, parentId }) => name === 'captureStart' && parentId === root.id);
  assert.equal(starts.length, 2);
});

test('log lines of a request carry its id and its trace', async () => {
  const started = await server.logged(({ event }) => event === 'recordingSessionStarted');
  const root = await until('the INVITE', () => collector.find('SIP INVITE'));
  assert.equal(started['trace'], root.traceId);
  assert.equal(started['request'], root.facts['tacet.request_id']);
  const pause = await until('the request', () =>
    collector.find('PUT /api/v2/conversations/calls/{conversationId}/recordingstate'),
  );
  assert.equal(pause.facts['tacet.request_id'], correlationId);
});

test('neither metrics nor traces nor the log hold names, numbers or addresses of anybody, or what was said', async () => {
  sent = await call.hangUp();
  await prometheus.reaches('tacet_conversations_paused', () => true);
  const metrics = await (await fetch(`${server.httpUrl}/metrics`)).text();
  await server.stop();
  const frames = sent.flatMap((frames, at) => frames.map(({ number }) => ({ stream: at + 1, number })));
  for (const [where, said] of Object.entries({ metrics, traces: collector.received, log: server.output })) {
    assert.ok(said.length > 0, where);
    assert.deepEqual(searchWords(said, ['4930555001', 'carrier.example', 'agent7', 'pbx.example']), [], where);
    assert.deepEqual(searchText(said, frames), [], where);
  }
});
