/** There is not one test in this tree. */

export {};
