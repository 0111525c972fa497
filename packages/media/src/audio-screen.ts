/**
 * What policy keeps out of an audio stream while it is recorded: keys that a caller presses, as events (RFC 4733) and
 * as tones, and copies of withheld packets that later ones carry along.
 */
import { refused, type Unit, type UnitRun, type UnitScreen } from '@tacet/capture';
import type { CaptureRequest } from '@tacet/domain';
import { amrFrameCount, opusMayHoldCopy } from '@tacet/wire/codec';
import { blankRedBlock, createRtpHeader, type RedBlock, readRedBlocks, readRtpHeader } from '@tacet/wire/rtp';
import { CopyGuard } from './copy-guard.ts';
import { KeyWatch, type Watch } from './key-watch.ts';
import { type NativeEars, NativeKeyWatch } from './native-key-watch.ts';
import { type ClearSound, type PayloadKind, type PayloadKinds, payloadKinds } from './payload-kinds.ts';

/** Where the sound of the unit at hand stands. */
interface Place {
  readonly offset: number;
  readonly bytes: number;
}

class AudioScreen implements UnitScreen {
  readonly #kinds: PayloadKinds;
  readonly #masksKeys: boolean;
  readonly #watch: Watch | undefined;
  readonly #copies = new CopyGuard();
  readonly #header = createRtpHeader();

  constructor(kinds: PayloadKinds, masksKeys: boolean, ears: NativeEars | undefined) {
    this.#kinds = kinds;
    this.#masksKeys = masksKeys;
    const clear = kinds.filter((kind): kind is ClearSound => kind?.kind === 'clear');
    if (masksKeys && clear[0] !== undefined) this.#watch = watchOver(clear, clear[0].rate, ears);
  }

  opened(): void {
    this.#copies.arm();
  }

  judge(unit: Unit): number {
    const { bytes } = unit;
    const header = this.#header;
    if (readRtpHeader(bytes, header) !== 'ok') return this.#pass();
    const kind = this.#kinds[header.payloadType];
    const start = header.payloadOffset;
    if (kind?.kind === 'clear') return this.#watch?.take(kind, bytes, start, start + header.payloadBytes) ?? 0;
    if (kind === undefined) return this.#pass();
    return this.#judgeRare(unit, kind, { offset: start, bytes: header.payloadBytes });
  }

  /** Sound that can be listened to as it is, and nothing else: packets of a run have the first one's payload type. */
  takesRun({ bytes, offset }: UnitRun): boolean {
    return this.#kinds[(bytes[offset + 1] ?? 0) & 0x7f]?.kind === 'clear';
  }

  judgeRun(run: UnitRun, silenced: Int32Array): boolean {
    const kind = this.#kinds[(run.bytes[run.offset + 1] ?? 0) & 0x7f];
    return kind?.kind === 'clear' && this.#watch?.takeRun(kind, run, silenced) === true;
  }

  get undecidedCount(): number {
    return this.#watch?.undecidedCount ?? 0;
  }

  settle(): number {
    return this.#watch?.settle() ?? 0;
  }

  silence(bytes: Uint8Array): void {
    const header = this.#header;
    if (readRtpHeader(bytes, header) !== 'ok') return;
    const kind = this.#kinds[header.payloadType];
    const place = { offset: header.payloadOffset, bytes: header.payloadBytes };
    if (kind?.kind !== 'redundant') {
      fill(bytes, place, kind);
      return;
    }
    for (const block of readRedBlocks(bytes, place.offset, place.bytes) ?? []) {
      if (block.ticksBefore > 0) blankRedBlock(bytes, block);
      else fill(bytes, block, this.#kinds[block.payloadType]);
    }
  }

  #judgeRare(unit: Unit, kind: PayloadKind, place: Place): number {
    if (kind.kind === 'redundant') return this.#judgeRedundant(unit, place);
    // Rule: telephone events are refused where the trunk masks them
    if (kind.kind === 'events' && this.#masksKeys) return refused;
    return this.#holdsCopy(unit, kind, place) ? refused : this.#pass();
  }

  /** A unit without sound in it is counted too: the newest units are those of the capture. */
  #pass(): number {
    this.#watch?.skip();
    return 0;
  }

  #judgeRedundant(unit: Unit, place: Place): number {
    const blocks = readRedBlocks(unit.bytes, place.offset, place.bytes);
    const primary = blocks?.at(-1);
    // What cannot be taken apart cannot be judged.
    if (blocks === undefined || primary === undefined) return refused;
    const kind = this.#kinds[primary.payloadType];
    if (kind?.kind === 'redundant') return refused;
    if (kind?.kind === 'events' && this.#masksKeys) return refused;
    if (kind !== undefined && this.#holdsCopy(unit, kind, primary)) return refused;
    this.#blankCopies(unit, blocks);
    if (kind?.kind !== 'clear') return this.#pass();
    return this.#watch?.take(kind, unit.bytes, primary.offset, primary.offset + primary.bytes) ?? 0;
  }

  #blankCopies(unit: Unit, blocks: readonly RedBlock[]): void {
    const { ssrc: source, timestamp } = this.#header;
    const isGuarded = this.#copies.isArmedAt(unit.arrivedAt);
    if (isGuarded && this.#copies.isFirstOf(source)) this.#copies.raise(source, timestamp);
    for (const block of blocks.slice(0, -1)) {
      // Rule: a redundant block from before the gate opened is blanked
      const isBelow = isGuarded && this.#copies.isBelow(source, timestamp - block.ticksBefore);
      if (isBelow || this.#isMaskedCopy(block)) blankRedBlock(unit.bytes, block);
    }
  }

  /** A copy of an event, or of sound of which the original may have been silenced since, or never came to be judged. */
  #isMaskedCopy({ payloadType }: RedBlock): boolean {
    const kind = this.#kinds[payloadType]?.kind;
    return this.#masksKeys && (kind === 'events' || kind === 'clear');
  }

  /** Whether the payload itself may hold a copy of what came before the gate opened. */
  #holdsCopy(unit: Unit, kind: PayloadKind, place: Place): boolean {
    if (!this.#copies.isArmedAt(unit.arrivedAt)) return false;
    const { ssrc, timestamp } = this.#header;
    const payload = unit.bytes.subarray(place.offset, place.offset + place.bytes);
    const isFirst = this.#copies.isFirstOf(ssrc);
    if (kind.kind === 'opus') {
      const mayHold = opusMayHoldCopy(payload);
      // Rule: the first Opus packet behind a gate that opened is not kept if it may hold a copy of the one before
      if (isFirst) this.#copies.raise(ssrc, mayHold ? timestamp + 1 : timestamp);
      return mayHold && this.#copies.isBelow(ssrc, timestamp);
    }
    if (kind.kind !== 'amr') return false;
    const frameCount = amrFrameCount(payload, kind.isOctetAligned);
    // Only the last frame of the first packet is surely new.
    if (isFirst) this.#copies.raise(ssrc, timestamp + (frameCount - 1) * kind.frameTicks);
    return frameCount > 1 && this.#copies.isBelow(ssrc, timestamp);
  }
}

/** Native ears know codes of tables only. */
function watchOver(sounds: readonly ClearSound[], rate: number, ears: NativeEars | undefined): Watch {
  const isNative = ears !== undefined && sounds.every(({ coding }) => coding === 'table');
  return isNative ? new NativeKeyWatch(ears) : new KeyWatch(rate);
}

function fill(bytes: Uint8Array, { offset, bytes: length }: Place, kind: PayloadKind | undefined): void {
  bytes.fill(kind?.kind === 'clear' ? kind.silence : 0, offset, offset + length);
}

/** The screen of a capture; `undefined` where there is nothing to keep out. @param ears left out, keys are looked for in JavaScript. */
export function audioScreen(
  request: Pick<CaptureRequest, 'codecs' | 'eventPayloadTypes' | 'dtmf'>,
  ears?: NativeEars,
): UnitScreen | undefined {
  const { codecs = [], eventPayloadTypes = [], dtmf = 'mask' } = request;
  const kinds = payloadKinds(codecs, eventPayloadTypes);
  const masksKeys = dtmf === 'mask';
  const isNeeded = kinds.some((kind) => kind !== undefined && (masksKeys || !['clear', 'events'].includes(kind.kind)));
  return isNeeded ? new AudioScreen(kinds, masksKeys, ears) : undefined;
}
