/** canary: forged-admission */
import type { AdmittedUnit } from '@tacet/capture';

export const forged = {} as AdmittedUnit;
