/** `npm run chaos`: two hundred live calls for ten minutes, or what you name; writes a report with its seed. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from '../harness/programs.ts';
import { chaosMedia } from './beside.ts';
import { runChaos } from './chaos.ts';
import { type Trouble, troubles } from './trouble.ts';

const help = `npm run chaos -- [--calls N] [--minutes M] [--seed SEED] [--only TROUBLE,…] [--media MEDIUM,…] [--report FILE]

Plays N calls at a time (200) for M minutes (10) against a server of its own on loopback, pauses and resumes them at
random, loses, doubles and reorders their packets, and kills, halts and starves the server meanwhile. Judges every call by
content: what was withheld is nowhere, what was admitted is there once, what is missing is told of. Exit 1 otherwise.
Troubles are ${troubles.join(', ')}. Media are ${chaosMedia.join(', ')}: messages and co-browsed pages stand beside calls, and each third place has mails instead.
The seed draws what happens; when it happens depends on the machine as well. The report goes to bench/chaos.md.
`;

const { values } = parseArgs({
  options: {
    calls: { type: 'string', default: '200' },
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string' },
    media: { type: 'string', default: 'call' },
    only: { type: 'string', default: troubles.join(',') },
    report: { type: 'string', default: join(root, 'bench/chaos.md') },
    help: { type: 'boolean', short: 'h' },
  },
});

if (values.help) {
  process.stdout.write(help);
} else {
  const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
  const [calls, minutes] = [Number(values.calls), Number(values.minutes)];
  const tell = (line: string): boolean => process.stdout.write(`${line}\n`);
  tell(`seed ${seed}`);
  const among = values.only.split(',').filter((name): name is Trouble => troubles.some((one) => one === name));
  const media = chaosMedia.filter((one) => values.media.split(',').includes(one));
  const tally = await runChaos({ seed, calls, seconds: minutes * 60, among, media, tell });
  const report = tally.report(
    `Seed ${seed}, ${calls} calls at a time, ${minutes} minutes, ${media.join(', ')}, Node ${process.version}.`,
  );
  writeFileSync(values.report, `# The last chaos run\n\n\`npm run chaos\` (see its \`--help\`). ${report}`);
  tell(report);
  if (!tally.isClean) process.exitCode = 1;
}
