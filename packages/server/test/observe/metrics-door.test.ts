/** Metrics over HTTP: who may have them, and whether Prometheus' own reader understands them. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { localMetrics, Metrics, serveMetrics } from '../../src/observe/index.ts';
import type { PlaceGauges } from '../../src/voice/index.ts';

const worker: PlaceGauges = {
  place: 0,
  loopDelayMs: 3,
  spoolBacklogBytes: 1_024,
  spoolAgeMs: 120,
  syncsMs: [1, 7],
  segmentsWaiting: 2,
  openGates: 5,
  closedGates: 1,
  openingGates: 0,
  units: { admitted: 100, withheld: 10, masked: 6, refused: { duplicate: 3, malformed: 1 }, lost: { network: 4 } },
};

function filled(): Metrics {
  const metrics = new Metrics();
  metrics.sources = { ...metrics.sources, workers: () => [worker], nodes: () => ({ up: 1, of: 2 }) };
  metrics.workerTold(worker);
  metrics.time('recordingState', { asked: 'PAUSED', outcome: 'done' }, 1.5);
  metrics.count('httpRequests', { class: 'pause', status: '200' });
  return metrics;
}

test('what is told at the door is what the workers told, and the same when it is asked for again', async () => {
  const metrics = filled();
  await metrics.text();
  const text = await metrics.text();
  for (const line of [
    'tacet_units_received_total{worker="0"} 114',
    'tacet_units_admitted_total{worker="0"} 100',
    'tacet_units_withheld_total{worker="0"} 10',
    'tacet_units_masked_total{worker="0"} 6',
    'tacet_units_refused_total{worker="0",reason="duplicate"} 3',
    'tacet_units_lost_total{worker="0",reason="network"} 4',
    'tacet_gates{worker="0",state="open"} 5',
    'tacet_spool_age_seconds{worker="0"} 0.12',
    'tacet_spool_sync_seconds_bucket{le="0.005"} 1',
    'tacet_spool_sync_seconds_count 2',
    'tacet_workers_up 1',
    'tacet_workers_wanted 2',
    'tacet_recording_state_seconds_bucket{le="0.002",asked="PAUSED",outcome="done"} 1',
  ]) {
    assert.ok(text.includes(`${line}\n`), `${line} is not in\n${text}`);
  }
});

test('gauges of a worker that is lost are told no longer', async () => {
  const metrics = filled();
  assert.match(await metrics.text(), /tacet_gates\{worker="0"/);
  metrics.sources = { ...metrics.sources, workers: () => [] };
  assert.doesNotMatch(await metrics.text(), /tacet_gates\{worker="0"/);
});

test("Prometheus' own reader finds nothing wrong with the metrics", async () => {
  const input = await filled().text();
  const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { input, encoding: 'utf8' });
  // Names of the runtime's own metrics are not ours to choose.
  const ours = `${stdout}${stderr}`.split('\n').filter((line) => line.includes('tacet_'));
  assert.deepEqual(ours, []);
  // 3: complaints alone; 1: cannot be read.
  assert.ok(status === 0 || status === 3, stderr);
});

test('without an address of their own, metrics are told to programs of this machine alone', async () => {
  const door = localMetrics(filled());
  const server = createServer((request, response) => {
    if (!door.answers(request, response)) response.writeHead(404).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    const told = await fetch(`${url}/metrics`);
    assert.equal(told.status, 200);
    assert.match(told.headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/);
    assert.match(await told.text(), /tacet_conversations 0/);
    // A proxy on this machine passes on what others ask.
    for (const header of ['X-Forwarded-For', 'Forwarded', 'Via', 'X-Real-IP']) {
      const passedOn = await fetch(`${url}/metrics`, { headers: { [header]: '192.0.2.1' } });
      assert.equal(passedOn.status, 404, header);
    }
    assert.equal((await fetch(`${url}/metrics`, { method: 'POST' })).status, 404);
    assert.equal((await fetch(`${url}/metricsx`)).status, 404);
    const elsewhere = { url: '/metrics', method: 'GET', headers: {}, socket: { remoteAddress: '192.0.2.1' } };
    assert.equal(door.answers(elsewhere as never, {} as never), false);
  } finally {
    server.close().closeAllConnections();
  }
});

test('at an address of their own, metrics are told to whoever reaches it, and nothing else is', async () => {
  const served = await serveMetrics(filled(), { host: '127.0.0.1', port: 0 });
  try {
    const forwarded = await fetch(`${served.url}/metrics`, { headers: { 'X-Forwarded-For': '192.0.2.1' } });
    assert.equal(forwarded.status, 200);
    assert.equal((await fetch(`${served.url}/`)).status, 404);
    assert.equal((await fetch(`${served.url}/metrics`, { method: 'POST', body: 'x' })).status, 404);
  } finally {
    await served.close();
  }
});

test('a disk that cannot be asked is told as unknown, not as full or empty, and everything else is told', async () => {
  const metrics = filled();
  metrics.sources = { ...metrics.sources, disk: () => Promise.reject(new Error('gone')) };
  const text = await metrics.text();
  assert.match(text, /tacet_disk_free_bytes Nan\n/i);
  assert.match(text, /tacet_workers_up 1\n/);
});

test('the end of a certificate is told where there is one, and nothing where there is none', async () => {
  const metrics = filled();
  assert.doesNotMatch(await metrics.text(), /^tacet_certificate_/m);
  metrics.sources = { ...metrics.sources, certificateEnds: () => new Map([['sip', 1_800_000_000_000]]) };
  assert.match(await metrics.text(), /^tacet_certificate_expires_timestamp_seconds\{use="sip"\} 1800000000$/m);
});

test('where metrics cannot be told, the answer is a failure', async () => {
  const metrics = filled();
  metrics.sources = {
    ...metrics.sources,
    nodes: () => {
      throw new Error('gone');
    },
  };
  const served = await serveMetrics(metrics, { host: '127.0.0.1', port: 0 });
  try {
    assert.equal((await fetch(`${served.url}/metrics`)).status, 500);
  } finally {
    await served.close();
  }
});
