/** How far each operation of the contract is answered, and what is wrong with the notes about it. */

import type { Door } from '../../packages/server/src/http/door.ts';
import { type Differing, type MissingNote, namesOf, type PartialNote } from './note.ts';
import { type Operation, successesOf } from './operations.ts';

export interface Notes {
  readonly missing: readonly MissingNote[];
  readonly partial: readonly PartialNote[];
}

/** Where an operation stands. */
export interface Standing {
  readonly operation: Operation;
  readonly isAnswered: 'whole' | 'part' | 'not';
  /** What differs, or why it is not answered; a sentence each. */
  readonly remarks: readonly string[];
}

function isOf(path: string): boolean {
  return path.startsWith('/api/v2/');
}

/** Doors of the contract's own paths. */
export function contractDoors(doors: readonly Door[]): readonly Door[] {
  return doors.filter(({ path }) => isOf(path));
}

function sameSet(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((item) => other.includes(item));
}

/** One of several counts the same as all of one. */
function hasPermissionsOf(door: Door, { permissions: { type, list } }: Operation): boolean {
  if (door.access === 'anyone' || !sameSet(door.access, list)) return false;
  return list.length < 2 || (door.needsAll === true) === (type === 'ALL');
}

/** Where the contract names no status, each that means success is as good. */
function hasStatusOf({ answers }: Door, operation: Operation): boolean {
  const named = successesOf(operation);
  const ours = Object.keys(answers).map(Number);
  if (named.length === 0) return ours.every((status) => status >= 200 && status < 300);
  return ours.every((status) => named.includes(status));
}

/** The facts in which a door differs from the operation it answers. */
function differencesOf(door: Door, operation: Operation): readonly Differing[] {
  const isAlike: { readonly [fact in Differing]: boolean } = {
    permissions: hasPermissionsOf(door, operation),
    status: hasStatusOf(door, operation),
    preview: (door.isPreview === true) === operation.preview,
    deprecated: (door.isDeprecated === true) === operation.deprecated,
  };
  return (Object.keys(isAlike) as Differing[]).filter((fact) => !isAlike[fact]);
}

function remarksOn(name: string, { missing, partial }: Notes): readonly string[] {
  const about = <N extends MissingNote | PartialNote>(notes: readonly N[]): readonly N[] =>
    notes.filter((note) => namesOf(note).includes(name));
  return [...about(missing).map(({ why }) => why), ...about(partial).map(({ what }) => what)];
}

export function standings(operations: readonly Operation[], doors: readonly Door[], notes: Notes): readonly Standing[] {
  const answered = new Set(contractDoors(doors).map(({ operation }) => operation));
  const inPart = new Set(notes.partial.filter(({ isWhole }) => isWhole !== true).flatMap(namesOf));
  return operations.map((operation) => {
    const name = operation.operationId;
    const remarks = remarksOn(name, notes);
    return { operation, isAnswered: !answered.has(name) ? 'not' : inPart.has(name) ? 'part' : 'whole', remarks };
  });
}

function findWrongNames(operations: readonly Operation[], doors: readonly Door[], notes: Notes): readonly string[] {
  const known = new Set(operations.map(({ operationId }) => operationId));
  const answered = new Set(doors.map(({ operation }) => operation));
  const missing = notes.missing.flatMap(namesOf);
  const partial = notes.partial.flatMap(namesOf);
  return [
    ...[...missing, ...partial]
      .filter((name) => !known.has(name))
      .map((name) => `a note names ${name}, which is no operation`),
    ...missing.filter((name) => answered.has(name)).map((name) => `a note says why ${name} is not answered, but it is`),
    ...partial
      .filter((name) => !answered.has(name))
      .map((name) => `a note says how ${name} is answered, but it is not`),
    ...missing.filter((name, at) => missing.indexOf(name) !== at).map((name) => `two notes say why ${name} is missing`),
    ...[...known]
      .filter((name) => !answered.has(name) && !missing.includes(name))
      .map((name) => `${name} has neither a door nor a note that says why`),
  ];
}

/** A difference without a note, and a note without a difference. */
function findDifferences(door: Door, operation: Operation, notes: Notes): readonly string[] {
  const about = notes.partial.filter((note) => namesOf(note).includes(operation.operationId));
  const noted = about.flatMap(({ differs = [] }) => differs);
  const actual = differencesOf(door, operation);
  return [
    ...actual
      .filter((fact) => !noted.includes(fact))
      .map((fact) => `${door.operation} differs in ${fact}, and no note says so`),
    ...noted
      .filter((fact) => !actual.includes(fact))
      .map((fact) => `a note says that ${door.operation} differs in ${fact}, but it does not`),
  ];
}

/** Everything that does not hold between facts, doors and notes; a sentence each. */
export function findDisagreements(
  operations: readonly Operation[],
  doors: readonly Door[],
  notes: Notes,
): readonly string[] {
  const ours = contractDoors(doors);
  const byName = new Map(operations.map((operation) => [operation.operationId, operation]));
  const perDoor = ours.flatMap((door) => {
    const operation = byName.get(door.operation);
    if (operation === undefined) return [];
    const isElsewhere = door.method !== operation.verb || door.path !== operation.path;
    const place = isElsewhere
      ? [`${door.operation} is at ${door.method} ${door.path}, not where the contract has it`]
      : [];
    return [...place, ...findDifferences(door, operation, notes)];
  });
  return [...findWrongNames(operations, ours, notes), ...perDoor];
}
