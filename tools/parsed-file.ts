/** A TypeScript file as the house tools see it: its tree, its lines and its comments. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

/** One comment as it stands in the file, delimiters included. `line` counts from 1. */
export type Comment = { readonly text: string; readonly line: number };

/** A parsed file. `lineCount` counts physical lines, a last empty one not included. */
export type ParsedFile = {
  readonly path: string;
  readonly text: string;
  readonly tree: ts.SourceFile;
  readonly lineCount: number;
  readonly comments: readonly Comment[];
};

/** Reads and parses `path` below `root`. Syntax errors are left to the compiler. */
export function parseFile(root: string, path: string): ParsedFile {
  return parseText(path, readFileSync(join(root, path), 'utf8'));
}

/** Parses `text` as if it stood in `path`. */
export function parseText(path: string, text: string): ParsedFile {
  const tree = ts.createSourceFile(path, text, ts.ScriptTarget.ESNext, true);
  const lines = text.split('\n');
  const lineCount = lines.at(-1) === '' ? lines.length - 1 : lines.length;
  return { path, text, tree, lineCount, comments: commentsOf(tree, text) };
}

/** The line of a position in the file, counted from 1. */
export function lineAt(file: ParsedFile, position: number): number {
  return file.tree.getLineAndCharacterOfPosition(position).line + 1;
}

/** Calls `visit` for every node of the file, parents before children. */
export function walk(file: ParsedFile, visit: (node: ts.Node) => void): void {
  const step = (node: ts.Node): void => {
    visit(node);
    ts.forEachChild(node, step);
  };
  step(file.tree);
}

/**
 * Comments are what stands between tokens. Asking the tree for its tokens, instead of searching the text, keeps a `//`
 * inside a string, a template or a regular expression from being taken for one.
 */
function commentsOf(tree: ts.SourceFile, text: string): readonly Comment[] {
  const comments: Comment[] = [];
  let end = 0;
  const readGap = (from: number, to: number): void => {
    for (const match of text.slice(from, to).matchAll(/\/\/[^\n]*|\/\*[\s\S]*?\*\//g)) {
      const line = tree.getLineAndCharacterOfPosition(from + match.index).line + 1;
      comments.push({ text: match[0].trimEnd(), line });
    }
  };
  const step = (node: ts.Node): void => {
    const children = node.getChildren(tree).filter((child) => !ts.isJSDoc(child));
    if (children.length > 0) {
      for (const child of children) step(child);
      return;
    }
    readGap(end, node.getStart(tree));
    end = Math.max(end, node.getEnd());
  };
  step(tree);
  return comments;
}
