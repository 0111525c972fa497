/** The gate's lock: only the gatekeeper may say that a unit was admitted. */

import ts from 'typescript';
import type { Finding } from '../findings.ts';
import { lineAt, type ParsedFile, walk } from '../parsed-file.ts';

const maker = 'packages/capture/src/gatekeeper.ts';

/** Finds assertions of `AdmittedUnit` outside the gatekeeper, tests included: they would open a way around the gate. */
export function findForgedAdmissions(file: ParsedFile): readonly Finding[] {
  if (file.path === maker) return [];
  const findings: Finding[] = [];
  walk(file, (node) => {
    if (!ts.isAsExpression(node) && !ts.isTypeAssertionExpression(node)) return;
    if (!/\bAdmittedUnit\b/.test(node.type.getText())) return;
    const message = 'only Gatekeeper.admit makes an AdmittedUnit';
    findings.push({ path: file.path, line: lineAt(file, node.getStart()), rule: 'forged-admission', message });
  });
  return findings;
}
