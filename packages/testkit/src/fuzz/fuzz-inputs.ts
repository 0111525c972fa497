/** The inputs of one fuzz test: a few thousand in every test run, many more when `npm run fuzz` asks for them. */
import { countExecution } from './execution-count.ts';
import { findsOf, keepFind } from './finds.ts';
import { mutations } from './mutate.ts';

/** What is fuzzed when nobody names it: its test is the only one in that folder. */
const unnamed = 'input';

/** FUZZ_SEED of the environment: what is added to the seed of every test. */
export function fuzzSeed(): number {
  return Number(process.env['FUZZ_SEED'] ?? 0);
}

/** FUZZ_FACTOR of the environment: by how much more than in an ordinary run is executed. */
export function fuzzFactor(): number {
  return Number(process.env['FUZZ_FACTOR'] ?? 1);
}

/**
 * What was once found comes first; then damaged versions of the corpus. An input at which the test throws is kept
 * beside it when `npm run fuzz` runs it.
 * @param seed where the test's own sequence begins.
 * @param count executions in an ordinary run.
 * @param parser what is fuzzed, in a few words.
 */
export function* fuzzInputs(
  seed: number,
  corpus: readonly Uint8Array[],
  count: number,
  parser: string = unnamed,
): Generator<Uint8Array> {
  let tried: Uint8Array | undefined;
  try {
    for (const input of findsOf(parser)) yield input;
    for (const input of mutations(seed + fuzzSeed(), corpus, Math.ceil(count * fuzzFactor()))) {
      countExecution(parser);
      // The test may change what it gets.
      tried = input.slice();
      yield input;
      tried = undefined;
    }
  } finally {
    // Whoever leaves the loop early has failed at this one.
    if (tried !== undefined) keepFind(parser, tried);
  }
}
