/** Asks one server again and again over kept connections, in a process of its own, and tells how long answers took. */
import { Agent, request } from 'node:http';

export interface HttpOrder {
  readonly url: string;
  readonly token: string;
  readonly basic: string;
  readonly kind: 'nothing' | 'token' | 'pause';
  readonly conversationIds: readonly string[];
  readonly connections: number;
  readonly seconds: number;
}

export interface HttpReport {
  readonly count: number;
  readonly failures: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

interface Question {
  readonly method: string;
  readonly path: string;
  readonly headers: { readonly [name: string]: string };
  readonly body: string;
}

/** Its answer is a constant: whatever it costs, every request costs. */
const limitPath = '/api/v2/authorization/divisions/limit';

function questionOf({ kind, token, basic, conversationIds }: HttpOrder, worker: number, turn: number): Question {
  const bearer = { authorization: `Bearer ${token}` };
  if (kind === 'nothing') return { method: 'GET', path: limitPath, headers: bearer, body: '' };
  if (kind === 'token') {
    const headers = { authorization: `Basic ${basic}`, 'content-type': 'application/x-www-form-urlencoded' };
    return { method: 'POST', path: '/oauth/token', headers, body: 'grant_type=client_credentials' };
  }
  const id = conversationIds[worker % conversationIds.length];
  const path = `/api/v2/conversations/calls/${id}/recordingstate`;
  const body = JSON.stringify({ recordingState: turn % 2 === 0 ? 'PAUSED' : 'ACTIVE' });
  return { method: 'PUT', path, headers: { ...bearer, 'content-type': 'application/json' }, body };
}

function ask(url: URL, agent: Agent, { method, path, headers, body }: Question): Promise<number> {
  return new Promise((resolve, reject) => {
    const options = { agent, host: url.hostname, port: url.port, method, path };
    const sent = request(
      { ...options, headers: { ...headers, 'content-length': Buffer.byteLength(body) } },
      (answer) => {
        answer.resume();
        answer.on('end', () => resolve(answer.statusCode ?? 0));
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

async function work(order: HttpOrder): Promise<HttpReport> {
  const url = new URL(order.url);
  const agent = new Agent({ keepAlive: true, maxSockets: order.connections });
  const until = performance.now() + order.seconds * 1_000;
  const times: number[] = [];
  let failures = 0;
  const workers = Array.from({ length: order.connections }, async (_, worker) => {
    for (let turn = 0; performance.now() < until; turn += 1) {
      const from = performance.now();
      const status = await ask(url, agent, questionOf(order, worker, turn));
      times.push(performance.now() - from);
      if (status !== 200) failures += 1;
    }
  });
  await Promise.all(workers);
  agent.destroy();
  times.sort((a, b) => a - b);
  const at = (share: number): number => times[Math.floor(times.length * share)] ?? 0;
  return { count: times.length, failures, p50Ms: at(0.5), p99Ms: at(0.99) };
}

process.on('message', (order: HttpOrder) => {
  work(order).then(
    (report) => process.send?.(report, () => process.exit(0)),
    (error) => {
      console.error(error);
      process.exit(1);
    },
  );
});
