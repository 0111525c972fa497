/** Runs one seed: a call, pauses at random instants, and everything that may go wrong. */
import { type ConversationId, Fault, type RecordingId, type RequestId, type StreamId } from '@tacet/domain';
import {
  endRecordingSession,
  keepSource,
  type SessionDescription,
  setRecordingState,
  startRecordingSession,
  updateRecordingSession,
} from '@tacet/server/control';
import { inMemory, openDatabase } from '@tacet/server/store';
import { writeRtpPacket } from '@tacet/wire/rtp';
import { ManualClock } from '../manual-clock.ts';
import { MemoryBlobs } from '../memory-blobs.ts';
import { MemoryKeys } from '../memory-keys.ts';
import { MemorySpoolFolder } from '../memory-spool.ts';
import { seededIds } from '../seeded-ids.ts';
import { type SeededRandom, seededRandom } from '../seeded-random.ts';
import type { Asking, History } from './history.ts';
import { type Durable, type SimulatedNode, simulationStart, startNode, stranger } from './node.ts';
import { type Plan, planOf } from './plan.ts';
import { RunClock } from './run-clock.ts';

/** A stream that the simulated source sends. */
interface Sending {
  readonly recordingId: RecordingId;
  readonly streamId: StreamId;
  readonly port: number;
  sequence: number;
  ssrc: number;
  isOver: boolean;
}

export interface Simulation {
  readonly plan: Plan;
  readonly history: History;
  readonly durable: Durable;
  readonly conversationId: ConversationId | undefined;
}

const packetMs = 20;
/** Long enough for every deadline, linger and retry to run out. */
const settleMs = 6_000;

class Run {
  readonly plan: Plan;
  readonly world = new ManualClock(simulationStart);
  readonly history: History = { arrivals: [], askings: [], crashes: [], diskFaults: [] };
  readonly random: SeededRandom;
  durable: Durable;
  clock: RunClock;
  node: SimulatedNode | undefined;
  conversationId: ConversationId | undefined;
  recordings: RecordingId[] = [];
  sendings: Sending[] = [];
  agent = 'agent-1';
  /** Labels of the first recording session that goes on. */
  labels: readonly string[] = [];
  isSourcePaused = false;
  #marks = 0;
  readonly #ids;
  readonly #hasFence: boolean;

  constructor(plan: Plan, hasFence: boolean) {
    this.plan = plan;
    this.#hasFence = hasFence;
    this.random = seededRandom(plan.seed, 'run');
    this.#ids = seededIds(plan.seed);
    this.clock = new RunClock(this.world);
    this.durable = {
      db: openDatabase(inMemory),
      blobs: new MemoryBlobs(),
      keys: new MemoryKeys(plan.seed),
      spool: this.#spoolFolder(),
    };
  }

  #spoolFolder(): MemorySpoolFolder {
    return new MemorySpoolFolder({ later: (ms, task) => this.world.later(ms, task), ms: 4 });
  }

  async boot(): Promise<void> {
    const { durable, clock, plan, random } = this;
    const parts = { durable, clock, ids: this.#ids, random, guardMs: plan.guardMs, hasFence: this.#hasFence };
    // Recovery reads and writes while the world's time goes on.
    const booting = startNode(parts);
    for (let isUp = false; !isUp; ) {
      booting.then(
        () => (isUp = true),
        () => (isUp = true),
      );
      await this.world.pass(1);
    }
    this.node = await booting;
  }

  described(labels: readonly string[]): SessionDescription {
    const codecs = [{ name: 'PCMU', payloadType: 0, clockRate: 8000 }];
    const [customer = '1', agent = '2'] = labels;
    const isMasked = this.isSourcePaused && labels === this.labels;
    const mask = isMasked ? { isMasked: true as const } : {};
    return {
      ...(isMasked ? { source: { isPaused: true } } : {}),
      conversationKeys: ['communication-session'],
      externalIds: [{ name: 'communicationSession', value: 'communication-session' }],
      participants: [
        { sourceId: 'customer', address: 'sip:customer@example.net' },
        { sourceId: this.agent, address: `sip:${this.agent}@example.com` },
      ],
      streams: [
        { label: customer, codecs, payloadTypes: [0], owners: ['customer'], ...mask },
        { label: agent, codecs, payloadTypes: [0], owners: [this.agent], ...mask },
      ],
    };
  }

  /** A recording session begins; its streams are sent from then on. */
  async invite(labels: readonly string[]): Promise<void> {
    const { node } = this;
    if (node === undefined) return;
    const asked = this.asked('INVITE');
    if (this.recordings.length === 0) {
      // The first recording session sends, and is the word of the source where one before it ended paused.
      this.history.askings.push({ by: 'source', state: 'ACTIVE', askedAt: this.world.now() });
      this.labels = labels;
      this.isSourcePaused = false;
    }
    const sourceId = `call-${labels.join('-')}-${this.recordings.length}`;
    const started = await startRecordingSession(node.control, { sourceId, described: this.described(labels), asked });
    this.conversationId = started.conversationId;
    const { recordingId } = started;
    this.recordings.push(recordingId);
    for (const { streamId, port } of started.streams) {
      this.sendings.push({
        recordingId,
        streamId,
        port,
        sequence: this.random.below(65_536),
        ssrc: this.random.below(2 ** 31),
        isOver: false,
      });
    }
    await this.#keep(node, recordingId);
  }

  /** As an edge does before it answers. */
  async #keep(node: SimulatedNode, recordingId: RecordingId): Promise<void> {
    if (this.plan.isKept) await keepSource(node.control, recordingId, 'dialog');
  }

  /** The source pauses its first recording session, or sends again; it does send all the same. */
  async sourceSays(isPaused: boolean): Promise<void> {
    const { node, conversationId, clock } = this;
    const [recordingId] = this.recordings;
    if (node === undefined || conversationId === undefined || recordingId === undefined) return;
    const asking: Asking = { by: 'source', state: isPaused ? 'PAUSED' : 'ACTIVE', askedAt: this.world.now() };
    this.history.askings.push(asking);
    this.isSourcePaused = isPaused;
    const described = this.described(this.labels);
    let answer = 'ok';
    try {
      await updateRecordingSession(node.control, { recordingId, described, asked: this.asked('re-INVITE') });
      await this.#keep(node, recordingId);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      answer = error.code;
    }
    if (clock.isDead) return;
    const causes = node.control.live.get(conversationId)?.conversation.control.causes ?? [];
    const since = causes.find(({ cause }) => cause === 'sourcePause')?.since;
    asking.answer = answer;
    asking.answeredAt = this.world.now();
    if (isPaused && since !== undefined) asking.closedAt = since;
  }

  async transfer(): Promise<void> {
    const { node } = this;
    const [recordingId] = this.recordings;
    if (node === undefined || recordingId === undefined) return;
    this.agent = 'agent-2';
    const described = this.described(this.labels);
    await updateRecordingSession(node.control, { recordingId, described, asked: this.asked('re-INVITE') });
    await this.#keep(node, recordingId);
  }

  asked(door: string): { clientId: 'sip'; name: string; from: string; door: string; requestId: RequestId } {
    return { clientId: 'sip', name: 'source', from: '192.0.2.1', door, requestId: this.#ids.next() };
  }

  /** Every stream sends one packet; the link delays, loses and doubles. */
  send(): void {
    for (const sending of this.sendings) {
      if (sending.isOver) continue;
      sending.sequence += 1;
      this.#marks += 1;
      const copies = this.random.chance(this.plan.loss) ? 0 : this.random.chance(this.plan.duplication) ? 2 : 1;
      const mark = this.#marks;
      const { sequence, ssrc } = sending;
      for (let copy = 0; copy < copies; copy += 1) {
        const delay = this.random.below(this.plan.jitterMs * 10 + 1) / 10;
        this.world.later(delay, () => this.#arrive(sending, { mark, sequence, ssrc }));
      }
    }
  }

  #arrive(sending: Sending, packet: { readonly mark: number; readonly sequence: number; readonly ssrc: number }): void {
    const payload = Buffer.alloc(8);
    payload.writeUInt32LE(packet.mark);
    const { sequence, ssrc } = packet;
    const bytes = writeRtpPacket({
      payloadType: 0,
      sequence: sequence & 0xffff,
      timestamp: (sequence * 160) >>> 0,
      ssrc,
      payload,
    });
    if (this.node?.kernel.arrive(sending.port, Buffer.from(bytes)) !== true) return;
    const { streamId } = sending;
    this.history.arrivals.push({ streamId, mark: packet.mark, sequence, arrivedAt: this.world.now() });
  }

  async ask(state: 'PAUSED' | 'ACTIVE'): Promise<void> {
    const { node, conversationId } = this;
    if (node === undefined || conversationId === undefined) return;
    const asking: Asking = { by: 'stranger', state, askedAt: this.world.now() };
    this.history.askings.push(asking);
    const { clock } = this;
    const asked = { ...this.asked('PUT'), clientId: stranger.clientId, name: stranger.name };
    const command = { conversationId, state, cause: 'securePause', right: 'others', actor: stranger, asked } as const;
    let answer = 'ok';
    try {
      const set = await setRecordingState(node.control, command);
      if (set.closedAt !== undefined) asking.closedAt = set.closedAt;
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      answer = error.code;
    }
    // An answer that a dead node would have given never reached anyone.
    if (clock.isDead) return;
    asking.answer = answer;
    asking.answeredAt = this.world.now();
  }

  /** kill -9: memory is gone, unsynced bytes survive by chance, the world goes on. */
  async crash({ downMs, comesBack }: { readonly downMs: number; readonly comesBack: boolean }): Promise<void> {
    const at = this.world.now();
    this.clock.die();
    this.node?.store.drop();
    this.node = undefined;
    const spool = this.durable.spool.crash(this.random);
    this.durable = { ...this.durable, spool };
    await this.world.pass(downMs);
    this.clock = new RunClock(this.world);
    await this.boot();
    this.history.crashes.push({ at, backAt: this.world.now() });
    const goesOn = (id: RecordingId): boolean => this.node?.goingOn.has(id) === true;
    this.recordings = this.recordings.filter(goesOn);
    for (const sending of this.sendings) sending.isOver ||= !goesOn(sending.recordingId);
    if (comesBack && this.recordings.length === 0) await this.#withTime(this.invite(['1', '2']));
  }

  /** The node is started once more: what a failed disk kept back is found then. */
  async restart(): Promise<void> {
    this.clock.die();
    this.node?.store.drop();
    this.durable = { ...this.durable, spool: this.durable.spool.crash(this.random) };
    this.clock = new RunClock(this.world);
    await this.boot();
    this.clock.die();
    this.node?.store.drop();
  }

  async #withTime(work: Promise<void>): Promise<void> {
    let isDone = false;
    const watched = work.finally(() => (isDone = true));
    watched.catch(() => undefined);
    while (!isDone) await this.world.pass(1);
    await watched;
  }

  async hangUp(): Promise<void> {
    for (const sending of this.sendings) sending.isOver = true;
    const { node } = this;
    if (node === undefined) return;
    await this.#withTime(
      Promise.all(this.recordings.map((id) => endRecordingSession(node.control, id, this.asked('BYE')))).then(
        () => undefined,
      ),
    );
  }

  async start(): Promise<void> {
    await this.boot();
    await this.#withTime(this.invite(['1', '2']));
  }
}

interface Event {
  readonly atMs: number;
  readonly act: (run: Run) => void | Promise<void>;
}

function eventsOf(plan: Plan): readonly Event[] {
  const events: Event[] = [];
  const at = (atMs: number | undefined, act: Event['act']): void => {
    if (atMs !== undefined) events.push({ atMs, act });
  };
  for (let atMs = 0; atMs < plan.callMs; atMs += packetMs) at(atMs, (run) => run.send());
  for (const { atMs, state } of plan.commands) at(atMs, (run) => run.ask(state));
  for (const { atMs, ms } of plan.stalls) at(atMs, (run) => run.clock.stall(ms));
  for (const { atMs, isPaused } of plan.sourceMoves) at(atMs, (run) => run.sourceSays(isPaused));
  at(plan.transferAtMs, (run) => run.transfer());
  at(plan.secondLegAtMs, (run) => run.invite(['3', '4']));
  at(plan.ssrcChangeAtMs, (run) => {
    for (const sending of run.sendings) sending.ssrc = run.random.below(2 ** 31);
  });
  at(plan.diskFullAtMs, (run) => {
    run.durable.spool.failAppendsAfter(0);
    run.history.diskFaults.push(run.world.now());
  });
  at(plan.diskStall?.atMs, (run) => run.durable.spool.stall());
  if (plan.diskStall !== undefined) at(plan.diskStall.atMs + plan.diskStall.ms, (run) => run.durable.spool.resume());
  return events.sort((a, b) => a.atMs - b.atMs);
}

/** A fault of the node is an answer; anything else is a defect and ends the simulation. */
function tolerate(work: void | Promise<void>, defects: unknown[]): void {
  Promise.resolve(work).catch((error) => {
    if (!(error instanceof Fault)) defects.push(error);
  });
}

/** Runs a seed to its end. @param hasFence false breaks the fence on purpose. */
export async function simulate(seed: number, hasFence: boolean = true): Promise<Simulation> {
  const plan = planOf(seed);
  const run = new Run(plan, hasFence);
  const defects: unknown[] = [];
  await run.start();
  const startedAt = run.world.now();
  let crash = plan.crash;
  for (const { atMs, act } of eventsOf(plan)) {
    if (crash !== undefined && atMs > crash.atMs) {
      await run.world.pass(Math.max(0, startedAt + crash.atMs - run.world.now()));
      await run.crash(crash);
      crash = undefined;
    }
    await run.world.pass(Math.max(0, startedAt + atMs - run.world.now()));
    tolerate(act(run), defects);
  }
  run.durable.spool.resume();
  await run.world.pass(200);
  await run.hangUp().catch((error) => tolerate(Promise.reject(error), defects));
  await run.world.pass(settleMs);
  await run.restart();
  if (defects.length > 0) throw defects[0];
  return { plan, history: run.history, durable: run.durable, conversationId: run.conversationId };
}
