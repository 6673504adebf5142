/** What an action takes for one of its parameters. FIS takes every value as text; {@link ValueOf} says what is written here. */
export type ParameterSpec =
  | TextSpec
  | DurationSpec
  | NumberSpec
  | BooleanSpec
  | EnumSpec
  | ListSpec
  | { readonly type: 'document' };

/** Text of at most 1,024 characters, as every value of FIS. */
interface TextSpec {
  readonly type: 'text';
  /** Regular expression for the whole of it. */
  readonly pattern?: string;
}

/** A time, written ISO 8601. */
interface DurationSpec {
  readonly type: 'duration';
  /** Shortest, in seconds. */
  readonly minimumSeconds: number;
  /** Longest, in seconds. */
  readonly maximumSeconds: number;
}

/** A number; limits that are not documented are left out. */
interface NumberSpec {
  readonly type: 'integer' | 'number';
  readonly minimum?: number;
  readonly maximum?: number;
}

/** `true` or `false`; some Systems Manager documents want it capitalised. */
interface BooleanSpec {
  readonly type: 'boolean';
  readonly capitalised?: true;
}

/** One of a few words. */
interface EnumSpec {
  readonly type: 'enum';
  readonly values: readonly string[];
}

/** Texts that are joined by commas. */
interface ListSpec {
  readonly type: 'list';
  readonly values?: readonly string[];
  readonly maximumItems?: number;
}

/** Longest action and longest experiment, in seconds. @see https://docs.aws.amazon.com/fis/latest/userguide/fis-quotas.html */
export const LONGEST_SECONDS = 12 * 60 * 60;

/** A time of which the guide gives no range: only the quota holds. */
export const DURATION = { type: 'duration', minimumSeconds: 1, maximumSeconds: LONGEST_SECONDS } as const;

/** A time from one minute to twelve hours. */
export const FROM_A_MINUTE = { type: 'duration', minimumSeconds: 60, maximumSeconds: LONGEST_SECONDS } as const;

/** A share in whole percent. */
export const SHARE = { type: 'integer', minimum: 1, maximum: 100 } as const;

/** A share in whole percent that may be nothing. */
export const SHARE_OR_NONE = { type: 'integer', minimum: 0, maximum: 100 } as const;

/** A port. */
export const PORT = { type: 'integer', minimum: 0, maximum: 65_535 } as const;

/** Yes or no. */
export const BOOLEAN = { type: 'boolean' } as const;

/** Yes or no, for documents that read Python's `True` and `False`. */
export const CAPITALISED_BOOLEAN = { type: 'boolean', capitalised: true } as const;

/** Texts that are joined by commas. */
export const LIST = { type: 'list' } as const;

/** A JSON document. */
export const DOCUMENT = { type: 'document' } as const;

/** An ARN. */
export const ARN = { type: 'text', pattern: '^arn:' } as const;

/** Any text. */
export const TEXT = { type: 'text' } as const;
