/** The port for finished segments. */

export interface BlobStore {
  /** Stores durably under `name`; complete or not at all. */
  put(name: string, bytes: Uint8Array): Promise<void>;
  /** @throws Fault recordingDamaged when there is no such blob. */
  read(name: string): Promise<Uint8Array>;
  /** Removes a blob; removing one that is not there is no failure. */
  remove(name: string): Promise<void>;
  /** Every name in store. */
  names(): AsyncIterable<string>;
}
