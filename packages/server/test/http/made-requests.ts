/** Requests made from the doors' own descriptions: sound ones, and ones that are nearly so. */
import fc from 'fast-check';
import type { Form } from '../../src/http/body-form.ts';
import type { Door } from '../../src/http/door.ts';
import type { Parameter } from '../../src/http/query.ts';

export interface Wish {
  readonly method: string;
  readonly path: string;
  readonly token?: string;
  readonly body?: string;
  readonly headers?: readonly string[];
}

export function requestBytes({ method, path, token, body, headers = [] }: Wish): Uint8Array {
  const head = [
    `${method} ${path} HTTP/1.1`,
    'Host: tacet.example.test',
    'Connection: close',
    ...(token === undefined ? [] : [`Authorization: Bearer ${token}`]),
    ...(body === undefined ? [] : ['Content-Type: application/json', `Content-Length: ${Buffer.byteLength(body)}`]),
    ...headers,
  ];
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${body ?? ''}`);
}

/** Values that a member of a schema takes, and now and then one that it does not. */
function valueFor(schema: Form & { readonly type?: unknown; readonly format?: unknown }): fc.Arbitrary<unknown> {
  return fc.oneof({ arbitrary: soundValueFor(schema), weight: 9 }, { arbitrary: fc.jsonValue(), weight: 1 });
}

function soundValueFor(schema: Form & { readonly type?: unknown; readonly format?: unknown }): fc.Arbitrary<unknown> {
  const { enum: values, anyOf, properties, items, type, format } = schema;
  if (values !== undefined) return fc.constantFrom(...values);
  if (anyOf !== undefined) return fc.oneof(...anyOf.map(valueFor));
  if (items !== undefined) return fc.array(valueFor(items), { maxLength: 3 });
  if (format === 'date-time') return fc.date({ noInvalidDate: true }).map((date) => date.toISOString());
  if (type === 'string') return fc.oneof(fc.uuid({ version: 4 }), fc.string(), fc.constant('sip:a@example.test'));
  if (type === 'integer') return fc.oneof(fc.integer(), fc.nat(10));
  if (type === 'number') return fc.double({ noNaN: true });
  if (type === 'boolean') return fc.boolean();
  const members = Object.entries(properties ?? {}).map(([name, member]) => [name, valueFor(member)] as const);
  return fc.record(Object.fromEntries(members), { requiredKeys: [] });
}

/** What stands in a query: a value that is allowed, one that may be, or any. */
function queryFor({ parameters = [] }: Door): fc.Arbitrary<string> {
  const oneFor = (parameter: Parameter): fc.Arbitrary<string> => {
    const sound =
      parameter.kind === 'choice' ? parameter.values : ['', '1', 'a,b', '9f9b6b3e-0000-4000-8000-000000000000'];
    return fc.oneof(fc.constantFrom(...sound), fc.string());
  };
  const names = parameters.filter(({ name }) => name !== 'maxWaitMs');
  const wish = fc.record(Object.fromEntries(names.map((parameter) => [parameter.name, oneFor(parameter)])), {
    requiredKeys: [],
  });
  // Doors may wait for something, and here nothing ever comes.
  return wish.map((query) => new URLSearchParams({ ...query, maxWaitMs: '0' }).toString());
}

/** Requests to a door that nearly make sense, with ids that are known or made up. */
export function requestTo(door: Door, ids: readonly string[]): fc.Arbitrary<Wish> {
  const id = fc.oneof(
    { arbitrary: fc.constantFrom(...ids), weight: 6 },
    { arbitrary: fc.string({ minLength: 1 }).map(encodeURIComponent), weight: 1 },
  );
  const body =
    door.body === undefined ? fc.constant(undefined) : valueFor(door.body as Form).map((v) => JSON.stringify(v));
  return fc.tuple(fc.array(id, { minLength: 4, maxLength: 4 }), queryFor(door), body).map(([drawn, query, text]) => {
    const left = [...drawn];
    const path = door.path.replace(/\{\w+\}/g, () => left.pop() ?? 'x');
    const wish = { method: door.method, path: `${path}?${query}` };
    return text === undefined ? wish : { ...wish, body: text };
  });
}
