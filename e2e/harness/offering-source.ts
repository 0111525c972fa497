/** An SRC played by SIPp that makes the offers of a test one after another, and the marked streams that it copies. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { metadataOf, multipartOf, offerOf, type RecordedCall } from '../../packages/server/src/demo/call-body.ts';
import { Sipp } from './sipp.ts';
import type { TacetServer } from './tacet-server.ts';

const scenarios = new URL('../sipp/', import.meta.url);

export class OfferingSource implements AsyncDisposable {
  readonly #sipp: Sipp;
  #offers = 0;

  private constructor(sipp: Sipp) {
    this.#sipp = sipp;
  }

  /** Places a recording session with the first of the calls; one or four of them. */
  static async place(server: TacetServer, folder: string, calls: readonly RecordedCall[]): Promise<OfferingSource> {
    mkdirSync(folder);
    for (const [place, call] of calls.entries()) {
      const origin = { address: '127.0.0.1', sessionId: '7', version: place + 1 };
      writeFileSync(join(folder, `offer${place + 1}.txt`), multipartOf(offerOf(call, origin), metadataOf(call)).bytes);
    }
    const scenario = new URL(calls.length === 1 ? 'one-offer.xml' : 'four-offers.xml', scenarios).pathname;
    return new OfferingSource(await Sipp.start({ scenario, server: server.sip, folder }));
  }

  /** The answer to the next offer, which is made at once unless it is the first. @returns the ports that it gives. */
  async answered(): Promise<readonly number[]> {
    this.#offers += 1;
    if (this.#offers > 1) await this.#prompt();
    const [, answer = ''] = await this.#sipp.logged(this.#pattern(this.#offers));
    return [...answer.matchAll(/m=audio (\d+)/g)].map(([, port]) => Number(port));
  }

  async hangUp(): Promise<void> {
    await this.#prompt();
    await this.#sipp.succeeded();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#sipp[Symbol.asyncDispose]();
  }

  async #prompt(): Promise<void> {
    const [, callId = ''] = await this.#sipp.logged(/answer 1 of (\S+) is/);
    await this.#sipp.prompt(callId);
  }

  #pattern(number: number): RegExp {
    return new RegExp(`answer ${number} of \\S+ is ([\\s\\S]*?) and that is all`);
  }
}
