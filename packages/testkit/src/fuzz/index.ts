/** Seeded fuzzing: mutated inputs from a corpus. */
export { fuzzInputs } from './fuzz-inputs.ts';
export { mutations } from './mutate.ts';
