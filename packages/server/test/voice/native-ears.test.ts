/** Native ears hear what those in JavaScript hear: each answer of both screens is compared, over keys, speech and noise. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { UnitRun, UnitScreen } from '@tacet/capture';
import { type Instant, instant } from '@tacet/domain';
import { audioScreen } from '@tacet/media/intake';
import { loadEars } from '@tacet/receiver';
import { encodeG711, type G711Law } from '@tacet/wire/codec';
import fc from 'fast-check';

const ears = loadEars();
const options = ears === undefined ? { skip: 'no native receiver was built here' } : {};
const types = { pcmu: 0, pcma: 8 } as const;
const headerBytes = 12;
const at: Instant = instant(1_000);

/** Sound of a key, of noise, of both, or silence; as long as it is asked for. */
interface Sound {
  readonly row: number;
  readonly column: number;
  readonly level: number;
  readonly noise: number;
  readonly samples: number;
}

const sounds = fc.array(
  fc.record({
    row: fc.nat({ max: 3 }),
    column: fc.nat({ max: 3 }),
    level: fc.constantFrom(0, 0, 40, 300, 3_000, 15_000),
    noise: fc.constantFrom(0, 10, 200, 4_000),
    samples: fc.integer({ min: 1, max: 900 }),
  }),
  { minLength: 1, maxLength: 12 },
);

function samplesOf({ row, column, level, noise, samples }: Sound): readonly number[] {
  const [low, high] = [[697, 770, 852, 941][row] ?? 0, [1_209, 1_336, 1_477, 1_633][column] ?? 0];
  let state = samples;
  return Array.from({ length: samples }, (_, place) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    const turns = (2 * Math.PI * place) / 8_000;
    const tones = level * (Math.sin(turns * low) + Math.sin(turns * high + 1));
    return Math.max(-32_000, Math.min(32_000, Math.round(tones + noise * (state / 0x40000000 - 1))));
  });
}

/** What is done with a screen: packets of these sizes, alone or as a run, or something between them. */
type Step = { readonly kind: 'one' | 'other' | 'settle' } | { readonly kind: 'run'; readonly count: number };
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('run'), count: fc.integer({ min: 2, max: 20 }) }) as fc.Arbitrary<Step>,
  },
  { weight: 4, arbitrary: fc.constant<Step>({ kind: 'one' }) },
  { weight: 1, arbitrary: fc.constant<Step>({ kind: 'other' }) },
  { weight: 1, arbitrary: fc.constant<Step>({ kind: 'settle' }) },
);

function packet(type: number, codes: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(headerBytes + codes.length);
  bytes[0] = 0x80;
  bytes[1] = type;
  bytes.set(codes, headerBytes);
  return bytes;
}

/** What is sent, in packets of so many codes. */
interface Sent {
  readonly type: number;
  readonly size: number;
  readonly codes: Uint8Array;
}

/** Everything that a screen says. */
function answers(screen: UnitScreen, steps: readonly Step[], { type, size, codes }: Sent): readonly number[] {
  const told: number[] = [];
  let from = 0;
  const next = (): Uint8Array => {
    from += size;
    return packet(type, codes.subarray(from - size, from));
  };
  for (let turn = 0; from < codes.length; turn += 1) {
    const now = steps[turn % steps.length] ?? { kind: 'one' };
    if (now.kind === 'settle') told.push(screen.settle());
    else if (now.kind === 'other')
      told.push(screen.judge({ bytes: packet(13, codes.subarray(0, 1)), arrivedAt: at, isAnchor: true }));
    if (now.kind === 'run') {
      const packets = Array.from({ length: now.count }, next).filter(({ length }) => length === headerBytes + size);
      const bytes = Buffer.concat(packets);
      const arrivals = new Float64Array(packets.length);
      const run: UnitRun = {
        bytes,
        offset: 0,
        stride: headerBytes + size,
        length: headerBytes + size,
        count: packets.length,
        arrivals,
        first: 0,
      };
      const silenced = new Int32Array(packets.length);
      if (packets.length === 0) continue;
      assert.equal(screen.takesRun?.(run), true);
      told.push(screen.judgeRun?.(run, silenced) === true ? 1 : 0, ...silenced);
    } else told.push(screen.judge({ bytes: next(), arrivedAt: at, isAnchor: true }));
    told.push(screen.undecidedCount);
  }
  return [...told, screen.settle()];
}

test('native ears silence and hold back the same units as those in JavaScript', options, () => {
  let silencedCount = 0;
  const law = fc.constantFrom<G711Law>('pcmu', 'pcma');
  const steps = fc.array(step, { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(law, sounds, steps, fc.constantFrom(1, 33, 80, 160, 161, 240), (which, parts, doing, size) => {
      const codes = encodeG711(which, Int16Array.from(parts.flatMap((part) => [...samplesOf(part)])));
      const request = {
        codecs: [{ name: which === 'pcmu' ? 'PCMU' : 'PCMA', payloadType: types[which], clockRate: 8_000 }],
      };
      const [ours, native] = [audioScreen(request), audioScreen(request, ears)];
      assert.ok(ours !== undefined && native !== undefined);
      const sent = { type: types[which], size, codes };
      const expected = answers(ours, doing, sent);
      assert.deepEqual(answers(native, doing, sent), expected);
      if (expected.some((one) => one > 4)) silencedCount += 1;
    }),
    { numRuns: 300 },
  );
  // Sounds without any key would prove nothing.
  assert.ok(silencedCount > 30, `${silencedCount} sounds with keys`);
});

test('what native ears are handed is checked before it is believed', options, () => {
  assert.ok(ears !== undefined);
  const measures = new Float64Array(26).fill(1);
  const table = new Int32Array(256);
  const bytes = new Uint8Array(100);
  const out = new Int32Array(1);
  const hear = (stream: Float64Array, offset: number, length: number, count: number): number =>
    ears.hear(measures, stream, table, bytes, offset, 50, length, count, out);
  const fresh = new Float64Array(ears.streamDoubles);
  assert.equal(hear(fresh, 0, 50, 1), 0);
  for (const [offset, length, count] of [
    [0, 101, 1],
    [51, 50, 1],
    [0, 50, 2],
    [-1, 50, 1],
    [0, 50, 0],
    [Number.NaN, 50, 1],
  ] as const) {
    assert.throws(() => hear(fresh, offset, length, count), { code: 'ERR_INVALID_ARG_VALUE' });
  }
  for (const broken of [
    new Float64Array(3),
    new Float64Array(ears.streamDoubles).fill(1e9),
    new Float64Array(ears.streamDoubles).fill(Number.NaN),
  ]) {
    assert.throws(() => hear(broken, 0, 50, 1), { code: 'ERR_INVALID_ARG_VALUE' });
    assert.throws(() => ears.settle(measures, broken), { code: 'ERR_INVALID_ARG_VALUE' });
    assert.throws(() => ears.undecided(measures, broken), { code: 'ERR_INVALID_ARG_VALUE' });
  }
  assert.throws(() => ears.passOver(new Float64Array(2), fresh), { code: 'ERR_INVALID_ARG_VALUE' });
});
