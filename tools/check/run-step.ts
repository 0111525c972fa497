/** Runs one step as a process of its own and keeps what it printed. */

import { spawn } from 'node:child_process';
import { delimiter, join } from 'node:path';
import type { Step } from './steps.ts';

/** How a step ended. `output` is what it wrote to both streams, in order. */
export type StepResult = {
  readonly step: Step;
  readonly isGreen: boolean;
  readonly tookMs: number;
  readonly output: string;
};

/** Runs the step with the workspace's own programs first on the path; a program that is missing makes it red. */
function runStep(step: Step): Promise<StepResult> {
  const startedAt = performance.now();
  const [program, ...args] = step.command;
  const root = step.root ?? process.cwd();
  const path = [join(root, 'node_modules/.bin'), process.env['PATH'] ?? ''].join(delimiter);
  return new Promise((resolve) => {
    let output = '';
    const keep = (bytes: string): void => {
      output += bytes;
    };
    const end = (isGreen: boolean): void => {
      resolve({ step, isGreen, tookMs: performance.now() - startedAt, output });
    };
    const env = { ...process.env, PATH: path };
    const child = spawn(program, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.setEncoding('utf8').on('data', keep);
    child.stderr.setEncoding('utf8').on('data', keep);
    child.on('error', (error) => {
      keep(`${program} did not start: ${error.message}\n`);
      end(false);
    });
    child.on('close', (code) => end(code === 0));
  });
}

/** Runs the steps in order, `atOnce` at a time, and tells each result as it comes. */
export async function runSteps(
  steps: readonly Step[],
  atOnce: number,
  tell: (result: StepResult) => void,
): Promise<readonly StepResult[]> {
  const waiting = [...steps];
  const results: StepResult[] = [];
  const work = async (): Promise<void> => {
    for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) {
      const result = await runStep(step);
      results.push(result);
      tell(result);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return results;
}
