/** No test is focused, postponed or switched off; a test that cannot run everywhere computes why and says so. */

import ts from 'typescript';
import type { Finding } from '../findings.ts';
import { lineAt, type ParsedFile, walk } from '../parsed-file.ts';

const silencers: ReadonlySet<string> = new Set(['only', 'skip', 'todo']);
const testFunctions: ReadonlySet<string> = new Set(['test', 'it', 'describe', 'suite', 't']);

/**
 * Finds `test.only(…)` and its kin, and the options `only`, `skip` and `todo` with a fixed value. A `skip` whose value
 * is computed (`skip: !isInstalled && 'needs the tool'`) is allowed: the runner prints its reason.
 */
export function findSilencedTests(file: ParsedFile): readonly Finding[] {
  const findings: Finding[] = [];
  const report = (node: ts.Node, what: string): void => {
    const message = `${what} keeps tests from running; make it run or remove it`;
    findings.push({ path: file.path, line: lineAt(file, node.getStart()), rule: 'silenced-test', message });
  };
  walk(file, (node) => {
    if (!ts.isCallExpression(node)) return;
    const callee = node.expression;
    if (ts.isPropertyAccessExpression(callee) && silencers.has(callee.name.text)) {
      if (testFunctions.has(callee.expression.getText())) report(callee, `${callee.getText()}()`);
    }
    const root = callee.getText().split('.')[0] ?? '';
    if (!testFunctions.has(root)) return;
    for (const option of node.arguments.filter(ts.isObjectLiteralExpression).flatMap((each) => each.properties)) {
      if (!ts.isPropertyAssignment(option) || !silencers.has(option.name.getText())) continue;
      if (isFixed(option.initializer)) report(option, `{ ${option.getText()} }`);
    }
  });
  return findings;
}

function isFixed(value: ts.Expression): boolean {
  return value.kind === ts.SyntaxKind.TrueKeyword || ts.isStringLiteralLike(value);
}
