/** How often each parser was tried in this process, and what that cost; told to `npm run fuzz` when the process ends. */
import { appendFileSync } from 'node:fs';

/** A line of the file that FUZZ_REPORT names. */
export interface FuzzReport {
  readonly file: string;
  readonly cpuMs: number;
  readonly executions: { readonly [parser: string]: number };
}

const executions = new Map<string, number>();

function report(path: string): void {
  const { user, system } = process.cpuUsage();
  const cpuMs = (user + system) / 1_000;
  const told: FuzzReport = { file: process.argv[1] ?? '', cpuMs, executions: Object.fromEntries(executions) };
  appendFileSync(path, `${JSON.stringify(told)}\n`);
}

export function countExecution(parser: string): void {
  const path = process.env['FUZZ_REPORT'];
  if (path === undefined) return;
  if (executions.size === 0) process.once('exit', () => report(path));
  executions.set(parser, (executions.get(parser) ?? 0) + 1);
}
