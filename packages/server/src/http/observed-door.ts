/** A door with somebody watching: each request is counted and timed, and is the root of what it causes. */
import type { Answer, Door } from './door.ts';
import { rateClassOf } from './rate-classes.ts';
import { type Arrived, type Edge, serveDoor } from './serve-door.ts';

/** How a door is served, as a function of the request alone. */
export function watchDoor(edge: Edge, door: Door): (arrived: Arrived) => Promise<Answer> {
  const { observe } = edge.http.control;
  if (observe === undefined) return (arrived) => serveDoor(edge, door, arrived);
  const { method, path } = door;
  const rateClass = rateClassOf(door);
  return (arrived) => {
    const since = performance.now();
    const traceparent = arrived.headers['traceparent'];
    const given = typeof traceparent === 'string' ? { traceparent } : {};
    return observe.arrived(
      { protocol: 'http', method, door: path, requestId: arrived.requestId, ...given },
      async () => {
        const answer = await serveDoor(edge, door, arrived);
        observe.httpAnswered({ rateClass, status: answer.status, tookMs: performance.now() - since });
        return answer;
      },
    );
  };
}
