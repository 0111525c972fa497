/** Model of what happened in a page, as it is read back. A door of ours. */
import { Type } from 'typebox';

const date = Type.String({ format: 'date-time' });

const event = Type.Object(
  {
    at: Type.String({ format: 'date-time', description: 'When it reached us.' }),
    parts: Type.Array(Type.Any(), { description: "An event of rrweb's; a snapshot together with its meta event." }),
  },
  { $id: 'CobrowseEvent' },
);

const gap = Type.Object(
  {
    kind: Type.Enum(['withheld', 'lost', 'damaged']),
    from: date,
    to: Type.Optional(date),
    count: Type.Optional(Type.Integer({ minimum: 0 })),
  },
  { $id: 'CobrowseGap' },
);

export const CobrowseEvents = Type.Object(
  {
    conversationId: Type.String(),
    recordingId: Type.String(),
    stretch: Type.Object({ from: date, to: date }),
    events: Type.Array(event),
    gaps: Type.Array(gap),
    next: Type.Optional(
      Type.Integer({ description: 'Where the next page begins, as `after`; the last one has none.' }),
    ),
  },
  { $id: 'CobrowseEvents' },
);
