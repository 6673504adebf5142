import type { HttpAnswer } from '../../api/http-event';
import type { RandomStream } from '../../kernel/random';
import type { Operation, ReadBack, Upload, Workload } from '../workload';
import { bodyOf, isSuccess, unmetExpectation } from './expectation';
import { fillRequest, type Intention } from './intention';
import { valueAt } from './json-pointer';
import { ParameterSource } from './parameters';
import { RecordPools } from './record-pools';
import { fillText } from './template';
import type { UploadDefinition, WorkloadDefinition } from './workload-definition';
import { shows, WriteLedger } from './write-ledger';

/** What one client has not got yet and will try again. */
interface Owed {
  /** Before anything new. */
  readonly first: Intention[];
  /** Once something else has been tried after it failed. */
  readonly later: Intention[];
  isPutOff: boolean;
}

/** A workload that a file describes. */
export class FileWorkload implements Workload {
  readonly name: string;
  readonly routeKeys: readonly string[] = [];
  private readonly pools = new RecordPools();
  private readonly parameters: ParameterSource;
  private readonly ledger = new WriteLedger();
  private readonly uploads: Intention[] = [];
  private readonly owed = new Map<number, Owed>();
  private readonly choices: RandomStream;

  /**
   * @param definition The file.
   * @param random A stream of its own.
   * @param epochMs Calendar time of virtual time zero, in milliseconds since 1970.
   */
  constructor(
    private readonly definition: WorkloadDefinition,
    random: RandomStream,
    private readonly epochMs: number,
  ) {
    this.name = definition.name;
    this.choices = random.fork('choices');
    this.parameters = new ParameterSource(random.fork('parameters'), this.pools);
  }

  get acknowledgedWrites(): number {
    return this.ledger.acknowledged;
  }

  get acknowledgedObjects(): number {
    return this.uploads.length;
  }

  next(client: number, nowMs: number): Operation {
    const owed = this.owedBy(client);
    const [first] = owed.first;
    if (first) return this.operation(first, owed);
    const [later] = owed.later;
    if (later && !owed.isPutOff) return this.operation(later, owed);
    owed.isPutOff = false;
    const possible = this.definition.operations.filter((operation) => this.parameters.canMake(operation, client));
    const definition = this.choices.weighted(possible.map((operation) => [operation, operation.share] as const));
    const values = this.parameters.make(definition, { client, timeMs: this.epochMs + nowMs });
    const request = fillRequest(definition.request, values);
    const intention: Intention = { definition, client, startMs: nowMs, request, values };
    this.ledger.begin(intention);
    return this.operation(intention, owed);
  }

  readBacks(): Iterable<ReadBack> {
    return this.ledger.readBacks();
  }

  *objectReadBacks(): Iterable<ReadBack> {
    for (const { definition, values, uploadedMs = 0 } of this.uploads) {
      const readBack = definition.upload?.readBack;
      if (!readBack) continue;
      yield {
        writes: [{ kind: definition.name, acknowledgedMs: uploadedMs }],
        request: fillRequest(readBack.request, values),
        missing: (answer) => (shows(readBack, values, answer) ? [] : [0]),
      };
    }
  }

  /** The next try of an intention. */
  private operation(intention: Intention, owed: Owed): Operation {
    const { definition, request } = intention;
    const { upload } = definition;
    let isRefused = false;
    return {
      kind: definition.name,
      request,
      isAnswer: () => true,
      accept: (answer, nowMs) => {
        const wrong = this.accept(intention, answer, nowMs);
        isRefused = wrong !== undefined;
        if (!isRefused && !upload) settle(intention, owed);
        return wrong;
      },
      ...(upload ? { upload: this.upload(intention, upload, owed) } : {}),
      abandon: () => (isRefused ? settle(intention, owed) : owe(intention, owed)),
    };
  }

  private accept(intention: Intention, answer: HttpAnswer, nowMs: number): string | undefined {
    const { definition, client } = intention;
    const { success, remember = {}, write } = definition;
    if (!isSuccess(answer.status, success)) return String(answer.status);
    const document = bodyOf(answer);
    const wrong = wrongIn(document, intention);
    if (wrong !== undefined) return wrong;
    const remembered = Object.entries(remember).map(([name, pointer]) => [name, valueAt(document, pointer)]);
    intention.values = { ...intention.values, ...Object.fromEntries(remembered) };
    if (!write || intention.acknowledgedMs !== undefined) return undefined;
    this.ledger.acknowledge(intention, nowMs);
    if (write.into !== undefined) this.pools.add(write.into, client, intention.values);
    return undefined;
  }

  private upload(intention: Intention, { url, headers, body }: UploadDefinition, owed: Owed): Upload {
    return {
      request: (answer) => {
        const document = bodyOf(answer);
        const given = headers === undefined ? {} : valueAt(document, headers);
        return {
          url: String(valueAt(document, url)),
          headers: given as Readonly<Record<string, string>>,
          body: fillText(body, intention.values),
        };
      },
      acknowledge: (nowMs) => {
        settle(intention, owed);
        if (intention.uploadedMs !== undefined) return;
        intention.uploadedMs = nowMs;
        this.uploads.push(intention);
      },
    };
  }

  private owedBy(client: number): Owed {
    let owed = this.owed.get(client);
    if (!owed) {
      owed = { first: [], later: [], isPutOff: false };
      this.owed.set(client, owed);
    }
    return owed;
  }
}

/** What a right answer lacks; nothing when it has all that it must have. */
function wrongIn(document: unknown, { definition, values }: Intention): string | undefined {
  const { expect = {}, remember = {}, upload } = definition;
  const unmet = unmetExpectation(document, expect, values);
  if (unmet !== undefined) return `an answer with another ${unmet}`;
  const needed = [...Object.values(remember), ...(upload ? [upload.url] : [])];
  const missing = needed.find((pointer) => valueAt(document, pointer) === undefined);
  return missing === undefined ? undefined : `an answer without ${missing}`;
}

/** Nothing is left to do, or nothing that could help. */
function settle(intention: Intention, owed: Owed): void {
  for (const queue of [owed.first, owed.later]) {
    const index = queue.indexOf(intention);
    if (index >= 0) queue.splice(index, 1);
  }
}

/** Nobody knows whether it happened: the client tries again, with the same request. */
function owe(intention: Intention, owed: Owed): void {
  const { repeat, write, upload } = intention.definition;
  const when = repeat ?? (upload ? 'later' : write ? 'first' : 'never');
  if (when === 'never') return;
  owed.isPutOff = when === 'later';
  if (!owed[when].includes(intention)) owed[when].push(intention);
}
