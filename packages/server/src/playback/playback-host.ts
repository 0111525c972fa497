/** Renders recordings away from the main thread, for whoever may read them. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { type Clock, Fault, type RecordingId, type SegmentDescriptor } from '@tacet/domain';
import {
  type AudioStyle,
  audioPlan,
  hasPictures,
  type ItemFlaw,
  readEvents,
  readItems,
  type SegmentPorts,
  type StoredEvent,
  type StoredItem,
} from '@tacet/media';
import type { PlaybackPlan } from '../control/index.ts';
import type { MediaFormat, OpenedPlayback, PlaybackPort, PreparedMedia, WantedMedia } from '../http/ports.ts';
import { MailDesk } from '../mail/mail-desk.ts';
import type { OpenedMail } from '../mail/open-mail.ts';
import { FileBlobStore, FileKeyService } from '../store/index.ts';
import type { Ffmpeg } from './find-ffmpeg.ts';
import { playbackLimits } from './playback-limits.ts';
import type { PlaybackSettings, RenderOrder } from './playback-messages.ts';
import { PlaybackThread } from './playback-thread.ts';
import { isTranscoded, transcodedChannelsMax, transcodeRows } from './transcode-formats.ts';
import { type Making, type TranscodeOrder, Transcodes } from './transcodes.ts';

export interface PlaybackHostSettings {
  readonly dataDir: string;
  readonly clock: Clock;
  /** Absent where there is none. */
  readonly ffmpeg?: Ffmpeg;
  /** Hears of failures in the worker, in words without content. */
  readonly onTrouble?: (message: string) => void;
  /** How the worker is started. */
  readonly startWorker?: (settings: PlaybackSettings) => Worker;
}

function startPlaybackWorker(workerData: PlaybackSettings): Worker {
  return new Worker(new URL('./playback-worker.ts', import.meta.url), { workerData });
}

/** How a recording is rendered for a format: what is encoded gets what its encoders take. */
function styleOf({ gap, format }: WantedMedia): AudioStyle {
  if (isTranscoded(format)) {
    const { rateMax } = transcodeRows[format];
    return { gap, channelsMax: transcodedChannelsMax, ...(rateMax === undefined ? {} : { rateMax }) };
  }
  // µ-law is what telephones speak, at their rate.
  return format === 'WAV_ULAW' ? { gap, encoding: 'mulaw', rateMax: 8_000 } : { gap, encoding: 'pcm16' };
}

/** Everything that a result is made of: another recording, or the same with another pause, is another result. */
function keyOf({ recording, stretch, channels, withheld, segments }: PlaybackPlan, wanted: WantedMedia): string {
  const { id, streams } = recording;
  const heard = [id, streams, stretch, channels, withheld, segments.map(({ sha256 }) => sha256)];
  return createHash('sha256')
    .update(JSON.stringify([wanted.format, wanted.gap, heard]))
    .digest('base64url');
}

/** Pictures are given out as they were stored, in the one container that holds them. */
function picturesOf(plan: PlaybackPlan): TranscodeOrder {
  const bytes = plan.segments.reduce((sum, segment) => sum + segment.bytes, 0);
  // It is put together in memory.
  if (bytes > playbackLimits.picturesBytesMax) {
    throw new Fault('formatUnavailable', { format: 'WEBM', why: 'the recording is too large to be put together here' });
  }
  const { from, to } = plan.stretch;
  const sound = { channelCount: 2, frameCount: Math.ceil((to - from) * 48), rate: 48_000 };
  const target = { format: 'WEBM', sound } as const;
  return { plan, style: { gap: 'silence', encoding: 'pcm16' }, from: 0, to: 0, target, isPictures: true };
}

function orderOf(plan: PlaybackPlan, wanted: WantedMedia): TranscodeOrder | undefined {
  const { format } = wanted;
  if (hasPictures(plan.recording.mediaType)) return picturesOf(plan);
  if (!isTranscoded(format)) return undefined;
  const style = styleOf(wanted);
  const { channelCount, frameCount, rate, lengthBytes } = audioPlan(plan, style);
  const seconds = frameCount / rate;
  // Rule: a recording that is too long for a format is refused before it is encoded
  if (seconds * transcodeRows[format].bytesPerSecond > playbackLimits.resultBytesMax) {
    throw new Fault('formatUnavailable', { format, why: 'the recording is too long for it; WAV has no such limit' });
  }
  return { plan, style, from: 0, to: lengthBytes, target: { format, sound: { channelCount, frameCount, rate } } };
}

function contentTypeOf(plan: PlaybackPlan, format: MediaFormat): string {
  if (hasPictures(plan.recording.mediaType)) return 'video/webm';
  return isTranscoded(format) ? transcodeRows[format].contentType : 'audio/wav';
}

/** One worker for all reads, started when it is first needed and again after it was lost. */
export class PlaybackHost implements PlaybackPort, AsyncDisposable {
  readonly formats: readonly MediaFormat[];
  readonly #settings: PlaybackHostSettings;
  readonly #transcodes: Transcodes;
  readonly #mails = new MailDesk();
  #thread: PlaybackThread | undefined;
  #readCount = 0;
  #isStopping = false;

  constructor(settings: PlaybackHostSettings) {
    this.#settings = settings;
    this.formats = ['WAV', 'WAV_ULAW', ...(settings.ffmpeg?.formats ?? [])];
    this.#transcodes = new Transcodes({ clock: settings.clock, make: (order) => this.#begin(order) });
  }

  /** @throws Fault formatUnavailable, recordingDamaged, storageUnavailable, mediaUnavailable or stopping. */
  prepare(plan: PlaybackPlan, wanted: WantedMedia): PreparedMedia {
    const { format } = wanted;
    if (!this.formats.includes(format) && !hasPictures(plan.recording.mediaType))
      throw new Fault('formatUnavailable', { format, why: 'nothing here makes it' });
    const order = orderOf(plan, wanted);
    if (order === undefined) {
      return { isReady: true, lengthBytes: audioPlan(plan, styleOf(wanted)).lengthBytes, tookMs: 0 };
    }
    return this.#transcodes.prepare(keyOf(plan, wanted), order);
  }

  /**
   * What a recording sounds like as a file. WAV is rendered when it is read; the rest has to be prepared.
   * @throws Fault as `prepare` does, and mediaUnavailable when it is not ready.
   */
  async open(plan: PlaybackPlan, wanted: WantedMedia): Promise<OpenedPlayback> {
    const { format } = wanted;
    if (!isTranscoded(format) && !hasPictures(plan.recording.mediaType)) {
      const style = styleOf(wanted);
      const { lengthBytes, contentType } = audioPlan(plan, style);
      return { lengthBytes, contentType, read: (from, to) => this.#read({ plan, style, from, to }) };
    }
    const prepared = this.prepare(plan, wanted);
    if (!prepared.isReady) throw new Fault('mediaUnavailable', { what: 'transcode' });
    const key = keyOf(plan, wanted);
    const contentType = contentTypeOf(plan, format);
    const { kept } = this.#transcodes;
    return { lengthBytes: prepared.lengthBytes, contentType, read: (from, to) => kept.read(key, from, to) };
  }

  items({ segments }: PlaybackPlan): AsyncIterable<StoredItem | ItemFlaw> {
    return readItems(segments, this.#segmentPorts());
  }

  async events(segment: SegmentDescriptor): Promise<readonly (StoredEvent | ItemFlaw)[]> {
    return readEvents(segment, this.#segmentPorts());
  }

  #segmentPorts(): SegmentPorts {
    const { dataDir } = this.#settings;
    const blobs = new FileBlobStore(join(dataDir, 'blobs'));
    return { blobs, keys: new FileKeyService(dataDir, { mayCreate: false }) };
  }

  openMail(bytes: Uint8Array, withContents = false): Promise<OpenedMail> {
    return this.#mails.open(bytes, withContents);
  }

  archiveMails(index: unknown, mails: readonly Uint8Array[]): Promise<Uint8Array> {
    return this.#mails.archive(index, mails);
  }

  /** Lets go of what was made of a recording. */
  forget(id: RecordingId): void {
    this.#transcodes.forget(id);
  }

  get load(): Transcodes['load'] {
    return this.#transcodes.load;
  }

  /** Ends every read and every transcode with Fault stopping. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isStopping = true;
    this.#transcodes[Symbol.dispose]();
    await this.#mails[Symbol.asyncDispose]();
    await this.#thread?.stop(new Fault('stopping'));
  }

  async *#read(order: RenderOrder): AsyncGenerator<Uint8Array, void, void> {
    // Rule: one read too many is refused before it costs anything
    if (this.#readCount >= playbackLimits.readsMax) throw new Fault('mediaUnavailable', { what: 'reads' });
    this.#readCount += 1;
    try {
      const reading = this.#begin(order);
      try {
        for (let bytes = await reading.next(); bytes !== undefined; bytes = await reading.next()) yield bytes;
      } finally {
        reading.end(new Fault('stopping'));
      }
    } finally {
      this.#readCount -= 1;
    }
  }

  #begin(order: RenderOrder): Making {
    const thread = this.#liveThread();
    const id = thread.begin(order);
    let ended: Fault | undefined;
    return {
      next: async () => {
        if (ended !== undefined) throw ended;
        return thread.pull(id);
      },
      end: (fault) => {
        ended ??= fault;
        thread.finish(id, fault);
      },
    };
  }

  #liveThread(): PlaybackThread {
    if (this.#isStopping) throw new Fault('stopping');
    if (this.#thread !== undefined) return this.#thread;
    const { dataDir, ffmpeg, onTrouble = () => undefined, startWorker = startPlaybackWorker } = this.#settings;
    const settings = { dataDir, ...(ffmpeg === undefined ? {} : { ffmpeg: ffmpeg.program }) };
    const thread = new PlaybackThread(startWorker(settings), {
      onTrouble,
      onGone: () => {
        if (this.#thread === thread) this.#thread = undefined;
      },
    });
    this.#thread = thread;
    return thread;
  }
}
