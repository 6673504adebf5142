import { types } from 'node:util';

/** Node's own, taken before anything watches over it. */
const RealDate = Date;

/** Parts of a date that a zone changes: local time is UTC, as it is on Lambda. */
const ZONED_PARTS = ['FullYear', 'Month', 'Date', 'Day', 'Hours', 'Minutes', 'Seconds', 'Milliseconds'] as const;

/** Texts that say their zone, or that the language reads as UTC: dates without a time. */
const HAS_ZONE =
  /(?:Z|(?:UTC?|GMT)(?:[+-]\d\d:?\d\d)?|[ECMP][SD]T|:\d\d(?:\.\d+)?\s*[+-]\d\d(?::?\d\d)?)(?:\s*\(.*\))?\s*$|^\s*[+-]?\d{4,6}(?:-\d\d(?:-\d\d)?)?\s*$/i;

/**
 * `Date` in virtual time and in UTC, so that neither the machine's clock nor its zone is seen.
 *
 * Its instances are dates to Node, and every date is an instance of it. Their prototype is its own: `constructor` leads back
 * here and not to the real clock.
 *
 * @param nowMs Gives the time, in milliseconds since 1970.
 */
export function virtualDate(nowMs: () => number): DateConstructor {
  function VirtualDate(this: unknown, ...args: unknown[]): unknown {
    if (!new.target) return String(Reflect.construct(VirtualDate, []));
    return Reflect.construct(RealDate, [timeOf(args, nowMs)], new.target);
  }
  Object.defineProperties(VirtualDate, {
    name: { value: 'Date' },
    length: { value: 7 },
    now: { value: nowMs, writable: true, configurable: true },
    parse: { value: (text: unknown) => RealDate.parse(inUtc(String(text))), writable: true, configurable: true },
    UTC: { value: RealDate.UTC, writable: true, configurable: true },
    prototype: { value: prototypeOf(VirtualDate), writable: false },
    [Symbol.hasInstance]: {
      value(this: unknown, value: unknown): boolean {
        return this === VirtualDate
          ? types.isDate(value)
          : Function.prototype[Symbol.hasInstance].call(this as () => void, value);
      },
    },
  });
  return VirtualDate as unknown as DateConstructor;
}

function timeOf(args: readonly unknown[], nowMs: () => number): unknown {
  const [first] = args;
  if (args.length === 0) return nowMs();
  if (args.length > 1) return RealDate.UTC(...(args as [number, number]));
  return typeof first === 'string' ? inUtc(first) : first;
}

/** A text without a zone, which the language reads in the machine's, with UTC for its zone. */
function inUtc(text: string): string {
  if (HAS_ZONE.test(text)) return text;
  return /^\s*[+-]?\d{4,6}-\d\d-\d\dT/.test(text) ? `${text.trim()}Z` : `${text} UTC`;
}

type Method = (this: Date, ...args: unknown[]) => unknown;

/** The methods of dates, those of local time turned to UTC. */
function prototypeOf(Constructor: unknown): Date {
  const real = RealDate.prototype as unknown as Record<string, Method>;
  const methods: Record<string, Method> = {
    getTimezoneOffset: () => 0,
    getYear() {
      return this.getUTCFullYear() - 1900;
    },
    toString: text((date) => `${dayOf(date)} ${timeOfDay(date)}`),
    toDateString: text(dayOf),
    toTimeString: text(timeOfDay),
  };
  for (const part of ZONED_PARTS) {
    methods[`get${part}`] = real[`getUTC${part}`] as Method;
    if (part !== 'Day') methods[`set${part}`] = real[`setUTC${part}`] as Method;
  }
  for (const name of ['toLocaleString', 'toLocaleDateString', 'toLocaleTimeString']) {
    const format = real[name] as Method;
    methods[name] = function (locales = 'en-US', options = {}) {
      return Reflect.apply(format, this, [locales, { timeZone: 'UTC', ...(options as object) }]);
    };
  }
  const own = Object.entries({ ...methods, constructor: Constructor }).map(([name, value]) => [
    name,
    { value, writable: true, configurable: true },
  ]);
  return Object.create(RealDate.prototype, Object.fromEntries(own));
}

function text(ofDate: (date: Date) => string): Method {
  return function () {
    return Number.isNaN(this.getTime()) ? 'Invalid Date' : ofDate(this);
  };
}

/** For example `Mon Oct 20 2025`. */
function dayOf(date: Date): string {
  const [weekday = '', day = '', month = '', year = ''] = date.toUTCString().split(' ');
  return `${weekday.slice(0, 3)} ${month} ${day} ${year}`;
}

/** For example `06:48:00 GMT+0000 (Coordinated Universal Time)`. */
function timeOfDay(date: Date): string {
  const time = date.toUTCString().split(' ').at(-2);
  return `${time} GMT+0000 (Coordinated Universal Time)`;
}
