/** Masking as a policy: card numbers that people write while nobody has paused are in no transcript and in no file. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { Api } from './harness/api.ts';
import { filesBelow } from './harness/data-search.ts';
import { signInOfficially } from './harness/official-client.ts';
import { verify } from './harness/tacet-command.ts';
import { admin, TacetServer } from './harness/tacet-server.ts';
import { TempFolder } from './harness/temp-folder.ts';

const folder = new TempFolder();
const dataDir = folder.at('data');

let server: TacetServer;
let api: Api;

before(async () => {
  const settings = { TACET_MASK_TEXT: 'card,cvv,iban', TACET_AUTO_PAUSE: 'on' };
  server = await TacetServer.start({ dataDir, logPath: folder.at('server.log'), settings });
  api = await Api.signIn(server.httpUrl, admin);
});

after(async () => {
  await server[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

interface Line {
  readonly kind: string;
  readonly count?: number;
  readonly item?: { readonly text: string; readonly maskedCount?: number };
}

async function transcriptOf(id: string): Promise<readonly string[]> {
  const [recording] = await api.recordings(id);
  const path = `/tacet/v1/conversations/${id}/recordings/${recording?.id}/transcript`;
  const { lines } = await api.get<{ readonly lines: readonly Line[] }>(path);
  return lines.map(({ kind, count, item }) => {
    const maskedCount = item?.maskedCount === undefined ? '' : ` (${item.maskedCount})`;
    return item === undefined ? `${kind} ${count}` : item.text + maskedCount;
  });
}

test('a card number that is written pauses the conversation, where that is set', async () => {
  const conversations = await signInOfficially(server.httpUrl, admin);
  const send = async (text: string): Promise<void> => {
    const sender = { to: { id: 'support' }, from: { id: 'a-customer', idType: 'Opaque' } };
    const channel = { platform: 'Open', type: 'Private', ...sender, time: new Date().toISOString() };
    const message = { channel, type: 'Text', text, direction: 'Inbound' };
    await conversations.postConversationsMessagesInboundOpen(message as never);
  };
  await send('hello, pay to DE89 3704 0044 0532 0130 00');
  const [live] = (await api.activeConversations()).filter(({ recordingState }) => recordingState === 'ACTIVE');
  const id = String(live?.id);
  await send('my card is 4111 1111 1111 1111, cvv 987');
  assert.equal((await api.conversation(id)).recordingState, 'PAUSED');
  await send('it is valid until 12/28');
  const [paused] = (await api.audit(id)).filter(({ action }) => action === 'recordingPaused');
  assert.equal(paused?.by.door, 'masking policy');
  assert.equal(paused?.by.name, 'Tacet');
  await conversations.putConversationsMessageRecordingstate(id, { recordingState: 'ACTIVE' });
  await send('thank you');
  await api.ask('POST', `/api/v2/conversations/${id}/disconnect`);
  assert.deepEqual(await transcriptOf(id), [
    'hello, pay to [masked] (1)',
    'my card is [masked], cvv [masked] (2)',
    'withheld 1',
    'thank you',
  ]);
});

test('numbers are masked before an item is kept', async () => {
  await server.stop();
  const numbers = ['4111 1111', '1111 1111', '3704 0044', 'cvv 987'];
  const found = [...filesBelow(folder.path)].filter((path) => {
    const bytes = readFileSync(path);
    return numbers.some((number) => bytes.includes(number));
  });
  assert.deepEqual(found, []);
  const { code, stdout, stderr } = await verify(dataDir);
  assert.equal(code, 0, stdout + stderr);
});
