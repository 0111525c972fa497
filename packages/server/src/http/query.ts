/** Query parameters: declared as data, read by their declaration. */
import { Fault } from '@tacet/domain';
import { isSameInAnyCase } from './any-case.ts';

/** As the parser hands them over; a name that is given twice has a list. */
export interface RawQuery {
  readonly [name: string]: string | readonly string[] | undefined;
}

export interface IntegerParameter {
  readonly kind: 'integer';
  readonly name: string;
  readonly minimum: number;
  readonly maximum: number;
  readonly fallback: number;
}

export interface ChoiceParameter<T extends string = string> {
  readonly kind: 'choice';
  readonly name: string;
  readonly values: readonly T[];
  /** Whether several may be given, separated by commas or by repeating the name. */
  readonly isList?: boolean;
}

export interface TextParameter {
  readonly kind: 'text';
  readonly name: string;
  readonly charactersMax: number;
  /** How many may be given, separated by commas or by repeating the name; one where this is left out. */
  readonly itemsMax?: number;
}

export type Parameter = IntegerParameter | ChoiceParameter | TextParameter;

function wrong(name: string, ...allowed: readonly string[]): Fault {
  return new Fault('valueInvalid', { parameter: name, allowed });
}

/** An empty value counts as none, as the contract's clients send it for what was left out. */
function single(query: RawQuery, name: string, allowed: readonly string[]): string | undefined {
  const value = query[name];
  if (typeof value === 'object') throw wrong(name, ...allowed);
  return value === '' ? undefined : value;
}

/** @throws Fault valueInvalid. */
export function integerOf(query: RawQuery, parameter: IntegerParameter): number {
  const { name, minimum, maximum, fallback } = parameter;
  const allowed = [`${minimum} to ${maximum}`];
  const text = single(query, name, allowed);
  if (text === undefined) return fallback;
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= minimum && value <= maximum)) throw wrong(name, ...allowed);
  return value;
}

/**
 * The values given, in the order in which the declaration lists them; any case is understood.
 * @throws Fault valueInvalid.
 */
export function choicesOf<T extends string>(query: RawQuery, parameter: ChoiceParameter<T>): readonly T[] {
  const { name, values, isList = false } = parameter;
  const raw = query[name] ?? [];
  // The official JavaScript client joins lists with commas; others repeat the name.
  const given = (typeof raw === 'string' ? [raw] : raw).flatMap((text) => (isList ? text.split(',') : text));
  const wanted = given.map((text) => text.trim()).filter((text) => text !== '');
  const found = values.filter((value) => wanted.some((text) => isSameInAnyCase(text, value)));
  const isKnown = wanted.every((text) => values.some((value) => isSameInAnyCase(text, value)));
  if (!isKnown || (!isList && wanted.length > 1)) throw wrong(name, ...values);
  return found;
}

/** @throws Fault valueInvalid. */
export function choiceOf<T extends string>(query: RawQuery, parameter: ChoiceParameter<T>): T | undefined {
  return choicesOf(query, parameter)[0];
}

/** @throws Fault valueInvalid. */
export function textOf(query: RawQuery, parameter: TextParameter): string | undefined {
  const { name, charactersMax } = parameter;
  const allowed = [`up to ${charactersMax} characters`];
  const text = single(query, name, allowed);
  if (text !== undefined && text.length > charactersMax) throw wrong(name, ...allowed);
  return text;
}

/**
 * All texts given; empty ones count as none.
 * @throws Fault valueInvalid when there are too many of them, or one is too long.
 */
export function textsOf(query: RawQuery, parameter: TextParameter): readonly string[] {
  const { name, charactersMax, itemsMax = 1 } = parameter;
  const given = [query[name] ?? []].flat().flatMap((text) => text.split(','));
  const texts = given.map((text) => text.trim()).filter((text) => text !== '');
  if (texts.length > itemsMax) throw wrong(name, `up to ${itemsMax} values`);
  if (texts.some((text) => text.length > charactersMax)) throw wrong(name, `up to ${charactersMax} characters each`);
  return texts;
}
