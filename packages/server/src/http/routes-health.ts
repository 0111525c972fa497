/** The doors for whoever watches over the process. */

import { type OpenDoor, ok } from './door.ts';
import type { HttpContext } from './http-context.ts';
import { Health } from './models/health.ts';

export function healthDoors({ notReadyBecause }: HttpContext): readonly OpenDoor[] {
  return [
    {
      method: 'GET',
      path: '/health/live',
      operation: 'isLive',
      summary: 'Whether the process answers.',
      access: 'anyone',
      answers: { 200: Health },
      answer: async () => ok({ status: 'live' }),
    },
    {
      method: 'GET',
      path: '/health/ready',
      operation: 'isReady',
      summary: 'Whether the server can do its work; 503 with the reasons where it cannot.',
      access: 'anyone',
      answers: { 200: Health },
      answer: async () => {
        const reasons = notReadyBecause();
        if (reasons.length === 0) return ok({ status: 'ready' });
        return { status: 503, json: { status: 'notReady', reasons } };
      },
    },
  ];
}
