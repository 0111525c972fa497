/** The seeded simulator: the real control, gate, spool and recovery under everything that may go wrong. */
export { judge, type Verdict } from './judge.ts';
export { type Plan, planOf } from './plan.ts';
export { type Simulation, simulate } from './simulate.ts';
