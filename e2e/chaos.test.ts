/** A short chaos run; `npm run chaos` is the long one. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runChaos } from './chaos/chaos.ts';

test('calls that are paused at random while the server is killed, crippled and halted leak nothing and lose nothing untold', async () => {
  const told: string[] = [];
  const seed = Math.floor(Math.random() * 2 ** 31);
  const tally = await runChaos({ seed, calls: 6, seconds: 25, tell: (line) => told.push(line) });
  assert.ok(tally.totals.kept > 0 && tally.pauses.done > 0, 'there was something to judge');
  assert.ok(told.length > 0, 'something befell the server');
  assert.ok(tally.isClean, [`seed ${seed}`, ...told, ...tally.defects].join('\n'));
});
