/** The whole API as an OpenAPI 3.1 description, made from the doors that serve it. */
import type { Door } from '../door.ts';
import { type OperationModel, operationModel, tagOf } from './describe-door.ts';
import { type PlainSchema, SchemaBook } from './describe-schema.ts';

export interface ApiDescription {
  readonly openapi: '3.1.0';
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly servers: readonly { readonly url: string }[];
  readonly tags: readonly { readonly name: string }[];
  readonly paths: { readonly [path: string]: { readonly [method: string]: OperationModel } };
  readonly components: {
    readonly schemas: { readonly [name: string]: PlainSchema };
    readonly securitySchemes: { readonly [name: string]: PlainSchema };
  };
  readonly security: readonly { readonly [name: string]: readonly string[] }[];
}

export interface DescriptionWish {
  readonly version: string;
  /** Scheme, host and port of the server. */
  readonly publicUrl: string;
  /** Whether operations that may yet change are shown. */
  readonly withPreview: boolean;
}

const about = `Records conversations, with a pause that can be trusted. Operations under \`/api/v2\` are compatible with
the platform API of Genesys Cloud; those under \`/tacet\` are ours. Every answer carries the correlation id of its request
in \`ININ-Correlation-Id\`, and every failure is an \`ErrorBody\`.`;

const securitySchemes = {
  token: { type: 'http', scheme: 'bearer', description: 'An access token that you have.' },
  client: {
    type: 'oauth2',
    description: 'A client with an id and a secret.',
    flows: { clientCredentials: { tokenUrl: '/oauth/token', scopes: {} } },
  },
};

export function describeApi(
  doors: readonly Door[],
  { version, publicUrl, withPreview }: DescriptionWish,
): ApiDescription {
  const book = new SchemaBook();
  const shown = doors.filter((door) => withPreview || door.isPreview !== true);
  // Answers first: theirs are the names of the contract's models.
  for (const { answers } of shown) for (const schema of Object.values(answers)) book.refer(schema);
  const paths: { [path: string]: { [method: string]: OperationModel } } = {};
  for (const door of shown) {
    const operations = paths[door.path] ?? {};
    paths[door.path] = { ...operations, [door.method.toLowerCase()]: operationModel(door, book) };
  }
  const tags = [...new Set(shown.map(tagOf))].map((name) => ({ name }));
  return {
    openapi: '3.1.0',
    info: { title: 'Tacet', version, description: about },
    servers: [{ url: publicUrl }],
    tags,
    paths,
    components: { schemas: book.schemas, securitySchemes },
    security: [{ token: [] }, { client: [] }],
  };
}
