/** Whether an answer is one that its door and the contract allow. */
import type { TSchema } from 'typebox';
import { Compile, type Validator } from 'typebox/compile';
import { isGoneFromClient, operationNamed } from '../../../../tools/contract/operations.ts';
import type { Door } from '../../src/http/door.ts';
import { violations } from './violations.ts';
import type { Exchange } from './wire-tap.ts';

/** Statuses of failure that every operation of the contract has (contract section 1.4). */
const failures: ReadonlySet<number> = new Set([400, 401, 403, 404, 408, 409, 413, 415, 429, 500, 503, 504]);

const validators = new WeakMap<TSchema, Validator>();

function validatorOf(schema: TSchema): Validator {
  const known = validators.get(schema) ?? Compile(schema);
  validators.set(schema, known);
  return known;
}

function againstDoor(schema: TSchema, value: unknown): readonly string[] {
  const validator = validatorOf(schema);
  if (validator.Check(value)) return [];
  return validator.Errors(value).map(({ instancePath, message }) => `the door's schema: ${instancePath} ${message}`);
}

function againstContract({ operation }: Door, value: unknown): readonly string[] {
  const fact = operationNamed(operation);
  if (fact === undefined || fact.returns === 'void') return [];
  return violations(fact.returns, value, isGoneFromClient(fact) ? 'legacy' : 'current');
}

function judgeSuccess(door: Door, { status, method, body, headers }: Exchange): readonly string[] {
  if (!(status in door.answers)) return [`${status} is none of the door's answers`];
  const schema = door.answers[status];
  if (method === 'HEAD' || headers['content-type']?.includes('json') === false) return [];
  if (schema === undefined) return body.length === 0 ? [] : [`${status} has a body, and should have none`];
  if (body.length === 0) return [`${status} has no body, and should have one`];
  if (headers['content-type'] !== 'application/json') return [`content type ${headers['content-type']}`];
  const value: unknown = JSON.parse(body.toString());
  return [...againstDoor(schema, value), ...againstContract(door, value)];
}

function judgeFailure({ status, method, body, headers }: Exchange): readonly string[] {
  if (!failures.has(status)) return [`${status} is no status of the contract`];
  if (method === 'HEAD') return [];
  if (headers['content-type'] !== 'application/json') return [`content type ${headers['content-type']}`];
  const error = JSON.parse(body.toString()) as { readonly status?: number; readonly contextId?: string };
  const own = error.status === status ? [] : [`the body says ${error.status}, the answer ${status}`];
  const context = error.contextId === headers['inin-correlation-id'] ? [] : ['contextId is not the correlation id'];
  return [...violations('ErrorBody', error), ...own, ...context];
}

/** A sentence for each thing that is wrong with an answer; there is nothing to say about doors that are ours alone. */
export function judgeAnswer(door: Door | undefined, exchange: Exchange): readonly string[] {
  const { method, url, status, headers } = exchange;
  const correlation = headers['inin-correlation-id'] === undefined ? ['there is no correlation id'] : [];
  const isFailure = status >= 400;
  const wrong = isFailure ? judgeFailure(exchange) : door === undefined ? [] : judgeSuccess(door, exchange);
  const name = door?.operation ?? `${method} ${url}`;
  return [...correlation, ...wrong].map((sentence) => `${name} ${status}: ${sentence}`);
}
