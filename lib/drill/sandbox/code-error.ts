import { compileFunction } from 'node:vm';

/**
 * The `Error` of the code that the drill runs, for errors that the drill throws into it.
 *
 * It is Node's own; a test runner that gives the drill globals of its own would otherwise give it another, and the SDK
 * asks `instanceof Error` before it retries.
 */
export const CodeError = compileFunction('return Error;')() as ErrorConstructor;

/** The `TypeError` of the code that the drill runs, for the same reason. */
export const CodeTypeError = compileFunction('return TypeError;')() as TypeErrorConstructor;
