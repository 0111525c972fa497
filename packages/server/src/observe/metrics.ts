/** The registry: counters that are told, and gauges that are looked up when somebody asks. */
import type { LossReason } from '@tacet/domain';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { PlaceGauges } from '../voice/index.ts';
import { type MetricKey, type MetricRow, metricTable } from './metric-table.ts';
import { type MetricSources, noSources } from './sources.ts';

const unknownDisk = { freeBytes: Number.NaN, sizeBytes: Number.NaN };

/** Told even while it is 0, so that the first time is seen as a rise. */
const nothingLost: Readonly<Record<LossReason, number>> = { network: 0, overload: 0, storage: 0, crash: 0 };

type Labels = { readonly [label: string]: string | number };

function makeAll<T>(kind: MetricRow['kind'], make: (row: MetricRow) => T): ReadonlyMap<MetricKey, T> {
  const rows = Object.entries(metricTable) as unknown as readonly (readonly [MetricKey, MetricRow])[];
  return new Map(rows.filter(([, row]) => row.kind === kind).map(([key, row]) => [key, make(row)]));
}

function partsOf({ name, meaning, labels }: MetricRow, registry: Registry) {
  return { name, help: meaning, labelNames: [...labels], registers: [registry] };
}

export class Metrics {
  readonly contentType: string = Registry.PROMETHEUS_CONTENT_TYPE;
  /** Set by whoever has them, as the server comes up. */
  sources: MetricSources = noSources;
  readonly #registry = new Registry();
  readonly #gauges: ReadonlyMap<MetricKey, Gauge>;
  readonly #counters: ReadonlyMap<MetricKey, Counter>;
  readonly #histograms: ReadonlyMap<MetricKey, Histogram>;

  constructor() {
    const registry = this.#registry;
    this.#gauges = makeAll('gauge', (row) => new Gauge(partsOf(row, registry)));
    this.#counters = makeAll('counter', (row) => new Counter(partsOf(row, registry)));
    this.#histograms = makeAll('histogram', (row) => {
      return new Histogram({ ...partsOf(row, registry), buckets: [...(row.buckets ?? [])] });
    });
    collectDefaultMetrics({ register: registry });
  }

  count(key: MetricKey, labels: Labels, by = 1): void {
    this.#counters.get(key)?.inc(labels, by);
  }

  time(key: MetricKey, labels: Labels, ms: number): void {
    this.#histograms.get(key)?.observe(labels, ms / 1_000);
  }

  /** What a worker tells each second; here only what would be lost between two looks. */
  workerTold({ syncsMs }: Pick<PlaceGauges, 'syncsMs'>): void {
    for (const ms of syncsMs) this.time('spoolSync', {}, ms);
  }

  /** Everything, in Prometheus' text format. */
  async text(): Promise<string> {
    await this.#look();
    return this.#registry.metrics();
  }

  async #look(): Promise<void> {
    const { sources } = this;
    this.#lookAtConversations();
    this.#lookAtWorkers();
    this.#setAll('recordingSessions', 'protocol', sources.recordingSessions());
    const ends = [...sources.certificateEnds()].map(([use, ms]) => [use, ms / 1_000] as const);
    this.#setAll('certificateEnds', 'use', new Map(ends));
    this.#totals('sipPassedOver', 'why', sources.sipCounts());
    const { sockets, lag } = sources.notifications();
    this.#set('sockets', {}, sockets);
    this.#set('outboxLag', {}, lag);
    const { running, waiting } = sources.transcodes();
    this.#set('transcodes', { state: 'running' }, running);
    this.#set('transcodes', { state: 'waiting' }, waiting);
    // A disk that cannot even be asked is the hour in which everything else is needed most.
    const { freeBytes, sizeBytes } = await sources.disk().catch(() => unknownDisk);
    this.#set('diskFree', {}, freeBytes);
    this.#set('diskSize', {}, sizeBytes);
  }

  #lookAtConversations(): void {
    let [count, paused, unconfirmed] = [0, 0, 0];
    for (const { conversation } of this.sources.conversations()) {
      count += 1;
      if (conversation.control.causes.length > 0) paused += 1;
      if (conversation.control.hasUnconfirmedPause) unconfirmed += 1;
    }
    this.#set('conversations', {}, count);
    this.#set('pausedConversations', {}, paused);
    this.#set('unconfirmedPauses', {}, unconfirmed);
  }

  #lookAtWorkers(): void {
    const { up, of } = this.sources.nodes();
    this.#set('workersUp', {}, up);
    this.#set('workersWanted', {}, of);
    const perWorker = ['gates', 'spoolBacklog', 'spoolAge', 'segmentsWaiting', 'loopDelay'] as const;
    for (const key of perWorker) this.#gauges.get(key)?.reset();
    const totals = [
      'unitsReceived',
      'unitsAdmitted',
      'unitsWithheld',
      'unitsMasked',
      'unitsRefused',
      'unitsLost',
    ] as const;
    for (const key of totals) this.#counters.get(key)?.reset();
    for (const worker of this.sources.workers()) this.#lookAt(worker);
  }

  /** Totals begin anew with a worker that takes the place of a lost one, as Prometheus expects of counters. */
  #lookAt(told: PlaceGauges): void {
    const worker = told.place;
    this.#set('gates', { worker, state: 'open' }, told.openGates);
    this.#set('gates', { worker, state: 'closed' }, told.closedGates);
    this.#set('gates', { worker, state: 'opening' }, told.openingGates);
    this.#set('spoolBacklog', { worker }, told.spoolBacklogBytes);
    this.#set('spoolAge', { worker }, told.spoolAgeMs / 1_000);
    this.#set('segmentsWaiting', { worker }, told.segmentsWaiting);
    this.#set('loopDelay', { worker }, told.loopDelayMs / 1_000);
    const { admitted, withheld, masked, refused, lost } = told.units;
    const refusedCount = Object.values(refused).reduce((sum, count) => sum + count, 0);
    this.count('unitsAdmitted', { worker }, admitted);
    this.count('unitsWithheld', { worker }, withheld);
    this.count('unitsMasked', { worker }, masked);
    this.count('unitsReceived', { worker }, admitted + withheld + refusedCount);
    for (const [reason, count] of Object.entries(refused)) this.count('unitsRefused', { worker, reason }, count);
    for (const [reason, count] of Object.entries({ ...nothingLost, ...lost }))
      this.count('unitsLost', { worker, reason }, count);
  }

  #set(key: MetricKey, labels: Labels, value: number): void {
    this.#gauges.get(key)?.set(labels, value);
  }

  #setAll(key: MetricKey, label: string, values: ReadonlyMap<string, number>): void {
    this.#gauges.get(key)?.reset();
    for (const [name, value] of values) this.#set(key, { [label]: name }, value);
  }

  #totals(key: MetricKey, label: string, values: Readonly<Record<string, number>>): void {
    this.#counters.get(key)?.reset();
    for (const [name, value] of Object.entries(values)) this.count(key, { [label]: name }, value);
  }
}
