/** The transactions of requests that peers sent: wire's tables, with their effects carried out. */
import type { Clock } from '@tacet/domain';
import {
  beginServerTransaction,
  type ServerInput,
  type ServerStep,
  type ServerTimer,
  type ServerTransaction,
  type SipRequest,
  type SipResponse,
  stepServerTransaction,
} from '@tacet/wire/sip';
import type { IncomingRequest } from './endpoint-user.ts';
import { TimerSet } from './timer-set.ts';
import type { Way } from './way.ts';

interface Entry {
  state: ServerTransaction;
  readonly incoming: IncomingRequest;
  readonly timers: TimerSet<ServerTimer>;
}

export interface ServerTransactionPorts {
  readonly clock: Clock;
  readonly send: (response: SipResponse, way: Way, onFailed: () => void) => void;
  readonly takeAck: (request: SipRequest, way: Way) => void;
  /** The first final answer to a request. */
  readonly answered?: (method: string, status: number) => void;
}

const noBody = new Uint8Array(0);

export class ServerTransactions {
  readonly #ports: ServerTransactionPorts;
  readonly #entries = new Map<string, Entry>();

  constructor(ports: ServerTransactionPorts) {
    this.#ports = ports;
  }

  get count(): number {
    return this.#entries.size;
  }

  /** Begins the transaction of a request that has none, and returns what its user answers through. */
  begin(key: string, request: SipRequest, way: Way): IncomingRequest {
    let isAnswered = false;
    const incoming: IncomingRequest = {
      key,
      request,
      way,
      respond: (response) => {
        if (!isAnswered && response.status >= 200) {
          isAnswered = true;
          this.#ports.answered?.(request.method, response.status);
        }
        this.#feed(key, incoming, { kind: 'respond', response });
      },
    };
    // The body is the large part of a request, and a transaction never looks at it again.
    const step = beginServerTransaction({ ...request, body: noBody }, way.protocol !== 'UDP');
    const entry: Entry = { state: step.next, incoming, timers: new TimerSet(this.#ports.clock) };
    this.#entries.set(key, entry);
    this.#carryOut(entry, step);
    return incoming;
  }

  /** Takes a repeated request, or an ACK, of a transaction that is there; false when none is. */
  takeAgain(key: string, request: SipRequest): boolean {
    const entry = this.#entries.get(key);
    if (entry === undefined) return false;
    this.#feed(key, entry.incoming, { kind: 'request', request });
    return true;
  }

  /** The INVITE with this key that has no final answer yet. */
  pendingInvite(key: string): IncomingRequest | undefined {
    const entry = this.#entries.get(key);
    return entry?.state.kind === 'invite' && entry.state.phase === 'proceeding' ? entry.incoming : undefined;
  }

  has(key: string): boolean {
    return this.#entries.has(key);
  }

  /** Forgets everything, unanswered. */
  stop(): void {
    for (const { timers } of this.#entries.values()) timers.stopAll();
    this.#entries.clear();
  }

  #feed(key: string, incoming: IncomingRequest, input: ServerInput): void {
    const entry = this.#entries.get(key);
    // A later transaction may have the same key; answers to the earlier one are not for it.
    if (entry?.incoming !== incoming) return;
    const step = stepServerTransaction(entry.state, input);
    entry.state = step.next;
    this.#carryOut(entry, step);
  }

  #carryOut(entry: Entry, { effects }: ServerStep): void {
    const { incoming, timers } = entry;
    const { key, way } = incoming;
    for (const effect of effects) {
      switch (effect.kind) {
        case 'send':
          this.#ports.send(effect.response, way, () => this.#feed(key, incoming, { kind: 'transportError' }));
          break;
        case 'startTimer':
          timers.start(effect.timer, effect.ms, () =>
            this.#feed(key, incoming, { kind: 'timer', timer: effect.timer }),
          );
          break;
        case 'stopTimer':
          timers.stop(effect.timer);
          break;
        case 'passUp':
          // The first request is handed on by whoever began the transaction, with its body.
          if (effect.request.method === 'ACK') this.#ports.takeAck(effect.request, way);
          break;
        case 'report':
          // Nothing hangs on it: a refusal that nobody heard refuses all the same.
          break;
        case 'terminated':
          timers.stopAll();
          this.#entries.delete(key);
      }
    }
  }
}
