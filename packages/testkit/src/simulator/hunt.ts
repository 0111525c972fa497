/** `npm run hunt`: a hundred thousand seeds, or those you name; prints every seed that breaks a promise. */
import { parseArgs } from 'node:util';
import { judge, simulate } from './index.ts';

const help = `npm run hunt -- [--from SEED] [--count N] [--seed SEED]

Runs the simulator over N seeds from SEED on (1 and 100000 unless told otherwise), or over one seed, and judges each by
content. Exit 1 when any promise was broken; the seed printed reproduces it.
`;

const { values } = parseArgs({
  options: {
    from: { type: 'string', default: '1' },
    count: { type: 'string', default: '100000' },
    seed: { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  },
});

if (values.help) {
  process.stdout.write(help);
} else {
  const from = Number(values.seed ?? values.from);
  const count = values.seed === undefined ? Number(values.count) : 1;
  const startedAt = performance.now();
  let broken = 0;
  let arrived = 0;
  let stored = 0;
  for (let seed = from; seed < from + count; seed += 1) {
    try {
      const verdict = await judge(await simulate(seed));
      arrived += verdict.arrivedCount;
      stored += verdict.storedCount;
      if (verdict.broken.length > 0) {
        broken += 1;
        process.stdout.write(
          `seed ${seed}: ${verdict.broken.length} broken\n  ${verdict.broken.slice(0, 5).join('\n  ')}\n`,
        );
      }
    } catch (error) {
      broken += 1;
      process.stdout.write(
        `seed ${seed}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
      );
    }
    if ((seed - from + 1) % 1000 === 0) {
      const rate = ((seed - from + 1) / (performance.now() - startedAt)) * 1000;
      process.stderr.write(`… ${seed - from + 1} of ${count} seeds, ${rate.toFixed(0)}/s, ${broken} broken\n`);
    }
  }
  process.stdout.write(`${count} seeds, ${arrived} packets arrived, ${stored} kept, ${broken} seeds broken\n`);
  process.exitCode = broken === 0 ? 0 : 1;
}
