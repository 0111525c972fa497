/** Where a command reads and writes: results go to one stream, progress and complaints to the other. */
import { text } from 'node:stream/consumers';

export interface Terminal {
  /** A line of result. */
  print(line: string): void;
  /** A line of progress, or a complaint. */
  error(line: string): void;
  /** All that is piped in. */
  input(): Promise<string>;
}

export const processTerminal: Terminal = {
  print: (line) => process.stdout.write(`${line}\n`),
  error: (line) => process.stderr.write(`${line}\n`),
  input: () => text(process.stdin),
};
