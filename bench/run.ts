/** `npm run bench`: every bench in turn, on this machine, into bench/results.md. */
import { spawnSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const help = `npm run bench [-- NAME …]

Runs bench/*.bench.ts one after another, or those whose names are given, prints what they print, and writes all of it
with a description of the machine to bench/results.md. Takes some minutes; let nothing else run meanwhile.
`;

const folder = import.meta.dirname;
const { values, positionals } = parseArgs({
  options: { help: { type: 'boolean', short: 'h' } },
  allowPositionals: true,
});
const all = readdirSync(folder)
  .filter((name) => name.endsWith('.bench.ts'))
  .sort();
const chosen = positionals.length === 0 ? all : all.filter((name) => positionals.some((word) => name.startsWith(word)));

function describeMachine(): string {
  const [cpu] = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  const load = loadavg()[0]?.toFixed(1);
  return `${cpus().length} × ${cpu?.model.trim()}, ${memory} GiB, Linux ${release()}, Node ${process.version}; load average at the start ${load}.`;
}

/** The words of a bench's first line, which is its caption. */
function captionOf(name: string, output: string): string {
  return `## ${name.replace('.bench.ts', '')}\n\n\`\`\`\n${output.trimEnd()}\n\`\`\`\n`;
}

if (values.help) {
  process.stdout.write(help);
} else {
  const parts = [`# Bench results\n\n${describeMachine()}\n`];
  for (const name of chosen) {
    process.stdout.write(`\n== ${name}\n`);
    const { stdout, stderr, status } = spawnSync(process.execPath, [join(folder, name)], { encoding: 'utf8' });
    process.stdout.write(stdout);
    if (status !== 0) {
      process.stderr.write(stderr);
      process.exitCode = 1;
      continue;
    }
    parts.push(captionOf(name, stdout));
  }
  if (chosen.length === all.length) writeFileSync(join(folder, 'results.md'), `${parts.join('\n')}`);
}
