/** Proves the checkers: each must fail on a tree that breaks its rules, and say why. */

import { join } from 'node:path';
import { type Expectation, markedExpectations, unmet } from './canary/expectations.ts';
import { type Canary, canaries } from './canary/table.ts';
import { buildTree } from './canary/tree.ts';
import { runSteps, type StepResult } from './check/run-step.ts';
import { conclude, type Finding } from './findings.ts';

const houseRoot = process.cwd();
/** Most of a canary's time is one process starting. */
const atOnce = 2;

type Cage = { readonly canary: Canary; readonly expectations: readonly Expectation[]; readonly root: string };

using stack = new DisposableStack();
const cages: readonly Cage[] = canaries.map((canary) => {
  const folder = join(houseRoot, 'tools/canaries', canary.tree);
  const { root } = stack.use(buildTree(houseRoot, folder));
  return { canary, root, expectations: [...markedExpectations(folder), ...(canary.expects ?? [])] };
});

const results = await runSteps(
  cages.map(({ canary: { tree, tool }, root }) => {
    const [file, ...args] = tool;
    return { name: tree, about: '', root, command: [process.execPath, join(houseRoot, 'tools', file), ...args] };
  }),
  atOnce,
  () => {},
);

const findings = cages.flatMap((cage) => {
  const result = results.find(({ step }) => step.name === cage.canary.tree);
  return result === undefined ? [] : survivors(cage, result);
});
const count = cages.reduce((sum, { expectations }) => sum + expectations.length, 0);
conclude('canaries', findings, `${count} broken rules in ${canaries.length} trees`);

/** A canary survives when its checker lets it pass, or fails without giving the reason. */
function survivors({ canary, expectations }: Cage, { isGreen, output }: StepResult): readonly Finding[] {
  const path = `tools/canaries/${canary.tree}`;
  const finding = (rule: string, message: string): Finding => ({ path, line: 0, rule, message });
  if (expectations.length === 0) return [finding('no-expectation', 'the canary does not say what is wrong with it')];
  if (isGreen) return [finding('survived', `${canary.tool.join(' ')} passed a tree that breaks its rules`)];
  const missing = unmet(expectations, output).map((words) => finding('not-noticed', words.join(' … ')));
  const [first, ...rest] = missing;
  if (first === undefined) return [];
  return [{ ...first, message: `${first.message}; the checker said:\n${output}` }, ...rest].reverse();
}
