/** Names that the glossary rules out, where the rule can be told from the name alone. */

import ts from 'typescript';
import type { Finding } from '../findings.ts';
import { lineAt, type ParsedFile, walk } from '../parsed-file.ts';
import { isProduct } from '../source-files.ts';

type NameRule = { readonly pattern: RegExp; readonly instead: string; readonly exceptIn?: RegExp };

/** For types, classes and functions. */
const declarationRules: readonly NameRule[] = [
  { pattern: /Impl$/, instead: 'name what is special about this one' },
  { pattern: /^I[A-Z][a-z]/, instead: 'leave the prefix out' },
  { pattern: /(Manager|Helpers?|Utils?)$/, instead: 'name what it does' },
  { pattern: /(?<!Key)Service$/, instead: 'only the port KeyService is called a service' },
  { pattern: /Exception$/, instead: 'expected failures are faults, broken assertions are defects' },
];

/** For everything that gets a name. The wire is called what its documents call it. */
const anyNameRules: readonly NameRule[] = [
  {
    pattern: /^[sS]essions?$/,
    instead: 'say which: recording session, communication session, sign-in',
    exceptIn: /^packages\/wire\//,
  },
];

/** Looks at the names that product files declare; names that come from elsewhere are not ours to choose. */
export function findBannedNames(file: ParsedFile): readonly Finding[] {
  if (!isProduct(file.path)) return [];
  const findings: Finding[] = [];
  walk(file, (node) => {
    const name = declaredName(node);
    if (name === undefined) return;
    const rules = isTypeOrFunction(node) ? [...declarationRules, ...anyNameRules] : anyNameRules;
    for (const rule of rules) {
      if (!rule.pattern.test(name.text) || rule.exceptIn?.test(file.path) === true) continue;
      const line = lineAt(file, name.getStart());
      findings.push({ path: file.path, line, rule: 'banned-name', message: `"${name.text}": ${rule.instead}` });
    }
  });
  return findings;
}

function isTypeOrFunction(node: ts.Node): boolean {
  return (
    ts.isTypeAliasDeclaration(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isClassDeclaration(node) ||
    ts.isFunctionDeclaration(node)
  );
}

/**
 * The identifier that a node introduces. Members of object types are left out: they often spell what the wire or a
 * library calls it.
 */
function declaredName(node: ts.Node): ts.Identifier | undefined {
  const introduces = isTypeOrFunction(node) || ts.isVariableDeclaration(node) || ts.isParameter(node);
  if (!introduces) return undefined;
  const name = (node as ts.NamedDeclaration).name;
  return name !== undefined && ts.isIdentifier(name) ? name : undefined;
}
