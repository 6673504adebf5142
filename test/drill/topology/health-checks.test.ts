import { alarmCheck, assemblyOf, evacuationAlarm, healthCheck, recordSet, valueRecord } from '../dns/written-assembly';
import { findingsIn, judged, nameIn } from './judged';

const EAST = 'us-east-1';
const WEST = 'us-west-2';

/** A check of an address, or of a name by HTTPS. */
const check = (rest: Record<string, unknown>): unknown =>
  healthCheck({ Type: 'HTTPS', FullyQualifiedDomainName: undefined, SearchString: undefined, ...rest });

/** The host name that API Gateway gives an API of a Region. */
const hostIn = (region: string): string => `abc123.execute-api.${region}.amazonaws.com`;

describe('the Region of what a check watches is known', () => {
  test.each<[string, string, Record<string, unknown>, string | undefined]>([
    [
      'by its resource',
      'by its resource',
      { FullyQualifiedDomainName: { 'Fn::GetAtt': ['Api', 'ApiEndpoint'] } },
      EAST,
    ],
    ['by its name', 'by its name', { FullyQualifiedDomainName: hostIn(WEST) }, WEST],
    ['by the records of its name', 'by its records', { FullyQualifiedDomainName: 'west.example.com' }, WEST],
    ['by the records that carry it', 'by the records that carry it', { IPAddress: '192.0.2.7' }, EAST],
    ['not at all', 'not at all', { FullyQualifiedDomainName: 'status.example.net' }, undefined],
  ])('%s', async (_what, known, rest, region) => {
    const isCarried = known === 'by the records that carry it';
    const assembly = assemblyOf({
      [EAST]: {
        Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { Name: 'api', ProtocolType: 'HTTP' } },
        Check: check(rest),
        West: recordSet({ Name: 'west.example.com', Type: 'CNAME', TTL: '60', ResourceRecords: [hostIn(WEST)] }),
        Record: recordSet({
          Type: 'CNAME',
          TTL: '60',
          ResourceRecords: [hostIn(EAST)],
          ...(isCarried ? { Failover: 'PRIMARY', SetIdentifier: 'one', HealthCheckId: { Ref: 'Check' } } : {}),
        }),
      },
    });
    const { healthChecks } = await judged(assembly, [EAST]);

    expect(healthChecks[0]?.known).toBe(known);
    expect(healthChecks[0]?.region).toBe(region);
  });
});

test('are shown as they are configured', async () => {
  const assembly = assemblyOf({
    [EAST]: {
      Text: check({
        Type: 'HTTP_STR_MATCH',
        FullyQualifiedDomainName: hostIn(EAST),
        Port: 8080,
        SearchString: 'fine',
        RequestInterval: 30,
        FailureThreshold: 2,
      }),
      Tcp: check({ Type: 'TCP', IPAddress: '192.0.2.7', Port: 443, ResourcePath: undefined, Inverted: true }),
      Alarm: evacuationAlarm(EAST, 'all'),
      Switch: alarmCheck(`dispatch-evacuated-${EAST}-all`, EAST),
      Off: check({ FullyQualifiedDomainName: hostIn(EAST), Disabled: true }),
      Both: {
        Type: 'AWS::Route53::HealthCheck',
        Properties: {
          HealthCheckConfig: {
            Type: 'CALCULATED',
            ChildHealthChecks: [{ Ref: 'Text' }, { Ref: 'Tcp' }],
            HealthThreshold: 1,
          },
        },
      },
      Record: recordSet({
        Type: 'CNAME',
        TTL: '60',
        ResourceRecords: [hostIn(EAST)],
        Weight: 1,
        SetIdentifier: 'one',
        HealthCheckId: { Ref: 'Both' },
      }),
    },
  });
  const { healthChecks } = await judged(assembly, [EAST]);
  const shown = healthChecks.map(({ id, watches, boundSeconds, isInverted, gates }) => [
    id,
    watches,
    boundSeconds,
    isInverted,
    gates,
  ]);

  expect(shown).toEqual([
    [`${EAST}/Text`, `HTTP ${hostIn(EAST)}:8080/health, for "fine"`, 2 * (30 + 4 + 2 + 2) + 10, false, [EAST]],
    [`${EAST}/Tcp`, 'TCP 192.0.2.7:443', 3 * (10 + 10) + 10, true, [EAST]],
    [`${EAST}/Switch`, `the data of alarm ${EAST}/Alarm`, undefined, false, []],
    [`${EAST}/Off`, 'nothing', undefined, false, []],
    [`${EAST}/Both`, `1 of ${EAST}/Text, ${EAST}/Tcp`, undefined, false, [EAST]],
  ]);
});

describe('a name that leads to a place of which the templates tell no Region', () => {
  const withSecondary = (isChecked: boolean) =>
    assemblyOf({
      [EAST]: {
        Check: check({ FullyQualifiedDomainName: hostIn(EAST) }),
        Primary: recordSet({
          Type: 'CNAME',
          TTL: '60',
          ResourceRecords: [hostIn(EAST)],
          Failover: 'PRIMARY',
          SetIdentifier: 'one',
          ...(isChecked ? { HealthCheckId: { Ref: 'Check' } } : {}),
        }),
        Secondary: recordSet({
          Type: 'CNAME',
          TTL: '60',
          ResourceRecords: ['sorry.example.net'],
          Failover: 'SECONDARY',
          SetIdentifier: 'two',
        }),
      },
    });

  test('goes there, which is taken as not struck and said to be', async () => {
    const report = await judged(withSecondary(true), [EAST]);
    const { verdict, regions, answers } = nameIn(report, 'api.example.com');

    expect({ verdict, regions }).toEqual({ verdict: 'fails-over', regions: [EAST, 'an unknown place'] });
    expect(answers[0]).toMatchObject({ before: { [EAST]: 1 }, during: { 'an unknown place': 1 } });
    expect(findingsIn(report, 'api.example.com')).toEqual(['unknown-place']);
  });

  test('stays all the same when nothing takes its first record out', async () => {
    const report = await judged(withSecondary(false), [EAST]);

    expect(nameIn(report, 'api.example.com').verdict).toBe('stays');
    expect(findingsIn(report, 'api.example.com')).toEqual(['no-health-check', 'unknown-place']);
  });

  test('and a check of such a place is taken as well, which is said', async () => {
    const assembly = assemblyOf({
      [EAST]: {
        Check: check({ FullyQualifiedDomainName: 'status.example.net' }),
        One: valueRecord({ Name: 'one.example.com' }),
        Primary: recordSet({
          Type: 'CNAME',
          TTL: '60',
          ResourceRecords: [hostIn(EAST)],
          Weight: 1,
          SetIdentifier: 'one',
          HealthCheckId: { Ref: 'Check' },
        }),
        Other: recordSet({
          Type: 'CNAME',
          TTL: '60',
          ResourceRecords: [hostIn(WEST)],
          Weight: 1,
          SetIdentifier: 'two',
          HealthCheckId: { Ref: 'Check' },
        }),
      },
    });
    const report = await judged(assembly, [EAST]);

    expect(nameIn(report, 'api.example.com').verdict).toBe('stays');
    expect(findingsIn(report, 'api.example.com')).toEqual(['unknown-place']);
  });
});

test('a name by geolocation without a default gives some questions no answer', async () => {
  const located = (country: string, region: string): unknown =>
    recordSet({
      Type: 'CNAME',
      TTL: '60',
      ResourceRecords: [hostIn(region)],
      SetIdentifier: country,
      GeoLocation: { CountryCode: country },
    });
  const withDefault = (isThere: boolean) =>
    assemblyOf({ [EAST]: { Us: located('US', EAST), ...(isThere ? { Rest: located('*', WEST) } : {}) } });
  const [without, whole] = await Promise.all([false, true].map((isThere) => judged(withDefault(isThere), [EAST])));
  if (!without || !whole) throw new Error('both were judged');

  expect(findingsIn(without, 'api.example.com')).toEqual(['no-health-check', 'no-default-location']);
  expect(nameIn(without, 'api.example.com').verdict).toBe('nowhere-else');
  expect(findingsIn(whole, 'api.example.com')).toEqual(['no-health-check']);
  const japan = nameIn(whole, 'api.example.com').answers.find(({ geography }) => geography === 'japan');
  expect(japan?.during).toEqual({ [WEST]: 1 });
});
