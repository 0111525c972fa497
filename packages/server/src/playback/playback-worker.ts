/** A playback worker's main: renders from blobs and keys, driven by messages. */
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { needs } from '@tacet/domain';
import { type AudioPorts, AudioRendering, ClockMemory } from '@tacet/media';
import { FileBlobStore, FileKeyService } from '../store/index.ts';
import type { PlaybackSettings, ToPlaybackWorker } from './playback-messages.ts';
import { RenderDesk } from './render-desk.ts';

needs(parentPort !== null, 'a playback worker runs in a worker thread');
const port = parentPort;
const { dataDir } = workerData as PlaybackSettings;
const blobs = new FileBlobStore(join(dataDir, 'blobs'));
const clocks = new ClockMemory();
let known: AudioPorts | undefined;

/** Keys are read when they are first needed: what is wrong with them is then told to the reader as a fault. */
function audioPorts(): AudioPorts {
  known ??= { blobs, keys: new FileKeyService(dataDir, { mayCreate: false }), clocks };
  return known;
}

const desk = new RenderDesk({
  render: async function* ({ plan, gap, from, to }) {
    yield* new AudioRendering(plan, gap, audioPorts()).read(from, to);
  },
  send: (message, transfer) => port.postMessage(message, transfer),
});

port.on('message', (message: ToPlaybackWorker) => {
  desk.take(message).catch((error: unknown) => {
    // A defect ends the worker: readers are told, and the next one gets a new worker.
    throw error;
  });
});
