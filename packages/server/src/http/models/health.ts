/** What is said to whoever watches over the process. */
import { Type } from 'typebox';

export const Health = Type.Object(
  { status: Type.Enum(['live', 'ready', 'notReady']), reasons: Type.Optional(Type.Array(Type.String())) },
  { $id: 'Health' },
);
