/** The scripted media path with the time that a fence takes: an opening can be under way, and be cut short. */
import type {
  CaptureEnded,
  CaptureRequest,
  CaptureStarted,
  CapturesResumed,
  Clock,
  ContinuedCapture,
  GateReport,
  Instant,
  KeptOrNot,
  MediaHost,
  StreamId,
  StreamTerms,
} from '@tacet/domain';
import { ScriptedMediaHost } from '@tacet/testkit';

export class FencedMediaHost implements MediaHost {
  readonly scripted: ScriptedMediaHost;
  /** How long the fence of a stream travels, in ms; none when it gives 0. */
  fenceMs: (streamId: StreamId) => number = () => 0;
  /** Every capture that was asked for, oldest first. */
  readonly requests: CaptureRequest[] = [];
  /** What was agreed anew, oldest first. */
  readonly agreed: { readonly streamId: StreamId; readonly terms: StreamTerms }[] = [];
  /** Runs before each command reaches the gates. */
  onCommand: (command: 'start' | 'close' | 'open' | 'end') => void = () => undefined;
  readonly #clock: Clock;
  readonly #openings = new Map<StreamId, () => void>();

  constructor(clock: Clock, ports?: number) {
    this.#clock = clock;
    this.scripted = new ScriptedMediaHost(clock, ports);
  }

  async start(request: CaptureRequest): Promise<CaptureStarted> {
    this.onCommand('start');
    const started = await this.scripted.start(request);
    this.requests.push(request);
    return started;
  }

  resume(requests: readonly ContinuedCapture[]): Promise<CapturesResumed> {
    return this.scripted.resume(requests);
  }

  close(streamIds: readonly StreamId[], deadlineMs: number): Promise<GateReport> {
    this.onCommand('close');
    for (const id of streamIds) this.#openings.get(id)?.();
    return this.scripted.close(streamIds, deadlineMs);
  }

  async open(streamIds: readonly StreamId[], notBefore: Instant, deadlineMs: number): Promise<GateReport> {
    this.onCommand('open');
    const reports = await Promise.all(streamIds.map((id) => this.#open(id, notBefore, deadlineMs)));
    return {
      confirmed: reports.flatMap((report) => report.confirmed),
      unconfirmed: reports.flatMap((report) => report.unconfirmed),
    };
  }

  async agree(streamId: StreamId, terms: StreamTerms): Promise<void> {
    this.agreed.push({ streamId, terms });
  }

  unheard(since: Instant): Promise<readonly StreamId[]> {
    return this.scripted.unheard(since);
  }

  end(streamId: StreamId): Promise<CaptureEnded> {
    this.onCommand('end');
    return this.scripted.end(streamId);
  }

  feed(streamId: StreamId): boolean {
    return this.scripted.feed(streamId);
  }

  keep(streamId: StreamId, bytes: Uint8Array<ArrayBuffer>): Promise<KeptOrNot> {
    return this.scripted.keep(streamId, bytes);
  }

  shelve(): Promise<void> {
    return this.scripted.shelve();
  }

  feedGap(): void {
    this.scripted.feedGap();
  }

  fenceBy(): void {
    this.scripted.fenceBy();
  }

  onNews(): void {
    this.scripted.onNews();
  }

  /** A gate that is closed again before its fence came back has not opened, and says so at once. */
  #open(streamId: StreamId, notBefore: Instant, deadlineMs: number): Promise<GateReport> {
    const fenceMs = this.fenceMs(streamId);
    if (fenceMs === 0) return this.scripted.open([streamId], notBefore, deadlineMs);
    return new Promise((resolve, reject) => {
      const cancel = this.#clock.later(fenceMs, () => {
        this.#openings.delete(streamId);
        this.scripted.open([streamId], notBefore, deadlineMs).then(resolve, reject);
      });
      this.#openings.set(streamId, () => {
        cancel();
        this.#openings.delete(streamId);
        resolve({ confirmed: [], unconfirmed: [streamId] });
      });
    });
  }
}
