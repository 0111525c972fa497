/** Every door of the API. */
import type { Door } from './door.ts';
import type { HttpContext } from './http-context.ts';
import { annotationDoors } from './routes-annotations.ts';
import { auditDoors } from './routes-audit.ts';
import { conversationDoors } from './routes-conversations.ts';
import { healthDoors } from './routes-health.ts';
import { mediaDoors } from './routes-media.ts';
import { recordingStateDoors } from './routes-recording-state.ts';
import { recordingDoors } from './routes-recordings.ts';
import { tokenDoors } from './routes-tokens.ts';

export function allDoors(http: HttpContext): readonly Door[] {
  return [
    ...recordingStateDoors(http),
    ...conversationDoors(http),
    ...recordingDoors(http),
    ...annotationDoors(http),
    ...mediaDoors(http),
    ...auditDoors(http),
    ...tokenDoors(http),
    ...healthDoors(http),
  ];
}
