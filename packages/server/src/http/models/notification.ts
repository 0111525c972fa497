/** Contract models of notification channels and topics. */
import { Type } from 'typebox';

const text = Type.Optional(Type.String());

export const Channel = Type.Object(
  { id: Type.String(), connectUri: Type.String(), expires: Type.String({ format: 'date-time' }) },
  { $id: 'Channel' },
);

export const ChannelEntityListing = Type.Object({ entities: Type.Array(Channel) }, { $id: 'ChannelEntityListing' });

const ChannelTopic = Type.Object(
  {
    id: Type.String(),
    state: Type.Enum(['Permitted', 'Rejected']),
    rejectionReason: text,
    missingPermissions: Type.Optional(Type.Array(Type.String())),
    selfUri: Type.String(),
  },
  { $id: 'ChannelTopic' },
);

export const ChannelTopicEntityListing = Type.Object(
  { entities: Type.Array(ChannelTopic) },
  { $id: 'ChannelTopicEntityListing' },
);

/** What is asked for; whatever else of a `ChannelTopic` comes along says nothing. */
export const ChannelTopics = Type.Array(Type.Object({ id: Type.String({ maxLength: 1_024 }) }), {
  maxItems: 10_000,
  $id: 'ChannelTopicWishes',
});

const PermissionDetails = Type.Object({
  type: Type.String(),
  permissions: Type.Array(Type.String()),
  allowsCurrentUser: Type.Boolean(),
  enforced: Type.Boolean(),
});

export const AvailableTopic = Type.Object(
  {
    id: Type.String(),
    description: text,
    enforced: Type.Optional(Type.Boolean()),
    permissionDetails: Type.Optional(Type.Array(PermissionDetails)),
    publicApiTemplateUriPaths: Type.Optional(Type.Array(Type.String())),
    requiresAnyValidator: Type.Optional(Type.Boolean()),
    requiresCurrentUser: Type.Optional(Type.Boolean()),
    requiresCurrentUserOrPermission: Type.Optional(Type.Boolean()),
    requiresDivisionPermissions: Type.Optional(Type.Boolean()),
    requiresPermissions: Type.Optional(Type.Array(Type.String())),
    schema: Type.Optional(Type.Object({}, { additionalProperties: true })),
    topicParameters: Type.Optional(Type.Array(Type.String())),
    transports: Type.Optional(Type.Array(Type.Enum(['All', 'Websocket', 'EventBridge', 'ProcessAutomation']))),
    visibility: Type.Optional(Type.Enum(['Public', 'Preview'])),
  },
  { $id: 'AvailableTopic' },
);

export const AvailableTopicEntityListing = Type.Object(
  { entities: Type.Array(AvailableTopic) },
  { $id: 'AvailableTopicEntityListing' },
);
