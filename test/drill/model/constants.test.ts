import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv';
import {
  allConstants,
  choiceConstant,
  fieldsConstant,
  listConstant,
  lognormalConstant,
  type ModelConstant,
  modelConstant,
  numberConstant,
  partsConstant,
  quantilesConstant,
  triangularConstant,
  uniformConstant,
} from '../../../lib/drill/model/constants';
import constantsFile from '../../../lib/drill/model/model-constants.json';
import schema from '../../../lib/drill/model/model-constants.schema.json';
import { fault } from '../drill-context';

const ACCESSORS = {
  modelConstant,
  numberConstant,
  listConstant,
  fieldsConstant,
  lognormalConstant,
  uniformConstant,
  choiceConstant,
  quantilesConstant,
  triangularConstant,
  partsConstant,
} as const;

/** One constant that each accessor reads, found in the file by its shape rather than by its name. */
const READABLE: readonly (readonly [accessor: keyof typeof ACCESSORS, is: (constant: ModelConstant) => boolean])[] = [
  ['numberConstant', ({ value }) => typeof value === 'number'],
  ['listConstant', ({ value }) => Array.isArray(value) && value.every((entry) => typeof entry === 'string')],
  [
    'fieldsConstant',
    ({ value }) => isObject(value) && Object.values(value).every((entry) => typeof entry === 'number'),
  ],
  [
    'lognormalConstant',
    ({ distribution }) => distribution?.kind === 'lognormal' && typeof distribution.p50 === 'number',
  ],
  ['uniformConstant', ({ distribution }) => distribution?.kind === 'uniform'],
  ['choiceConstant', ({ distribution }) => distribution?.kind === 'choice'],
  ['quantilesConstant', ({ distribution }) => distribution?.kind === 'quantiles'],
  ['triangularConstant', ({ distribution }) => distribution?.kind === 'triangular'],
  ['partsConstant', ({ value, distribution }) => isObject(distribution ?? value)],
];

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function sourcesBelow(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(join(directory, name), 'utf8'));
}

describe('the file of constants', () => {
  test('keeps to its schema', () => {
    const ajv = new Ajv({ allErrors: true, strict: false });
    const validate = ajv.compile(schema);

    validate(constantsFile);
    expect(validate.errors).toBeNull();
    expect(validate([{ ...constantsFile[0], confidence: 'total' }])).toBe(false);
    expect(validate([{ ...constantsFile[0], source: 'a book' }])).toBe(false);
  });

  test('names each constant once', () => {
    expect(allConstants()).toEqual(constantsFile);
  });

  test('has a page to read for everything that is neither derived nor assumed', () => {
    const unsourced = allConstants().filter(
      ({ source, basis }) => source === null && basis !== 'derived' && basis !== 'assumed',
    );

    expect(unsourced).toEqual([]);
  });

  test('has, in every distribution, its percentiles in order', () => {
    for (const { id, distribution = {} as NonNullable<ModelConstant['distribution']> } of allConstants()) {
      const percentiles = Object.entries(distribution)
        .filter(([name, value]) => /^p\d+$/.test(name) && typeof value === 'number')
        .sort(([left], [right]) => Number(left.slice(1)) - Number(right.slice(1)))
        .map(([, value]) => value as number);
      expect({ id, percentiles }).toEqual({ id, percentiles: [...percentiles].sort((left, right) => left - right) });
    }
  });
});

describe('accessors', () => {
  test.each(READABLE)('%s reads every constant of its kind and refuses every other', (name, is) => {
    const read = ACCESSORS[name] as (id: string) => unknown;
    const [mine, others] = [allConstants().filter(is), allConstants().filter((constant) => !is(constant))];

    expect(mine.length).toBeGreaterThan(0);
    for (const { id } of mine) expect(read(id)).toBeDefined();
    for (const { id } of others) {
      expect(() => read(id)).toThrow(`not modelled: constant ${id}: `);
      expect(() => read(id)).toThrow('is not of the kind this model reads');
    }
  });

  test('give what the file says', () => {
    expect(numberConstant('r53.checker.minRegions')).toBe(3);
    expect(listConstant('r53.checker.regions')).toHaveLength(8);
    expect(lognormalConstant('lambda.cold.app')).toMatchObject({ p50: 350, p99: 1000 });
    expect(quantilesConstant('net.inRegion')).toEqual({ p50: 3.3, p90: 5.8 });
    expect(modelConstant('clock.lww').distribution).toEqual({ kind: 'normal', sd: 1 });
    expect(partsConstant('ddb.mrec.lag', 'p50Base', 'p99')).toMatchObject({ p50Base: 400, p99: 2500 });
    expect(() => partsConstant('ddb.mrec.lag', 'p50')).toThrow('not of the kind this model reads');
  });

  test.each(Object.keys(ACCESSORS) as (keyof typeof ACCESSORS)[])(
    '%s refuses an identifier that is not in the file',
    (name) => {
      expect(() => ACCESSORS[name]('no.such.constant')).toThrow(
        'not modelled: constant no.such.constant: no such entry in lib/drill/model/model-constants.json',
      );
    },
  );
});

describe('the drill', () => {
  const sources = sourcesBelow(join(__dirname, '../../../lib/drill'));

  test('reads constants that exist, each as what it is', () => {
    const calls = sources.flatMap((source) => [...source.matchAll(/\b(\w+Constant)\('([^']+)'/g)]);

    expect(calls.length).toBeGreaterThan(20);
    for (const [, name, id] of calls) {
      const read = ACCESSORS[name as keyof typeof ACCESSORS] as ((id: string) => unknown) | undefined;
      expect(read).toBeDefined();
      expect(() => read?.(id as string)).not.toThrow();
    }
  });

  test('names in its comments only constants that exist', () => {
    const ids = new Set(allConstants().map(({ id }) => id));
    const families = new Set([...ids].map((id) => id.split('.')[0]));
    const named = sources
      .flatMap((source) => [...source.matchAll(/`([a-z0-9]+(?:\.[A-Za-z0-9]+)+)`/g)].map(([, id]) => id as string))
      .filter((id) => families.has(id.split('.')[0]));

    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((id) => !ids.has(id))).toEqual([]);
  });

  test('has no number of its own where there is a constant: another file of constants is another drill', () => {
    const changed = new Map<string, unknown>([
      ['hs.tls13', 2],
      ['r53.body.searched', 9000],
      ['choice.client.interval', 7],
      ['choice.workload.photos', 0.5],
      ['choice.quiet.settled', 1],
    ]);
    const edited = constantsFile.map((constant) =>
      changed.has(constant.id) ? { ...constant, value: changed.get(constant.id) } : constant,
    );
    const late = { connectMs: 1, statusMs: 1, bodyMs: 1, statusCode: 200, body: `${'.'.repeat(6000)}here` };
    const drill = () => ({
      roundTrips: require('../../../lib/drill/model/handshakes').CONNECTION_ROUND_TRIPS,
      isFound: require('../../../lib/drill/dns/probe').judgeProbe({ searchString: 'here' }, late).passed,
      interval: require('../../../lib/drill/clients/population').SECONDS_BETWEEN_OPERATIONS,
      photos: require('../../../lib/drill/clients/delivery-photo').PHOTO_SHARE,
      calm: calmAfterTwoSeconds(),
    });
    const calmAfterTwoSeconds = (): string => {
      const { Quiet } = require('../../../lib/drill/faults/quiet');
      const { FaultPlan } = require('../../../lib/drill/faults/fault-plan');
      const { RegionCourses } = require('../../../lib/drill/faults/region-course');
      return new Quiet(new FaultPlan([fault({ startMs: 0, endMs: 1000 })]), new RegionCourses()).in('us-east-2', 3000);
    };

    expect(drill()).toEqual({ roundTrips: 2, isFound: false, interval: 100, photos: 0.1, calm: 'stirred' });
    jest.isolateModules(() => {
      jest.doMock('../../../lib/drill/model/model-constants.json', () => edited);
      expect(drill()).toEqual({ roundTrips: 3, isFound: true, interval: 7, photos: 0.5, calm: 'quiet' });
      jest.dontMock('../../../lib/drill/model/model-constants.json');
    });
  });
});
