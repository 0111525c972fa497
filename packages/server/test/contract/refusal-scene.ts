/** One server for many calls that it refuses, and a test for each door that can refuse so. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { ClientId, UserId } from '@tacet/domain';
import { describedDoors } from '../../../../tools/contract/door-list.ts';
import { operationNamed } from '../../../../tools/contract/operations.ts';
import type { GuardedDoor } from '../../src/http/door.ts';
import { otherUser } from '../http/http-under-test.ts';
import { ContractUnderTest } from './contract-under-test.ts';
import type { Ids } from './given-for.ts';
import { addClient, addUser } from './identity-scene.ts';
import type { Given } from './official-client.ts';
import { exceptions, type Refusal } from './refusal-exceptions.ts';

/** What there is to be refused by; made before the first test of a file and judged after the last. */
export interface RefusalScene {
  readonly contract: ContractUnderTest;
  /** Of a user who may do everything, and takes part in nothing. */
  readonly adminToken: string;
  /** Of a user who may do nothing. */
  readonly powerlessToken: string;
  /** Ids that the door knows, for calls that are to get beyond them. */
  readonly knownTo: (door: GuardedDoor) => Ids;
  /** The status with which the operation answers the official client. */
  readonly statusOf: (door: GuardedDoor, given: Given, token: string) => Promise<number>;
}

/** Answered operations of the contract. */
export const refusingDoors: readonly GuardedDoor[] = describedDoors().flatMap((door): readonly GuardedDoor[] =>
  door.access === 'anyone' || operationNamed(door.operation) === undefined ? [] : [door],
);

/** A call that goes on, for doors to conversations, and one that is over, since whoever asks for a recording waits for it. */
async function knownIds({ under }: ContractUnderTest): Promise<RefusalScene['knownTo']> {
  const { conversationId } = await under.startCall();
  const participant = under.control.live.get(conversationId)?.conversation.participants[1] ?? assert.fail();
  const communicationId = participant.communications[0]?.id ?? assert.fail();
  const goingOn: Ids = { conversationId, participantId: participant.id, communicationId };
  const over = await under.startCall('call-2@sbc.example.test');
  await under.endCall(over);
  const finished: Ids = { conversationId: over.conversationId, recordingId: over.recordingId };
  return ({ path }) => (/\/recordings|\/recordingmetadata/.test(path) ? finished : goingOn);
}

async function prepare(): Promise<RefusalScene> {
  const contract = await ContractUnderTest.start();
  const { tokens } = contract.under;
  const clientId: ClientId = await addClient(contract);
  const userId = (await addUser(contract)).id as UserId;
  return {
    contract,
    adminToken: tokens.issue({ role: 'admin', userId, clientId }),
    powerlessToken: tokens.issue({ userId: otherUser, clientId }),
    knownTo: await knownIds(contract),
    statusOf: async ({ operation }, given, token) => {
      const earlier = contract.exchangesOf(operation).length;
      const failure = await contract.call(operation, given, token).catch((error: unknown) => error);
      const [exchange] = contract.exchangesOf(operation).slice(earlier);
      return exchange?.status ?? assert.fail(`${operation} was not reached: ${String(failure)}`);
    },
  };
}

/** Makes a test of each door that `can` refuse so, unless there is a reason why it does not. */
export type Refusals = (
  kind: Refusal,
  can: (door: GuardedDoor) => boolean,
  body: (scene: RefusalScene, door: GuardedDoor) => Promise<void>,
) => void;

/** For one test file. */
export function refusals(): Refusals {
  let scene: RefusalScene;
  before(async () => {
    scene = await prepare();
  });
  after(async () => {
    await scene.contract[Symbol.asyncDispose]();
  });
  return (kind, can, body) => {
    for (const door of refusingDoors.filter(can)) {
      if (exceptions[door.operation]?.[kind] !== undefined) continue;
      test(`${door.operation} refuses: ${kind}`, () => body(scene, door));
    }
  };
}
