import assert from 'node:assert/strict';
import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { Fault, type FaultCode } from '@tacet/domain';
import { AudioRendering } from '@tacet/media';
import { ManualClock } from '@tacet/testkit';
import type { PlaybackPlan } from '../../src/control/index.ts';
import { PlaybackHost, type PlaybackHostSettings } from '../../src/playback/playback-host.ts';
import { playbackLimits } from '../../src/playback/playback-limits.ts';
import { FileBlobStore, FileKeyService } from '../../src/store/index.ts';
import { dataFolder, storeRecording } from './stored-recording.ts';

const silence = { gap: 'silence', format: 'WAV' } as const;

async function bytesOf(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const piece of pieces) parts.push(piece);
  return Buffer.concat(parts);
}

/** What the worker should say: the same rendering, made here. */
function renderedHere(dataDir: string, plan: PlaybackPlan, gap: 'silence' | 'cut' | 'tone'): Promise<Buffer> {
  const blobs = new FileBlobStore(join(dataDir, 'blobs'));
  const keys = new FileKeyService(dataDir, { mayCreate: false });
  return bytesOf(new AudioRendering(plan, { gap }, { blobs, keys }).read());
}

async function faultOf(work: Promise<unknown>): Promise<FaultCode> {
  const error = await work.then(
    () => assert.fail('nothing went wrong'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof Fault, String(error));
  return error.code;
}

function hostOf(settings: Omit<PlaybackHostSettings, 'clock'>): PlaybackHost {
  return new PlaybackHost({ clock: new ManualClock(), ...settings });
}

/** A host whose workers can be killed from outside. */
function killableHost(dataDir: string): { readonly host: PlaybackHost; readonly workers: Worker[] } {
  const workers: Worker[] = [];
  const startWorker = (workerData: { readonly dataDir: string }): Worker => {
    const worker = new Worker(new URL('../../src/playback/playback-worker.ts', import.meta.url), { workerData });
    workers.push(worker);
    return worker;
  };
  return { host: hostOf({ dataDir, startWorker }), workers };
}

test('what the worker renders is what rendering gives, in its announced length, in every gap mode', async () => {
  using folder = dataFolder();
  const plan = await storeRecording(folder.dataDir, 3_000);
  await using host = hostOf(folder);
  for (const gap of ['silence', 'cut', 'tone'] as const) {
    const opened = await host.open(plan, { gap, format: 'WAV' });
    const bytes = await bytesOf(opened.read(0, opened.lengthBytes));
    assert.equal(opened.contentType, 'audio/wav');
    assert.equal(bytes.length, opened.lengthBytes);
    assert.ok(bytes.equals(await renderedHere(folder.dataDir, plan, gap)));
    assert.ok(bytes.subarray(44).some((byte) => byte !== 0));
  }
});

test('readers take turns: many ranges at once are each right, and a slow one holds up nobody', async () => {
  using folder = dataFolder();
  const plan = await storeRecording(folder.dataDir, 8_000);
  const whole = await renderedHere(folder.dataDir, plan, 'silence');
  await using host = hostOf(folder);
  const opened = await host.open(plan, silence);
  const slow = opened.read(0, whole.length)[Symbol.asyncIterator]();
  const first = await slow.next();
  const starts = Array.from({ length: 20 }, (_, n) => n * 3_001);
  const ranges = await Promise.all(starts.map((from) => bytesOf(opened.read(from, whole.length - from))));
  for (const [place, from] of starts.entries()) {
    assert.ok(ranges[place]?.equals(whole.subarray(from, whole.length - from)));
  }
  const rest = await bytesOf({ [Symbol.asyncIterator]: () => slow });
  assert.ok(Buffer.concat([first.value ?? Buffer.alloc(0), rest]).equals(whole));
});

test('a reader that goes away early leaves room for the next', async () => {
  using folder = dataFolder();
  const plan = await storeRecording(folder.dataDir, 3_000);
  await using host = hostOf(folder);
  const opened = await host.open(plan, silence);
  for (let n = 0; n < playbackLimits.readsMax * 2; n += 1) {
    for await (const _ of opened.read(0, opened.lengthBytes)) break;
  }
  assert.equal((await bytesOf(opened.read(0, 100))).length, 100);
});

test('one read too many is refused before it costs anything', async () => {
  using folder = dataFolder();
  const plan = await storeRecording(folder.dataDir, 1_000);
  await using host = hostOf(folder);
  const opened = await host.open(plan, silence);
  const readers = Array.from({ length: playbackLimits.readsMax }, () => opened.read(0, 100)[Symbol.asyncIterator]());
  for (const reader of readers) await reader.next();
  assert.equal(await faultOf(bytesOf(opened.read(0, 100))), 'mediaUnavailable');
  await readers[0]?.return?.();
  assert.equal((await bytesOf(opened.read(0, 100))).length, 100);
  for (const reader of readers) await reader.return?.();
});

test('when the worker dies its readers are told, and the next reader gets a new one', async () => {
  using folder = dataFolder();
  const plan = await storeRecording(folder.dataDir, 3_000);
  const { host: made, workers } = killableHost(folder.dataDir);
  await using host = made;
  const opened = await host.open(plan, silence);
  const reader = opened.read(0, opened.lengthBytes)[Symbol.asyncIterator]();
  await reader.next();
  const waiting = Promise.all([faultOf(reader.next()), faultOf(bytesOf(opened.read(0, opened.lengthBytes)))]);
  await workers[0]?.terminate();
  assert.deepEqual(await waiting, ['mediaUnavailable', 'mediaUnavailable']);
  const bytes = await bytesOf(opened.read(0, opened.lengthBytes));
  assert.ok(bytes.equals(await renderedHere(folder.dataDir, plan, 'silence')));
  assert.equal(workers.length, 2);
});

test('a worker is started when it is first needed, and only one', async () => {
  using folder = dataFolder();
  const plan = await storeRecording(folder.dataDir, 1_000);
  const { host: made, workers } = killableHost(folder.dataDir);
  await using host = made;
  const opened = await host.open(plan, silence);
  assert.equal(workers.length, 0);
  await Promise.all([bytesOf(opened.read(0, 50)), bytesOf(opened.read(50, 90))]);
  assert.equal(workers.length, 1);
});

test('a worker that cannot even start ends the read with a fault, and is reported', async () => {
  using folder = dataFolder();
  const plan = await storeRecording(folder.dataDir, 1_000);
  const troubles: string[] = [];
  const startWorker = (): Worker => new Worker('throw new Error("no luck")', { eval: true });
  const onTrouble = (message: string): number => troubles.push(message);
  await using host = hostOf({ dataDir: folder.dataDir, startWorker, onTrouble });
  const opened = await host.open(plan, silence);
  assert.equal(await faultOf(bytesOf(opened.read(0, 100))), 'mediaUnavailable');
  assert.deepEqual(troubles, ['no luck']);
});

test('a damaged blob ends the read with a fault, and the worker goes on', async () => {
  using folder = dataFolder();
  const [plan, sound] = [await storeRecording(folder.dataDir, 2_000), await storeRecording(folder.dataDir, 2_000)];
  const path = join(folder.dataDir, 'blobs', plan.segments[0]?.blobName ?? '');
  const bytes = readFileSync(path);
  bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
  writeFileSync(path, bytes);
  const { host: made, workers } = killableHost(folder.dataDir);
  await using host = made;
  const [broken, whole] = [await host.open(plan, silence), await host.open(sound, silence)];
  assert.equal(await faultOf(bytesOf(broken.read(0, broken.lengthBytes))), 'recordingDamaged');
  assert.equal((await bytesOf(whole.read(0, whole.lengthBytes))).length, whole.lengthBytes);
  assert.equal(workers.length, 1);
});

test('what is wrong with the keys is told to the reader', async () => {
  using folder = dataFolder();
  const plan = await storeRecording(folder.dataDir, 1_000);
  const keyFile = join(folder.dataDir, 'keys', 'wrapping-keys.json');
  appendFileSync(keyFile, 'x');
  await using host = hostOf(folder);
  const opened = await host.open(plan, silence);
  assert.equal(await faultOf(bytesOf(opened.read(0, opened.lengthBytes))), 'storageUnavailable');
  rmSync(keyFile);
  assert.equal(await faultOf(bytesOf(opened.read(0, opened.lengthBytes))), 'storageUnavailable');
});

test('what WAV cannot hold is refused when it is opened', async () => {
  using folder = dataFolder();
  const plan = await storeRecording(folder.dataDir, 1_000);
  await using host = hostOf(folder);
  const channels = Array.from({ length: 65 }, () => ({ participantId: undefined, purpose: undefined }));
  assert.equal(await faultOf(host.open({ ...plan, channels }, silence)), 'formatUnavailable');
});

test('a host that stops ends every read, and starts none', async () => {
  using folder = dataFolder();
  const plan = await storeRecording(folder.dataDir, 3_000);
  const host = hostOf(folder);
  const opened = await host.open(plan, silence);
  const reader = opened.read(0, opened.lengthBytes)[Symbol.asyncIterator]();
  await reader.next();
  const waiting = faultOf(reader.next());
  await host[Symbol.asyncDispose]();
  assert.equal(await waiting, 'stopping');
  assert.equal(await faultOf(bytesOf(opened.read(0, 10))), 'stopping');
});
