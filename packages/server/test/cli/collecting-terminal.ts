/** A terminal that keeps what a command writes, and pipes in what the test says. */
import type { Terminal } from '../../src/cli/terminal.ts';

export class CollectingTerminal implements Terminal {
  readonly printed: string[] = [];
  readonly complaints: string[] = [];
  readonly #piped: string;

  /** @param piped what the command finds on its standard input. */
  constructor(piped = '') {
    this.#piped = piped;
  }

  print(line: string): void {
    this.printed.push(line);
  }

  error(line: string): void {
    this.complaints.push(line);
  }

  async input(): Promise<string> {
    return this.#piped;
  }

  /** All of the result. */
  get output(): string {
    return this.printed.join('\n');
  }

  /** All of progress and complaints. */
  get said(): string {
    return this.complaints.join('\n');
  }
}
