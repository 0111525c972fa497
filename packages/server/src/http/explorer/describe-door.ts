/** A door as an operation of an OpenAPI description. */
import type { Door, GuardedDoor } from '../door.ts';
import { errorBodyModel } from '../models/error.ts';
import type { Parameter } from '../query.ts';
import type { PlainSchema, SchemaBook } from './describe-schema.ts';

export interface OperationModel {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly [member: string]: unknown;
}

const pathParameter = /\{(\w+)\}/g;

/** What the explorer groups by: the collection that the path leads into. */
export function tagOf({ path }: Pick<Door, 'path'>): string {
  const [, first = '', second = '', third = '', fourth = ''] = path.split('/');
  if (first !== 'api') return first === 'tacet' ? `Tacet: ${third}` : 'Health';
  if (third !== 'conversations') return third;
  const isCollection = fourth !== '' && !fourth.startsWith('{') && second !== '';
  return isCollection ? `conversations: ${fourth}` : 'conversations';
}

function schemaOf(parameter: Parameter): PlainSchema {
  switch (parameter.kind) {
    case 'integer':
      return {
        type: 'integer',
        minimum: parameter.minimum,
        maximum: parameter.maximum,
        default: parameter.fallback,
      };
    case 'choice': {
      const one = { type: 'string', enum: [...parameter.values] };
      return parameter.isList === true ? { type: 'array', items: one } : one;
    }
    case 'text':
      return { type: 'string', maxLength: parameter.charactersMax };
  }
}

function parametersOf({ path, parameters = [] }: Door): readonly PlainSchema[] {
  const inPath = Array.from(path.matchAll(pathParameter), ([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
  const inQuery = parameters.map((parameter) => ({
    name: parameter.name,
    in: 'query',
    // The contract's clients join lists with commas.
    ...(parameter.kind === 'choice' && parameter.isList === true ? { style: 'form', explode: false } : {}),
    schema: schemaOf(parameter),
  }));
  return [...inPath, ...inQuery];
}

/** What it takes to be let in, as a sentence. */
function accessText(door: Door): string {
  if (door.access === 'anyone') return 'Needs no token.';
  const { access, needsAll, needsUser, isForParticipants } = door;
  const names = access.map((permission) => `\`${permission}\``).join(', ');
  const rights =
    access.length === 0
      ? 'Needs a token and no permission.'
      : `Needs ${needsAll === true ? 'all' : 'one'} of: ${names}.`;
  const user = needsUser === true ? ' The token must have a user.' : '';
  const participants = isForParticipants === true ? ' Participants of the conversation need none.' : '';
  return `${rights}${participants}${user}`;
}

function permissionFacts(door: GuardedDoor): object {
  const type = door.access.length === 0 ? 'NO' : door.needsAll === true ? 'ALL' : 'ANY';
  return { type, permissions: [...door.access] };
}

function bodyOf({ body, isBodyOptional }: Door, book: SchemaBook): object {
  if (body === undefined) return {};
  const content = { 'application/json': { schema: book.refer(body, 'request') } };
  return { requestBody: { required: isBodyOptional !== true, content } };
}

/** Statuses of failure that a door can answer by what it is. */
function failuresOf(door: Door): readonly (readonly [status: string, description: string])[] {
  const isGuarded = door.access !== 'anyone';
  const takesInput = door.body !== undefined || (door.parameters ?? []).length > 0;
  return [
    ...(takesInput ? [['400', 'A value is missing or cannot be used.'] as const] : []),
    ...(isGuarded ? [['401', 'There is no token, or it is not good.'] as const] : []),
    ...(isGuarded && door.access.length > 0 ? [['403', 'A permission is missing.'] as const] : []),
    ...(door.path.includes('{') ? [['404', 'What the address names is not there.'] as const] : []),
    ...(door.body === undefined ? [] : [['413', 'The body is too large.'] as const]),
    ...(isGuarded ? [['429', 'Too many requests; Retry-After says when to come back.'] as const] : []),
  ];
}

function answersOf(door: Door, book: SchemaBook): object {
  const successes = Object.entries(door.answers).map(([status, schema]) => [
    status,
    {
      description: status === '202' ? 'Accepted.' : 'Done.',
      ...(schema === undefined ? {} : { content: { [contentTypeOf(schema)]: { schema: book.refer(schema) } } }),
    },
  ]);
  const content = { 'application/json': { schema: book.refer(errorBodyModel) } };
  const failures = failuresOf(door).map(([status, description]) => [status, { description, content }]);
  return Object.fromEntries([...successes, ...failures]);
}

function contentTypeOf(schema: object): string {
  const { contentMediaType } = schema as { readonly contentMediaType?: string };
  return contentMediaType ?? 'application/json';
}

export function operationModel(door: Door, book: SchemaBook): OperationModel {
  const { operation, summary, description, isPreview, isDeprecated } = door;
  const told = [description, accessText(door)].filter((text) => text !== undefined).join('\n\n');
  return {
    operationId: operation,
    tags: [tagOf(door)],
    summary,
    description: told,
    ...(isDeprecated === true ? { deprecated: true } : {}),
    'x-tacet-preview': isPreview === true,
    ...(door.access === 'anyone' ? { security: [] } : { 'x-tacet-permissions': permissionFacts(door) }),
    parameters: parametersOf(door),
    ...bodyOf(door, book),
    responses: answersOf(door, book),
  };
}
