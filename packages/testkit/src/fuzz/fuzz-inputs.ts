/** The inputs of one fuzz test: a few thousand in every test run, many more when `npm run fuzz` asks for them. */
import { mutations } from './mutate.ts';

/**
 * @param seed where the test's own sequence begins; FUZZ_SEED in the environment is added to it.
 * @param count executions in an ordinary run; FUZZ_FACTOR in the environment multiplies it.
 */
export function fuzzInputs(seed: number, corpus: readonly Uint8Array[], count: number): Generator<Uint8Array> {
  const offset = Number(process.env['FUZZ_SEED'] ?? 0);
  const factor = Number(process.env['FUZZ_FACTOR'] ?? 1);
  return mutations(seed + offset, corpus, count * factor);
}
