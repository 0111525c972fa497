/** The native receiver over real sockets: batches, stamps, drops, senders, and calls that make no sense. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { appendFileSync, cpSync, mkdtempDisposableSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { countExecution, fuzzFactor, fuzzSeed } from '@tacet/testkit/fuzz';
import fc from 'fast-check';
import { loadReceiver, makeSlab, type NativeReceiver, type Receiver } from './index.ts';

const hasCompiler = process.platform === 'linux' && spawnSync('cc', ['--version']).status === 0;
const native = loadReceiver();
const missing = native === undefined ? 'no C compiler was there when npm installed' : false;

test('where there is a C compiler, npm has built the receiver', { skip: !hasCompiler && 'no C compiler' }, () => {
  assert.ok(native !== undefined);
});

test('native code that was made from other sources than these is not taken', { skip: missing }, () => {
  using folder = mkdtempDisposableSync(join(tmpdir(), 'tacet-receiver-'));
  for (const part of ['src', 'build', 'build.mjs', 'package.json']) {
    cpSync(join(import.meta.dirname, '..', part), join(folder.path, part), { recursive: true });
  }
  const index = pathToFileURL(join(folder.path, 'src', 'index.ts')).href;
  const script = `import { loadReceiver } from '${index}'; console.log(loadReceiver() === undefined ? 'none' : 'taken');`;
  const isTaken = (): string =>
    spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' }).stdout.trim();
  assert.equal(isTaken(), 'taken');
  appendFileSync(join(folder.path, 'src', 'values.h'), '\n');
  assert.equal(isTaken(), 'none');
});

function rig(it: NativeReceiver) {
  const receiver = it.open();
  const slab = makeSlab(it);
  const { bytes, heads, times } = slab;
  const sweep = (...sockets: readonly number[]): number =>
    it.sweep(receiver, Int32Array.from(sockets), 0, sockets.length, bytes, heads, times);
  const row = (slot: number) => {
    const [socket = -1, offset = 0, length = 0, sender = 0, drops = 0] = heads.subarray(slot * 5);
    const stamp = times[it.timeFields + slot] ?? 0;
    const text = Buffer.from(bytes.subarray(offset, offset + length)).toString('latin1');
    return { socket, text, sender, drops, stamp, length, view: bytes.subarray(offset, offset + length) };
  };
  return { receiver, slab, sweep, row, next: () => heads[it.slots * it.headFields] };
}

async function sendTo(socket: Socket, port: number, texts: readonly (string | Uint8Array)[], host = '127.0.0.1') {
  for (const text of texts) {
    await new Promise<void>((done, failed) => socket.send(text, port, host, (e) => (e === null ? done() : failed(e))));
  }
}

test('one sweep brings the datagrams of many sockets, each with its socket, sender and arrival', {
  skip: missing,
}, async () => {
  assert.ok(native !== undefined);
  const { receiver, sweep, row } = rig(native);
  const first = native.bind(receiver, '127.0.0.1', 0, 65_536);
  const second = native.bind(receiver, '::1', 0, 65_536);
  const here = createSocket('udp4');
  const there = createSocket('udp6');
  const before = Date.now();
  await sendTo(here, native.portOf(receiver, first), ['a', 'b']);
  await sendTo(there, native.portOf(receiver, second), ['c'], '::1');
  assert.equal(sweep(second, first), 3);
  const rows = [row(0), row(1), row(2)];
  assert.deepEqual(
    rows.map(({ socket, text }) => [socket, text]),
    [
      [second, 'c'],
      [first, 'a'],
      [first, 'b'],
    ],
  );
  for (const { stamp } of rows) assert.ok(stamp >= before - 1 && stamp <= Date.now() + 1);
  assert.equal(native.senderAt(receiver, 0), `${there.address().port} ::1`);
  assert.equal(native.senderAt(receiver, 2), `${here.address().port} 127.0.0.1`);
  assert.equal(rows[1]?.sender, rows[2]?.sender);
  assert.notEqual(rows[0]?.sender, rows[1]?.sender);
  here.close();
  there.close();
});

test('a stamp tells when a datagram arrived, however late it is read', { skip: missing }, async () => {
  assert.ok(native !== undefined);
  const { receiver, sweep, row } = rig(native);
  const number = native.bind(receiver, '127.0.0.1', 0, 65_536);
  const socket = createSocket('udp4');
  await sendTo(socket, native.portOf(receiver, number), ['early']);
  const sentBy = Date.now();
  await wait(60);
  assert.equal(sweep(number), 1);
  assert.ok(row(0).stamp <= sentBy + 1);
  socket.close();
});

test('a slab that is full says which socket still holds more, and the largest datagram comes whole', {
  skip: missing,
}, async () => {
  assert.ok(native !== undefined);
  const { receiver, sweep, row, next } = rig(native);
  const number = native.bind(receiver, '127.0.0.1', 0, 4 * 1024 * 1024);
  const other = native.bind(receiver, '127.0.0.1', 0, 65_536);
  const socket = createSocket('udp4');
  await sendTo(
    socket,
    native.portOf(receiver, number),
    Array.from({ length: native.slots + 1 }, (_, n) => String(n)),
  );
  await sendTo(socket, native.portOf(receiver, number), [Buffer.alloc(65_507, 7)]);
  assert.equal(sweep(other, number), native.slots);
  assert.equal(next(), 1);
  assert.equal(row(native.slots - 1).text, String(native.slots - 1));
  assert.equal(sweep(other, number), 2);
  assert.equal(next(), 2);
  assert.equal(row(0).text, String(native.slots));
  assert.equal(row(1).length, 65_507);
  assert.ok(row(1).view.every((byte) => byte === 7));
  socket.close();
});

test('bytes are overwritten by a wipe and by the next sweep', { skip: missing }, async () => {
  assert.ok(native !== undefined);
  const { receiver, slab, sweep, row } = rig(native);
  const number = native.bind(receiver, '127.0.0.1', 0, 65_536);
  const socket = createSocket('udp4');
  const port = native.portOf(receiver, number);
  for (const overwrite of [() => native.wipe(receiver, slab.bytes), () => void sweep(number)]) {
    await sendTo(socket, port, ['secret', 'word']);
    assert.equal(sweep(number), 2);
    const views = [row(0).view, row(1).view];
    overwrite();
    for (const view of views) assert.ok(view.every((byte) => byte === 0));
  }
  socket.close();
});

test('what the kernel dropped is counted, with a datagram that comes after it and without one', {
  skip: missing,
}, async () => {
  assert.ok(native !== undefined);
  const { receiver, sweep, row } = rig(native);
  const number = native.bind(receiver, '127.0.0.1', 0, 2_048);
  const socket = createSocket('udp4');
  const port = native.portOf(receiver, number);
  await sendTo(
    socket,
    port,
    Array.from({ length: 50 }, () => Buffer.alloc(1_000)),
  );
  const taken = sweep(number);
  assert.ok(taken < 50);
  assert.equal(native.dropsOf(receiver, number), 50 - taken);
  await sendTo(socket, port, ['after']);
  assert.equal(sweep(number), 1);
  assert.equal(row(0).drops, 50 - taken);
  socket.close();
});

test('a taken port is refused by its code, and a closed socket gives its port back', { skip: missing }, () => {
  assert.ok(native !== undefined);
  const { receiver, sweep } = rig(native);
  const number = native.bind(receiver, '127.0.0.1', 0, 65_536);
  const port = native.portOf(receiver, number);
  assert.throws(() => native.bind(receiver, '127.0.0.1', port, 65_536), { code: 'EADDRINUSE' });
  native.close(receiver, number);
  assert.throws(() => native.portOf(receiver, number), { code: 'ERR_SOCKET' });
  assert.equal(sweep(number), 0);
  assert.equal(native.portOf(receiver, native.bind(receiver, '127.0.0.1', port, 65_536)), port);
});

test('calls that make no sense throw, and do no harm', { skip: missing }, () => {
  assert.ok(native !== undefined);
  const { receiver, slab } = rig(native);
  native.bind(receiver, '127.0.0.1', 0, 65_536);
  const odd = fc.oneof(
    fc.anything(),
    fc.constantFrom<unknown>(receiver, slab.bytes, slab.heads, slab.times, '127.0.0.1', '::1', '127.0.0.1\0', 0, -1, 1),
    fc.constantFrom<unknown>(new Int32Array(3), new Uint8Array(9), 0.5, Number.NaN, 2 ** 32, 2 ** 53, -0, Infinity),
  );
  const names = ['bind', 'portOf', 'dropsOf', 'close', 'sweep', 'wipe', 'senderAt'] as const;
  const call = fc.tuple(fc.constantFrom(...names), fc.boolean(), fc.array(odd, { maxLength: 8 }));
  const doors = native as unknown as Record<string, (...words: readonly unknown[]) => unknown>;
  let refusals = 0;
  fc.assert(
    fc.property(call, ([name, isReceiver, words]) => {
      countExecution('native receiver');
      // A port below 1024 or a name server's might be bound by chance: that is allowed, and closed again below.
      try {
        doors[name]?.(...(isReceiver ? [receiver, ...words] : words));
      } catch (error) {
        assert.match(String((error as { readonly code?: unknown }).code), /^E[A-Z_]+$/);
        refusals += 1;
      }
    }),
    { numRuns: Math.ceil(3_000 * fuzzFactor()), ...(fuzzSeed() === 0 ? {} : { seed: fuzzSeed() }) },
  );
  assert.ok(refusals > 1_000);
  const other: Receiver = native.open();
  const number = native.bind(other, '127.0.0.1', 0, 65_536);
  assert.equal(native.sweep(other, Int32Array.of(number, -1, 99_999), 0, 3, slab.bytes, slab.heads, slab.times), 0);
});
