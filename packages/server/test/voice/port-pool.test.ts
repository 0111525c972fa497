/** RTP ports: even, bounded, and at rest after use. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { after, type Instant, instant } from '@tacet/domain';
import fc from 'fast-check';
import { PortPool } from '../../src/voice/index.ts';

const now = instant(1_780_000_000_000);
const restMs = 5_000;

function takeAll(pool: PortPool, at: Instant): number[] {
  const ports: number[] = [];
  for (let port = pool.take(at); port !== undefined; port = pool.take(at)) ports.push(port);
  return ports;
}

test('only even ports are handed out, each with the odd one above it in the range', () => {
  const bounds = fc.record({ first: fc.integer({ min: 1024, max: 65_000 }), length: fc.integer({ min: 1, max: 60 }) });
  fc.assert(
    fc.property(bounds, ({ first, length }) => {
      const last = first + length;
      const ports = takeAll(new PortPool(first, last), now);
      const expected = Array.from({ length: length + 1 }, (_, place) => first + place).filter(
        (port) => port % 2 === 0 && port + 1 <= last,
      );
      assert.deepEqual(ports, expected);
    }),
  );
});

test('when every port is in use there is none', () => {
  const pool = new PortPool(20_000, 20_003);
  assert.deepEqual([pool.take(now), pool.take(now), pool.take(now)], [20_000, 20_002, undefined]);
});

test('a port that was given back rests before another call gets it', () => {
  const pool = new PortPool(20_000, 20_001);
  pool.take(now);
  pool.release(20_000, now);
  assert.equal(pool.take(after(now, restMs - 1)), undefined);
  assert.equal(pool.take(after(now, restMs)), 20_000);
});

test('the port that has not been used for longest is taken first', () => {
  const pool = new PortPool(20_000, 20_005);
  const first = pool.take(now) ?? assert.fail();
  pool.release(first, now);
  assert.deepEqual(takeAll(pool, after(now, restMs)), [20_002, 20_004, 20_000]);
});

test('no port is ever in two hands, nor in any within its rest', () => {
  const steps = fc.array(fc.record({ isTake: fc.boolean(), waitMs: fc.nat(3_000) }), { maxLength: 120 });
  fc.assert(
    fc.property(steps, (given) => {
      const pool = new PortPool(20_000, 20_011);
      const used: number[] = [];
      const restingUntil = new Map<number, number>();
      let at = now;
      for (const { isTake, waitMs } of given) {
        at = after(at, waitMs);
        if (isTake) {
          const port = pool.take(at);
          const ready = [...restingUntil.values()].filter((until) => until > at).length + used.length;
          assert.equal(port === undefined, ready === 6, 'there is one unless all are used or resting');
          if (port === undefined) continue;
          assert.ok(!used.includes(port) && (restingUntil.get(port) ?? 0) <= at);
          restingUntil.delete(port);
          used.push(port);
        } else {
          const port = used.shift();
          if (port === undefined) continue;
          pool.release(port, at);
          restingUntil.set(port, after(at, restMs));
        }
      }
    }),
  );
});
