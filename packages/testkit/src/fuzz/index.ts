/** Seeded fuzzing: mutated inputs from a corpus. */
export { countExecution, type FuzzReport } from './execution-count.ts';
export { keepFind } from './finds.ts';
export { fuzzFactor, fuzzInputs, fuzzSeed } from './fuzz-inputs.ts';
export { mutations } from './mutate.ts';
