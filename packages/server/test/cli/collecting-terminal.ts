/** A terminal that keeps what a command writes. */
import type { Terminal } from '../../src/cli/terminal.ts';

export class CollectingTerminal implements Terminal {
  readonly printed: string[] = [];
  readonly complaints: string[] = [];

  print(line: string): void {
    this.printed.push(line);
  }

  error(line: string): void {
    this.complaints.push(line);
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
