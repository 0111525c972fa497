/** Contract model `ErrorBody`: what every failure is answered with. */
import { Type } from 'typebox';

export const errorBodyModel = Type.Object(
  {
    message: Type.String(),
    code: Type.String(),
    status: Type.Integer(),
    messageWithParams: Type.String(),
    messageParams: Type.Record(Type.String(), Type.String()),
    contextId: Type.String({ description: 'The correlation id of the request.' }),
    details: Type.Array(
      Type.Object({
        errorCode: Type.String(),
        fieldName: Type.Optional(Type.String()),
        entityId: Type.Optional(Type.String()),
        entityName: Type.Optional(Type.String()),
      }),
    ),
    errors: Type.Array(Type.Object({})),
  },
  { $id: 'ErrorBody' },
);
