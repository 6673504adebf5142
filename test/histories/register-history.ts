import type { RegisterOperation, RegisterValue } from '../../lib/histories';

/** From and to, in milliseconds. An operation that has no end has an unknown outcome. */
type Span = readonly [fromMs: number, toMs?: number];

/** What all operations of the tests are about. */
const KEY = 'x';

/** A client wrote a value. */
export function write(client: number, value: RegisterValue, span: Span, region?: string): RegisterOperation {
  return ended(
    { client, key: KEY, kind: 'write', input: { kind: 'write', value }, ...placed(region) },
    span,
    undefined,
  );
}

/** A client read a value. */
export function read(client: number, value: RegisterValue, span: Span, region?: string): RegisterOperation {
  return ended({ client, key: KEY, kind: 'read', input: { kind: 'read' }, ...placed(region) }, span, value);
}

/** A client set one value in the place of another, or learnt that the other was not there. */
export function set(
  client: number,
  from: RegisterValue,
  to: RegisterValue,
  span: Span,
  sets = true,
): RegisterOperation {
  const input = { kind: 'compare-and-set', from, to } as const;
  return ended({ client, key: KEY, kind: 'compare-and-set', input }, span, sets);
}

/** A client wrote a value and knows that it was refused. */
export function refused(
  client: number,
  value: RegisterValue,
  [invokeMs, completeMs = invokeMs]: Span,
): RegisterOperation {
  return { client, key: KEY, kind: 'write', input: { kind: 'write', value }, invokeMs, completeMs, outcome: 'fail' };
}

function ended(
  rest: Pick<RegisterOperation, 'client' | 'key' | 'kind' | 'input' | 'region'>,
  [invokeMs, completeMs]: Span,
  output: RegisterValue | boolean | undefined,
): RegisterOperation {
  if (completeMs === undefined) return { ...rest, invokeMs, outcome: 'unknown' };
  return { ...rest, invokeMs, completeMs, outcome: 'ok', output };
}

function placed(region: string | undefined): { region?: string } {
  return region === undefined ? {} : { region };
}
