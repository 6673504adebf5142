import fc from 'fast-check';
import { BadInput } from '../../lib/bad-input';
import { findOutage, listOutages, type Outage, transpose } from '../../lib/outages';
import { regionOfZone, zoneIn } from '../../lib/outages/availability-zone';

const DYNAMODB = findOutage('aws-2025-10-20-dynamodb-dns-us-east-1');
const NETWORK = findOutage('aws-2021-12-07-internal-network-us-east-1');

const refusalOf = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    if (error instanceof BadInput) return error.message;
    throw error;
  }
  throw new Error('it was not refused');
};
const rows = (outage: ReturnType<typeof transpose>) =>
  outage.phases.map(({ id, startSeconds, endSeconds, scope }) => [
    id,
    startSeconds,
    endSeconds,
    scope.ids[0] ?? scope.kind,
  ]);

describe('transposing', () => {
  test('moves the outage of 20 October 2025 onto us-west-2', () => {
    const moved = transpose(DYNAMODB, 'us-west-2');

    expect(moved).toMatchObject({ struckRegion: 'us-west-2', originalRegion: 'us-east-1', durationSeconds: 52_320 });
    // Seconds after 06:48 UTC, counted by hand from the catalogue.
    expect(rows(moved)).toEqual([
      ['p1', 0, 9_420, 'us-west-2'],
      ['p2', 9_420, 10_320, 'us-west-2'],
      ['p3', 0, 9_840, 'us-west-2'],
      ['p4', 0, 5_820, 'global'],
      ['p5', 0, 5_460, 'us-west-2'],
      ['p6', 31_380, 36_660, 'us-west-2'],
      ['p7', 0, 11_700, 'global'],
      ['p8', 0, 10_320, 'global'],
      ['p9', 0, 5_520, 'global'],
      ['p10', 0, 20_400, 'us-west-2'],
      ['p11', 20_400, 38_880, 'us-west-2'],
      ['p12', 38_880, 50_520, 'us-west-2'],
      ['p13', 20_520, 51_660, 'us-west-2'],
      ['p14', 0, 22_320, 'us-west-2'],
      ['p15', 26_160, 41_940, 'us-west-2'],
      ['p16', 0, 52_320, 'us-west-2'],
      ['p17', 0, 48_720, 'us-west-2'],
      ['p18', 0, 101_820, 'us-west-2'],
    ]);
    expect(moved.phases.filter(({ outlastsOutage }) => outlastsOutage).map(({ id }) => id)).toEqual(['p18']);
    expect(moved.phases[0]).toMatchObject({
      services: ['dynamodb'],
      plane: 'dns',
      effect: { kind: 'unavailable', model: { value: 100, unit: 'percent' } },
      pattern: { kind: 'steady' },
      confidence: 'high',
    });
  });

  test('moves the outage of 7 December 2021 onto eu-west-1', () => {
    const moved = transpose(NETWORK, 'eu-west-1');

    expect(moved).toMatchObject({ struckRegion: 'eu-west-1', originalRegion: 'us-east-1', durationSeconds: 40_200 });
    // Seconds after 15:30 UTC, counted by hand from the catalogue.
    expect(rows(moved)).toEqual([
      ['p1', 0, 25_200, 'global'],
      ['p2', 180, 25_800, 'eu-west-1'],
      ['p3', 180, 25_800, 'eu-west-1'],
      ['p4', 0, 32_280, 'eu-west-1'],
      ['p5', 0, 24_720, 'eu-west-1'],
      ['p6', 0, 24_720, 'eu-west-1'],
      ['p7', 0, 32_820, 'eu-west-1'],
      ['p8', 18_300, 25_500, 'eu-west-1'],
      ['p9', 25_500, 40_200, 'eu-west-1'],
      ['p10', 0, 34_200, 'eu-west-1'],
      ['p11', 0, 24_720, 'eu-west-1'],
      ['p12', 180, 24_900, 'global'],
      ['p13', 0, 3_120, 'global'],
    ]);
    expect(moved.phases.some(({ outlastsOutage }) => outlastsOutage)).toBe(false);
  });

  test('keeps only the first hours when told to', () => {
    const moved = transpose(DYNAMODB, 'us-east-2', { limitHours: 6 });

    expect(moved.durationSeconds).toBe(21_600);
    expect(moved.phases.map(({ id }) => id)).not.toEqual(expect.arrayContaining(['p6']));
    expect(rows(moved).filter(([id]) => ['p10', 'p11', 'p13', 'p18'].includes(String(id)))).toEqual([
      ['p10', 0, 20_400, 'us-east-2'],
      ['p11', 20_400, 21_600, 'us-east-2'],
      ['p13', 20_520, 21_600, 'us-east-2'],
      ['p18', 0, 21_600, 'us-east-2'],
    ]);
    expect(moved.phases.some(({ outlastsOutage }) => outlastsOutage)).toBe(false);
  });

  test('is the whole outage when the limit is longer than it', () => {
    expect(transpose(NETWORK, 'us-east-2', { limitHours: 24 })).toEqual(transpose(NETWORK, 'us-east-2'));
  });

  test('moves Availability Zones of the struck Region with their number', () => {
    const power = transpose(findOutage('aws-2021-12-22'), 'eu-central-1');
    const cooling = transpose(findOutage('aws-2019-08-23'), 'us-west-2');

    expect(power.originalRegion).toBe('us-east-1');
    expect(power.phases[0]?.scope).toEqual({ kind: 'az', ids: ['euc1-az4'] });
    expect(cooling.phases[0]?.scope).toEqual({ kind: 'az', ids: ['us-west-2:one-az'] });
  });

  test('lets the outage’s end stand in for an end the source does not give, and says so', () => {
    const phases = NETWORK.phases.map((phase) => (phase.id === 'p8' ? { ...phase, end: null } : phase));
    const moved = transpose({ ...NETWORK, phases }, 'us-west-2');

    expect(
      moved.phases.filter(({ endIsAssumed }) => endIsAssumed).map(({ id, endSeconds }) => [id, endSeconds]),
    ).toEqual([['p8', moved.durationSeconds]]);
  });

  test('names a phase that begins when the outage is over as later, also when all of it is replayed', () => {
    const power = transpose(findOutage('aws-2021-12-22'), 'us-west-2');

    expect(power.phases.map(({ id }) => id)).toEqual(['p1', 'p2', 'p3']);
    expect(power.laterPhases).toEqual(['p4']);
    expect(transpose(DYNAMODB, 'us-west-2').laterPhases).toEqual([]);
  });

  test('leaves the catalogue as it was', () => {
    const before = JSON.stringify(DYNAMODB);

    transpose(DYNAMODB, 'us-west-2', { limitHours: 1 });

    expect(JSON.stringify(DYNAMODB)).toBe(before);
  });

  test('moves the first of several Regions onto the struck one, and the others onto its partner', () => {
    const moved = transpose(findOutage('aws-2021-12-15'), 'us-east-2', { partnerRegion: 'eu-west-1' });

    expect(moved).toMatchObject({ struckRegions: ['us-east-2', 'eu-west-1'], originalRegion: 'us-west-2' });
    expect(moved.phases.map(({ id, scope }) => [id, scope.ids])).toEqual([
      // GovCloud was struck as well; no design spans it and another partition.
      ['p1', ['us-east-2']],
      ['p2', ['eu-west-1']],
    ]);
  });

  test('leaves phases of further Regions without a place where there is no partner', () => {
    const alone = transpose(findOutage('aws-2021-12-15'), 'us-east-2');

    expect(alone.struckRegions).toEqual(['us-east-2']);
    expect(alone.phases.map(({ scope }) => scope.ids)).toEqual([['us-east-2'], []]);
  });

  test('moves zones of two Regions, each to its own', () => {
    const gulf = transpose(findOutage('aws-2026-03-01'), 'us-east-2', { partnerRegion: 'us-west-2', limitHours: 48 });

    expect(gulf).toMatchObject({ durationSeconds: 172_800, laterPhases: ['p7'] });
    expect(gulf.phases.map(({ id, scope }) => [id, ...scope.ids])).toEqual([
      ['p1', 'use2-az2'],
      ['p2', 'us-east-2'],
      ['p3', 'use2-az3'],
      ['p4', 'us-east-2'],
      ['p5', 'usw2-az2'],
      ['p6', 'us-west-2'],
    ]);
  });

  test.each([
    ['no Region', 'aws-2019-10-22', undefined, []],
    ["another provider's Region", 'gcp-2025', 'gcp:us-central1', ['us-west-2']],
  ])('moves an outage of %s', (_, id, originalRegion, struckRegions) => {
    const moved = transpose(findOutage(id), 'us-west-2', { partnerRegion: 'us-east-2' });

    expect(moved.originalRegion).toBe(originalRegion);
    expect(moved.struckRegions).toEqual(struckRegions);
    expect(moved.phases[0]?.scope).toEqual({ kind: 'global', ids: [] });
  });

  test('refuses an outage that is not over, unless a limit is set', () => {
    const unfinished: Outage = { ...NETWORK, end: null, durationMinutes: null };

    expect(refusalOf(() => transpose(unfinished, 'us-west-2'))).toContain('the outage is not over');
    expect(transpose(unfinished, 'us-west-2', { limitHours: 2 }).durationSeconds).toBe(7_200);
  });

  test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('refuses a limit of %p hours', (limitHours) => {
    expect(refusalOf(() => transpose(NETWORK, 'us-west-2', { limitHours }))).toContain(`found ${limitHours}`);
  });

  test.each(['', 'us-east', 'use2-az1', 'US-EAST-1'])('refuses %p as a Region', (region) => {
    expect(refusalOf(() => transpose(NETWORK, region))).toContain('the name of an AWS Region');
  });

  test('keeps every phase within its bounds, for every outage and limit it accepts', () => {
    const outages = listOutages();
    expect(outages).toHaveLength(26);
    fc.assert(
      fc.property(fc.constantFrom(...outages), fc.double({ min: 0.01, max: 60, noNaN: true }), (outage, limitHours) => {
        const wholeSeconds =
          outage.end === null ? Number.POSITIVE_INFINITY : transpose(outage, 'us-west-2').durationSeconds;
        const part = transpose(outage, 'us-west-2', { limitHours });
        expect(part.durationSeconds).toBe(Math.min(wholeSeconds, Math.ceil(limitHours * 3600)));
        expect([...part.phases.map(({ id }) => id), ...part.laterPhases].sort()).toEqual(
          outage.phases.map(({ id }) => id).sort(),
        );
        for (const { startSeconds, endSeconds, outlastsOutage, scope } of part.phases) {
          expect(startSeconds).toBeGreaterThanOrEqual(0);
          expect(startSeconds).toBeLessThan(part.durationSeconds);
          expect(endSeconds).toBeGreaterThan(startSeconds);
          expect(endSeconds > part.durationSeconds).toBe(outlastsOutage);
          expect(scope.ids.every((id) => /^(us-west-2|usw2-)/.test(id))).toBe(true);
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe('Availability Zone ids', () => {
  test.each([
    ['use1-az4', 'us-east-1'],
    ['apne1-az1', 'ap-northeast-1'],
    ['aps1-az2', 'ap-south-1'],
    ['apse2-az3', 'ap-southeast-2'],
    ['mec1-az2', 'me-central-1'],
    ['sae1-az1', 'sa-east-1'],
    ['usgw1-az1', 'us-gov-west-1'],
    ['eun1-az3', 'eu-north-1'],
  ])('%s belongs to %s', (zone, region) => {
    expect(regionOfZone(zone)).toBe(region);
    expect(zoneIn(region, 'use1-az4').replace(/az4$/, '')).toBe(zone.replace(/az\d$/, ''));
  });

  test('belong to no Region when they are none', () => {
    expect(regionOfZone('azure:east-us')).toBeUndefined();
    expect(regionOfZone('use1')).toBeUndefined();
  });
});
