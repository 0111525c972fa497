/** Where a command writes: results to one stream, progress and complaints to the other. */

export interface Terminal {
  /** A line of result. */
  print(line: string): void;
  /** A line of progress, or a complaint. */
  error(line: string): void;
}

export const processTerminal: Terminal = {
  print: (line) => process.stdout.write(`${line}\n`),
  error: (line) => process.stderr.write(`${line}\n`),
};
