/** Members that we add to models of the contract, each of them described in docs/contract. */
import type { JsonSchema } from './json-schema.ts';

export const extensions: { readonly [model: string]: { readonly [member: string]: JsonSchema } } = {};
