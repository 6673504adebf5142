import type { Logger } from '@aws-lambda-powertools/logger';
import { GetParametersCommand, PutParameterCommand, SSMClient, type SSMClientConfig } from '@aws-sdk/client-ssm';
import { describeCall } from '../data/table-fault';
import { type Hand, type Judgement, NOTHING_JUDGED } from './judgement';
import { fromRecord, toRecord } from './judgement-record';

/** Age in milliseconds from which what was read is not trusted any more: by then a person may have moved the hand. */
export const TRUST_MS = 900_000;

/**
 * Limits of the calls, in milliseconds: two attempts, with a wait of at most a second between them, are done in 3 s.
 *
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
 */
export const PARAMETER_CALL_LIMITS = { connectionTimeoutMs: 500, answerTimeoutMs: 1_000, maxAttempts: 2 };

/** How the switch stands. */
export interface Standing {
  readonly hand: Hand;
  readonly judgement: Judgement;
}

/** Whose switch, and where. */
export interface SwitchParametersProps {
  /** Region of the judge, which holds the switch. */
  readonly region: string;
  readonly application: string;
  readonly ward: string;
  readonly logger: Logger;
  /**
   * Endpoint and credentials of a Parameter Store that is not in AWS.
   *
   * @default - the Region's endpoint and the function's role
   */
  readonly target?: Pick<SSMClientConfig, 'endpoint' | 'credentials'>;
}

/**
 * The switch of a ward, in two parameters of the judge's Region: the hand, which only people move, and the judge's own
 * memory.
 *
 * While Parameter Store does not answer, the environment's memory serves, for at most {@link TRUST_MS}. After that, or in a
 * new environment, nothing is known, and nothing should be published: missing data leaves the ward in service.
 *
 * No method throws.
 */
export class SwitchParameters {
  readonly #ssm: SSMClient;
  readonly #logger: Logger;
  readonly #handName: string;
  readonly #judgementName: string;
  #standing: Standing | undefined;
  #readAtMs = 0;

  constructor({ region, application, ward, logger, target }: SwitchParametersProps) {
    const { connectionTimeoutMs, answerTimeoutMs, maxAttempts } = PARAMETER_CALL_LIMITS;
    this.#logger = logger;
    this.#handName = `/${application}/evacuation/${ward}/hand`;
    this.#judgementName = `/${application}/evacuation/${ward}/judgement`;
    this.#ssm = new SSMClient({
      region,
      maxAttempts,
      retryMode: 'standard',
      requestHandler: {
        connectionTimeout: connectionTimeoutMs,
        requestTimeout: answerTimeoutMs,
        socketTimeout: answerTimeoutMs,
        throwOnRequestTimeout: true,
      },
      ...target,
    });
  }

  /** How the switch stands, or nothing when that is not known. */
  async read(): Promise<Standing | undefined> {
    const nowMs = Date.now();
    try {
      const { Parameters = [] } = await this.#ssm.send(
        new GetParametersCommand({ Names: [this.#handName, this.#judgementName] }),
      );
      const textIn = (name: string) => Parameters.find(({ Name }) => Name === name)?.Value;
      const hand = this.#readHand(textIn(this.#handName));
      this.#standing = { hand, judgement: this.#newest(textIn(this.#judgementName)) };
      this.#readAtMs = nowMs;
    } catch (error) {
      this.#logger.warn('parameters not read', { call: describeCall(error) });
      if (nowMs - this.#readAtMs > TRUST_MS) this.#standing = undefined;
    }
    return this.#standing;
  }

  /** Keeps a judgement: for the next minute in this environment for certain, for any other one if Parameter Store answers. */
  async keep(judgement: Judgement): Promise<void> {
    if (this.#standing) this.#standing = { ...this.#standing, judgement };
    try {
      await this.#ssm.send(
        new PutParameterCommand({ Name: this.#judgementName, Value: toRecord(judgement), Overwrite: true }),
      );
    } catch (error) {
      this.#logger.warn('judgement not kept', { call: describeCall(error) });
    }
  }

  /** Ends the connections. */
  close(): void {
    this.#ssm.destroy();
  }

  #readHand(value: string | undefined): Hand {
    if (value === 'automatic' || value === 'evacuated' || value === 'in-service') return value;
    this.#logger.warn('hand not understood, taken for automatic', { parameter: this.#handName });
    return 'automatic';
  }

  /** What this environment remembers may be newer than what it could write. */
  #newest(text: string | undefined): Judgement {
    const kept = fromRecord(text ?? '');
    if (!kept && text !== '{}') this.#logger.warn('judgement not understood', { parameter: this.#judgementName });
    const remembered = this.#standing?.judgement ?? NOTHING_JUDGED;
    return kept && kept.judgedAtMs > remembered.judgedAtMs ? kept : remembered;
  }
}
