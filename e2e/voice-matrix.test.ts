/** Recording sessions in every codec, over every transport, with every receiver: paused in the middle, judged by content. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { loadReceiver } from '@tacet/receiver';
import { TestAuthority } from '@tacet/testkit/certificates';
import { markedPacket } from './harness/marked-packet.ts';
import type { SentFrame } from './harness/marked-sender.ts';
import { clocksApartMs, runsOf, sentBetween } from './harness/sent-and-found.ts';
import { TempFolder } from './harness/temp-folder.ts';
import { cells, titleOf } from './voice-matrix/cells.ts';
import { type Judged, type Played, playAll, type Receiver } from './voice-matrix/play-all.ts';

/**
 * How long before a pause a frame has to be sent to be kept for certain. The batch receiver knows from the kernel when it
 * came, and yet what reaches a gate after the pause was answered is withheld and counted, however old it is. Node alone takes
 * it for as old as the reading of it, which on a busy machine may be any time later: there, what the pause took with it has
 * to be counted as withheld.
 */
const surelyReadMs: Readonly<Record<Receiver, number>> = { batch: 300, dgram: Number.POSITIVE_INFINITY };

const folder = new TempFolder();
const authority = new TestAuthority();

after(async () => {
  authority[Symbol.dispose]();
  await folder[Symbol.asyncDispose]();
});

function assertStream(played: Played, mark: number, own: readonly SentFrame[], { judged, readMs }: Given): void {
  const kept = judged.frames.filter(({ stream, recordingId }) => stream === mark && recordingId === played.recordingId);
  const numbers = kept.map(({ number }) => number);
  assert.deepEqual(
    numbers,
    [...new Set(numbers)].toSorted((a, b) => a - b),
    'once, and in order',
  );
  for (const { number, packet } of kept) {
    assert.deepEqual(Buffer.from(packet), Buffer.from(markedPacket(played.cell.codec, { stream: mark, number })));
  }
  const streamIds = new Set(kept.map(({ streamId }) => streamId));
  assert.equal(streamIds.size, 1, 'a stream of its own');
  const isKept = new Set(numbers);
  const missing = own.flatMap(({ number }) => (isKept.has(number) ? [] : [number]));
  const apartMs = clocksApartMs(own, kept);
  const withheld = sentBetween(own, played.closedAt + apartMs, played.resumeAskedAt);
  assert.ok(withheld.length >= 15, 'the pause lasted long enough to mean something');
  assert.deepEqual(
    withheld.filter((number) => isKept.has(number)),
    [],
  );
  const outside = [
    ...sentBetween(own, 0, played.pauseAskedAt - apartMs - readMs),
    ...sentBetween(own, played.resumedAt + apartMs, Number.POSITIVE_INFINITY),
  ];
  assert.ok(outside.length >= 15, 'there was enough around it');
  assert.deepEqual(
    outside.filter((number) => !isKept.has(number)),
    [],
  );
  assert.equal(runsOf(missing).length, 1, 'one gap');
  const intervals = judged.intervals.get([...streamIds][0] ?? '') ?? [];
  assert.deepEqual(
    intervals.map(({ kind, unitCount }) => [kind, unitCount]),
    [['withheld', missing.length]],
  );
  const { closedAt = 0, openedAt = 0 } = judged.spans.get(played.conversationId) ?? {};
  assert.equal(closedAt, played.closedAt);
  assert.deepEqual(
    kept.filter(({ arrivedAt }) => arrivedAt >= closedAt && arrivedAt < openedAt),
    [],
  );
}

interface Given {
  readonly judged: Judged;
  readonly readMs: number;
}

const noBatch = loadReceiver() === undefined ? 'no C compiler was there when npm installed' : false;

for (const receiver of ['batch', 'dgram'] as const) {
  const skip = receiver === 'batch' && noBatch;
  // All calls of a receiver at once; whoever is first waits for them.
  let all: Promise<Judged> | undefined;
  const judge = (): Promise<Judged> => {
    all ??= playAll(receiver, folder.at(receiver), authority);
    return all;
  };

  for (const cell of cells) {
    const title = `${titleOf(cell)}, received by ${receiver}: nothing of a pause is kept, all else is, once and in place`;
    test(title, { skip }, async () => {
      const judged = await judge();
      const played = judged.played.find((one) => one.cell === cell) ?? assert.fail('it was not played');
      for (const mark of cell.marks) {
        assertStream(played, mark, judged.sent.get(mark) ?? [], { judged, readMs: surelyReadMs[receiver] });
      }
    });
  }

  test(`of all these calls, received by ${receiver}, nothing stands in the clear, and the proof finds nothing`, {
    skip,
  }, async () => {
    const { searched, inOutput, proof } = await judge();
    assert.ok(searched.fileCount > cells.length);
    assert.deepEqual([searched.found, inOutput], [[], []]);
    assert.deepEqual([proof.code, proof.stdout.includes('no findings')], [0, true], proof.stdout + proof.stderr);
  });
}
