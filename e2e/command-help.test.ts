/** The words that the `tacet` command knows, and what it says to those it does not know. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { run, tacetCommand } from './harness/programs.ts';

test('the command and each of its subcommands have help', async () => {
  const asked = [
    ['--help'],
    [],
    ...['serve', 'demo', 'verify', 'client', 'user', 'role', 'grant', 'division'].map((name) => [name, '--help']),
  ];
  const answers = await Promise.all(asked.map((words) => run(tacetCommand, words)));
  for (const [place, { code, stdout, stderr }] of answers.entries()) {
    const words = asked[place]?.join(' ');
    assert.deepEqual([code, stderr], [0, ''], words);
    assert.match(stdout, /^tacet /m, words);
    assert.equal(stdout.includes('undefined'), false, words);
  }
  assert.ok(answers[0]?.stdout.includes('TACET_HTTP_LISTEN (127.0.0.1:8080)'));
});

test('words that are no command end with 2 and the help', async () => {
  const wrong = [['record'], ['client'], ['client', 'remove'], ['serve', '--port', '1'], ['verify', 'no-such-folder']];
  for (const { code, stdout, stderr } of await Promise.all(wrong.map((words) => run(tacetCommand, words)))) {
    assert.deepEqual([code, stdout], [2, '']);
    assert.ok(stderr.length > 0 && !stderr.includes('at async'), stderr);
  }
});
