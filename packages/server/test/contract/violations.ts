/** What is wrong with a value that should be one of the contract's models. */
import { Compile, type Validator } from 'typebox/schema';
import type { ClientVersion } from './client-declarations.ts';
import { contractSchema } from './contract-schema.ts';

const validators = new Map<string, Validator>();

function validatorOf(type: string, version: ClientVersion): Validator {
  const key = `${version} ${type}`;
  const known = validators.get(key);
  if (known !== undefined) return known;
  const made = Compile(contractSchema(type, version));
  validators.set(key, made);
  return made;
}

/**
 * A sentence for each thing that the contract does not have so: a member that the model does not know, one of the wrong
 * type, one that is missing, a value outside its list, a date that is none.
 * @param type a model, or a type such as `Array<Recording>`.
 */
export function violations(type: string, value: unknown, version: ClientVersion = 'current'): readonly string[] {
  const validator = validatorOf(type, version);
  if (validator.Check(value)) return [];
  const [, errors] = validator.Errors(value);
  // A member that nobody knows is reported twice, once where it is and once where it should not be.
  return errors
    .filter(({ keyword }) => keyword !== 'boolean')
    .map(({ instancePath, message, params }) => `${type}${instancePath} ${message} ${JSON.stringify(params)}`);
}
