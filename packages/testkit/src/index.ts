/** Fakes of the outside world for tests: deterministic, given a seed. */
export { ManualClock, settled } from './manual-clock.ts';
export { MemoryBlobs } from './memory-blobs.ts';
export { MemoryKeys } from './memory-keys.ts';
export { type AppendDelay, MemorySpoolFolder } from './memory-spool.ts';
export { type OpenStretch, ScriptedMediaHost } from './scripted-media-host.ts';
export { seededIds } from './seeded-ids.ts';
export { type SeededRandom, seededRandom } from './seeded-random.ts';
