/** The one command: everything a change must pass, a line for each step, and the tests' own counts at the end. */

import { parseArgs } from 'node:util';
import { runSteps, type StepResult } from './check/run-step.ts';
import { type Step, staticSteps, testStep } from './check/steps.ts';

/** The machines that check us have two cores. */
const stepsAtOnce = 2;
const allSteps: readonly Step[] = [...staticSteps, testStep];

const usage = `npm run check [-- [options] [step …]]

Runs every step, or only those named:
${allSteps.map((step) => `  ${step.name.padEnd(11)} ${step.about}`).join('\n')}

  --verbose   show what each step printed, not only what the red ones did
  --help      this text`;

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { verbose: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
  });
  if (values.help) {
    console.log(usage);
    return 0;
  }
  const unknown = positionals.filter((name) => !allSteps.some((step) => step.name === name));
  if (unknown.length > 0) {
    console.error(`There is no step called ${unknown.join(', ')}.\n\n${usage}`);
    return 2;
  }
  return await runAll((step) => positionals.length === 0 || positionals.includes(step.name), values.verbose);
}

/** Red steps do not stop the others: one run tells everything there is to mend. */
async function runAll(isWanted: (step: Step) => boolean, isVerbose: boolean): Promise<number> {
  const startedAt = performance.now();
  const tell = (result: StepResult): void => {
    console.log(lineFor(result));
    if ((isVerbose || !result.isGreen) && result.step !== testStep) console.log(indented(result.output));
  };
  const results = [
    ...(await runSteps(staticSteps.filter(isWanted), stepsAtOnce, tell)),
    ...(await runSteps([testStep].filter(isWanted), 1, tell)),
  ];
  const red = results.filter((result) => !result.isGreen).map((result) => result.step.name);
  const verdict = red.length === 0 ? `all ${results.length} steps are green` : `red: ${red.join(', ')}`;
  console.log(`${verdict}, in ${seconds(performance.now() - startedAt)}`);
  const tests = results.find((result) => result.step === testStep);
  if (tests !== undefined) console.log(`\n${tests.output.trimEnd()}`);
  return red.length === 0 ? 0 : 1;
}

function lineFor({ step, isGreen, tookMs }: StepResult): string {
  return `${isGreen ? 'ok ' : 'RED'}  ${step.name.padEnd(11)} ${seconds(tookMs).padStart(7)}  ${step.about}`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

function indented(text: string): string {
  return text.trimEnd().replace(/^(?=.)/gm, '     ');
}
