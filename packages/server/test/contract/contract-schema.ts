/** JSON Schemas of the contract's models, made from the official client's declarations and the lists of values. */
import ts from 'typescript';
import { type ClientVersion, membersOf } from './client-declarations.ts';
import { isDate } from './dates.ts';
import { enumerations } from './enumerations.ts';
import { extensions } from './extensions.ts';
import type { JsonSchema } from './json-schema.ts';

/** Models of which a schema is being made, and those that it leads to. */
interface Making {
  readonly version: ClientVersion;
  readonly done: { [name: string]: JsonSchema };
}

function isNamed(type: ts.TypeReferenceNode, name: string): boolean {
  return type.typeName.getText() === name;
}

/** What is under an index signature: JSON of any kind where the declaration says `object`. */
function mapOf(value: ts.TypeNode, making: Making): JsonSchema {
  const isAnything = value.kind === ts.SyntaxKind.ObjectKeyword;
  return { type: 'object', additionalProperties: isAnything ? {} : schemaOfType(value, making) };
}

function schemaOfReference(type: ts.TypeReferenceNode, making: Making): JsonSchema {
  const [first, second] = type.typeArguments ?? [];
  if (isNamed(type, 'Array') && first !== undefined) return { type: 'array', items: schemaOfType(first, making) };
  if (isNamed(type, 'Record') && second !== undefined) return mapOf(second, making);
  return referenceTo(type.typeName.getText().replace('Models.', ''), making);
}

function schemaOfType(type: ts.TypeNode, making: Making): JsonSchema {
  switch (type.kind) {
    case ts.SyntaxKind.StringKeyword:
      return { type: 'string' };
    case ts.SyntaxKind.NumberKeyword:
      return { type: 'number' };
    case ts.SyntaxKind.BooleanKeyword:
      return { type: 'boolean' };
    case ts.SyntaxKind.ObjectKeyword:
      return { type: 'object' };
    default:
  }
  if (ts.isTypeReferenceNode(type)) return schemaOfReference(type, making);
  const [member] = ts.isTypeLiteralNode(type) ? type.members : [];
  if (member !== undefined && ts.isIndexSignatureDeclaration(member)) return mapOf(member.type, making);
  throw new Error(`the client declares a type that is not understood: ${type.getText()}`);
}

function memberSchema(model: string, name: string, type: ts.TypeNode, making: Making): JsonSchema {
  const schema = schemaOfType(type, making);
  const values = enumerations[model]?.[name];
  if (values !== undefined && schema.type === 'array') return { ...schema, items: { ...schema.items, enum: values } };
  if (values !== undefined) return { ...schema, enum: values };
  return schema.type === 'string' && isDate(model, name) ? { ...schema, format: 'date-time' } : schema;
}

function modelSchema(model: string, making: Making): JsonSchema {
  const members = membersOf(model, making.version);
  if (members === undefined) throw new Error(`the client declares no model ${model}`);
  const own = members.map(({ name, type }) => [name, memberSchema(model, name, type, making)] as const);
  return {
    type: 'object',
    properties: { ...Object.fromEntries(own), ...extensions[model] },
    required: members.filter(({ isOptional }) => !isOptional).map(({ name }) => name),
    additionalProperties: false,
  };
}

function referenceTo(model: string, making: Making): JsonSchema {
  if (making.done[model] === undefined) {
    // Models lead back to themselves, so the place is taken before the schema is made.
    making.done[model] = {};
    making.done[model] = modelSchema(model, making);
  }
  return { $ref: `#/$defs/${model}` };
}

/** @param type a model, or a type such as `Array<Recording>`. */
export function contractSchema(type: string, version: ClientVersion = 'current'): JsonSchema {
  const [alias] = ts.createSourceFile('type.d.ts', `type T = ${type};`, ts.ScriptTarget.Latest, true).statements;
  if (alias === undefined || !ts.isTypeAliasDeclaration(alias)) throw new Error(`${type} is no type`);
  const making: Making = { version, done: {} };
  const schema = schemaOfType(alias.type, making);
  return { ...schema, $defs: making.done };
}
