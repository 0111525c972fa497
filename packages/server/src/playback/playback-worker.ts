/** A playback worker's main: renders from blobs and keys, driven by messages. */
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { Fault, needs } from '@tacet/domain';
import { type AudioPorts, AudioRendering, ClockMemory, renderPictures } from '@tacet/media';
import { FileBlobStore, FileKeyService } from '../store/index.ts';
import { outsideDecoders } from './decode-outside.ts';
import { ffmpegTranscoder } from './ffmpeg-transcoder.ts';
import type { FromPlaybackWorker, PlaybackSettings, ToPlaybackWorker } from './playback-messages.ts';
import { RenderDesk } from './render-desk.ts';
import { withheldCard } from './still-card.ts';
import { webmFile } from './webm-file.ts';

needs(parentPort !== null, 'a playback worker runs in a worker thread');
const port = parentPort;
const { dataDir, ffmpeg } = workerData as PlaybackSettings;
const tellTrouble = (message: string): void => send({ kind: 'trouble', message });
const transcoder = ffmpeg === undefined ? undefined : ffmpegTranscoder({ program: ffmpeg, onTrouble: tellTrouble });
const blobs = new FileBlobStore(join(dataDir, 'blobs'));
const clocks = new ClockMemory();
const decodeOutside = outsideDecoders(ffmpeg === undefined ? undefined : { program: ffmpeg, onTrouble: tellTrouble });
let known: AudioPorts | undefined;

/** Keys are read when they are first needed: what is wrong with them is then told to the reader as a fault. */
function audioPorts(): AudioPorts {
  known ??= { blobs, keys: new FileKeyService(dataDir, { mayCreate: false }), clocks, decodeOutside };
  return known;
}

function send(message: FromPlaybackWorker, transfer: readonly ArrayBuffer[] = []): void {
  port.postMessage(message, transfer);
}

const desk = new RenderDesk({
  render: async function* ({ plan, style, from, to, target, isPictures }, signal) {
    if (isPictures === true) {
      yield* webmFile(await renderPictures(plan, withheldCard(), audioPorts()));
      return;
    }
    const rendered = new AudioRendering(plan, style, audioPorts()).read(from, to);
    if (target === undefined) yield* rendered;
    else if (transcoder !== undefined) yield* transcoder.transcode(rendered, target, signal);
    else throw new Fault('mediaUnavailable', { what: 'ffmpeg' });
  },
  send,
});

async function take(message: ToPlaybackWorker): Promise<void> {
  await desk.take(message);
  // Nothing else keeps the worker running.
  if (message.kind === 'stop') port.close();
}

port.on('message', (message: ToPlaybackWorker) => {
  take(message).catch((error: unknown) => {
    // A defect ends the worker: readers are told, and the next one gets a new worker.
    throw error;
  });
});
