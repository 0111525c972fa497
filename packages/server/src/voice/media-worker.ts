/** A media worker's main: one engine, driven by messages. */
import { flushCompileCache } from 'node:module';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { diskSpoolFolder, trustedSealer } from '@tacet/capture';
import { Fault, type MediaNews, needs } from '@tacet/domain';
import { loadEars, loadSealer } from '@tacet/receiver';
import { randomIds } from '../random-ids.ts';
import { steadyClock } from '../steady-clock.ts';
// Not by way of the stores' index: a worker that comes up after a crash is waited for.
import { FileBlobStore } from '../store/blobs-file.ts';
import { FileKeyService } from '../store/keys-file.ts';
import { datagramPorts } from './choose-receiver.ts';
import { MediaEngine } from './media-engine.ts';
import { gaugesEveryMs } from './worker-gauges.ts';
import type { FromWorker, ToWorker, WorkerSettings } from './worker-messages.ts';

needs(parentPort !== null, 'a media worker runs in a worker thread');
const port = parentPort;
const settings = workerData as WorkerSettings;
const send = (message: FromWorker): void => port.postMessage(message);

const receipts = new Map<number, () => void>();
let lastNews = 0;

function tell(news: MediaNews): Promise<void> {
  lastNews += 1;
  const id = lastNews;
  send({ kind: 'news', id, news });
  return new Promise((resolve) => receipts.set(id, resolve));
}

const clock = steadyClock(settings.epoch);
const sealer = trustedSealer(loadSealer());
const ears = loadEars();
const engine = new MediaEngine({
  clock,
  ids: randomIds,
  keys: new FileKeyService(settings.dataDir, { mayCreate: false }),
  ...(sealer === undefined ? {} : { sealer }),
  ...(ears === undefined ? {} : { ears }),
  blobs: new FileBlobStore(join(settings.dataDir, 'blobs')),
  spoolFolder: diskSpoolFolder(join(settings.dataDir, 'spool'), settings.spoolPrefix),
  datagrams: datagramPorts(settings.receiver, settings.bindAddress, clock),
  wantFence: (streamId, number) => send({ kind: 'fenceWanted', streamId, number }),
  tell,
  report: (error) => send({ kind: 'trouble', message: error instanceof Error ? error.message : 'unknown' }),
});

function perform(
  message: Extract<ToWorker, { readonly kind: 'ask' }>,
): Promise<Extract<FromWorker, { readonly kind: 'answer' }>['answer']> {
  switch (message.operation) {
    case 'start':
      return engine.start(message.ask.request, message.ask.port);
    case 'resume':
      return engine.resume(message.ask.requests);
    case 'close':
      return engine.close(message.ask.streamIds);
    case 'open':
      return engine.open(message.ask.streamIds, message.ask.notBefore);
    case 'keep':
      return engine.keep(message.ask.streamId, message.ask.bytes, message.ask.arrivedAt);
    case 'shelve':
      return engine.shelve(message.ask.streamId);
    case 'agree':
      return engine.agree(message.ask.streamId, message.ask.terms);
    case 'unheard':
      return engine.unheard(message.ask.since);
    case 'end':
      return engine.end(message.ask.streamId);
    case 'handOver':
      return engine.handOver().then(() => null);
    case 'dispose':
      return engine.dispose().then(() => null);
  }
}

function refuse(id: number, error: unknown): void {
  const fault = error instanceof Fault ? error : new Fault('mediaUnavailable', {}, error);
  send({ kind: 'fault', id, code: fault.code, facts: fault.facts });
}

port.on('message', (message: ToWorker) => {
  if (message.kind === 'newsTaken') {
    receipts.get(message.id)?.();
    receipts.delete(message.id);
    return;
  }
  if (message.kind === 'feed') {
    engine.takeFed(message.batch);
    send({ kind: 'fed', cost: message.batch.cost });
    return;
  }
  perform(message).then(
    (answer) => send({ kind: 'answer', id: message.id, answer }),
    (error) => refuse(message.id, error),
  );
});
// The port keeps the thread alive, the telling does not.
setInterval(() => send({ kind: 'gauges', gauges: engine.gauges() }), gaugesEveryMs).unref();
send({ kind: 'ready' });
setImmediate(flushCompileCache);
