/** Traces by OpenTelemetry: spans below the request at hand, sent by OTLP over HTTP. Off, none of this exists. */
import {
  type Context,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { AlwaysOnSampler, BatchSpanProcessor, ParentBasedSampler, TracerProvider } from '@opentelemetry/sdk-trace';
import type { Arrival, StepFacts, WorkerPart } from '../control/index.ts';

/** W3C Trace Context §3.2: version, trace id, parent id, flags; later versions may say more behind. */
const traceparent = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-|$)/;

/** The caller's span, if it names one. What cannot be read is no parent, and no reason to refuse anything. */
function callerContext(header: string | undefined): Context {
  const match = header === undefined ? null : traceparent.exec(header);
  const [, traceId, spanId, flags = '00'] = match ?? [];
  if (traceId === undefined || spanId === undefined) return ROOT_CONTEXT;
  const traceFlags = Number.parseInt(flags, 16) & TraceFlags.SAMPLED;
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags, isRemote: true });
}

function below(parent: Span | undefined): Context {
  return parent === undefined ? ROOT_CONTEXT : trace.setSpan(ROOT_CONTEXT, parent);
}

export class Traces {
  readonly #tracer: Tracer;
  readonly #provider: TracerProvider;

  /** @param endpoint base address of a collector, as `OTEL_EXPORTER_OTLP_ENDPOINT` would be. */
  constructor(endpoint: string, version: string) {
    const exporter = new OTLPTraceExporter({ url: `${endpoint.replace(/\/$/, '')}/v1/traces` });
    this.#provider = new TracerProvider({
      resource: resourceFromAttributes({ 'service.name': 'tacet', 'service.version': version }),
      // What the caller does not want sampled is not; the rest is.
      sampler: new ParentBasedSampler({ root: new AlwaysOnSampler() }),
      // Bounded: beyond 2,048 spans that wait, further ones are dropped, and nobody waits for a collector.
      spanProcessors: [new BatchSpanProcessor({ exporter, scheduledDelayMillis: 1_000 })],
    });
    this.#tracer = this.#provider.getTracer('tacet', version);
  }

  begin({ protocol, method, door, requestId, traceparent: parent }: Arrival): Span {
    const attributes = {
      'tacet.request_id': requestId,
      ...(protocol === 'http' ? { 'http.request.method': method, 'http.route': door } : { 'sip.method': method }),
    };
    const name = protocol === 'http' ? `${method} ${door}` : `SIP ${method}`;
    return this.#tracer.startSpan(name, { kind: SpanKind.SERVER, attributes }, callerContext(parent));
  }

  step(name: string, facts: StepFacts, parent: Span | undefined): Span {
    const attributes = Object.fromEntries(Object.entries(facts).map(([key, value]) => [`tacet.${key}`, value]));
    return this.#tracer.startSpan(name, { attributes }, below(parent));
  }

  /** What a worker did, from when it was asked until its last gate moved. */
  worker({ place, did, askedAt, movedAt, gateCount, unconfirmedCount }: WorkerPart, parent: Span | undefined): void {
    const attributes = { 'tacet.worker': place, 'tacet.gates': gateCount, 'tacet.unconfirmed': unconfirmedCount };
    const name = did === 'close' ? 'workerGatesClose' : 'workerGatesOpen';
    const span = this.#tracer.startSpan(name, { attributes, startTime: askedAt }, below(parent));
    if (unconfirmedCount > 0) span.setStatus({ code: SpanStatusCode.ERROR });
    // A gate that was shut already says since when, which is before anybody asked.
    span.end(Math.max(movedAt ?? askedAt, askedAt));
  }

  /** Sends what waits, and no more. */
  async stop(): Promise<void> {
    await this.#provider.shutdown().catch(() => undefined);
  }
}
