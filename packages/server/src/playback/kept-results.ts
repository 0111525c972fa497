/**
 * Results that took time to make, for those who come back for them: in memory alone, so that there is nothing to seal
 * and nothing to delete (P10), as many as there is room for, those read last.
 */
import { after, type CancelTimer, type Clock, Fault, type Instant, type RecordingId } from '@tacet/domain';
import { playbackLimits } from './playback-limits.ts';

export interface KeptResult {
  readonly recordingId: RecordingId;
  readonly pieces: readonly Uint8Array[];
  readonly lengthBytes: number;
  readonly tookMs: number;
}

interface Entry extends KeptResult {
  endsAt: Instant;
}

export class KeptResults implements Disposable {
  readonly #clock: Clock;
  /** Those read last stand last. */
  readonly #entries = new Map<string, Entry>();
  #bytes = 0;
  #cancelSweep: CancelTimer | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get bytes(): number {
    return this.#bytes;
  }

  find(key: string): KeptResult | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    entry.endsAt = after(this.#clock.now(), playbackLimits.keptMs);
    return entry;
  }

  /** Keeps a result; the oldest ones go where there is no room. */
  add(key: string, result: KeptResult): void {
    this.#remove(key);
    this.#entries.set(key, { ...result, endsAt: after(this.#clock.now(), playbackLimits.keptMs) });
    this.#bytes += result.lengthBytes;
    // Rule: results that are kept take no more memory than they may, and the oldest one goes first
    for (const other of this.#entries.keys()) {
      if (this.#bytes <= playbackLimits.keptBytesMax) break;
      this.#remove(other);
    }
    this.#cancelSweep ??= this.#sweepLater();
  }

  /** Forgets what was made of a recording. */
  forget(recordingId: RecordingId): void {
    for (const [key, entry] of this.#entries) if (entry.recordingId === recordingId) this.#remove(key);
  }

  /**
   * Bytes from `from` up to, but not including, `to`. A slow reader does not keep a result in memory.
   * @throws Fault mediaUnavailable when it has gone meanwhile.
   */
  async *read(key: string, from: number, to: number): AsyncGenerator<Uint8Array, void, void> {
    let at = 0;
    for (let place = 0; at < to; place += 1) {
      const piece = this.find(key)?.pieces[place];
      if (piece === undefined) throw new Fault('mediaUnavailable', { what: 'result' });
      const part = piece.subarray(Math.max(0, from - at), Math.max(0, to - at));
      at += piece.length;
      if (part.length > 0) yield part;
    }
  }

  [Symbol.dispose](): void {
    this.#cancelSweep?.();
    this.#entries.clear();
    this.#bytes = 0;
  }

  #remove(key: string): void {
    this.#bytes -= this.#entries.get(key)?.lengthBytes ?? 0;
    this.#entries.delete(key);
  }

  #sweepLater(): CancelTimer | undefined {
    const [oldest] = this.#entries.values();
    if (oldest === undefined) return undefined;
    return this.#clock.later(oldest.endsAt - this.#clock.now(), () => {
      const now = this.#clock.now();
      for (const [key, { endsAt }] of this.#entries) if (endsAt <= now) this.#remove(key);
      this.#cancelSweep = this.#sweepLater();
    });
  }
}
