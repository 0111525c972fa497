/** Calls that some parts must not make: the pure parts ask nobody for the time, and product code does not print. */

import ts from 'typescript';
import type { Finding } from '../findings.ts';
import { lineAt, type ParsedFile, walk } from '../parsed-file.ts';
import { isProduct } from '../source-files.ts';

/** Members of globals (`object.member`) that make a pure part depend on when, where or how luckily it runs. */
const impureMembers: ReadonlyMap<string, string> = new Map([
  ['Date.now', 'take the instant as a parameter'],
  ['performance.now', 'take the instant as a parameter'],
  ['Math.random', 'take the random bytes as a parameter'],
  ['crypto.randomUUID', 'take the id as a parameter'],
  ['crypto.getRandomValues', 'take the random bytes as a parameter'],
  ['process.hrtime', 'take the instant as a parameter'],
  ['process.env', 'take the setting as a parameter'],
]);

/** Functions that do the same, wherever they come from. */
const impureFunctions: ReadonlyMap<string, string> = new Map([
  ['setTimeout', 'return when to call again, the shell holds the timer'],
  ['setInterval', 'return when to call again, the shell holds the timer'],
  ['setImmediate', 'return when to call again, the shell holds the timer'],
  ['queueMicrotask', 'return an effect, the shell carries it out'],
  ['randomBytes', 'take the random bytes as a parameter'],
  ['randomUUID', 'take the id as a parameter'],
  ['randomInt', 'take the number as a parameter'],
]);

/** Where printing is the purpose: the command line's own files and the demo. */
const printers = /^packages\/[^/]+\/src\/(main\.ts|.*-command\.ts|(cli|demo)\/.*)$/;

/** Finds impure calls in `domain` and `wire`, and printing in product code outside the command line. */
export function findForbiddenCalls(file: ParsedFile): readonly Finding[] {
  if (!isProduct(file.path)) return [];
  const isPure = /^packages\/(domain|wire)\//.test(file.path);
  const mayPrint = printers.test(file.path);
  const findings: Finding[] = [];
  const report = (node: ts.Node, rule: string, message: string): void => {
    findings.push({ path: file.path, line: lineAt(file, node.getStart()), rule, message });
  };
  walk(file, (node) => {
    if (isPure) {
      const impure = impureUse(node);
      if (impure !== undefined) report(node, 'impure-call', impure);
    }
    if (!mayPrint && ts.isPropertyAccessExpression(node) && node.expression.getText() === 'console') {
      report(node, 'console', `${node.getText()} outside the command line; observe it through the log`);
    }
  });
  return findings;
}

function impureUse(node: ts.Node): string | undefined {
  if (ts.isPropertyAccessExpression(node)) {
    const text = node.getText();
    const instead = impureMembers.get(text);
    return instead === undefined ? undefined : `${text}: ${instead}`;
  }
  if (ts.isNewExpression(node) && node.expression.getText() === 'Date' && (node.arguments?.length ?? 0) === 0) {
    return 'new Date(): take the instant as a parameter';
  }
  if (ts.isCallExpression(node)) {
    const callee = ts.isPropertyAccessExpression(node.expression) ? node.expression.name : node.expression;
    const name = callee.getText();
    const instead = impureFunctions.get(name);
    return instead === undefined ? undefined : `${name}(): ${instead}`;
  }
  return undefined;
}
