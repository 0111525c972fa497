/** A short chaos run; `npm run chaos` is the long one. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chaosMedia } from './chaos/beside.ts';
import { runChaos } from './chaos/chaos.ts';

const [calls, seconds] = [6, 25];

test('calls that are paused at random while the server is killed, crippled and halted leak nothing and lose nothing untold', async () => {
  const told: string[] = [];
  const seed = Math.floor(Math.random() * 2 ** 31);
  const tally = await runChaos({ seed, calls, seconds, media: chaosMedia, tell: (line) => told.push(line) });
  const report = [...told, tally.report(`Seed ${seed}, ${calls} calls at a time, ${seconds} s.`)].join('\n');
  assert.ok(tally.isClean, report);
  assert.ok(tally.totals.kept > 0 && tally.resumes.done > 0, `there is nothing to judge: ${report}`);
  assert.ok(told.length > 0, `nothing befell the server: ${report}`);
});
