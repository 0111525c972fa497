/** A folder of a test's own, gone when the test is over. */
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export class TempFolder implements AsyncDisposable {
  readonly path: string;

  constructor() {
    this.path = mkdtempSync(join(tmpdir(), 'tacet-e2e-'));
  }

  /** A path inside. */
  at(...parts: readonly string[]): string {
    return join(this.path, ...parts);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return rm(this.path, { recursive: true, force: true, maxRetries: 5 });
  }
}
