/** Contract model `AvailableTopic`: its id, and what of it was asked for. */
import type { Static } from 'typebox';
import type { AvailableTopic } from './models/notification.ts';
import type { AvailableTopicFacts } from './ports.ts';

type TopicModel = Static<typeof AvailableTopic>;

/** The members that are there when they are asked for. */
const members = {
  description: ({ description }: AvailableTopicFacts) => description,
  enforced: () => true,
  permissionDetails: ({ permission, isForOneself, isForParticipants }: AvailableTopicFacts) => [
    { type: 'ANY', permissions: [permission], allowsCurrentUser: isForOneself || isForParticipants, enforced: true },
  ],
  publicApiTemplateUriPaths: () => [],
  requiresAnyValidator: () => false,
  requiresCurrentUser: () => false,
  requiresCurrentUserOrPermission: ({ isForOneself }: AvailableTopicFacts) => isForOneself,
  requiresDivisionPermissions: () => true,
  requiresPermissions: ({ permission }: AvailableTopicFacts) => [permission],
  schema: ({ schema }: AvailableTopicFacts) => ({ ...schema }),
  topicParameters: ({ id }: AvailableTopicFacts) => Array.from(id.matchAll(/\{id\}/g), () => 'id'),
  transports: () => ['Websocket' as const],
  visibility: () => 'Public' as const,
} satisfies {
  readonly [member in Exclude<keyof TopicModel, 'id'>]-?: (topic: AvailableTopicFacts) => TopicModel[member];
};

export type TopicMember = keyof typeof members;
export const topicMembers: readonly TopicMember[] = Object.keys(members) as TopicMember[];

export function topicModel(topic: AvailableTopicFacts, wanted: readonly TopicMember[]): TopicModel {
  return { id: topic.id, ...Object.fromEntries(wanted.map((member) => [member, members[member](topic)])) };
}
