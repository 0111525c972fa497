import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

/** A program that fails at the first input longer than its word says, and prints what it was given first. */
const program = `
import { fuzzInputs } from ${JSON.stringify(new URL('index.ts', import.meta.url).href)};
let first;
try {
  for (const input of fuzzInputs(5, [new Uint8Array(40)], 50, 'A parser')) {
    first ??= Buffer.from(input).toString('hex');
    if (input.length > Number(process.argv[2])) throw new Error('a find');
  }
} catch {}
process.stdout.write(first);
`;

test('an input at which a test fails is kept beside it when it is asked for, and is tried first from then on', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tacet-finds-'));
  const path = join(folder, 'parser.mjs');
  const [finds, report] = [join(folder, 'finds/a-parser'), join(folder, 'report')];
  writeFileSync(path, program);
  const run = (longest: number, more: { readonly [name: string]: string } = {}): string => {
    const env = { ...process.env, ...more };
    const { status, stdout, stderr } = spawnSync(process.execPath, [path, String(longest)], { env, encoding: 'utf8' });
    assert.equal(status, 0, stderr);
    return stdout;
  };
  try {
    run(40);
    assert.equal(existsSync(finds), false, 'an ordinary run writes nothing');
    run(1_000_000, { FUZZ_REPORT: report });
    assert.equal(existsSync(finds), false, 'nothing is kept where nothing fails');
    run(40, { FUZZ_REPORT: report });
    const [name = assert.fail('nothing was kept')] = readdirSync(finds);
    const kept = readFileSync(join(finds, name));
    assert.ok(kept.length > 40);
    assert.equal(run(1_000_000), kept.toString('hex'));
    const told = readFileSync(report, 'utf8')
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line));
    assert.equal(told[0].executions['A parser'], 50);
    assert.ok(told[0].cpuMs > 0 && told[1].executions['A parser'] < 50);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
