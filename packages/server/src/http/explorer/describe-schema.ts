/** Schemas of doors as components of an OpenAPI description: each named one once, and references to it. */
import { needs } from '@tacet/domain';

/** A JSON Schema as a plain value. */
export type PlainSchema = { readonly [keyword: string]: unknown };

type Use = 'answer' | 'request';

interface Named {
  readonly name: string;
  readonly source: string;
}

/** Collects named schemas (those with an `$id`) while others refer to them. Answers are to be told of first. */
export class SchemaBook {
  readonly #components = new Map<string, PlainSchema>();
  readonly #sources = new Map<string, string>();

  /**
   * The schema with every named one in it, itself included, replaced by a reference. What a request says of a model
   * may be less than what an answer says; such a schema has `Request` behind its name.
   */
  refer(schema: unknown, use: Use = 'answer'): PlainSchema {
    return this.#replaced(schema, use) as PlainSchema;
  }

  /** All that were referred to, by name. */
  get schemas(): { readonly [name: string]: PlainSchema } {
    return Object.fromEntries([...this.#components].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  #replaced(value: unknown, use: Use): unknown {
    if (Array.isArray(value)) return value.map((one) => this.#replaced(one, use));
    if (typeof value !== 'object' || value === null) return value;
    const { $id, ...members } = value as { readonly $id?: unknown };
    if (typeof $id !== 'string') return this.#members(members, use);
    const named = this.#named($id, JSON.stringify(members), use);
    if (!this.#sources.has(named.name)) {
      this.#sources.set(named.name, named.source);
      this.#components.set(named.name, this.#members(members, use));
    }
    return { $ref: `#/components/schemas/${named.name}` };
  }

  #members(members: object, use: Use): PlainSchema {
    return Object.fromEntries(Object.entries(members).map(([keyword, one]) => [keyword, this.#replaced(one, use)]));
  }

  #named(name: string, source: string, use: Use): Named {
    const known = this.#sources.get(name);
    if (known === undefined || known === source) return { name, source };
    needs(use === 'request' && !name.endsWith('Request'), `two different schemas have the name ${name}`);
    return this.#named(`${name}Request`, source, use);
  }
}
