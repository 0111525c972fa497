/** With what an operation is called when all that matters is how it refuses. */
import type { TSchema } from 'typebox';
import { type Operation, operationNamed } from '../../../../tools/contract/operations.ts';
import type { GuardedDoor } from '../../src/http/door.ts';
import { signatureOf } from './client-declarations.ts';
import { type Given, versionOf } from './official-client.ts';
import { nobodysId, sampleOf } from './sample-body.ts';

/** Bodies for models whose members are all optional, though a request without any of them asks for nothing. */
const bodies: { readonly [model: string]: unknown } = {
  SetRecordingState: { recordingState: 'PAUSED' },
  Conversation: { recordingState: 'PAUSED' },
  ConversationUser: { id: nobodysId },
  CreateCallbackOnConversationCommand: { callbackNumbers: ['+15550100'], queueId: nobodysId },
};

/** Parts of paths that are no ids. */
const words: Ids = { objectType: 'USER' };

/** Ids by the name under which a path has them. */
export interface Ids {
  readonly [name: string]: string;
}

export function placesOf({ path }: Pick<GuardedDoor, 'path'>): readonly string[] {
  return Array.from(path.matchAll(/\{(\w+)\}/g), ([, name]) => String(name));
}

export function factOf({ operation }: GuardedDoor): Operation {
  const fact = operationNamed(operation);
  if (fact === undefined) throw new Error(`${operation} is no operation`);
  return fact;
}

/** A body that the door's schema allows. */
function bodyFor(schema: TSchema): unknown {
  const { $id } = schema as { readonly $id?: string };
  return bodies[$id ?? ''] ?? sampleOf(schema);
}

/** Query parameters without which the client does not even ask. */
function neededOptions(door: GuardedDoor): { readonly [name: string]: string } {
  const { api, operationId } = factOf(door);
  const signature = signatureOf(api, operationId, versionOf(factOf(door)));
  const places = ['body', ...placesOf(door)];
  const needed = (signature?.parameters ?? []).filter(({ name, isOptional }) => !isOptional && !places.includes(name));
  return Object.fromEntries(needed.map(({ name }) => [name, nobodysId]));
}

/** Nothing is wrong with the call but that nobody has ids other than those in `known`. */
export function givenFor(door: GuardedDoor, known: Ids = {}): Given {
  return {
    path: Object.fromEntries(placesOf(door).map((name) => [name, known[name] ?? words[name] ?? nobodysId])),
    options: neededOptions(door),
    ...(door.body === undefined ? {} : { body: bodyFor(door.body) }),
  };
}
