import { createRequire } from 'node:module';

/** The streams through which dynalite reads ranges, as it gets them itself. */
const Lazy = createRequire(require.resolve('dynalite/db'))('lazy');

/**
 * Spares each of dynalite's streams a getter of its own.
 *
 * It is for lines of text, which dynalite never asks for. V8 gives every object with a getter of its own a description of its own, which it
 * keeps where it keeps what lives long; and that holds the getter, the stream, whoever waits for its end and, in a drill, all of the request,
 * until the whole memory is collected. Two fifths of the garbage that a drill left there came of it.
 */
export function lightenStreams(): void {
  Lazy.prototype.__defineGetter__ = () => {};
}
