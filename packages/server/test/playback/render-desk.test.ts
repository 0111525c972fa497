import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Fault } from '@tacet/domain';
import type { FromPlaybackWorker, RenderOrder } from '../../src/playback/playback-messages.ts';
import { RenderDesk } from '../../src/playback/render-desk.ts';

const order = {} as RenderOrder;

interface Desk {
  readonly desk: RenderDesk;
  readonly sent: FromPlaybackWorker[];
  /** Pieces rendered, and renderings that were let go. */
  readonly counts: { rendered: number; released: number };
}

/** A desk whose renderings have three pieces each. */
function deskOf(failing?: Error): Desk {
  const sent: FromPlaybackWorker[] = [];
  const counts = { rendered: 0, released: 0 };
  const desk = new RenderDesk({
    render: async function* () {
      try {
        for (let n = 0; n < 3; n += 1) {
          counts.rendered += 1;
          if (failing !== undefined && n === 1) throw failing;
          yield Uint8Array.of(n);
        }
      } finally {
        counts.released += 1;
      }
    },
    send: (message) => sent.push(message),
  });
  return { desk, sent, counts };
}

test('each pull renders one piece and no more, and after the last the read ends', async () => {
  const { desk, sent, counts } = deskOf();
  await desk.take({ kind: 'begin', id: 1, order });
  assert.equal(counts.rendered, 0);
  await desk.take({ kind: 'pull', id: 1 });
  assert.equal(counts.rendered, 1);
  for (let n = 0; n < 3; n += 1) await desk.take({ kind: 'pull', id: 1 });
  assert.deepEqual(
    sent.map(({ kind }) => kind),
    ['chunk', 'chunk', 'chunk', 'end'],
  );
  await desk.take({ kind: 'pull', id: 1 });
  assert.equal(sent.length, 4, 'a read that is over answers nothing');
});

test('a read that is cancelled lets its rendering go and answers nothing more', async () => {
  const { desk, sent, counts } = deskOf();
  await desk.take({ kind: 'begin', id: 1, order });
  await desk.take({ kind: 'begin', id: 2, order });
  await desk.take({ kind: 'pull', id: 1 });
  const pulled = desk.take({ kind: 'pull', id: 1 });
  await desk.take({ kind: 'cancel', id: 1 });
  await pulled;
  await desk.take({ kind: 'pull', id: 1 });
  await desk.take({ kind: 'cancel', id: 1 });
  assert.equal(sent.length, 1);
  assert.equal(counts.released, 1);
  await desk.take({ kind: 'pull', id: 2 });
  assert.equal(sent.length, 2, 'other reads go on');
});

test('a fault ends the read with its code and facts, a defect without its words', async () => {
  const faulty = deskOf(new Fault('recordingDamaged', { segment: 4 }));
  const defect = deskOf(new Error('an assertion'));
  for (const { desk } of [faulty, defect]) {
    await desk.take({ kind: 'begin', id: 1, order });
    await desk.take({ kind: 'pull', id: 1 });
    await desk.take({ kind: 'pull', id: 1 });
  }
  assert.deepEqual(faulty.sent.at(-1), { kind: 'fault', id: 1, code: 'recordingDamaged', facts: { segment: 4 } });
  assert.deepEqual(defect.sent.slice(1), [
    { kind: 'trouble', message: 'an assertion' },
    { kind: 'fault', id: 1, code: 'mediaUnavailable', facts: { what: 'rendering' } },
  ]);
});
