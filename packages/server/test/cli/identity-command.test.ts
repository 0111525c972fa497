/** `tacet client` and `tacet user`, from words to lines. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { runCommand } from '../../src/cli/commands.ts';
import { openDatabaseToRead, SqliteMetadataStore } from '../../src/store/index.ts';
import { temporaryFolder } from '../store-samples.ts';
import { CollectingTerminal } from './collecting-terminal.ts';

class Desk implements Disposable {
  readonly dataDir: string;
  readonly #folder = temporaryFolder();
  readonly #config: string;

  constructor() {
    this.dataDir = join(this.#folder.path, 'data');
    this.#config = join(this.#folder.path, 'tacet.yaml');
    writeFileSync(this.#config, `TACET_DATA_DIR: ${this.dataDir}\n`);
  }

  /** The lines that a command prints. */
  async ask(...words: readonly string[]): Promise<readonly string[]> {
    const [name = '', ...args] = words;
    const terminal = new CollectingTerminal();
    assert.equal(await runCommand(name, [...args, '--config', this.#config], terminal), 0);
    assert.deepEqual(terminal.complaints, []);
    return terminal.printed;
  }

  [Symbol.dispose](): void {
    this.#folder[Symbol.dispose]();
  }
}

function lastWord(line: string | undefined): string {
  return line?.split(/\s+/).at(-1) ?? assert.fail('no line');
}

test('a client is added with a secret that is shown once, listed without it, and disabled', async () => {
  using desk = new Desk();
  const [idLine, secretLine] = await desk.ask(
    'client',
    'add',
    '--name',
    'CRM of ours',
    '--role',
    'recorder-integration',
  );
  const [id, secret] = [lastWord(idLine), lastWord(secretLine)];
  assert.match(id, /^[0-9a-f-]{36}$/);
  assert.ok(secret.length >= 32);
  assert.deepEqual(await desk.ask('client', 'list'), [`${id}  active  recorder-integration  CRM of ours`]);
  assert.deepEqual(await desk.ask('client', 'disable', id), [`${id}  disabled  CRM of ours`]);
  const listed = (await desk.ask('client', 'list')).join('\n');
  assert.ok(listed.includes('disabled') && !listed.includes(secret));
});

test('a user is added with addresses, listed, and given a token', async () => {
  using desk = new Desk();
  const words = ['--name', 'Ann', '--email', 'ann@example.test', '--role', 'agent'];
  const [line] = await desk.ask('user', 'add', ...words, '--sip', 'sip:ann@a.test', '--sip', 'sip:ann@b.test');
  const id = lastWord(line);
  const [listed = ''] = await desk.ask('user', 'list');
  for (const word of [id, 'ann@example.test', 'ann@a.test', 'ann@b.test', 'Ann']) assert.ok(listed.includes(word));
  const [token = '', ...others] = await desk.ask('user', 'token', id, '--seconds', '300');
  assert.ok(token.length >= 20);
  assert.deepEqual(others, []);
});

test('what is asked for wrongly is a fault, and nothing is made', async () => {
  using desk = new Desk();
  const wrong = [
    ['client', 'add', '--name', 'X', '--role', 'king'],
    ['client', 'add', '--role', 'agent'],
    ['client', 'disable', 'nobody'],
    ['user', 'token', 'nobody'],
    ['user', 'add', '--name', 'X'],
  ];
  for (const words of wrong) await assert.rejects(desk.ask(...words), { name: 'Fault' }, words.join(' '));
  assert.deepEqual(await desk.ask('client', 'list'), []);
  assert.deepEqual(await desk.ask('user', 'list'), []);
});

test('what the command line changes is in the audit log when the command has ended', async () => {
  using desk = new Desk();
  await desk.ask('client', 'add', '--name', 'CRM', '--role', 'agent');
  const db = openDatabaseToRead(desk.dataDir);
  const { items } = await new SqliteMetadataStore(db).audit({ limit: 10 });
  db.close();
  assert.deepEqual(
    items.map(({ action, result, by }) => [action, result, by.door]),
    [['clientCreated', 'done', 'command line']],
  );
});
