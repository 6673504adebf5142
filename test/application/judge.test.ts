import { recordConsole } from './dispatch-fixture';

const written = recordConsole();

const variables = process.env;
const { fetch } = globalThis;
afterEach(() => {
  process.env = variables;
  globalThis.fetch = fetch;
  jest.resetModules();
});

const COMPLETE = {
  AWS_REGION: 'us-west-2',
  AWS_ACCESS_KEY_ID: 'ASIATEST',
  AWS_SECRET_ACCESS_KEY: 'test',
  WARD: 'us-east-2',
  RECORD_NAME: 'api.example.com',
  APPLICATION: 'dispatch',
  TABLE_NAME: 'dispatch-data',
  CONSISTENCY: 'strong',
  JUDGE_SETTINGS: JSON.stringify({
    failingShare: 0.05,
    slowMilliseconds: 2_000,
    dwellMinutes: 2,
    recoveryMinutes: 10,
    returnMinutes: 10,
    maximumLagSeconds: 60,
  }),
  POWERTOOLS_SERVICE_NAME: 'dispatch-judge',
  POWERTOOLS_METRICS_NAMESPACE: 'dispatch',
};

function load(): typeof import('../../lib/application/judge') {
  return require('../../lib/application/judge');
}

test('refuses to start without its environment', () => {
  process.env = { ...variables, ...COMPLETE, WARD: '' };

  expect(load).toThrow(/environment variables of the function: 1 problem\n {2}WARD: found ""/);
});

test('ends a minute in which nothing at all can be reached, and publishes nothing but that', async () => {
  // No endpoint of this machine's answers there, and no name does.
  process.env = { ...variables, ...COMPLETE, AWS_ENDPOINT_URL: 'http://127.0.0.1:9' };
  globalThis.fetch = () => Promise.reject(new TypeError('fetch failed'));
  const { handler } = load();

  await handler();

  const lines = written.lines();
  expect(lines.map(({ message }) => message)).toContain('switch not known, nothing published');
  expect(lines.filter((line) => 'Evacuated' in line)).toEqual([]);
  const failures = lines.flatMap(({ Target, ProbeFailures }) =>
    Target ? [[Target, [ProbeFailures].flat().length]] : [],
  );
  expect(failures).toEqual([
    ['us-west-2', 18],
    ['global', 1],
    ['us-east-2', 2],
  ]);
});
