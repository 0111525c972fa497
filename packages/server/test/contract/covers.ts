/** Tests of single operations through the official client. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expanded } from '../../../../tools/contract/note.ts';
import { ContractUnderTest } from './contract-under-test.ts';

/** How the official client calls itself: it leaves that to the library beneath it. */
const agentOfClient = /^axios\//;

/**
 * A test in which the operation succeeds through the official client. Every answer in it is held against the contract.
 * The test of coverage reads the names from the source, so they are written out; `put{Call,Email}Recordingstate` makes
 * two tests.
 */
export function covers(
  operations: string,
  what: string,
  body: (scene: ContractUnderTest, operation: string) => Promise<void>,
): void {
  for (const operation of expanded(operations)) {
    test(`${operation} ${what}`, async () => {
      await using scene = await ContractUnderTest.start();
      await body(scene, operation);
      const succeeded = scene
        .exchangesOf(operation)
        .some(({ status, userAgent }) => status >= 200 && status < 300 && agentOfClient.test(userAgent));
      assert.ok(succeeded, `the official client did not succeed with ${operation} in its own test`);
    });
  }
}
