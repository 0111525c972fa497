/** Looks for marks as plain bytes in everything that a server left behind. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { base64Of, type Mark, marksIn, openingAsText } from './marks.ts';

/** Every file below a folder; one that goes away meanwhile is passed over. */
export function* filesBelow(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const path = join(folder, entry);
    if (existsSync(path) && statSync(path).isFile()) yield path;
  }
}

function readIfThere(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch {
    return Buffer.alloc(0);
  }
}

/** How many files were searched, and what was found in them, as `path: what`. */
export interface SearchResult {
  readonly fileCount: number;
  readonly found: readonly string[];
}

/** Marks of any frame, kept or withheld, that stand as they are in any file of a folder. */
export function searchFolder(folder: string): SearchResult {
  const found: string[] = [];
  let fileCount = 0;
  for (const path of filesBelow(folder)) {
    fileCount += 1;
    for (const { stream, number } of marksIn(readIfThere(path))) {
      found.push(`${relative(folder, path)}: frame ${number} of stream ${stream}`);
    }
  }
  return { fileCount, found };
}

/** Marks in a text: raw, hexadecimal, as a list of numbers, or, of the frames that are named, in Base64. */
export function searchText(text: string, frames: readonly Mark[]): readonly string[] {
  const raw = [...marksIn(Buffer.from(text, 'latin1')), ...marksIn(Buffer.from(text, 'utf8'))];
  const spelt = openingAsText.filter((written) => text.toLowerCase().includes(written));
  const encoded = frames.flatMap(base64Of).filter((written) => text.includes(written));
  return [...raw.map(({ stream, number }) => `frame ${number} of stream ${stream}`), ...spelt, ...encoded];
}

/** Names, numbers and digits in a text, in any case, as they are or as bytes are spelt: hexadecimal, Base64, percent signs. */
export function searchWords(text: string, words: readonly string[]): readonly string[] {
  const plain = text.toLowerCase();
  return words.flatMap((word) => {
    const bytes = Buffer.from(word);
    // Base64 of a word depends on where it begins; what does not is the middle.
    const middles = [0, 1, 2].map((at) =>
      Buffer.concat([Buffer.alloc(at), bytes])
        .toString('base64')
        .slice(at + 2, -4),
    );
    const spelt = [word.toLowerCase(), bytes.toString('hex'), encodeURIComponent(word).toLowerCase()];
    const found = [
      ...spelt.filter((way) => plain.includes(way)),
      ...middles.filter((way) => way.length >= 8 && text.includes(way)),
    ];
    return found.length === 0 ? [] : [word];
  });
}
