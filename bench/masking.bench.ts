/** Masking of written text: how much of what must not be kept is found, how often something else is taken for it, how fast. */
import { type Case, negatives, positives } from './masking/corpus.ts';
import { foundIn } from './masking/found.ts';

function table(title: string, cases: readonly Case[], isGood: (found: boolean) => boolean): void {
  const kinds = [...new Set(cases.map(({ kind }) => kind))];
  process.stdout.write(`${title}\n`);
  let good = 0;
  for (const kind of kinds) {
    const ofKind = cases.filter((one) => one.kind === kind);
    const right = ofKind.filter((one) => isGood(foundIn(one))).length;
    good += right;
    const share = ((right / ofKind.length) * 100).toFixed(1);
    process.stdout.write(`  ${kind.padEnd(58)} ${String(right).padStart(5)} of ${ofKind.length} (${share} %)\n`);
  }
  process.stdout.write(`  ${'all'.padEnd(58)} ${String(good).padStart(5)} of ${cases.length}\n\n`);
}

table('numbers that must not be kept, of which nothing was left over', positives(), (found) => found);
table('texts with other numbers, left as they were', negatives(), (found) => !found);

const texts = negatives();
const since = performance.now();
let characters = 0;
for (let turn = 0; turn < 5; turn += 1) {
  for (const one of texts) {
    foundIn(one);
    for (const text of one.texts) characters += text.length;
  }
}
const seconds = (performance.now() - since) / 1_000;
process.stdout.write(`${(characters / seconds / 1e6).toFixed(1)} million characters per second, one text at a time\n`);
