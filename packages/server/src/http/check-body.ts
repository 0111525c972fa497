/** Judges a request body by the schema of its door; what the schema does not name is left alone. */
import { Fault, needs } from '@tacet/domain';
import type { TSchema } from 'typebox';
import { Compile, type Validator } from 'typebox/compile';
import { type Form, fieldAt, inForm } from './body-form.ts';

type Problem = ReturnType<Validator['Errors']>[number];

const validators = new WeakMap<TSchema, Validator>();

function validatorOf(schema: TSchema): Validator {
  const known = validators.get(schema);
  if (known !== undefined) return known;
  const made = Compile(schema);
  validators.set(schema, made);
  return made;
}

interface ProblemFacts {
  readonly requiredProperties?: readonly string[];
  readonly allowedValues?: readonly unknown[];
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly limit?: number;
}

/** What is wrong, by the keyword of JSON Schema that does not hold; never with the value. */
const problems: { readonly [keyword: string]: (facts: ProblemFacts) => string } = {
  type: ({ type = '' }) => `has to be of the type ${[type].flat().join(' or ')}`,
  format: ({ format }) => `has to have the form ${format}`,
  minLength: ({ limit }) => `needs at least ${limit} characters`,
  maxLength: ({ limit }) => `may have ${limit} characters at most`,
  minItems: ({ limit }) => `needs at least ${limit} entries`,
  maxItems: ({ limit }) => `may have ${limit} entries at most`,
  minProperties: ({ limit }) => `needs at least ${limit} members`,
  maxProperties: ({ limit }) => `may have ${limit} members at most`,
  minimum: ({ limit }) => `has to be ${limit} or more`,
  maximum: ({ limit }) => `has to be ${limit} or less`,
  exclusiveMinimum: ({ limit }) => `has to be more than ${limit}`,
  exclusiveMaximum: ({ limit }) => `has to be less than ${limit}`,
  uniqueItems: () => 'may have each entry only once',
};

function faultOf({ keyword, instancePath, params }: Problem, schema: Form): Fault {
  const facts = params as ProblemFacts;
  if (keyword === 'required') {
    return new Fault('constraintBroken', {
      field: fieldAt(instancePath, schema, facts.requiredProperties?.[0]),
      problem: 'is missing',
    });
  }
  // A list where an object is wanted, or the other way round, is another kind of message altogether.
  if (keyword === 'type' && instancePath === '') return new Fault('bodyMalformed');
  const field = fieldAt(instancePath, schema) || 'the body';
  if (facts.allowedValues !== undefined) {
    return new Fault('valueInvalid', { field, allowed: facts.allowedValues.map(String) });
  }
  if (facts.format === 'date-time') return new Fault('valueInvalid', { date: field });
  return new Fault('constraintBroken', { field, problem: problems[keyword]?.(facts) ?? 'is not what is taken here' });
}

/**
 * The body in the form of its schema.
 * @throws Fault bodyMalformed for a list instead of an object and the other way round, valueInvalid for a value that is
 * not in an enumeration, or no date, constraintBroken for everything else. None quotes the value.
 */
export function checkedBody(body: unknown, schema: TSchema): unknown {
  const value = inForm(body, schema as Form);
  const validator = validatorOf(schema);
  if (validator.Check(value)) return value;
  const [first] = validator.Errors(value);
  needs(first !== undefined, 'a value that fails its check has a problem');
  throw faultOf(first, schema as Form);
}
