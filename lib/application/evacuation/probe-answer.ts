import type { Answer } from './probe-client';

interface ProbeBody {
  readonly mark?: unknown;
  readonly region?: unknown;
  readonly type?: unknown;
}

/** What is expected of an answer. */
export interface Expectation {
  /**
   * Region that must have served it.
   *
   * @default - any Region
   */
  readonly region?: string | undefined;
  /**
   * Mark it must give.
   *
   * @default - any mark
   */
  readonly mark?: string | undefined;
}

/** The mark in an answer, if it has one. */
export function markIn(answer: Answer | undefined): string | undefined {
  const { mark } = bodyOf(answer);
  return answer?.status === 200 && typeof mark === 'string' ? mark : undefined;
}

/** The Region that an answer names as the one that served it. */
export function regionIn(answer: Answer | undefined): string | undefined {
  const { region } = bodyOf(answer);
  return typeof region === 'string' ? region : undefined;
}

/** Whether an answer gives a mark, and the one that is expected, from where it is expected. */
export function gives(answer: Answer | undefined, { region, mark }: Expectation): boolean {
  const given = markIn(answer);
  if (given === undefined) return false;
  return (mark === undefined || mark === given) && (region === undefined || region === regionIn(answer));
}

/** Whether an answer says that no mark was ever left: a right answer as well, unless one was. */
export function knowsNone(answer: Answer | undefined): boolean {
  const { type } = bodyOf(answer);
  return answer?.status === 404 && typeof type === 'string' && type.endsWith(':probe-unknown');
}

function bodyOf(answer: Answer | undefined): ProbeBody {
  const body = answer?.body;
  return typeof body === 'object' && body !== null ? body : {};
}
