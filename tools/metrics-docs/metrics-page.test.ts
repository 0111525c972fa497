import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { type MetricRow, metricTable } from '@tacet/server/metrics';
import { metricsPage, metricsPagePath } from './metrics-page.ts';

const root = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const rows: readonly MetricRow[] = Object.values(metricTable);

/** The names of series that a metric of ours has. */
const series = new Set(
  rows.flatMap(({ name, kind }) =>
    kind === 'histogram' ? ['bucket', 'sum', 'count'].map((end) => `${name}_${end}`) : [name],
  ),
);

/** Names of ours in a text, and in queries of anything. */
function namedIn(text: string): readonly string[] {
  return [...new Set(text.match(/\btacet_[a-z_]+/g) ?? [])];
}

interface Rule {
  readonly expr: string;
  readonly runbook: string;
}

/** Read by its lines, as it is laid out here; promtool judges below whether it is what Prometheus reads. */
function rules(): readonly Rule[] {
  const [, ...blocks] = read('deploy/prometheus/alerts.yml').split('- alert: ');
  return blocks.map((block) => {
    const [, expr = '', runbook = ''] = /expr: (.*?)\n +(?:for|labels):.*?runbook: (\S+)/s.exec(block) ?? [];
    assert.ok(expr !== '' && runbook !== '', block);
    return { expr, runbook };
  });
}

interface Panel {
  readonly title: string;
  readonly targets?: readonly { readonly expr: string }[];
}

function queries(): readonly string[] {
  const { panels } = JSON.parse(read('deploy/grafana/tacet.json')) as { readonly panels: readonly Panel[] };
  return panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
}

test('the page of metrics says what the table of metrics says', () => {
  assert.equal(read(metricsPagePath), metricsPage(), 'it is stale: run node tools/metrics-docs.ts');
});

test('names of metrics say what is counted and in which unit', () => {
  for (const { name, kind } of rows) {
    assert.match(name, /^tacet_[a-z]+(_[a-z]+)*$/);
    if (kind === 'counter') assert.match(name, /_total$/);
    if (kind === 'histogram') assert.match(name, /_seconds$/);
    if (kind === 'gauge') assert.doesNotMatch(name, /_(total|bucket|sum|count)$/);
  }
});

test('labels are from a closed list of names, none of which could hold an id, a number or an address', () => {
  const allowed = ['worker', 'state', 'reason', 'asked', 'outcome', 'step', 'result', 'protocol', 'alarm', 'method'];
  const known = new Set([...allowed, 'door', 'status', 'why', 'class', 'use']);
  for (const { labels } of rows) for (const label of labels) assert.ok(known.has(label), label);
});

test('every metric that the dashboard and the alerts name is there', () => {
  for (const text of [...queries(), ...rules().map(({ expr }) => expr)]) {
    for (const name of namedIn(text)) assert.ok(series.has(name), `${name} in ${text}`);
  }
});

test('every metric of ours is drawn on the dashboard or watched by an alert', () => {
  const used = new Set(namedIn([...queries(), ...rules().map(({ expr }) => expr)].join('\n')));
  const unused = rows.filter(({ name }) => ![...used].some((one) => one === name || one.startsWith(`${name}_`)));
  assert.deepEqual(
    unused.map(({ name }) => name),
    [],
  );
});

test('every alert has its section in the page of alarms, and the other way round', () => {
  const page = read('docs/operating/alarms.md');
  const sections = [...page.matchAll(/^### (\w+)$/gm)].map(([, name = '']) => name.toLowerCase());
  const targets = rules().map(({ runbook }) => runbook);
  for (const target of targets) {
    const [file, section = ''] = target.split('#');
    assert.equal(file, 'docs/operating/alarms.md');
    assert.ok(sections.includes(section), target);
  }
  const named = new Set(targets.map((target) => target.split('#')[1] ?? ''));
  assert.deepEqual(
    sections.filter((section) => !named.has(section)),
    [],
  );
});

/** What promtool, of Prometheus itself, says. */
function promtool(...words: readonly string[]): void {
  const { status, stdout, stderr } = spawnSync('promtool', words, {
    cwd: join(root, 'deploy/prometheus'),
    encoding: 'utf8',
  });
  assert.equal(status, 0, `${stdout}${stderr}`);
}

test("Prometheus' own tools read our rules and our example, and the rules fire on what they are for", () => {
  promtool('check', 'config', 'prometheus.yml');
  promtool('test', 'rules', 'alerts.test.yml');
});

test("Prometheus' own tools read every query of the dashboard", () => {
  const variables = (text: string): string => text.replaceAll('$__rate_interval', '1m').replaceAll('$instance', '.*');
  const group = {
    name: 'dashboard',
    rules: queries().map((expr, at) => ({ record: `q:${at}`, expr: variables(expr) })),
  };
  const folder = mkdtempSync(join(tmpdir(), 'tacet-dashboard-'));
  try {
    const file = join(folder, 'queries.yml');
    writeFileSync(file, JSON.stringify({ groups: [group] }));
    promtool('check', 'rules', file);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
