/** Comments: every product file opens with a caption, and no note of unfinished work stays behind. */

import type { Finding } from '../findings.ts';
import type { ParsedFile } from '../parsed-file.ts';
import { isProduct } from '../source-files.ts';

/** Unfinished work belongs into an issue, where somebody sees it. */
const marks = /\b(TODO|FIXME|XXX|HACK)\b/;

/** A product file starts with a comment that captions it in a sentence (a `#!` line may come first). */
export function findMissingCaption(file: ParsedFile): readonly Finding[] {
  if (!isProduct(file.path)) return [];
  if (/^(#![^\n]*\n)?\s*\/[/*]\*?\s*\S/.test(file.text)) return [];
  return [{ path: file.path, line: 1, rule: 'no-caption', message: 'the file does not open with a caption comment' }];
}

/** Finds leftover marks, in comments only: the same letters in a string may be somebody's data. */
export function findMarks(file: ParsedFile): readonly Finding[] {
  return file.comments.flatMap((comment) => {
    const found = marks.exec(comment.text);
    if (found === null) return [];
    const line = comment.line + comment.text.slice(0, found.index).split('\n').length - 1;
    return [
      { path: file.path, line, rule: 'leftover-mark', message: `${found[0]} in a comment; file an issue instead` },
    ];
  });
}
