/** canary: format */
export const   quote = "double"
