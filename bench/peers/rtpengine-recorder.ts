/** rtpengine with its own recorder, which writes a pcap file for each call it relays. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Rtpengine } from '../../e2e/rtpengine/rtpengine.ts';
import type { PeerCall, PeerRecorder } from './recorder.ts';
import { payloadBytes, sentAtOf } from './stamped-load.ts';

const fileHeadBytes = 24;
const recordHeadBytes = 16;
const portsPerCall = 8;

function* sendingTimes(pcap: Buffer): Generator<number> {
  let at = fileHeadBytes;
  while (at + recordHeadBytes <= pcap.length) {
    const length = pcap.readUInt32LE(at + 8);
    const end = at + recordHeadBytes + length;
    if (end <= pcap.length && length > payloadBytes) yield sentAtOf(pcap.subarray(end - payloadBytes, end));
    at = end;
  }
}

export class RtpengineRecorder implements PeerRecorder {
  readonly name: string;
  readonly #engine: Rtpengine;
  readonly #folder: string;
  readonly #records: boolean;
  #callCount = 0;

  private constructor(engine: Rtpengine, folder: string, records: boolean) {
    this.#engine = engine;
    this.#folder = folder;
    this.#records = records;
    this.name = records ? 'rtpengine, relay and pcap' : 'rtpengine, relay alone';
  }

  static async start(callsMax: number, records: boolean): Promise<RtpengineRecorder> {
    const folder = mkdtempSync(join(tmpdir(), 'tacet-peer-'));
    return new RtpengineRecorder(await Rtpengine.start(folder, callsMax * portsPerCall), folder, records);
  }

  get pid(): number {
    return this.#engine.pid;
  }

  async place(count: number, phonePort: number): Promise<readonly PeerCall[]> {
    const calls: PeerCall[] = [];
    for (let number = 0; number < count; number += 1) calls.push(await this.#placeOne(number, phonePort));
    this.#callCount = count;
    return calls;
  }

  kept(): Promise<readonly (readonly number[])[]> {
    const folder = join(this.#folder, 'pcaps');
    const names = readdirSync(folder);
    const files = Array.from({ length: this.#callCount }, (_, number) => {
      const mine = names.filter((name) => name.startsWith(`peer${number}-`));
      return mine.flatMap((name) => [...sendingTimes(readFileSync(join(folder, name)))]);
    });
    return Promise.resolve(files);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#engine[Symbol.asyncDispose]();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #placeOne(number: number, phonePort: number): Promise<PeerCall> {
    const about = { 'call-id': `peer${number}`, 'from-tag': 'caller' };
    const head = ['v=0', 'o=- 1 1 IN IP4 127.0.0.1', 's=-', 'c=IN IP4 127.0.0.1', 't=0 0'];
    const sdp = [...head, `m=audio ${phonePort} RTP/AVP 0`, 'a=rtpmap:0 PCMU/8000', ''].join('\r\n');
    const offered = await this.#engine.ask({ command: 'offer', ...about, sdp });
    const answered = await this.#engine.ask({ command: 'answer', ...about, 'to-tag': 'agent', sdp });
    if (this.#records) await this.#engine.ask({ command: 'start recording', 'call-id': about['call-id'] });
    const ports = [answered, offered].map((one) => Number(/^m=audio (\d+)/m.exec(String(one['sdp']))?.[1]));
    const shut = async (): Promise<void> => {
      await this.#engine.ask({ command: 'stop recording', 'call-id': about['call-id'] });
    };
    return { ports, shut };
  }
}
