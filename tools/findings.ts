/** What a house tool has to say about the tree, and how it ends. */

/** One broken rule at one place. `line` counts from 1; 0 means the file as a whole. */
export type Finding = {
  readonly path: string;
  readonly line: number;
  readonly rule: string;
  readonly message: string;
};

/**
 * Prints the findings, or one line that says what was looked at, and sets the exit code of the process: 1 as soon as
 * there is a finding. The rule's name is always printed, because the canaries look for it.
 */
export function conclude(tool: string, findings: readonly Finding[], lookedAt: string): void {
  for (const finding of findings) {
    const place = finding.line > 0 ? `${finding.path}:${finding.line}` : finding.path;
    console.log(`${place}  ${finding.rule}: ${finding.message}`);
  }
  if (findings.length > 0) {
    console.log(`${tool}: ${findings.length} finding${findings.length === 1 ? '' : 's'} in ${lookedAt}`);
    process.exitCode = 1;
  } else {
    console.log(`${tool}: nothing to say about ${lookedAt}`);
  }
}
