/** The envelope of the contract's listings. */
import { type TSchema, Type } from 'typebox';

const uri = Type.String();

/** Members around `entities` in every listing that comes in pages. */
export const pageMembers = {
  pageSize: Type.Integer(),
  pageNumber: Type.Integer(),
  total: Type.Integer(),
  pageCount: Type.Integer(),
  firstUri: uri,
  selfUri: uri,
  lastUri: uri,
  nextUri: Type.Optional(uri),
  previousUri: Type.Optional(uri),
};

/** A listing of `entity` under the name that the contract has for it. */
export function listingOf<T extends TSchema>(entity: T, name: string) {
  return Type.Object({ entities: Type.Array(entity), ...pageMembers }, { $id: name });
}

/** The shorter envelope that some listings of the contract have: without addresses of other pages. */
export function shortListingOf<T extends TSchema>(entity: T, name: string) {
  const { pageSize, pageNumber, total, pageCount } = pageMembers;
  return Type.Object({ entities: Type.Array(entity), pageSize, pageNumber, total, pageCount }, { $id: name });
}
