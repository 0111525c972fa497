/** The HTTP app as its callers know it, with every answer held against its door and against the contract. */
import assert from 'node:assert/strict';
import type { Door } from '../../src/http/door.ts';
import { HttpUnderTest, type Wish } from '../http/http-under-test.ts';
import { type DoorFinder, doorFinder } from './find-door.ts';
import { judgeAnswer } from './judge-answer.ts';
import { callOperation, type Given } from './official-client.ts';
import { type Exchange, WireTap } from './wire-tap.ts';

export class ContractUnderTest implements AsyncDisposable {
  readonly under: HttpUnderTest;
  /** May do everything, and has no user. */
  readonly adminToken: string;
  readonly #tap: WireTap;
  readonly #find: DoorFinder;
  readonly #reached = new Map<Exchange, Door | undefined>();

  private constructor(under: HttpUnderTest, tap: WireTap) {
    this.under = under;
    this.#tap = tap;
    this.#find = doorFinder(under.app.doors);
    this.adminToken = under.tokens.issue({ role: 'admin', name: 'Administrator' });
  }

  static async start(wish: Wish = {}): Promise<ContractUnderTest> {
    const under = await HttpUnderTest.start(wish);
    return new ContractUnderTest(under, await WireTap.before(under.url));
  }

  /** Where callers find the server. */
  get url(): string {
    return this.#tap.url;
  }

  /** Calls an operation through the official client; `Answer` is what the caller expects to get, and does not judge. */
  async call<Answer = unknown>(operation: string, given: Given = {}, token = this.adminToken): Promise<Answer> {
    return (await callOperation({ url: this.url, token }, operation, given)) as Answer;
  }

  /** What was answered to an operation so far. */
  exchangesOf(operation: string): readonly Exchange[] {
    return this.#tap.exchanges.filter((exchange) => this.#doorOf(exchange)?.operation === operation);
  }

  /** Everything that was wrong with any answer so far. */
  wrong(): readonly string[] {
    return this.#tap.exchanges.flatMap((exchange) => judgeAnswer(this.#doorOf(exchange), exchange));
  }

  #doorOf(exchange: Exchange): Door | undefined {
    if (!this.#reached.has(exchange)) this.#reached.set(exchange, this.#find(exchange.method, exchange.url));
    return this.#reached.get(exchange);
  }

  /** Fails the test in which an answer was wrong. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#tap[Symbol.asyncDispose]();
    await this.under[Symbol.asyncDispose]();
    assert.deepEqual(this.wrong(), []);
  }
}
