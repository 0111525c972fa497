/** Tests of the refusals for which the contract has a code of its own, through the official client. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expanded } from '../../../../tools/contract/note.ts';
import { ContractUnderTest } from './contract-under-test.ts';
import type { Given } from './official-client.ts';

/** A call that is to be refused; the token is that of the administrator unless another is given. */
export interface RefusedCall extends Given {
  readonly token?: string;
}

/** The operation, called so, is refused with this status and code; names with braces stand for several. */
export function refuses(
  operations: string,
  refusal: { readonly status: number; readonly code: string },
  when: (scene: ContractUnderTest, operation: string) => Promise<RefusedCall>,
): void {
  for (const operation of expanded(operations)) {
    test(`${operation} can be refused with ${refusal.code}`, async () => {
      await using scene = await ContractUnderTest.start();
      const { token, ...given } = await when(scene, operation);
      await assert.rejects(scene.call(operation, given, token), refusal);
    });
  }
}
