type Arguments = ConstructorParameters<typeof Intl.DateTimeFormat>;
type Format = (date?: Date | number) => string;

/** Node's own, taken before anything watches over them. */
const RealIntl = Object.getOwnPropertyDescriptors(Intl);
const RealDateTimeFormat = Intl.DateTimeFormat;

/** Language of a Lambda host, where code names none (`LANG=en_US.UTF-8`). */
const LOCALE = 'en-US';

/**
 * `Intl` in virtual time, in UTC and in American English, where code does not name another time, zone or language.
 *
 * Names of zones, currencies and the like are those of the Node.js that runs the drill.
 *
 * @param nowMs Gives the time, in milliseconds since 1970.
 */
export function virtualIntl(nowMs: () => number): object {
  class VirtualDateTimeFormat extends RealDateTimeFormat {
    constructor(...[locales, options]: Arguments) {
      super(locales ?? LOCALE, { ...options, timeZone: options?.timeZone ?? 'UTC' });
    }

    override formatToParts(date?: Date | number): Intl.DateTimeFormatPart[] {
      return super.formatToParts(date ?? nowMs());
    }
  }
  // A getter in the language, too: code may take the function and call it without its object.
  const format = Object.getOwnPropertyDescriptor(RealDateTimeFormat.prototype, 'format')?.get as () => Format;
  Object.defineProperty(VirtualDateTimeFormat.prototype, 'format', {
    configurable: true,
    get(this: object): Format {
      const real = Reflect.apply(format, this, []);
      return (date) => real(date ?? nowMs());
    },
  });
  const own = Object.entries(RealIntl).map(([name, descriptor]) => {
    if (name === 'DateTimeFormat') return [name, { ...descriptor, value: callable(VirtualDateTimeFormat) }];
    const isService = /^[A-Z]/.test(name) && typeof descriptor.value === 'function' && name !== 'Locale';
    return [name, isService ? { ...descriptor, value: inEnglish(descriptor.value) } : descriptor];
  });
  return Object.create(Object.prototype, Object.fromEntries(own));
}

/** A class that may be called without `new`, as the language's own. */
function callable<T extends new (...args: never[]) => object>(Service: T): T {
  Object.defineProperty(Service, 'name', { value: 'DateTimeFormat' });
  return new Proxy(Service, { apply: (target, _, args) => Reflect.construct(target, args) });
}

/** A formatter whose language is English when none is named. */
function inEnglish<T extends new (...args: never[]) => object>(Service: T): T {
  const named = ([locales = LOCALE, ...rest]: readonly unknown[]): unknown[] => [locales, ...rest];
  return new Proxy(Service, {
    construct: (target, args, newTarget) => Reflect.construct(target, named(args), newTarget),
    apply: (target, self, args) => Reflect.apply(target as never, self, named(args)),
  });
}
