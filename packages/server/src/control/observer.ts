/** What use-cases and edges tell whoever watches over the server: counts, times, codes and ids; never content (P13). */
import type { FaultCode, Instant } from '@tacet/domain';
import type { Alarm } from './alarm.ts';

/** What a request goes through, each a part of a trace and a bar of a histogram. */
export type StepName =
  | 'recordingState'
  | 'queue'
  | 'gatesClose'
  | 'gatesOpen'
  | 'captureStart'
  | 'captureEnd'
  | 'commit';

/** Ids of ours and counts. */
export interface StepFacts {
  readonly [name: string]: string | number | boolean;
}

/** Something that begins outside: a request at a door. */
export interface Arrival {
  readonly protocol: 'http' | 'sip';
  readonly method: string;
  /** The door as the table of doors spells it, never the address that was asked for. */
  readonly door: string;
  readonly requestId: string;
  /** W3C Trace Context, as the caller wrote it. */
  readonly traceparent?: string | undefined;
}

/** How a command to pause or resume ended. */
export type StateOutcome = 'done' | FaultCode | 'defect';

/** What a media worker did for one request, by its own clock. */
export interface WorkerPart {
  readonly place: number;
  readonly did: 'close' | 'open';
  readonly askedAt: Instant;
  /** When its last gate moved. */
  readonly movedAt: Instant | undefined;
  readonly gateCount: number;
  readonly unconfirmedCount: number;
}

/** None of its functions throws, but for what `work` throws. */
export interface Observer {
  /** Carries out what a request asks for; every step within belongs to it. */
  arrived<T>(arrival: Arrival, work: () => Promise<T>): Promise<T>;
  step<T>(name: StepName, facts: StepFacts, work: () => Promise<T>): Promise<T>;
  workerDid(part: WorkerPart): void;
  recordingStateSet(asked: 'ACTIVE' | 'PAUSED', outcome: StateOutcome, tookMs: number): void;
  httpAnswered(answer: { readonly rateClass: string; readonly status: number; readonly tookMs: number }): void;
  sipAsked(method: string): void;
  sipAnswered(method: string, status: number): void;
  /** @param why from a closed list of the door's. */
  sourceRefused(door: 'SIP' | 'AudioHook', why: string): void;
  /** A recording session over SIP is over. @param why from a closed list of the edge's. */
  sipSessionEnded(why: string): void;
  /** A recording whose date had come. */
  recordingDeleted(result: 'done' | 'failed'): void;
  alarmRaised(what: Alarm['what']): void;
}
