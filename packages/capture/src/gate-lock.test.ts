/** The lock that the compiler holds: nothing but an admitted unit fits into a chunk. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Instant } from '@tacet/domain';
import { ChunkBuilder } from './chunk-builder.ts';
import { Gatekeeper } from './gatekeeper.ts';
import type { Unit } from './unit.ts';

const at = 1_000 as Instant;
const unit: Unit = { arrivedAt: at, isAnchor: true, bytes: Uint8Array.of(1, 2, 3) };

/** Never called: it is here to be refused by the compiler, which fails the types step if it ever is not. */
export function goAroundTheGate(builder: ChunkBuilder): void {
  // @ts-expect-error: a unit that no gatekeeper has admitted is not an AdmittedUnit
  builder.add(unit);
}

test('only a unit that the gatekeeper admitted can be put into a chunk', () => {
  const builder = new ChunkBuilder();
  const admitted = new Gatekeeper({ at: 'open', since: at }).admit(unit);
  assert.ok(admitted !== undefined);
  builder.add(admitted);
  assert.equal(builder.take()?.unitCount, 1);
});
