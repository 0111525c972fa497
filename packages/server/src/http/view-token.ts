/** Contract models `TokenInfo` and `Organization`. */
import type { TokenFacts } from './identity-port.ts';
import type { OrganizationModel, TokenInfoModel } from './models/token.ts';

export function tokenInfoModel({ organization, client, scopes }: TokenFacts): TokenInfoModel {
  const { id, name, kind, state } = client;
  return {
    organization,
    homeOrganization: organization,
    authorizedScope: [...scopes],
    OAuthClient: { id, name, authorizedGrantType: kind, scope: [...client.scopes], state, organization },
  };
}

/** There is one organisation: whoever runs this server. */
export function organizationModel({ organization }: Pick<TokenFacts, 'organization'>): OrganizationModel {
  const { id, name } = organization;
  return { id, name, version: 1, state: 'active', features: {}, selfUri: `/api/v2/organizations/${id}` };
}
