/** As much of JSON Schema as the contract's models need. */
export interface JsonSchema {
  readonly type?: string;
  readonly format?: string;
  readonly enum?: readonly string[];
  readonly items?: JsonSchema;
  readonly properties?: { readonly [name: string]: JsonSchema };
  readonly required?: readonly string[];
  readonly additionalProperties?: JsonSchema | false;
  readonly $ref?: string;
  readonly $defs?: { readonly [name: string]: JsonSchema };
}
