/** How long files may be: no long file, few longish ones, and a small one in the middle. */

import type { Finding } from '../findings.ts';
import type { ParsedFile } from '../parsed-file.ts';
import { isProduct } from '../source-files.ts';

/** A file longer than this holds more than one idea; tests and tools are held to it as well. */
const linesMax = 400;
/** Above this a product file is longish … */
const longishLines = 300;
/** … and at most this share of all product lines may stand in longish files. */
const longishShareMax = 0.05;
/** Half of the product files must be no longer than this. */
const medianLinesMax = 130;

/** Checks each file alone, then the product files as a population. */
export function findOversize(files: readonly ParsedFile[]): readonly Finding[] {
  const findings: Finding[] = files
    .filter((file) => file.lineCount > linesMax)
    .map((file) => ({
      path: file.path,
      line: 0,
      rule: 'file-too-long',
      message: `${file.lineCount} lines, ${linesMax} is the most; split it by idea`,
    }));
  const product = files.filter((file) => isProduct(file.path));
  return [...findings, ...findLongTail(product), ...findHighMedian(product)];
}

function findLongTail(product: readonly ParsedFile[]): readonly Finding[] {
  const longish = product.filter((file) => file.lineCount > longishLines);
  const linesOf = (some: readonly ParsedFile[]): number => some.reduce((sum, file) => sum + file.lineCount, 0);
  const share = linesOf(longish) / Math.max(1, linesOf(product));
  if (share <= longishShareMax) return [];
  const names = longish.map((file) => `${file.path} (${file.lineCount})`).join(', ');
  const percent = (share * 100).toFixed(1);
  const message = `${percent} % of product lines stand in files over ${longishLines} lines, 5 % is the most: ${names}`;
  return [{ path: 'packages', line: 0, rule: 'long-tail', message }];
}

function findHighMedian(product: readonly ParsedFile[]): readonly Finding[] {
  const sorted = product.map((file) => file.lineCount).sort((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
  if (median <= medianLinesMax) return [];
  const message = `the median product file has ${median} lines, ${medianLinesMax} is the most`;
  return [{ path: 'packages', line: 0, rule: 'median-too-high', message }];
}
