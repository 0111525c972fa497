/** The rules stated in comments, and which of them no test title carries. */

import type { Finding } from '../findings.ts';
import type { Comment, ParsedFile } from '../parsed-file.ts';

/** A rule as its comment states it, without the mark. `line` counts from 1. */
export type Rule = { readonly text: string; readonly path: string; readonly line: number };

/**
 * Reads `// Rule: …` and ` * Rule: …`. A rule ends with the first full stop at the end of a line, or where its comment
 * ends, so that a long one may go on in the comment lines below.
 */
export function rulesOf(file: ParsedFile): readonly Rule[] {
  const rules: Rule[] = [];
  for (const block of commentBlocks(file.comments)) {
    let open: { text: string; line: number } | undefined;
    const finish = (): void => {
      if (open !== undefined) rules.push({ ...open, path: file.path });
      open = undefined;
    };
    for (const { text, line } of block) {
      const start = /^Rule:\s*(.*)$/.exec(text);
      if (start !== null) {
        finish();
        open = { text: start[1] ?? '', line };
      } else if (open !== undefined) {
        if (text === '') finish();
        else open.text += ` ${text}`;
      }
      if (text.endsWith('.')) finish();
    }
    finish();
  }
  return rules;
}

/** A rule and a title are the same when the same words follow each other, whatever the case, marks and spaces. */
export function wordsOf(sentence: string): string {
  return sentence
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

/** The rules of `product` that are not the words of any of `titles`. */
export function findUntestedRules(
  product: readonly ParsedFile[],
  titles: readonly string[],
): { readonly ruleCount: number; readonly findings: readonly Finding[] } {
  const known = new Set(titles.map(wordsOf));
  const rules = product.flatMap(rulesOf);
  const findings = rules
    .filter((rule) => !known.has(wordsOf(rule.text)))
    .map(({ path, line, text }) => ({ path, line, rule: 'untested-rule', message: `no test is titled "${text}"` }));
  return { ruleCount: rules.length, findings };
}

/** Neighbouring `//` lines make one block; a block comment is one by itself. Delimiters are taken off. */
function commentBlocks(comments: readonly Comment[]): readonly (readonly Comment[])[] {
  const blocks: Comment[][] = [];
  let lastSlashLine = Number.NEGATIVE_INFINITY;
  for (const comment of comments) {
    const isSlash = comment.text.startsWith('//');
    const lines = comment.text.split('\n').map((raw, index) => ({
      text: raw
        .replace(/^\s*(\/\/+|\/\*+|\*(?!\/))?\s?/, '')
        .replace(/\s*\*\/\s*$/, '')
        .trim(),
      line: comment.line + index,
    }));
    if (isSlash && comment.line === lastSlashLine + 1) blocks.at(-1)?.push(...lines);
    else blocks.push(lines);
    lastSlashLine = isSlash ? comment.line : Number.NEGATIVE_INFINITY;
  }
  return blocks;
}
