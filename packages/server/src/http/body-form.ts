/** The form that a JSON Schema gives a request body, and what callers write differently without meaning anything else. */

import { isSameInAnyCase } from './any-case.ts';

/** What is looked at of a JSON Schema to bring a value into its form. */
export interface Form {
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Form[];
  readonly properties?: { readonly [name: string]: Form };
  readonly patternProperties?: { readonly [pattern: string]: Form };
  readonly items?: Form;
  readonly required?: readonly string[];
}

/** The texts that a form allows; none where it allows any. */
function textsOf({ enum: several = [], const: one, anyOf = [] }: Form): readonly string[] {
  const own = [...several, one].filter((text) => typeof text === 'string');
  return [...own, ...anyOf.flatMap(textsOf)];
}

/** The form of a member; of a record, that of all its values. */
function memberForm({ properties = {}, patternProperties = {}, anyOf = [] }: Form, name: string): Form | undefined {
  if (Object.hasOwn(properties, name)) return properties[name];
  const [ofAny] = Object.values(patternProperties);
  return ofAny ?? anyOf.map((form) => memberForm(form, name)).find((form) => form !== undefined);
}

function itemForm({ items, anyOf = [] }: Form): Form | undefined {
  return items ?? anyOf.map(itemForm).find((form) => form !== undefined);
}

/** Whether the schema itself names the member, rather than the caller. */
function hasMember({ properties = {}, anyOf = [] }: Form, name: string): boolean {
  return Object.hasOwn(properties, name) || anyOf.some((form) => hasMember(form, name));
}

function isRequired({ required = [], anyOf = [] }: Form, name: string): boolean {
  return required.includes(name) || anyOf.some((form) => isRequired(form, name));
}

/** Whether `null` is one of the values that a form is there for. */
function takesNull({ anyOf = [], ...form }: Form & { readonly type?: unknown }): boolean {
  return form.type === 'null' || anyOf.some(takesNull);
}

/**
 * The value with its enumerated members in the case of the schema (clients write them in any), and without members
 * that are `null` though they need not be there, which is how some clients write what they leave out.
 */
export function inForm(value: unknown, form: Form): unknown {
  if (typeof value === 'string') return textsOf(form).find((text) => isSameInAnyCase(text, value)) ?? value;
  if (Array.isArray(value)) {
    const items = itemForm(form);
    return items === undefined ? value : value.map((one) => inForm(one, items));
  }
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).flatMap(([name, member]): readonly (readonly [string, unknown])[] => {
    const own = memberForm(form, name);
    if (own === undefined) return [[name, member]];
    if (member !== null) return [[name, inForm(member, own)]];
    const mayBeLeftOut = hasMember(form, name) && !isRequired(form, name) && !takesNull(own);
    return mayBeLeftOut ? [] : [[name, null]];
  });
  return Object.fromEntries(members);
}

/** A place in a body by the names of the schema; a name that the caller chose is not told (P13). */
export function fieldAt(path: string, schema: Form, below?: string): string {
  let form: Form = schema;
  const names: string[] = [];
  for (const part of path.split('/').slice(1)) {
    const isMember = hasMember(form, part);
    const items = itemForm(form);
    const member = memberForm(form, part);
    const isItem = member === undefined && items !== undefined;
    names.push(isMember || isItem ? part : '*');
    form = member ?? items ?? {};
  }
  return [...names, ...(below === undefined ? [] : [below])].join('.');
}
