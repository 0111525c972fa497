/** The titles of the tests in a file. */

import ts from 'typescript';
import { type ParsedFile, walk } from '../parsed-file.ts';

const testFunctions: ReadonlySet<string> = new Set(['test', 'it', 't.test', 'describe', 'suite']);

/** The first argument of each test call, where it is fixed text; a title put together while running proves no rule. */
export function testTitles(file: ParsedFile): readonly string[] {
  const titles: string[] = [];
  walk(file, (node) => {
    if (!ts.isCallExpression(node) || !testFunctions.has(node.expression.getText())) return;
    const title = node.arguments[0];
    if (title !== undefined && ts.isStringLiteralLike(title)) titles.push(title.text);
  });
  return titles;
}
