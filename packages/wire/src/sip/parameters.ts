/** The `;name=value` parameters behind a header value, in order (RFC 3261 §7.3.1, generic-param in §25.1). */
import { patterns } from './grammar.ts';
import { sipLimits } from './limits.ts';

export interface Parameter {
  /** The name as written; compare without regard to case. */
  readonly name: string;
  /** The value as written, quotes included; undefined for a bare flag such as `;lr`. */
  readonly value: string | undefined;
}

// Besides tokens a value may be a host, so brackets and colons of an IPv6 address belong to it.
const value = "[A-Za-z0-9\\-.!%*_+`'~\\[\\]:]+";
const one = new RegExp(
  `[ \\t]*;[ \\t]*(${patterns.token})(?:[ \\t]*=[ \\t]*(${value}|${patterns.quoted}))?[ \\t]*`,
  'y',
);

/** Reads parameters up to the end of the text. Undefined when anything else stands there, or there are too many. */
export function parseParameters(text: string): readonly Parameter[] | undefined {
  const parameters: Parameter[] = [];
  let at = 0;
  while (at < text.length) {
    one.lastIndex = at;
    const match = one.exec(text);
    if (match === null || parameters.length >= sipLimits.parametersMax) return undefined;
    parameters.push({ name: match[1] ?? '', value: match[2] });
    at = one.lastIndex;
  }
  return parameters;
}

export function formatParameters(parameters: readonly Parameter[]): string {
  let text = '';
  for (const { name, value } of parameters) text += value === undefined ? `;${name}` : `;${name}=${value}`;
  return text;
}

/** The first parameter of that name, or undefined. */
export function findParameter(parameters: readonly Parameter[], name: string): Parameter | undefined {
  const wanted = name.toLowerCase();
  return parameters.find((parameter) => parameter.name.toLowerCase() === wanted);
}

/** The value of the first parameter of that name; undefined when it is absent or a bare flag. */
export function parameterValue(parameters: readonly Parameter[], name: string): string | undefined {
  return findParameter(parameters, name)?.value;
}

/** The parameters with one of them set: replaced in its place when it was there, else added at the end. */
export function withParameter(
  parameters: readonly Parameter[],
  name: string,
  value: string | undefined,
): readonly Parameter[] {
  const wanted = name.toLowerCase();
  const at = parameters.findIndex((parameter) => parameter.name.toLowerCase() === wanted);
  if (at < 0) return [...parameters, { name, value }];
  return parameters.map((parameter, index) => (index === at ? { name: parameter.name, value } : parameter));
}
