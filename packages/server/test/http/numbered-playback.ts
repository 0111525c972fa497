/** Playback whose bytes tell their own place, which can be damaged anywhere, and whose transcodes end when a test says so. */
import { Fault, type StreamId } from '@tacet/domain';
import { decodeItem, type StoredEvent, type StoredItem } from '@tacet/media';
import type { PlaybackPlan } from '../../src/control/index.ts';
import type {
  GapStyle,
  MediaFormat,
  OpenedPlayback,
  PlaybackPort,
  PreparedMedia,
  WantedMedia,
} from '../../src/http/ports.ts';
import { mailArchive } from '../../src/mail/mail-archive.ts';
import { type OpenedMail, openMail } from '../../src/mail/open-mail.ts';

/** The byte at a place: a pattern that repeats only after a prime number of bytes. */
export function byteAt(place: number): number {
  return (place % 251) + 1;
}

/** A transcode in the test's hands. */
export interface NumberedTranscode {
  readonly wanted: WantedMedia;
  /** How often it was asked for. */
  askedCount: number;
  readonly end: (outcome: 'made' | Fault) => void;
}

interface Making extends NumberedTranscode {
  readonly changed: PromiseWithResolvers<void>;
  outcome: 'made' | Fault | undefined;
}

const contentTypes: { readonly [format in MediaFormat]: string } = {
  WAV: 'audio/wav',
  WAV_ULAW: 'audio/wav',
  WEBM: 'audio/webm',
  OGG_VORBIS: 'audio/ogg',
  OGG_OPUS: 'audio/ogg',
  MP3: 'audio/mpeg',
};

export class NumberedPlayback implements PlaybackPort {
  /** As without ffmpeg, unless a test says otherwise. */
  formats: readonly MediaFormat[] = ['WAV', 'WAV_ULAW'];
  lengthBytes = 100_000;
  /** The first byte that cannot be verified. */
  damagedFrom = Number.POSITIVE_INFINITY;
  /** Bytes fewer (or, below 0, more) than were promised. */
  missingBytes = 0;
  /** Formats for which every recording is too long. */
  tooLongFor: readonly MediaFormat[] = [];
  readonly opened: { readonly plan: PlaybackPlan; readonly gap: GapStyle; readonly format: MediaFormat }[] = [];
  /** Highest place that was read so far, for tests of back-pressure. */
  readUpTo = 0;
  readonly #makings = new Map<string, Making>();

  /** Every transcode that was begun, in order. */
  get transcodes(): readonly NumberedTranscode[] {
    return [...this.#makings.values()];
  }

  /** What was made is made no more. */
  forget(): void {
    this.#makings.clear();
  }

  prepare(plan: PlaybackPlan, wanted: WantedMedia): PreparedMedia {
    const { format, gap } = wanted;
    if (!this.formats.includes(format)) throw new Fault('formatUnavailable', { format, why: 'it is not there' });
    if (this.tooLongFor.includes(format)) throw new Fault('formatUnavailable', { format, why: 'it is too long' });
    if (format === 'WAV' || format === 'WAV_ULAW') return { isReady: true, lengthBytes: this.lengthBytes, tookMs: 0 };
    const key = `${plan.recording.id} ${format} ${gap}`;
    const making = this.#makings.get(key) ?? this.#begin(wanted);
    this.#makings.set(key, making);
    making.askedCount += 1;
    const { outcome, changed } = making;
    if (outcome instanceof Fault) throw outcome;
    if (outcome === 'made') return { isReady: true, lengthBytes: this.lengthBytes, tookMs: 321 };
    return { isReady: false, estimatedMs: 1_234, changed: changed.promise };
  }

  async open(plan: PlaybackPlan, wanted: WantedMedia): Promise<OpenedPlayback> {
    if (!this.prepare(plan, wanted).isReady) throw new Fault('mediaUnavailable');
    this.opened.push({ plan, ...wanted });
    const { lengthBytes } = this;
    return { lengthBytes, contentType: contentTypes[wanted.format], read: (from, to) => this.#read(from, to) };
  }

  #begin(wanted: WantedMedia): Making {
    const changed = Promise.withResolvers<void>();
    const making: Making = {
      wanted,
      askedCount: 0,
      changed,
      outcome: undefined,
      end: (outcome) => {
        making.outcome = outcome;
        changed.resolve();
      },
    };
    return making;
  }

  async events(): Promise<readonly StoredEvent[]> {
    return [];
  }

  /** The units of a stream that was recorded item by item. */
  unitsOf: (streamId: StreamId) => readonly Uint8Array[] = () => [];

  async *items({ recording }: PlaybackPlan): AsyncGenerator<StoredItem> {
    for (const bytes of recording.streams.flatMap(({ id }) => this.unitsOf(id))) {
      const item = decodeItem(bytes);
      if (item !== undefined) yield { arrivedAt: recording.startedAt, ...item };
    }
  }

  openMail(bytes: Uint8Array, withContents = false): Promise<OpenedMail> {
    return openMail(bytes, withContents);
  }

  archiveMails(index: unknown, mails: readonly Uint8Array[]): Promise<Uint8Array> {
    return mailArchive(index, mails);
  }

  async *#read(from: number, to: number): AsyncGenerator<Uint8Array> {
    const end = to - this.missingBytes;
    for (let place = from; place < end; place += 4_096) {
      if (place + 4_096 > this.damagedFrom) throw new Fault('recordingDamaged');
      const length = Math.min(4_096, end - place);
      this.readUpTo = Math.max(this.readUpTo, place + length);
      yield Uint8Array.from({ length }, (_, index) => byteAt(place + index));
    }
  }
}
