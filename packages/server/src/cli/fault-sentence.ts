/** Faults of identity as sentences for whoever sits at the machine. */
import { Fault, type FaultFacts } from '@tacet/domain';

type Sentence = (facts: FaultFacts) => string;

const text = (fact: FaultFacts[string] | undefined): string =>
  typeof fact === 'object' ? fact.join(', ') : String(fact ?? '');

const sentences: { readonly [code: string]: Sentence } = {
  valueInvalid: ({ field, allowed, max }) => {
    const choice = typeof allowed === 'object' && allowed.length > 0 ? `: it takes one of ${text(allowed)}` : '';
    const bound = max === undefined ? '' : `: it takes at most ${text(max)}`;
    return `${text(field)} is missing or cannot be used${choice || bound}.`;
  },
  constraintBroken: ({ field, problem }) => `${text(field)} ${text(problem)}.`,
  valueTaken: ({ field, value, entity }) => `The ${text(field)} ${text(value)} belongs to another ${text(entity)}.`,
  resourceUnknown: (facts) => `There is nothing with the id "${Object.values(facts).map(text).join(' ')}".`,
  builtInFixed: ({ entity, name }) => `The ${text(entity)} ${text(name)} is built in and stays as it is.`,
  lastAdminNeeded: () =>
    'Somebody who is active must go on holding the role admin in all divisions; grant it to another first.',
  clientActive: () => 'Only a client that is disabled can be deleted.',
};

/** The same fault with a sentence in `facts.reason`, which is what the command prints. */
export function withSentence(error: unknown): unknown {
  if (!(error instanceof Fault) || error.facts['reason'] !== undefined) return error;
  const sentence = sentences[error.code];
  if (sentence === undefined) return error;
  return new Fault(error.code, { ...error.facts, reason: sentence(error.facts) }, error.cause);
}
