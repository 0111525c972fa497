/** An interval of a stream of which not everything was kept, as our own operation shows it. */
import { type Static, Type } from 'typebox';
import { listingOf } from './page.ts';

const ms = Type.Number({ description: 'In ms since the Unix epoch, exact.' });

export const TimelineInterval = Type.Object(
  {
    streamId: Type.String(),
    kind: Type.Enum(['withheld', 'masked', 'lost'], {
      description:
        'withheld: a pause, nothing of the stretch is kept. masked: so many units inside it were silenced or left out, as keys that a caller pressed, and others between them are kept. lost: missing by accident.',
    }),
    startTime: Type.String({ format: 'date-time' }),
    startInstant: ms,
    endTime: Type.String({ format: 'date-time' }),
    endInstant: ms,
    location: Type.Integer({ description: 'Where it begins in the call, in ms from the start of the recording.' }),
    durationMs: Type.Integer({ minimum: 0 }),
    unitCount: Type.Integer({ minimum: 0, description: 'Packets; 0 where it is not known how many there were.' }),
    reason: Type.Optional(
      Type.Enum(['network', 'overload', 'storage', 'crash'], { description: 'Why it was lost; of lost ones alone.' }),
    ),
  },
  { $id: 'TimelineInterval' },
);
export type TimelineIntervalModel = Static<typeof TimelineInterval>;

export const TimelineListing = listingOf(TimelineInterval, 'TimelineListing');
