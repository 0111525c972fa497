/** A thousand seeds of the simulator, from 1001 on; the two files run side by side. */
import { test } from 'node:test';
import { assertSeedsKeepPromises } from './seeds.ts';

test('no seed from 1001 to 2000 leaks a withheld packet or loses one without saying so', () =>
  assertSeedsKeepPromises(1001, 1_000));
