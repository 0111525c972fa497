/** Tells failures of the storage from failures of what was to be stored. */
import { Fault } from '@tacet/domain';

/** Primary result codes (https://www.sqlite.org/rescode.html) that blame the values, not the disk. */
const valueCodes: ReadonlySet<number> = new Set([
  18, // TOOBIG
  19, // CONSTRAINT
  20, // MISMATCH
  25, // RANGE
]);

/** The primary result code of an SQLite error; `undefined` for every other error. */
export function resultCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return undefined;
  return error.errcode & 0xff;
}

/** Whether the storage itself failed: no space, no lock, a broken file. */
export function isStorageFailure(error: unknown): boolean {
  const code = resultCode(error);
  return code !== undefined && !valueCodes.has(code);
}

/** The fault for a storage failure; whatever else was thrown is handed back as it is. */
export function asFault(error: unknown): unknown {
  return isStorageFailure(error) ? new Fault('storageUnavailable', {}, error) : error;
}
