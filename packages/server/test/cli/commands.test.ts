/** Subcommands: their help, their exit codes, and what goes to which stream. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { runCommand } from '../../src/cli/commands.ts';
import { settingTable } from '../../src/settings.ts';
import { temporaryFolder } from '../store-samples.ts';
import { CollectingTerminal } from './collecting-terminal.ts';

async function run(name: string, ...args: readonly string[]) {
  const terminal = new CollectingTerminal();
  const code = await runCommand(name, args, terminal);
  return { code, output: terminal.output, said: terminal.said };
}

test('help names every command and every setting with its default', async () => {
  for (const name of ['help', '--help', '-h']) {
    const { code, output, said } = await run(name);
    assert.deepEqual([code, said], [0, '']);
    for (const word of ['serve', 'demo', 'verify', 'client', 'user'])
      assert.match(output, new RegExp(`^  ${word} `, 'm'));
    for (const { name: setting, fallback } of Object.values(settingTable)) {
      assert.ok(output.includes(setting) && output.includes(fallback), setting);
    }
  }
});

test('each command has help of its own, which is asked for in two ways and does nothing', async () => {
  for (const name of ['serve', 'demo', 'verify', 'client', 'user']) {
    for (const flag of ['--help', '-h']) {
      const { code, output, said } = await run(name, flag);
      assert.deepEqual([code, said], [0, ''], name);
      assert.ok(output.includes(`tacet ${name}`), name);
    }
  }
});

test('a word that is no command is a complaint with the help, and ends with 2', async () => {
  for (const name of ['record', '', 'constructor', 'toString', '__proto__']) {
    const { code, output, said } = await run(name);
    assert.deepEqual([code, output], [2, ''], name);
    assert.ok(said.startsWith(`There is no command "${name}".`) && said.includes('serve'), name);
  }
});

test('a topic without an action, or with one that is unknown, is a complaint with its help, and ends with 2', async () => {
  for (const words of [
    ['client'],
    ['client', 'remove'],
    ['user'],
    ['user', 'add-all'],
    ['user', 'delete'],
    ['grant', 'add'],
  ]) {
    const [name = '', ...args] = words;
    const { code, output, said } = await run(name, ...args);
    assert.deepEqual([code, output], [2, ''], words.join(' '));
    assert.ok(said.includes('tacet client add'));
  }
});

test('an option that is unknown is refused before anything is done', async () => {
  const refusals: readonly (readonly [string, ...string[]])[] = [
    ['serve', '--port', '1'],
    ['verify', '--fix'],
    ['client', 'add', '--admin'],
  ];
  for (const [name, ...args] of refusals) await assert.rejects(run(name, ...args), { name: 'TypeError' }, name);
});

test('a settings file that is wrong stops a command with the sentence that names it', async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, 'tacet.yaml');
  writeFileSync(path, 'TACET_MEDIA_WORKERS: none');
  for (const [name, ...args] of [['serve'], ['client', 'list'], ['user', 'list']] as const) {
    await assert.rejects(run(name, ...args, '--config', path), {
      name: 'SettingError',
      message: /TACET_MEDIA_WORKERS/,
    });
  }
  const missing = join(folder.path, 'missing.yaml');
  await assert.rejects(run('serve', '--config', missing), { name: 'SettingError', message: /cannot be read/ });
});
