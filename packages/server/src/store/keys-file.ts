/** The embedded key service: wrapping keys in a file that only its owner can read. */
import { join } from 'node:path';
import { Fault, type KeyService, needs, type SegmentId } from '@tacet/domain';
import { createKeyFile, type KeyRing, readKeyFile } from './key-file.ts';
import { unwrapWith, wrappingKeyNumber, wrapWith } from './wrapping-key.ts';

export interface KeyFileOptions {
  /**
   * Whether a missing file is made with a fresh key. Say no where segments are stored already: then a missing file is
   * a folder that was not mounted or a backup that is not complete, and a new key would hide that.
   */
  readonly mayCreate: boolean;
}

/** Where the keys of a data folder lie. */
export function keyFileOf(dataFolder: string): string {
  return join(dataFolder, 'keys', 'wrapping-keys.json');
}

export class FileKeyService implements KeyService {
  readonly #ring: KeyRing;

  /** @throws Fault storageUnavailable, with a sentence for the operator in `facts.reason`. */
  constructor(dataFolder: string, { mayCreate }: KeyFileOptions) {
    const path = keyFileOf(dataFolder);
    let ring = readKeyFile(path);
    if (ring === undefined) {
      if (!mayCreate) {
        const reason = 'The file of wrapping keys is missing, but there are recordings that need it; restore it.';
        throw new Fault('storageUnavailable', { reason });
      }
      createKeyFile(path);
      ring = readKeyFile(path);
    }
    needs(ring !== undefined, 'a key file that was made can be read');
    this.#ring = ring;
  }

  wrap(dataKey: Uint8Array, segmentId: SegmentId): Uint8Array {
    return wrapWith(this.#ring.current, dataKey, segmentId);
  }

  unwrap(wrapped: Uint8Array, segmentId: SegmentId): Uint8Array | undefined {
    const number = wrappingKeyNumber(wrapped);
    const key = number === undefined ? undefined : this.#ring.keys.get(number);
    return key === undefined ? undefined : unwrapWith(key, wrapped, segmentId);
  }
}
