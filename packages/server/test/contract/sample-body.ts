/** Bodies that a door's schema allows, and bodies that it does not. */
import type { TSchema } from 'typebox';

/** What is looked at of a schema to make a value. */
interface Form {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Form[];
  readonly format?: string;
  readonly minimum?: number;
  readonly minLength?: number;
  readonly minItems?: number;
  readonly items?: Form;
  readonly properties?: { readonly [name: string]: Form };
  readonly required?: readonly string[];
}

/** An id that nothing has. */
export const nobodysId = '0b0d1e50-0000-4000-8000-000000000000';

const texts: { readonly [format: string]: string } = {
  'date-time': '2026-06-01T00:00:00.000Z',
  uuid: nobodysId,
  email: 'nobody@example.test',
  uri: 'https://example.test/',
};

function sampleOfForm(form: Form): unknown {
  const { type, properties = {}, required = [], items = {}, minItems = 0, minLength = 1 } = form;
  if (form.const !== undefined) return form.const;
  if (form.enum !== undefined) return form.enum[0];
  if (form.anyOf?.[0] !== undefined) return sampleOfForm(form.anyOf[0]);
  if (type === 'object')
    return Object.fromEntries(required.map((name) => [name, sampleOfForm(properties[name] ?? {})]));
  if (type === 'array') return Array.from({ length: minItems }, () => sampleOfForm(items));
  if (type === 'string') return texts[form.format ?? ''] ?? 'x'.repeat(Math.max(1, minLength));
  if (type === 'integer' || type === 'number') return form.minimum ?? 1;
  return type === 'boolean' ? true : {};
}

/** The least that the schema allows. */
export function sampleOf(schema: TSchema): unknown {
  return sampleOfForm(schema as Form);
}

function isLoose({ type, enum: values, anyOf }: Form): boolean {
  return type === undefined && values === undefined && anyOf === undefined;
}

/** A value of none of the types that a member may have; a text that is in no list. */
function wrongFor({ type, enum: values }: Form): unknown {
  return values !== undefined ? 'no such value' : type === 'object' || type === 'array' ? 7 : { no: 'such value' };
}

/** Bodies that the schema refuses: one of another kind, and one for each member of which something is said. */
export function wrongBodies(schema: TSchema): readonly unknown[] {
  const form = schema as Form;
  const otherKind = form.type === 'array' ? {} : [];
  const members = Object.entries(form.properties ?? {}).filter(([, member]) => !isLoose(member));
  const sample = sampleOfForm(form) as object;
  return [otherKind, ...members.map(([name, member]) => ({ ...sample, [name]: wrongFor(member) }))];
}
