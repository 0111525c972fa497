/** `npm run soak`: a calm load for hours; memory has to stay flat, and not a single packet may be missing. */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { runChaos } from '../chaos/chaos.ts';
import type { ServerHome } from '../chaos/server-home.ts';
import { cpuSecondsOf } from '../harness/process-costs.ts';

const help = `npm run soak -- [--calls N] [--minutes M] [--seed SEED]

Plays N calls at a time (200) for M minutes (120) against a server of its own on loopback, with pauses and resumes at
random and nothing that does harm. Prints memory, CPU and descriptors of the server as it goes on. Exit 1 when a packet is
missing, kept twice or leaked, or when memory grew by more than a tenth from the first quarter to the last.
`;

const { values } = parseArgs({
  options: {
    calls: { type: 'string', default: '200' },
    minutes: { type: 'string', default: '120' },
    seed: { type: 'string', default: '1' },
    help: { type: 'boolean', short: 'h' },
  },
});

const samplesMax = 40;
const growthMax = 1.1;

interface Sample {
  readonly minute: number;
  readonly residentMiB: number;
  readonly cpuSeconds: number;
}

function sample(home: ServerHome, startedAt: number): Sample {
  const status = readFileSync(`/proc/${home.pid}/status`, 'latin1');
  const residentMiB = Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) / 1_024;
  return { minute: (performance.now() - startedAt) / 60_000, residentMiB, cpuSeconds: cpuSecondsOf(home.pid) };
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}

/** Memory of the last quarter as a share of the first, the start left out. */
function growth(samples: readonly Sample[]): number {
  const settled = samples.slice(Math.floor(samples.length / 10));
  const quarter = Math.max(1, Math.floor(settled.length / 4));
  const resident = settled.map(({ residentMiB }) => residentMiB);
  return median(resident.slice(-quarter)) / median(resident.slice(0, quarter));
}

async function soak(): Promise<number> {
  const [calls, minutes, seed] = [Number(values.calls), Number(values.minutes), Number(values.seed)];
  const samples: Sample[] = [];
  const startedAt = performance.now();
  const watch = (home: ServerHome): (() => void) => {
    const timer = setInterval(
      () => {
        const taken = sample(home, startedAt);
        const before = samples.at(-1);
        const cores = before && (taken.cpuSeconds - before.cpuSeconds) / ((taken.minute - before.minute) * 60);
        samples.push(taken);
        const memory = `${taken.residentMiB.toFixed(0)} MiB resident`;
        console.log(`${taken.minute.toFixed(1)} min: ${memory}, ${cores === undefined ? '–' : cores.toFixed(2)} cores`);
      },
      (minutes * 60_000) / samplesMax,
    );
    return () => clearInterval(timer);
  };
  const tally = await runChaos({ seed, calls, seconds: minutes * 60, isCalm: true, watch });
  const grew = growth(samples);
  console.log(tally.report(`Seed ${seed}, ${calls} calls at a time, ${minutes} minutes.`));
  console.log(
    `memory of the last quarter is ${grew.toFixed(3)} of the first; ${tally.totals.lost} packets counted as lost`,
  );
  return tally.isClean && tally.totals.lost === 0 && grew <= growthMax ? 0 : 1;
}

if (values.help) process.stdout.write(help);
else process.exitCode = await soak();
