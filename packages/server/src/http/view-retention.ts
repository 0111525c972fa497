/** Members of the contract's recording models that tell when a recording is to be archived and deleted. */
import { type Recording, toIso } from '@tacet/domain';

export interface RetentionDatesModel {
  readonly archiveDate?: string;
  readonly deleteDate?: string;
}

export function retentionDates({ retention = {} }: Pick<Recording, 'retention'>): RetentionDatesModel {
  const { archiveAt, deleteAt } = retention;
  return {
    ...(archiveAt === undefined ? {} : { archiveDate: toIso(archiveAt) }),
    ...(deleteAt === undefined ? {} : { deleteDate: toIso(deleteAt) }),
  };
}
