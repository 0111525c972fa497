/** Tacet as the bench meets it: a server in a process of its own would cost the same, so it runs in this one. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseSegmentFile, unsealChunks } from '@tacet/capture';
import { FileKeyService } from '@tacet/server/store';
import { type BenchCall, type BenchServer, endCalls, startBenchServer, startCalls } from '../load/bench-server.ts';
import type { PeerCall, PeerRecorder } from './recorder.ts';
import { payloadBytes, sentAtOf } from './stamped-load.ts';

export class TacetRecorder implements PeerRecorder {
  readonly name = 'Tacet, sealed and in store';
  readonly pid: number = process.pid;
  readonly #bench: BenchServer;
  #calls: readonly BenchCall[] = [];

  private constructor(bench: BenchServer) {
    this.#bench = bench;
  }

  static async start(): Promise<TacetRecorder> {
    const settings = { TACET_RTP_PORTS: '30000-39999', TACET_RATE_LIMIT_PER_MINUTE: '0' };
    return new TacetRecorder(await startBenchServer(settings));
  }

  async place(count: number): Promise<readonly PeerCall[]> {
    this.#calls = await startCalls(this.#bench, count);
    return this.#calls.map((call) => ({ ports: call.ports, shut: () => this.#pause(call) }));
  }

  async kept(): Promise<readonly (readonly number[])[]> {
    await endCalls(this.#bench, this.#calls);
    const times: (readonly number[])[] = [];
    for (const call of this.#calls) times.push(await this.#keptOf(call));
    return times;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#bench.stop();
  }

  async #pause({ conversationId }: BenchCall): Promise<void> {
    const { server, token } = this.#bench;
    const answer = await fetch(`${server.httpUrl}/api/v2/conversations/calls/${conversationId}/recordingstate`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: '{"recordingState":"PAUSED"}',
    });
    await answer.text();
    if (answer.status !== 200) throw new Error(`The pause was answered ${answer.status}.`);
  }

  async #keptOf({ recordingId }: BenchCall): Promise<readonly number[]> {
    const { dataDir, server } = this.#bench;
    const keys = new FileKeyService(dataDir, { mayCreate: false });
    const times: number[] = [];
    for (const { id, blobName, wrappedKey } of await server.control.store.segmentsOf(recordingId)) {
      const file = parseSegmentFile(await readFile(join(dataDir, 'blobs', blobName)));
      const key = keys.unwrap(Buffer.from(wrappedKey, 'base64'), id);
      if (file === undefined || key === undefined) throw new Error('A segment cannot be read.');
      for (const outcome of unsealChunks(file, key)) {
        if (!outcome.ok) throw new Error('A chunk cannot be read.');
        for (const { bytes } of outcome.chunk.units) times.push(sentAtOf(Buffer.from(bytes.slice(-payloadBytes))));
      }
    }
    return times;
  }
}
