/** A test case of a JUnit file. */
export interface TestCase {
  readonly name: string;
  /** Why it says nothing. @default - it was tested */
  readonly skipped?: string;
  /** What was found wanting, in a line, and all that is to be said of it. @default - nothing was */
  readonly failure?: { readonly message: string; readonly text: string };
  /** Why it could not be tested, though it was to be, in the same way. @default - it could be */
  readonly error?: { readonly message: string; readonly text: string };
}

/** A test suite of a JUnit file: one drill. */
export interface TestSuite {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly cases: readonly TestCase[];
  /** How long it took, in seconds. */
  readonly seconds: number;
}

/**
 * Writes test suites as JUnit's XML, with the elements and attributes that both published schemas allow.
 *
 * @param startedMs When they were begun, in milliseconds since 1970.
 * @see https://github.com/jenkinsci/xunit-plugin/blob/master/src/main/resources/org/jenkinsci/plugins/xunit/types/model/xsd/junit-10.xsd
 * @see https://github.com/windyroad/JUnit-Schema/blob/master/JUnit.xsd
 */
export function junitFile(suites: readonly TestSuite[], startedMs: number): string {
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<testsuites>',
    ...suites.flatMap((suite, index) => suiteLines(suite, index, startedMs)),
    '</testsuites>',
    '',
  ].join('\n');
}

function suiteLines({ name, properties, cases, seconds }: TestSuite, index: number, startedMs: number): string[] {
  const head = {
    id: String(index),
    package: 'outlast',
    name,
    tests: String(cases.length),
    failures: String(cases.filter(({ failure }) => failure).length),
    errors: String(cases.filter(({ error }) => error).length),
    skipped: String(cases.filter(({ skipped }) => skipped !== undefined).length),
    time: seconds.toFixed(3),
    timestamp: new Date(startedMs).toISOString().slice(0, 19),
    hostname: 'localhost',
  };
  const common = { classname: name, time: (seconds / Math.max(1, cases.length)).toFixed(3) };
  return [
    `  <testsuite${attributes(head)}>`,
    '    <properties>',
    ...Object.entries(properties).map(([key, value]) => `      <property${attributes({ name: key, value })}/>`),
    '    </properties>',
    ...cases.flatMap((one) => caseLines(one, common)),
    '    <system-out/>',
    '    <system-err/>',
    '  </testsuite>',
  ];
}

function caseLines(
  { name, skipped, failure, error }: TestCase,
  common: Readonly<Record<string, string>>,
): readonly string[] {
  const open = `    <testcase${attributes({ name, ...common })}`;
  const close = '    </testcase>';
  if (skipped !== undefined) return [`${open}>`, `      <skipped${attributes({ message: skipped })}/>`, close];
  if (error) return [`${open}>`, `      ${element('error', 'not-modelled', error)}`, close];
  return failure ? [`${open}>`, `      ${element('failure', 'missed', failure)}`, close] : [`${open}/>`];
}

function element(name: string, type: string, { message, text }: NonNullable<TestCase['failure']>): string {
  return `<${name}${attributes({ type, message })}>${escapeXml(text)}</${name}>`;
}

function attributes(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${escapeXml(value).replaceAll('\n', '&#10;')}"`)
    .join('');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** Characters that XML 1.0 has no way to write. @see https://www.w3.org/TR/xml/#charsets */
const UNWRITABLE = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu;

function escapeXml(text: string): string {
  return text.replaceAll(UNWRITABLE, '\u{FFFD}').replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
