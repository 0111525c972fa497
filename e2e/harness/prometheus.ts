/** A real Prometheus that scrapes a server of ours, with our own rules. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePorts } from './free-ports.ts';
import { end, root } from './programs.ts';
import { until } from './until.ts';

/** It takes seconds to come up, and first scrapes at a moment of its own. */
const reachMsMax = 30_000;

interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [number, string];
}

export class Prometheus implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #url: string;

  private constructor(child: ChildProcess, url: string) {
    this.#child = child;
    this.#url = url;
  }

  /** @param target `host:port` of the metrics. */
  static async start(folder: string, target: string): Promise<Prometheus> {
    mkdirSync(folder, { recursive: true });
    const config = {
      global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' },
      scrape_configs: [{ job_name: 'tacet', static_configs: [{ targets: [target] }] }],
      rule_files: [join(root, 'deploy/prometheus/alerts.yml')],
    };
    const file = join(folder, 'prometheus.yml');
    // YAML takes JSON.
    writeFileSync(file, JSON.stringify(config));
    const address = `127.0.0.1:${await freePorts(2)}`;
    const words = [`--config.file=${file}`, `--storage.tsdb.path=${folder}`, `--web.listen-address=${address}`];
    return new Prometheus(spawn('prometheus', words, { stdio: 'ignore' }), `http://${address}`);
  }

  async query(expression: string): Promise<readonly Sample[]> {
    const answer = await fetch(`${this.#url}/api/v1/query?query=${encodeURIComponent(expression)}`);
    const { data } = (await answer.json()) as { readonly data: { readonly result: readonly Sample[] } };
    return data.result;
  }

  /** A query's first value, once it is what is waited for. */
  reaches(expression: string, isThere: (value: number) => boolean): Promise<number> {
    const look = async (): Promise<number | undefined> => {
      const [first] = await this.query(expression).catch(() => []);
      const value = Number(first?.value[1] ?? Number.NaN);
      return isThere(value) ? value : undefined;
    };
    return until(`${expression} in Prometheus`, look, reachMsMax);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return end(this.#child, 'SIGKILL');
  }
}
