import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { instant, type StreamId } from '@tacet/domain';
import { ManualClock, MemorySpoolFolder, seededRandom } from '@tacet/testkit';
import fc from 'fast-check';
import { type FileRecord, readRecords } from './record-format.ts';
import { Spool, type SpoolFile, type SpoolFolder } from './spool.ts';

const streamId = 'd0000000-0000-4000-8000-000000000000' as StreamId;

/** Looks at the bytes it is given piece by piece and late, as a slow disk does. */
function lateFolder(folder: MemorySpoolFolder, random: { below(limit: number): number }): SpoolFolder {
  const create = (): SpoolFile => {
    const file = folder.create();
    const append = async (bytes: Uint8Array): Promise<void> => {
      for (let at = 0; at < bytes.length; ) {
        for (let turns = random.below(4); turns > 0; turns -= 1) await nextTurn();
        const piece = 1 + random.below(bytes.length - at);
        await file.append(bytes.subarray(at, at + piece));
        at += piece;
      }
    };
    return { name: file.name, append, read: file.read.bind(file), remove: file.remove.bind(file) };
  };
  const names = folder.names.bind(folder);
  return {
    names,
    create,
    readAll: folder.readAll.bind(folder),
    open: folder.open.bind(folder),
    remove: folder.remove.bind(folder),
  };
}

test('memory that is used again never changes what is still on its way to a slow disk', async () => {
  const steps = fc.array(
    fc.record({ bytes: fc.integer({ min: 0, max: 90_000 }), turns: fc.nat(3), isSynced: fc.boolean() }),
    {
      maxLength: 40,
    },
  );
  await fc.assert(
    fc.asyncProperty(steps, fc.nat(), async (plan, seed) => {
      const folder = new MemorySpoolFolder();
      const late = lateFolder(folder, seededRandom(seed, 'disk'));
      const spool = new Spool({ folder: late, clock: new ManualClock(), preamble: () => [], onFault: assert.ifError });
      const wanted: FileRecord[] = [];
      const syncs: Promise<void>[] = [];
      for (const [place, { bytes, turns, isSynced }] of plan.entries()) {
        const chunk = { unitCount: 1, firstAt: instant(place), lastAt: instant(place), tag: Buffer.alloc(16, place) };
        const record: FileRecord = {
          kind: 'chunk',
          ref: 1,
          number: place,
          ...chunk,
          sealed: Buffer.alloc(bytes, place),
        };
        wanted.push(record, { kind: 'gateClosed', streamId, at: instant(place) });
        for (const one of wanted.slice(-2)) spool.append(one);
        if (isSynced) syncs.push(spool.sync());
        for (let turn = 0; turn < turns; turn += 1) await nextTurn();
      }
      await Promise.all([...syncs, spool.sync()]);
      const found = folder
        .names()
        .flatMap((name) => [...readRecords(folder.readAll(name))].map(({ record }) => record));
      assert.deepEqual(found, wanted);
    }),
    { numRuns: 40 },
  );
});
