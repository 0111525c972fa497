/** Files of the explorer's page, read once and sent as they are. */
import { readFile } from 'node:fs/promises';
import type { Answer } from '../door.ts';

export interface StaticFile {
  readonly contentType: string;
  /** Where it stands: beside this module, or in a package. */
  readonly from: URL;
}

const read = new Map<string, Promise<Uint8Array>>();

function bytesOf({ from }: StaticFile): Promise<Uint8Array> {
  const known = read.get(from.href);
  if (known !== undefined) return known;
  const bytes = readFile(from);
  read.set(from.href, bytes);
  return bytes;
}

async function* whole(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

export async function fileAnswer(file: StaticFile, headers: { readonly [name: string]: string } = {}): Promise<Answer> {
  const bytes = await bytesOf(file);
  return {
    status: 200,
    headers: { 'content-type': file.contentType, ...headers },
    bytes: { lengthBytes: bytes.length, read: () => whole(bytes) },
  };
}
