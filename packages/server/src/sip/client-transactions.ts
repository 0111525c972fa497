/** The transactions of our own requests: wire's tables, with their effects carried out. */
import type { Clock } from '@tacet/domain';
import {
  beginClientTransaction,
  type ClientInput,
  type ClientStep,
  type ClientTimer,
  type ClientTransaction,
  clientTransactionKey,
  type SipRequest,
  type SipResponse,
  stepClientTransaction,
} from '@tacet/wire/sip';
import { TimerSet } from './timer-set.ts';
import type { Way } from './way.ts';

/** Hears what becomes of a request. */
export interface ResponseListener {
  /** Provisional and final responses; a 2xx to an INVITE comes again until it is acknowledged. */
  onResponse(response: SipResponse): void;
  /** Nobody answered in time, or nothing could be sent. */
  onFailure(problem: 'timeout' | 'transport'): void;
}

interface Entry {
  state: ClientTransaction;
  readonly way: Way;
  readonly listener: ResponseListener;
  readonly timers: TimerSet<ClientTimer>;
}

export interface ClientTransactionPorts {
  readonly clock: Clock;
  readonly send: (request: SipRequest, way: Way, onFailed: () => void) => void;
}

export class ClientTransactions {
  readonly #ports: ClientTransactionPorts;
  readonly #entries = new Map<string, Entry>();

  constructor(ports: ClientTransactionPorts) {
    this.#ports = ports;
  }

  begin(request: SipRequest, way: Way, listener: ResponseListener): void {
    const key = clientTransactionKey(request);
    const step = beginClientTransaction(request, way.protocol !== 'UDP');
    const entry: Entry = { state: step.next, way, listener, timers: new TimerSet(this.#ports.clock) };
    this.#entries.set(key, entry);
    this.#carryOut(key, entry, step);
  }

  /** Takes a response; false when it answers nothing of ours. */
  take(response: SipResponse): boolean {
    const key = clientTransactionKey(response);
    if (!this.#entries.has(key)) return false;
    this.#feed(key, { kind: 'response', response });
    return true;
  }

  /** Forgets everything; who still waits for an answer hears that none will come. */
  stop(): void {
    const entries = [...this.#entries.values()];
    this.#entries.clear();
    for (const { timers } of entries) timers.stopAll();
    for (const { listener } of entries) listener.onFailure('transport');
  }

  #feed(key: string, input: ClientInput): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    const step = stepClientTransaction(entry.state, input);
    entry.state = step.next;
    this.#carryOut(key, entry, step);
  }

  #carryOut(key: string, entry: Entry, { effects }: ClientStep): void {
    const { way, listener, timers } = entry;
    for (const effect of effects) {
      switch (effect.kind) {
        case 'send':
          this.#ports.send(effect.request, way, () => this.#feed(key, { kind: 'transportError' }));
          break;
        case 'startTimer':
          timers.start(effect.timer, effect.ms, () => this.#feed(key, { kind: 'timer', timer: effect.timer }));
          break;
        case 'stopTimer':
          timers.stop(effect.timer);
          break;
        case 'passUp':
          listener.onResponse(effect.response);
          break;
        case 'report':
          listener.onFailure(effect.problem);
          break;
        case 'terminated':
          timers.stopAll();
          this.#entries.delete(key);
      }
    }
  }
}
