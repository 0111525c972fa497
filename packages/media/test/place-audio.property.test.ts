import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { mark, markFrames, marksIn } from './marks.ts';
import { type Pause, recordCall, type SentPacket } from './recorded-call.ts';
import { channelOf } from './rendered.ts';

/** One source's uninterrupted sending: an SSRC with numberings of its own. */
interface RunScript {
  readonly silenceBeforeMs: number;
  readonly firstSequence: number;
  readonly firstTimestamp: number;
  readonly packets: readonly { readonly isLost: boolean; readonly jitterMs: number; readonly quietMs: number }[];
}

interface Truth {
  readonly packet: SentPacket;
  readonly sentMs: number;
}

const wraps = (max: number): fc.Arbitrary<number> => fc.oneof(fc.nat({ max }), fc.integer({ min: max - 8_000, max }));

const run: fc.Arbitrary<RunScript> = fc.record({
  silenceBeforeMs: fc.integer({ min: 400, max: 1_500 }),
  firstSequence: wraps(0xffff),
  firstTimestamp: wraps(0xffff_ffff),
  packets: fc.array(
    fc.record({
      isLost: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
      jitterMs: fc.oneof(fc.nat({ max: 40 }), fc.nat({ max: 150 })),
      // Now and then silence suppression: nothing is sent, and the source's clock runs on.
      quietMs: fc.integer({ min: -40, max: 40 }).map((n) => (n > 37 ? n * 100 : 0)),
    }),
    { minLength: 20, maxLength: 150 },
  ),
});

const pauses = fc.array(
  fc.record({ openMs: fc.integer({ min: 600, max: 2_500 }), shutMs: fc.integer({ min: 250, max: 3_000 }) }),
  {
    maxLength: 4,
  },
);

function pausesOf(script: readonly { readonly openMs: number; readonly shutMs: number }[]): readonly Pause[] {
  let ms = 0;
  return script.map(({ openMs, shutMs }) => {
    // Between packet ticks, so that edges are no coin toss.
    const fromMs = ms + openMs + 0.5;
    ms = Math.ceil(fromMs + shutMs);
    return { fromMs, toMs: fromMs + shutMs };
  });
}

/** Which open stretch an instant lies in; `undefined` within a pause. */
function stretchAt(ms: number, shut: readonly Pause[]): number | undefined {
  if (shut.some(({ fromMs, toMs }) => ms >= fromMs && ms < toMs)) return undefined;
  return shut.filter(({ toMs }) => toMs <= ms).length;
}

/**
 * What the sources send. The network takes `delayMs` at least, and is that fast now and then, once at the beginning of
 * each stretch between pauses: what nobody could know from the packets, placing cannot know either.
 */
function sendingOf(runs: readonly RunScript[], shut: readonly Pause[], delayMs: number): readonly Truth[] {
  const sent: Truth[] = [];
  let ms = 0;
  for (const [place, { silenceBeforeMs, firstSequence, firstTimestamp, packets }] of runs.entries()) {
    ms += silenceBeforeMs;
    const startMs = ms;
    let known: number | undefined;
    for (const [n, { isLost, jitterMs, quietMs }] of packets.entries()) {
      ms += quietMs;
      const stretch = stretchAt(ms + delayMs + jitterMs, shut);
      const isFast = n % 8 === 0 || (stretch !== undefined && stretch !== known);
      if (isFast) known = stretchAt(ms + delayMs, shut) ?? known;
      const packet: SentPacket = {
        payload: mark(sent.length),
        ssrc: place + 1,
        sequence: (firstSequence + n) & 0xffff,
        timestamp: (firstTimestamp + (ms - startMs) * 8) >>> 0,
        arrivesMs: ms + delayMs + (isFast ? 0 : jitterMs),
      };
      if (isFast || !isLost) sent.push({ packet, sentMs: ms + delayMs });
      ms += 20;
    }
  }
  return sent;
}

test('over jitter, reordering, loss, silence, pauses and new SSRCs each admitted packet is heard once, whole, in its place', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(run, { minLength: 1, maxLength: 3 }),
      pauses,
      fc.nat({ max: 100 }),
      async (runs, shut, delayMs) => {
        const sent = sendingOf(runs, pausesOf(shut), delayMs);
        const packets = sent.map(({ packet }) => packet).sort((a, b) => a.arrivesMs - b.arrivesMs);
        const lengthMs =
          Math.max(...packets.map(({ arrivesMs }) => arrivesMs), ...pausesOf(shut).map((p) => p.toMs)) + 500;
        const call = await recordCall({ streams: [{ packets }], lengthMs, pauses: pausesOf(shut) });
        const found = marksIn(await channelOf(call, 0));
        const admitted = call.admitted[0] ?? [];
        const wanted = sent.flatMap(({ packet, sentMs }, number) =>
          admitted.includes(packet) ? [{ number, sentMs }] : [],
        );
        assert.deepEqual(
          found.map(({ number }) => number),
          wanted.map(({ number }) => number),
          'every admitted packet once, and no other',
        );
        for (const [place, { frame, frames, number }] of found.entries()) {
          assert.equal(frames, markFrames, `packet ${number} is whole`);
          const off = frame - (wanted[place]?.sentMs ?? 0) * 8;
          assert.ok(Math.abs(off) < markFrames, `packet ${number} is ${off} frames off`);
        }
      },
    ),
    { numRuns: 60 },
  );
});
