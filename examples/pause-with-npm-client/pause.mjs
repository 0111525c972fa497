/**
 * Pauses the recording of a live call with the platform's official client, waits, and resumes it.
 *
 *   CLIENT_ID=… CLIENT_SECRET=… CONVERSATION_ID=… node pause.mjs
 *
 *   TACET_URL         where the server is            (http://127.0.0.1:8080)
 *   PAUSE_SECONDS     how long the pause lasts       (5)
 *
 * Ends with 0 when the pause was confirmed and the recording runs again, with 1 otherwise. If it fails in between, the
 * conversation stays paused: nothing resumes by itself.
 */
import { setTimeout as wait } from 'node:timers/promises';
import platformClient from 'purecloud-platform-client-v2';

const {
  TACET_URL = 'http://127.0.0.1:8080',
  CLIENT_ID,
  CLIENT_SECRET,
  CONVERSATION_ID,
  PAUSE_SECONDS = '5',
} = process.env;
const deadlineMs = 10_000;

/** The client keeps one host for login and API when it is given a gateway; `/login` is what it puts before OAuth paths. */
function pointAt(client, url) {
  const { hostname, protocol, port } = new URL(url);
  const scheme = protocol.replace(':', '');
  const number = port === '' ? undefined : Number(port);
  client.setGateway({
    host: hostname,
    protocol: scheme,
    port: number,
    path_params_login: 'login',
    path_params_api: '',
  });
  client.timeout = deadlineMs;
}

/** What a refusal says, whatever shape the client gives it. */
function reasonOf(error) {
  const body = error?.body ?? error?.response?.data ?? error;
  return body?.message ?? body?.description ?? String(error);
}

async function main() {
  if (!CLIENT_ID || !CLIENT_SECRET || !CONVERSATION_ID) {
    throw new Error('CLIENT_ID, CLIENT_SECRET and CONVERSATION_ID have to be set.');
  }
  const client = platformClient.ApiClient.instance;
  pointAt(client, TACET_URL);
  await client.loginClientCredentialsGrant(CLIENT_ID, CLIENT_SECRET);
  // With the headers of an answer, because one of them says since when nothing is kept.
  client.setReturnExtendedResponses(true);
  const conversations = new platformClient.ConversationsApi();

  const paused = await conversations.putConversationsCallRecordingstate(CONVERSATION_ID, { recordingState: 'PAUSED' });
  if (paused.body !== 'PAUSED') throw new Error(`NOT PAUSED: the server says ${paused.body}`);
  console.log(`${CONVERSATION_ID} is paused since ${paused.headers['tacet-closed-at']}`);

  await wait(Number(PAUSE_SECONDS) * 1_000);

  const running = await conversations.putConversationsCallRecordingstate(CONVERSATION_ID, { recordingState: 'ACTIVE' });
  if (running.body !== 'ACTIVE') throw new Error(`The pause is over, but the server says ${running.body}`);
  console.log(`${CONVERSATION_ID} is recorded again`);
}

try {
  await main();
} catch (error) {
  console.error(`failed: ${reasonOf(error)}`);
  process.exitCode = 1;
}
// The client watches its settings file in the home folder and would keep the process alive.
process.exit();
