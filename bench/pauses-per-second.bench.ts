/** Pauses and resumes a node sustains, each durable before its answer, over many conversations at once. */
import { type Actor, builtInRight, type ClientId, type RequestId } from '@tacet/domain';
import { setRecordingState } from '@tacet/server/control';
import { endCalls, startBenchServer, startCalls } from './load/bench-server.ts';

const seconds = Number(process.argv[2] ?? 5);
const actor: Actor = {
  clientId: 'bench' as ClientId,
  name: 'bench',
  rights: [builtInRight('recorder-integration', '*')],
};

console.log('committers | changes/s (use-case, gates, durable)');
for (const committers of [1, 10, 100]) {
  const bench = await startBenchServer({ TACET_RTP_PORTS: '30000-39999' });
  const { control } = bench.server;
  const calls = await startCalls(bench, committers);
  const until = performance.now() + seconds * 1000;
  let changes = 0;
  const work = calls.map(async ({ conversationId }) => {
    for (let turn = 0; performance.now() < until; turn += 1) {
      const state = turn % 2 === 0 ? 'PAUSED' : 'ACTIVE';
      const requestId = control.ids.next<RequestId>();
      const asked = { clientId: actor.clientId, name: 'bench', from: '127.0.0.1', door: 'bench', requestId };
      await setRecordingState(control, { conversationId, state, cause: 'securePause', right: 'others', actor, asked });
      changes += 1;
    }
  });
  const startedAt = performance.now();
  await Promise.all(work);
  const rate = (changes / (performance.now() - startedAt)) * 1000;
  console.log(`${String(committers).padStart(10)} | ${rate.toFixed(0)}`);
  await endCalls(bench, calls);
  await bench.stop();
}
