/** `tacet verify`: proves a data folder and says so, one line per finding. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '@tacet/domain';
import { type VerifyProgress, verifyData } from '../verify/verify-data.ts';
import type { Terminal } from './terminal.ts';

export const verifyHelp = `tacet verify [data folder]

Proves a data folder, or that of TACET_DATA_DIR when none is named, from its files alone, with no server running or
beside one: that the audit log is whole, that every segment is what was stored and follows on the one before, that the
spans of pauses are those of the audit log, and that nothing is stored where something was withheld.

The line before the last names the head of the audit log. Noted elsewhere, it shows later whether entries were cut off the end.

  exit 0   all of it holds
  exit 1   something does not; one line for each finding
  exit 2   the folder cannot be read
`;

const progressMs = 1_000;

function progressLine(progress: VerifyProgress): string {
  const { conversations, of, segments, auditEntries } = progress;
  return `… ${conversations} of ${of} conversations, ${segments} segments, ${auditEntries} audit entries`;
}

/** @returns the exit code. */
export async function verify(dataDir: string, terminal: Terminal): Promise<number> {
  if (!existsSync(join(dataDir, 'tacet.db'))) {
    terminal.error(`There is no Tacet data folder at ${dataDir}.`);
    return 2;
  }
  let findings = 0;
  let last: VerifyProgress = { conversations: 0, of: 0, segments: 0, auditEntries: 0, auditHead: '' };
  let shownAt = performance.now();
  const onProgress = (progress: VerifyProgress): void => {
    last = progress;
    if (performance.now() - shownAt < progressMs) return;
    shownAt = performance.now();
    terminal.error(progressLine(progress));
  };
  try {
    for await (const finding of verifyData(dataDir, onProgress)) {
      findings += 1;
      terminal.print(`${finding.part} ${finding.id}: ${finding.what}`);
    }
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    terminal.error(`The data folder cannot be read: ${String(error.facts['reason'] ?? error.code)}`);
    return 2;
  }
  const { conversations, segments, auditEntries, auditHead } = last;
  terminal.print(`Audit head: entry ${auditEntries}, ${auditHead}`);
  const seen = `${conversations} conversations, ${segments} segments, ${auditEntries} audit entries`;
  terminal.print(findings === 0 ? `Proved: ${seen}; no findings.` : `Not proved: ${findings} findings in ${seen}.`);
  return findings === 0 ? 0 : 1;
}
