/** Captures are placed on nodes, with ports, deadlines, and nodes that are lost. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type CaptureRequest,
  type ContinuedCapture,
  type ConversationId,
  Fault,
  limits,
  type MediaNews,
  type RecordingId,
  type StreamId,
} from '@tacet/domain';
import { ManualClock, seededIds, settled } from '@tacet/testkit';
import { NodeMediaHost, PortPool } from '../../src/voice/index.ts';
import { ScriptedNode } from './scripted-node.ts';

class HostUnderTest {
  readonly clock = new ManualClock();
  readonly ids = seededIds(3);
  readonly nodes: ScriptedNode[] = [];
  readonly news: MediaNews[] = [];
  readonly takenPorts = new Set<number>();
  readonly pool: PortPool;
  readonly host: NodeMediaHost;
  lostCount = 0;
  startFault: Fault | undefined;

  constructor(nodeCount = 1, lastPort = 20_099) {
    this.pool = new PortPool(20_000, lastPort);
    this.host = new NodeMediaHost({
      clock: this.clock,
      pool: this.pool,
      nodeCount,
      onWorkerLost: () => {
        this.lostCount += 1;
      },
      startNode: async (tell, onLost) => {
        await settled();
        if (this.startFault !== undefined) throw this.startFault;
        const node = new ScriptedNode(tell, onLost, this.takenPorts);
        this.nodes.push(node);
        return node;
      },
    });
    this.host.onNews((news) => void this.news.push(news));
  }

  static async ready(nodeCount = 1, lastPort = 20_099): Promise<HostUnderTest> {
    const under = new HostUnderTest(nodeCount, lastPort);
    await under.host.ready();
    return under;
  }

  request(conversationId: ConversationId = this.ids.next<ConversationId>()): CaptureRequest {
    const streamId = this.ids.next<StreamId>();
    const recordingId = this.ids.next<RecordingId>();
    return { streamId, recordingId, conversationId, payloadTypes: [0], clockRate: 8_000, isOpen: true };
  }

  node(place = 0): ScriptedNode {
    return this.nodes[place] ?? assert.fail(`there is no node ${place}`);
  }
}

/** Where each capture was started: the place of its node. */
function placesOf({ nodes }: HostUnderTest): readonly number[] {
  return nodes.map(({ asked }) => asked.filter(({ operation }) => operation === 'start').length);
}

test('captures of one conversation share a node, and conversations go where least is going on', async () => {
  const under = await HostUnderTest.ready(2);
  const first = under.request();
  await under.host.start(first);
  await under.host.start(under.request(first.conversationId));
  await under.host.start(under.request(first.conversationId));
  await under.host.start(under.request());
  await under.host.start(under.request());
  assert.deepEqual(placesOf(under), [3, 2]);
  assert.equal(under.host.captureCount, 5);
  assert.deepEqual(under.host.nodes, { up: 2, of: 2 });
});

test('a port that somebody else has is passed over, and the next one is taken', async () => {
  const under = await HostUnderTest.ready();
  under.takenPorts.add(20_000).add(20_002);
  const { port } = await under.host.start(under.request());
  assert.equal(port, 20_004);
});

test('a start gives up when port after port is taken', async () => {
  const under = await HostUnderTest.ready();
  for (let port = 20_000; port < 20_100; port += 2) under.takenPorts.add(port);
  await assert.rejects(under.host.start(under.request()), { code: 'portsExhausted' });
  assert.equal(under.node().asked.length, 16);
  assert.equal(under.host.captureCount, 0);
});

test('without a port nothing is started, and a port comes back when a capture ends', async () => {
  const under = await HostUnderTest.ready(1, 20_001);
  const request = under.request();
  await under.host.start(request);
  await assert.rejects(under.host.start(under.request()), { code: 'portsExhausted' });
  await under.host.end(request.streamId);
  await assert.rejects(under.host.start(under.request()), { code: 'portsExhausted' }, 'the port rests');
  under.clock.advance(5_000);
  assert.equal((await under.host.start(under.request())).port, 20_000);
});

test('a start that fails gives its port back', async () => {
  const under = await HostUnderTest.ready();
  const before = under.pool.freeCount;
  under.node().startFault = new Fault('storageUnavailable');
  await assert.rejects(under.host.start(under.request()), { code: 'storageUnavailable' });
  assert.equal(under.pool.freeCount, before);
  assert.equal(under.host.isStorageFailing, true);
  under.node().startFault = undefined;
  await under.host.start(under.request());
  assert.equal(under.host.isStorageFailing, false);
});

test('a node that does not start a capture in time has failed, and what it starts later is ended again', async () => {
  const under = await HostUnderTest.ready();
  under.node().isHung = true;
  const asked = under.host.start(under.request());
  asked.catch(() => undefined);
  await under.clock.pass(limits.gateDeadlineMs);
  await assert.rejects(asked, { code: 'mediaUnavailable' });
  assert.equal(under.host.captureCount, 0);
  under.node().wake();
  await settled();
  assert.equal(under.node().liveCount, 0);
  assert.equal(under.clock.nextTimerAt, undefined);
});

function continued(request: CaptureRequest, port: number): ContinuedCapture {
  return { ...request, continues: { port, nextSegmentNumber: 3, previousTag: '0'.repeat(32) } };
}

test('a take-up may take longer than a pause', async () => {
  const under = await HostUnderTest.ready();
  under.node().isHung = true;
  const asked = under.host.resume([continued(under.request(), 20_010)]);
  await under.clock.pass(20_000);
  under.node().wake();
  const { started, failed } = await asked;
  assert.deepEqual([started.length, failed], [1, []]);
});

test('a take-up that failed leaves no capture behind that records on unknown to everybody', async () => {
  const under = await HostUnderTest.ready();
  under.node().isHung = true;
  const request = continued(under.request(), 20_010);
  const asked = under.host.resume([request]);
  await under.clock.pass(60_000);
  assert.deepEqual(await asked, { started: [], failed: [request.streamId] });
  assert.equal(under.host.captureCount, 0);
  const told = under.node().asked.map(({ operation }) => operation);
  assert.deepEqual(
    told,
    ['resume', 'close', 'end'],
    'its gate is shut behind the take-up, before anything else is asked',
  );
  under.node().wake();
  await settled();
  assert.equal(under.node().liveCount, 0);
});

test('a node that does not end a capture in time holds nobody up, and its port is given back', async () => {
  const under = await HostUnderTest.ready();
  const request = under.request();
  await under.host.start(request);
  const before = under.pool.freeCount;
  under.node().isHung = true;
  const asked = under.host.end(request.streamId);
  asked.catch(() => undefined);
  await under.clock.pass(10_000);
  await assert.rejects(asked, { code: 'mediaUnavailable' });
  assert.equal(under.pool.freeCount, before + 1);
  under.node().wake();
  await settled();
  const { streamId } = request;
  assert.deepEqual(under.news, [{ kind: 'captureStored', streamId }], 'what is in store is told when it is known');
});

test('gates are asked on every node at once, and the report has them all', async () => {
  const under = await HostUnderTest.ready(2);
  const requests = [under.request(), under.request()];
  for (const request of requests) await under.host.start(request);
  const streamIds = requests.map(({ streamId }) => streamId);
  for (const command of ['close', 'open'] as const) {
    const report =
      command === 'close'
        ? await under.host.close(streamIds, limits.gateDeadlineMs)
        : await under.host.open(streamIds, under.clock.now(), limits.gateDeadlineMs);
    assert.deepEqual(new Set(report.confirmed.map(({ streamId }) => streamId)), new Set(streamIds));
    assert.deepEqual(report.unconfirmed, []);
  }
  assert.equal(under.clock.nextTimerAt, undefined, 'no deadline is left behind');
});

test('at the deadline those are named who did not confirm, and what comes later changes nothing', async () => {
  const under = await HostUnderTest.ready(2);
  const [quick, hung] = [under.request(), under.request()];
  await under.host.start(quick);
  await under.host.start(hung);
  under.node(1).isHung = true;
  let isReported = false;
  const asked = under.host.close([quick.streamId, hung.streamId], limits.gateDeadlineMs).finally(() => {
    isReported = true;
  });
  await under.clock.pass(limits.gateDeadlineMs - 1);
  assert.equal(isReported, false, 'it waits for the deadline');
  await under.clock.pass(1);
  const report = await asked;
  assert.deepEqual(report.unconfirmed, [hung.streamId]);
  assert.deepEqual(
    report.confirmed.map(({ streamId }) => streamId),
    [quick.streamId],
  );
  under.node(1).wake();
  await settled();
  assert.equal(report.confirmed.length, 1);
});

test('a stream that no node has is unconfirmed, and no node is asked for it', async () => {
  const under = await HostUnderTest.ready();
  const known = under.request();
  await under.host.start(known);
  const unknown = under.ids.next<StreamId>();
  const { confirmed, unconfirmed } = await under.host.close([known.streamId, unknown], limits.gateDeadlineMs);
  assert.deepEqual([confirmed.length, unconfirmed], [1, [unknown]]);
  assert.deepEqual(under.node().asked.at(-1)?.streamIds, [known.streamId]);
  await assert.rejects(under.host.end(unknown), { code: 'mediaUnavailable' });
});

test('a stream that its node has lost is unconfirmed at once', async () => {
  const under = await HostUnderTest.ready();
  const request = under.request();
  await under.host.start(request);
  await under.node().end(request.streamId);
  const { unconfirmed } = await under.host.close([request.streamId], limits.gateDeadlineMs);
  assert.deepEqual(unconfirmed, [request.streamId]);
});

test('a capture that failed is forgotten before its failure is told', async () => {
  const under = await HostUnderTest.ready();
  const request = under.request();
  await under.host.start(request);
  const { streamId } = request;
  const at = under.clock.now();
  await under.node().tell({ kind: 'captureFailed', streamId, at, reason: 'storage', intervals: [] });
  assert.equal(under.host.captureCount, 0);
  assert.equal(under.host.isStorageFailing, true);
  assert.equal(under.news.length, 1);
});

test('the captures of a lost node are told to have failed, its ports rest, and another node takes its place', async () => {
  const under = await HostUnderTest.ready(2);
  const requests = [under.request(), under.request(), under.request()];
  for (const request of requests) await under.host.start(request);
  const before = under.pool.freeCount;
  under.node(0).die();
  const failed = under.news.map((news) => (news.kind === 'captureFailed' ? [news.streamId, news.reason] : []));
  assert.deepEqual(
    failed,
    [requests[0], requests[2]].map((request) => [request?.streamId, 'crash']),
  );
  assert.equal(under.lostCount, 1);
  assert.deepEqual(under.host.nodes, { up: 1, of: 2 });
  assert.equal(under.pool.freeCount, before + 2);
  const [lost = assert.fail()] = requests;
  const { unconfirmed } = await under.host.close([lost.streamId], limits.gateDeadlineMs);
  assert.deepEqual(unconfirmed, [lost.streamId]);
  await settled();
  await settled();
  assert.deepEqual(under.host.nodes, { up: 2, of: 2 });
  assert.equal(under.nodes.length, 3);
});

test('while no node is up nothing can be started, and it is said so', async () => {
  const under = await HostUnderTest.ready();
  under.startFault = new Fault('mediaUnavailable', { what: 'worker' });
  under.node().die();
  await assert.rejects(under.host.start(under.request()), { code: 'mediaUnavailable' });
  assert.equal(under.pool.freeCount, 50);
});

test('a node that cannot be started is tried again once a second, and not more often', async () => {
  const under = await HostUnderTest.ready();
  under.startFault = new Fault('mediaUnavailable', { what: 'worker' });
  under.node().die();
  await settled();
  await settled();
  const lostBefore = under.lostCount;
  await under.clock.pass(5_000);
  await settled();
  assert.ok(under.lostCount - lostBefore <= 5);
  under.startFault = undefined;
  await under.clock.pass(1_000);
  await settled();
  await settled();
  assert.deepEqual(under.host.nodes, { up: 1, of: 1 });
  assert.equal(under.nodes.length, 2);
});

test('a node that does not come up stops the start of the host', async () => {
  const under = new HostUnderTest(2);
  under.startFault = new Fault('mediaUnavailable', { what: 'worker' });
  await assert.rejects(under.host.ready(), { code: 'mediaUnavailable' });
});

test('a node that comes up after the host was disposed is disposed too', async () => {
  const under = await HostUnderTest.ready();
  under.node().die();
  await under.host.dispose();
  await settled();
  await settled();
  assert.equal(under.nodes.length, 2);
  assert.equal(under.node(1).asked.at(-1)?.operation, 'dispose');
  assert.deepEqual(under.host.nodes, { up: 0, of: 1 });
});

test('a host that is disposed disposes every node, and a death after that is nobody’s loss', async () => {
  const under = await HostUnderTest.ready(2);
  await under.host.start(under.request());
  await under.host.dispose();
  for (const { asked } of under.nodes) assert.equal(asked.at(-1)?.operation, 'dispose');
  under.node().die();
  assert.equal(under.lostCount, 0);
  assert.deepEqual(under.news, []);
});

test('of a worker that does not answer nobody says that its sources are silent', async () => {
  const under = await HostUnderTest.ready(2);
  const [here, there] = [under.request(), under.request()];
  for (const request of [here, there]) await under.host.start(request);
  const silent = (): Promise<readonly StreamId[]> => under.host.unheard(under.clock.now());
  assert.deepEqual(new Set(await silent()), new Set([here.streamId, there.streamId]));
  under.node(1).isHung = true;
  const late = silent();
  await under.clock.pass(limits.gateDeadlineMs);
  assert.deepEqual(await late, [here.streamId]);
  under.node(0).die();
  const none = silent();
  await under.clock.pass(limits.gateDeadlineMs);
  assert.deepEqual(await none, []);
});
