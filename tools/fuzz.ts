/** `npm run fuzz`: the fuzz tests of everything that listens with many more executions and another seed. */
import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { parseArgs } from 'node:util';

const help = `npm run fuzz -- [--factor N] [--seed N]

Runs every fuzz test with N times its usual executions (50 unless told otherwise), from another seed (the time of day
unless told otherwise; it is printed, and repeats the run). A find belongs into the corpus folder beside its test.
`;

const { values } = parseArgs({
  options: {
    factor: { type: 'string', default: '50' },
    seed: { type: 'string', default: String(Math.floor(Date.now() / 1000) % 1_000_000) },
    help: { type: 'boolean', short: 'h' },
  },
});

if (values.help) {
  process.stdout.write(help);
} else {
  process.stdout.write(`fuzz: factor ${values.factor}, seed ${values.seed}\n`);
  const files = globSync('packages/*/{src,test}/**/*fuzz*.test.ts');
  const env = { ...process.env, FUZZ_FACTOR: values.factor, FUZZ_SEED: values.seed };
  const { status } = spawnSync(process.execPath, ['--test', ...files], { stdio: 'inherit', env });
  process.exitCode = status ?? 1;
}
