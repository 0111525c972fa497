/** An OpenTelemetry collector as far as tests need one: takes OTLP over HTTP as JSON, and keeps the spans. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

interface WireValue {
  readonly stringValue?: string;
  readonly intValue?: number | string;
  readonly boolValue?: boolean;
}

interface WireSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly { readonly key: string; readonly value: WireValue }[];
}

interface WireBody {
  readonly resourceSpans: readonly { readonly scopeSpans: readonly { readonly spans: readonly WireSpan[] }[] }[];
}

/** A span as it was sent, with its times as wall time in ms. */
export interface SpanSeen {
  readonly traceId: string;
  readonly id: string;
  readonly parentId: string | undefined;
  readonly name: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly facts: Readonly<Record<string, unknown>>;
}

function spanOf(span: WireSpan): SpanSeen {
  const facts = span.attributes.map(({ key, value }) => [key, Object.values(value)[0]] as const);
  return {
    traceId: span.traceId,
    id: span.spanId,
    parentId: span.parentSpanId === '' ? undefined : span.parentSpanId,
    name: span.name,
    fromMs: Number(BigInt(span.startTimeUnixNano) / 1_000n) / 1_000,
    toMs: Number(BigInt(span.endTimeUnixNano) / 1_000n) / 1_000,
    facts: Object.fromEntries(facts),
  };
}

export class SpanCollector implements AsyncDisposable {
  readonly spans: SpanSeen[] = [];
  /** Everything that was sent, as it came. */
  received = '';
  readonly #server: Server;

  private constructor() {
    this.#server = createServer(async (request, response) => {
      const body = await text(request);
      this.received += body;
      const isTraces = request.method === 'POST' && request.url === '/v1/traces';
      if (isTraces) this.#take(JSON.parse(body) as WireBody);
      response.writeHead(isTraces ? 200 : 404, { 'Content-Type': 'application/json' }).end('{}');
    });
  }

  static async open(): Promise<SpanCollector> {
    const collector = new SpanCollector();
    collector.#server.listen(0, '127.0.0.1');
    await once(collector.#server, 'listening');
    return collector;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  find(name: string, below?: SpanSeen): SpanSeen | undefined {
    return this.spans.find((span) => span.name === name && (below === undefined || span.parentId === below.id));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close().closeAllConnections();
  }

  #take({ resourceSpans }: WireBody): void {
    this.spans.push(...resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans.map(spanOf))));
  }
}
