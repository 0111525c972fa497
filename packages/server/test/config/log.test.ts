/** Log lines: one JSON object each, no more than was asked for. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLog } from '../../src/log.ts';
import { type LogLevel, logLevels } from '../../src/settings.ts';

function eventsAt(level: LogLevel): readonly string[] {
  const lines: string[] = [];
  const log = createLog(level, (line) => lines.push(line));
  for (const name of logLevels) log[name](`event of ${name}`);
  return lines.map((line) => (JSON.parse(line) as { readonly event: string }).event);
}

test('a log writes its level and what is graver, and nothing else', () => {
  assert.deepEqual(eventsAt('error'), ['event of error']);
  assert.deepEqual(eventsAt('warn'), ['event of error', 'event of warn']);
  assert.deepEqual(eventsAt('info'), ['event of error', 'event of warn', 'event of info']);
  assert.deepEqual(
    eventsAt('debug'),
    logLevels.map((name) => `event of ${name}`),
  );
});

test('each line is one JSON object with its instant, level, event and facts', () => {
  const lines: string[] = [];
  createLog('info', (line) => lines.push(line)).info('recordingPaused', {
    streams: 2,
    by: 'a "quoted"\nname',
    none: undefined,
  });
  const [line = ''] = lines;
  assert.match(line, /^[^\n]*\n$/);
  const { at, ...rest } = JSON.parse(line) as { readonly at: string };
  assert.match(at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  assert.deepEqual(rest, { level: 'info', event: 'recordingPaused', streams: 2, by: 'a "quoted"\nname' });
});

test('what an error quotes of its input is not logged', () => {
  const lines: string[] = [];
  const log = createLog('info', (line) => lines.push(line));
  for (const text of ['4111111111111111', '{"card": 4111111111111111', 'x4111', '"4111 1111']) {
    try {
      JSON.parse(text);
      log.error('failure', { message: `no number is ${text}` });
    } catch (error) {
      log.error('failure', { message: error instanceof Error ? error.message : '' });
      log.error('defect', { message: String(error) });
    }
  }
  assert.ok(lines.length >= 4);
  for (const line of lines) assert.doesNotMatch(line, /411/, line);
});

test('an error of ours or of the system keeps its words in the log', () => {
  const lines: string[] = [];
  const log = createLog('info', (line) => lines.push(line));
  log.error('failure', { message: "ENOSPC: no space left on device, write '/data/spool/1-2'" });
  assert.match(lines[0] ?? '', /ENOSPC: no space left on device/);
});

test('a line within a request says which request and which trace it belongs to', () => {
  const lines: string[] = [];
  const log = createLog(
    'info',
    (line) => lines.push(line),
    () => ({ request: 'r1', trace: 't1' }),
  );
  log.info('stopped');
  const { request, trace } = JSON.parse(lines[0] ?? '{}') as { readonly request?: string; readonly trace?: string };
  assert.deepEqual([request, trace], ['r1', 't1']);
});
