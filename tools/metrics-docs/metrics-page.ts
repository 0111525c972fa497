/** The page of metrics as it must stand in docs/operating: the table of the code, and nothing written by hand. */

import { type MetricRow, metricTable } from '@tacet/server/metrics';

/** Where the page stands, from the root of the tree. */
export const metricsPagePath: string = 'docs/operating/metrics.md';

const head = `# Metrics

<!-- Written by tools/metrics-docs.ts from packages/server/src/observe/metric-table.ts. Change it there. -->

[monitoring.md](monitoring.md) says how to have them scraped and drawn. Labels come from closed lists: no id, number or
address of anybody is in a metric. Totals of a worker begin anew when the worker does, as Prometheus expects. Beside these
there are \`process_…\` and \`nodejs_…\` of the main thread.

| metric | kind | labels | means |
|---|---|---|---|
`;

function rowOf({ name, kind, labels, meaning }: MetricRow): string {
  const shown = labels.map((label) => `\`${label}\``).join(', ');
  return `| \`${name}\` | ${kind} | ${shown} | ${meaning} |`;
}

/** The whole page. */
export function metricsPage(): string {
  return `${head}${Object.values(metricTable).map(rowOf).join('\n')}\n`;
}
