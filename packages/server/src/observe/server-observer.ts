/** The observer of a running server: metrics always, spans where traces are wanted. */
import type { Span, SpanStatusCode } from '@opentelemetry/api';
import { Fault } from '@tacet/domain';
import {
  type Alarm,
  type Arrival,
  alarmNames,
  type Observer,
  type StateOutcome,
  type StepFacts,
  type StepName,
  type WorkerPart,
} from '../control/index.ts';
import { methodLabel, statusLabel } from './label-values.ts';
import type { Metrics } from './metrics.ts';
import { scopes } from './scope.ts';
import type { Traces } from './traces.ts';

/** By its value, because the library is only read where somebody wants traces. */
const spanFailed: SpanStatusCode.ERROR = 2;

/** The code of a fault; what else went wrong may hold anything in its words, which nobody repeats here (P13). */
function failed(span: Span | undefined, error: unknown): void {
  if (span === undefined) return;
  const code = error instanceof Fault ? error.code : 'defect';
  span.setAttribute('error.type', code);
  span.setStatus({ code: spanFailed });
}

export class ServerObserver implements Observer {
  readonly #metrics: Metrics;
  readonly #traces: Traces | undefined;

  constructor(metrics: Metrics, traces: Traces | undefined) {
    this.#metrics = metrics;
    // What has never been counted is 0, so that the first time is seen as a rise.
    for (const alarm of alarmNames) metrics.count('alarms', { alarm }, 0);
    metrics.count('sipAnswers', { method: 'INVITE', status: '503' }, 0);
    metrics.count('sipSessionsEnded', { why: 'mediaInactive' }, 0);
    for (const result of ['done', 'failed']) metrics.count('recordingsDeleted', { result }, 0);
    this.#traces = traces;
  }

  async arrived<T>(arrival: Arrival, work: () => Promise<T>): Promise<T> {
    const { requestId } = arrival;
    const root = this.#traces?.begin(arrival);
    if (root === undefined) return scopes.run({ requestId }, work);
    try {
      return await scopes.run({ requestId, root, span: root }, work);
    } catch (error) {
      failed(root, error);
      throw error;
    } finally {
      root.end();
    }
  }

  async step<T>(name: StepName, facts: StepFacts, work: () => Promise<T>): Promise<T> {
    const since = performance.now();
    const scope = scopes.getStore();
    // What no request asked for has no trace to stand in.
    const span = scope?.span === undefined ? undefined : this.#traces?.step(name, facts, scope.span);
    try {
      const done = await (scope === undefined || span === undefined ? work() : scopes.run({ ...scope, span }, work));
      this.#metrics.time('step', { step: name, result: 'done' }, performance.now() - since);
      return done;
    } catch (error) {
      failed(span, error);
      this.#metrics.time('step', { step: name, result: 'failed' }, performance.now() - since);
      throw error;
    } finally {
      span?.end();
    }
  }

  workerDid(part: WorkerPart): void {
    const span = scopes.getStore()?.span;
    if (span !== undefined) this.#traces?.worker(part, span);
  }

  recordingStateSet(asked: 'ACTIVE' | 'PAUSED', outcome: StateOutcome, tookMs: number): void {
    this.#metrics.time('recordingState', { asked, outcome }, tookMs);
  }

  httpAnswered({
    rateClass,
    status,
    tookMs,
  }: {
    readonly rateClass: string;
    readonly status: number;
    readonly tookMs: number;
  }): void {
    this.#metrics.count('httpRequests', { class: rateClass, status: statusLabel(status) });
    this.#metrics.time('httpSeconds', { class: rateClass }, tookMs);
    const root = scopes.getStore()?.root;
    root?.setAttribute('http.response.status_code', status);
    if (status >= 500) root?.setStatus({ code: spanFailed });
  }

  sipAsked(method: string): void {
    this.#metrics.count('sipRequests', { method: methodLabel(method) });
  }

  sipAnswered(method: string, status: number): void {
    if (status < 200) return;
    this.#metrics.count('sipAnswers', { method: methodLabel(method), status: statusLabel(status) });
    const root = scopes.getStore()?.root;
    root?.setAttribute('sip.status_code', status);
    if (status >= 500) root?.setStatus({ code: spanFailed });
  }

  sourceRefused(door: 'SIP' | 'AudioHook', why: string): void {
    this.#metrics.count('sourcesRefused', { door, why });
  }

  sipSessionEnded(why: string): void {
    this.#metrics.count('sipSessionsEnded', { why });
  }

  recordingDeleted(result: 'done' | 'failed'): void {
    this.#metrics.count('recordingsDeleted', { result });
  }

  alarmRaised(what: Alarm['what']): void {
    this.#metrics.count('alarms', { alarm: what });
  }
}
