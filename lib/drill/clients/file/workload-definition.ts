/** JSON as a workload file has it. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

/** A workload file, as `workload.schema.json` beside this file describes it. */
export interface WorkloadDefinition {
  /** Name in reports. */
  readonly name: string;
  /** Host name that clients ask for. @default - the only name that Route 53 chooses Regions for */
  readonly host?: string;
  /** Operations a second of all clients together. @default - the drill's own */
  readonly requestsPerSecond?: number;
  /** What clients want. */
  readonly operations: readonly OperationDefinition[];
}

/** One kind of thing that clients want. */
export interface OperationDefinition {
  readonly name: string;
  /** How often it is wanted, compared with the others. */
  readonly share: number;
  /** Sources of parameters, in the order in which they are made. @default - none */
  readonly parameters?: Readonly<Record<string, ParameterDefinition>>;
  readonly request: RequestDefinition;
  /** Status codes that are right. @default - 200 to 299 */
  readonly success?: readonly number[];
  /** What a right answer shows. @default - anything */
  readonly expect?: Expectations;
  /** What becomes a parameter from the answer, by JSON Pointers. @default - nothing */
  readonly remember?: Readonly<Record<string, string>>;
  /** When a client tries again what got no answer. @default - first for writes, later for uploads, never for anything else */
  readonly repeat?: 'first' | 'later' | 'never';
  /** What a right answer acknowledges. @default - nothing */
  readonly write?: WriteDefinition;
  /** What follows a right answer. @default - nothing */
  readonly upload?: UploadDefinition;
}

/** Where a parameter comes from: one of these. */
export type ParameterDefinition =
  | { readonly value: Json }
  | { readonly new: string }
  | { readonly client: string }
  | { readonly key: string; readonly count: number }
  | { readonly oneOf: readonly (string | number | boolean)[] }
  | { readonly number: readonly [least: number, most: number] }
  | { readonly text: number }
  | { readonly time: 'iso' | 'epoch-seconds' | 'epoch-milliseconds' }
  | {
      readonly sha256: string;
      /** How the hash is written. @default 'base64' */
      readonly encoding?: 'base64' | 'hex';
    }
  | { readonly bytes: string }
  | {
      readonly from: string;
      /** Whose records. @default 'client' */
      readonly by?: 'client' | 'anyone';
      /** Whether no other operation gets the record afterwards. @default false */
      readonly take?: boolean;
    };

/** A request with placeholders. */
export interface RequestDefinition {
  readonly method: string;
  readonly path: string;
  /** @default - none */
  readonly query?: Readonly<Record<string, string>>;
  /** @default - those that every request has */
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON, or as it is when it is a text. @default - none */
  readonly body?: Json;
}

/** What an answer shows, by JSON Pointers. */
export type Expectations = Readonly<Record<string, string | number | boolean | null | { readonly contains: string }>>;

/** How the ledger finds a write again. */
export interface ReadBackDefinition {
  readonly request: RequestDefinition;
  /** @default - 200 to 299 */
  readonly success?: readonly number[];
  /** @default - anything */
  readonly expect?: Expectations;
}

/** What an answer acknowledges. */
export interface WriteDefinition {
  /** What is written to: the same write repeated has the same, and of several writes to one identity the last counts. */
  readonly identity: string;
  /** Where later operations find its parameters. @default - nowhere */
  readonly into?: string;
  readonly readBack: ReadBackDefinition;
}

/** An upload to a bucket, by a URL in the answer. */
export interface UploadDefinition {
  /** JSON Pointer of the URL. */
  readonly url: string;
  /** JSON Pointer of the headers that go with it. @default - none */
  readonly headers?: string;
  readonly body: string;
  readonly readBack: ReadBackDefinition;
}
