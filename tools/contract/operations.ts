/** The contract's operations as facts: docs/contract/operations.json, read once. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One operation of the contract. Names of models and methods are those of the official JavaScript client. */
export interface Operation {
  readonly operationId: string;
  readonly api: string;
  readonly verb: string;
  readonly path: string;
  /** ANY: one of the list is enough. ALL: each is needed. NO: a token is enough. */
  readonly permissions: { readonly type: 'ANY' | 'ALL' | 'NO'; readonly list: readonly string[] };
  /** `null` where the contract names none for success. */
  readonly successStatus: number | null;
  readonly alsoSuccess?: readonly number[];
  readonly bodyModel: string | null;
  readonly isBodyOptional?: true;
  /** The type of the body of a success, as the client declares it; `void` for none. */
  readonly returns: string;
  readonly preview: boolean;
  readonly deprecated: boolean;
}

interface Facts {
  readonly client: string;
  readonly legacyClient: string;
  readonly goneFromClient: readonly string[];
  readonly operations: readonly Operation[];
}

const root = join(import.meta.dirname, '../..');
const facts = JSON.parse(readFileSync(join(root, 'docs/contract/operations.json'), 'utf8')) as Facts;

/** Versions of the official client that the facts are about: the current one, and the last but few that has chats. */
export const { client, legacyClient } = facts;
export const operations: readonly Operation[] = facts.operations;

const byName = new Map(operations.map((operation) => [operation.operationId, operation]));
const gone = new Set(facts.goneFromClient);

export function operationNamed(name: string): Operation | undefined {
  return byName.get(name);
}

/** Whether only older clients have the operation. */
export function isGoneFromClient({ operationId }: Pick<Operation, 'operationId'>): boolean {
  return gone.has(operationId);
}

/** Statuses with which an operation may succeed; empty where the contract names none. */
export function successesOf({ successStatus, alsoSuccess = [] }: Operation): readonly number[] {
  return successStatus === null ? alsoSuccess : [successStatus, ...alsoSuccess];
}
