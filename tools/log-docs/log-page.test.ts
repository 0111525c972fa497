import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { logFactNames, logLines } from '@tacet/server/log-lines';
import ts from 'typescript';
import { lineAt, parseFile, walk } from '../parsed-file.ts';
import { isProduct, listFiles } from '../source-files.ts';
import { logPage, logPagePath } from './log-page.ts';

const root = join(import.meta.dirname, '../..');

interface Written {
  readonly where: string;
  /** The event as text, or the beginning of one that is put together. */
  readonly event: string | undefined;
  readonly facts: ts.Expression | undefined;
}

/** Product files in which such a word stands at all; only these are worth parsing. */
function filesWith(word: RegExp): readonly string[] {
  const product = listFiles(root).filter(isProduct);
  return product.filter((path) => word.test(readFileSync(join(root, path), 'utf8')));
}

/** Every call by which product code writes a line. */
function written(): readonly Written[] {
  const found: Written[] = [];
  for (const path of filesWith(/\blog\s*\.\s*(error|warn|info|debug)\b/)) {
    const file = parseFile(root, path);
    walk(file, (node) => {
      if (!ts.isCallExpression(node)) return;
      // The text of a whole chain of calls would be made anew for each of them.
      if (!ts.isPropertyAccessExpression(node.expression)) return;
      if (!/(^|\.)log\.(error|warn|info|debug)$/.test(node.expression.getText())) return;
      const [event, facts] = node.arguments;
      const text =
        event === undefined
          ? undefined
          : ts.isStringLiteralLike(event)
            ? event.text
            : ts.isTemplateExpression(event)
              ? event.head.text
              : undefined;
      found.push({ where: `${path}:${lineAt(file, node.getStart())}`, event: text, facts });
    });
  }
  return found;
}

function rowOf(event: string | undefined): (typeof logLines)[string] | undefined {
  return logLines[event?.startsWith('alarm: ') === true ? 'alarm: …' : (event ?? '')];
}

/** Names of an object's members, as far as they are written out. */
function namesIn(facts: ts.Expression | undefined): readonly string[] {
  if (facts === undefined || !ts.isObjectLiteralExpression(facts)) return [];
  return facts.properties.flatMap((member) => (member.name === undefined ? [] : [member.name.getText()]));
}

test('the page of log lines says what the table of log lines says', () => {
  assert.equal(readFileSync(join(root, logPagePath), 'utf8'), logPage(), 'it is stale: run node tools/log-docs.ts');
});

test('every line that is written to the log is in the table of log lines, with each of its facts', () => {
  const lines = written();
  assert.ok(lines.length > 15, 'calls of the log are found at all');
  for (const { where, event, facts } of lines) {
    const row = rowOf(event);
    assert.ok(row !== undefined, `${where}: "${event}" is not in packages/server/src/log-lines.ts`);
    for (const name of namesIn(facts)) {
      assert.ok((row.facts as readonly string[]).includes(name), `${where}: ${name} is no fact of "${event}"`);
    }
  }
});

test('facts of log lines are ids, counts, codes and settings, by names of a closed list', () => {
  const known = new Set(Object.keys(logFactNames));
  for (const { facts } of Object.values(logLines)) for (const name of facts) assert.ok(known.has(name), name);
});

test('what alarms say of themselves is in the table of log lines', () => {
  const allowed: readonly string[] = logLines['alarm: …']?.facts ?? [];
  for (const path of filesWith(/\braise\b/)) {
    const file = parseFile(root, path);
    walk(file, (node) => {
      if (!ts.isCallExpression(node) || !/(^|\.)raise$/.test(node.expression.getText())) return;
      const [alarm] = node.arguments;
      if (alarm === undefined || !ts.isObjectLiteralExpression(alarm)) return;
      const facts = alarm.properties.find((member) => member.name?.getText() === 'facts');
      const names = facts !== undefined && ts.isPropertyAssignment(facts) ? namesIn(facts.initializer) : [];
      for (const name of names) assert.ok(allowed.includes(name), `${path}: ${name}`);
    });
  }
});
