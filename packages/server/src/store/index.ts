/** The embedded stores: brands of the domain's ports that need nothing but a data folder. */
export type { AuditHead } from './audit-table.ts';
export { FileBlobStore } from './blobs-file.ts';
export { ChannelTable } from './channel-table.ts';
export type { Schedule } from './group-commit.ts';
export { FileKeyService, type KeyFileOptions } from './keys-file.ts';
export { type SqliteMetadataOptions, SqliteMetadataStore } from './metadata-sqlite.ts';
export { inMemory, openDatabase, openDatabaseToRead } from './open-database.ts';
export { type AuditFinding, verifyAudit } from './verify-audit.ts';
