/**
 * What runs inside the context of a template. The functions of this file are taken there by their source text, so each
 * may use only its parameters and what JavaScript itself has. Nothing but strings goes in or comes out.
 */

/** Why a template failed, as data: the words are found outside, where it is known which of them may be shown. */
export type InsideFailure =
  | { readonly kind: 'missing' | 'noOption' | 'binary'; readonly key: string }
  | { readonly kind: 'refused'; readonly why: string }
  /** `unknownName`: of a ReferenceError. */
  | { readonly kind: 'threw'; readonly name: string; readonly unknownName?: string };

export interface InsideReport {
  readonly failure: InsideFailure;
  /** Where the compiled template was, the innermost call first: in which of its parts; lines and columns from 1. */
  readonly places: readonly (readonly [part: number, line: number, column: number])[];
}

export interface Failures {
  readonly fail: (failure: InsideFailure) => never;
  /** An InsideReport as JSON. */
  readonly report: (error: unknown) => string;
}

/** What goes in, as JSON. */
export interface InsideInput {
  readonly texts: readonly (readonly [key: string, text: string])[];
  /** Entries that aren't UTF-8, in base64. */
  readonly binaries: readonly (readonly [key: string, base64: string])[];
  readonly options: readonly (readonly [name: string, text: string])[];
  /** Of the quoting functions, those that the template names: to define all takes longer than most templates. */
  readonly functions: readonly string[];
  /** Most UTF-16 units of output. */
  readonly outputLimit: number;
}

export function failuresInside(): Failures {
  const ours = new WeakMap<object, InsideFailure>();
  const { stringify } = JSON; // A template may put something else there.
  const builtIn = ['EvalError', 'RangeError', 'ReferenceError', 'SyntaxError', 'TypeError', 'URIError'];
  return {
    fail: (failure) => {
      const error = new Error(failure.kind === 'refused' ? failure.why : failure.kind);
      ours.set(error, failure);
      throw error;
    },
    report: (error) => {
      const isError = error instanceof Error;
      const name = isError && builtIn.includes(String(error.name)) ? error.name : 'Error';
      const unknownName = name === 'ReferenceError' && isError ? /^([\w$]+) is not defined$/.exec(error.message)?.[1] : undefined;
      const threw = { kind: 'threw', name: isError ? name : 'a thrown value', ...(unknownName ? { unknownName } : {}) };
      const frames = (isError ? String(error.stack) : '').matchAll(/keytide-template-(\d+):(\d+):(\d+)/g);
      const failure = (isError ? ours.get(error) : undefined) ?? threw;
      return stringify({ failure, places: [...frames].map((frame) => frame.slice(1).map(Number)) });
    },
  };
}

/**
 * `it`, and `options` with nothing binary: reading what isn't there fails as `absent`, but `in`, Object.keys and the like work as on a
 * plain object, in the order of keys.
 */
export function entriesInside(
  input: Pick<InsideInput, 'texts' | 'binaries'>,
  absent: 'missing' | 'noOption',
  fail: Failures['fail'],
): object {
  const texts = new Map(input.texts);
  const binaries = new Map(input.binaries);
  const keys = [...texts.keys(), ...binaries.keys()].sort();
  const readOnly = (): never => fail({ kind: 'refused', why: 'entries and options can not be changed' });
  return new Proxy(Object.create(null), {
    get: (_, key) => {
      if (typeof key === 'symbol') return undefined;
      const text = texts.get(key);
      if (text !== undefined) return text;
      if (binaries.has(key)) return fail({ kind: 'binary', key });
      return key === 'toJSON' ? undefined : fail({ kind: absent, key }); // JSON.stringify asks for toJSON first.
    },
    has: (_, key) => typeof key === 'string' && (texts.has(key) || binaries.has(key)),
    ownKeys: () => keys,
    getOwnPropertyDescriptor: (_, key) =>
      typeof key === 'string' && keys.includes(key)
        ? { value: texts.get(key), enumerable: true, configurable: true, writable: false }
        : undefined,
    set: readOnly,
    defineProperty: readOnly,
    deleteProperty: readOnly,
  });
}

/** Adds a piece to the output: text, or a number or boolean; anything else is a slip of the template's author. */
export function outputInside(limit: number, fail: Failures['fail']): (output: string, piece: unknown) => string {
  return (output, piece) => {
    if (!['string', 'number', 'boolean', 'bigint'].includes(typeof piece)) {
      const mend = typeof piece === 'object' && piece !== null ? ': write it with json() or yaml()' : '';
      fail({ kind: 'refused', why: `a value of type ${piece === null ? 'null' : typeof piece} is not text${mend}` });
    }
    const text = String(piece);
    if (output.length + text.length > limit) fail({ kind: 'refused', why: `the output is longer than ${limit} characters` });
    return output + text;
  };
}

/** A compiled template or partial: what it makes. */
type Made = (this: unknown, it: unknown, options: unknown, put: unknown) => string;

/**
 * What eta's own names in a template come to: `include('NAME')` makes a partial with the same `it`, or with the values of its second
 * argument; `layout` and the like are not there.
 */
export function includingInside(
  put: (output: string, piece: unknown) => string,
  fail: Failures['fail'],
): {
  readonly add: (name: string, partial: Made) => void;
  readonly begin: (template: Made, it: unknown, options: unknown) => string;
} & Readonly<Record<'render' | 'renderAsync', (name: unknown, values?: unknown) => string>> {
  const partials = new Map<unknown, Made>();
  let [entries, given]: unknown[] = [];
  const self = {
    config: {},
    add: (name: string, partial: Made): void => void partials.set(name, partial),
    begin(template: Made, it: unknown, options: unknown): string {
      [entries, given] = [it, options];
      return template.call(self, it, options, put);
    },
    render(name: unknown, values?: unknown): string {
      const partial = partials.get(name);
      const mend = "include('NAME') takes another template of the folder that etaFile is in, its name in quotes";
      return partial ? partial.call(self, values ?? entries, given, put) : fail({ kind: 'refused', why: mend });
    },
    renderAsync: (): never => fail({ kind: 'refused', why: 'layout and includeAsync are not there: use include' }),
  };
  return self;
}

/** Takes away what would make the output depend on anything but the entries, what runs later, and what reaches outside. */
export function hideInside(scope: object, fail: Failures['fail']): void {
  const hide = (owner: object, name: string, why: string): void => {
    Object.defineProperty(owner, name, { configurable: false, get: () => fail({ kind: 'refused', why }) });
  };
  for (const name of ['Date', 'Intl', 'Temporal']) {
    hide(scope, name, `${name} is not there: the same entries must give the same bytes`);
  }
  hide(Math, 'random', 'Math.random is not there: the same entries must give the same bytes');
  for (const name of ['Promise', 'WebAssembly', 'SharedArrayBuffer', 'Atomics', 'FinalizationRegistry', 'WeakRef', 'console']) {
    hide(scope, name, `${name} is not there: a template sees its entries and the functions of docs/templates.md`);
  }
  Object.defineProperty(Error, 'prepareStackTrace', { configurable: false, writable: false, value: undefined });
}

/** Puts the quoting functions where templates find them: `shell(it.password)`. A refusal names the entry whose text or key it was. */
export function quotingsInside(
  scope: object,
  input: Pick<InsideInput, 'texts' | 'options' | 'functions'>,
  quotings: {
    /** `argument` is what the template gives beside the value; each function says what it takes. */
    readonly text: Readonly<Record<string, (text: string, refuse: (why: string) => never, argument: never) => string>>;
    readonly value: Readonly<Record<string, (value: unknown, refuse: (why: string) => never, argument: never) => unknown>>;
  },
  fail: Failures['fail'],
): void {
  const refuse = (why: string): never => fail({ kind: 'refused', why });
  const whose = (text: string): string => {
    const entry = input.texts.find(([, value]) => value === text) ?? input.texts.find(([key]) => key === text);
    const option = input.options.find(([, value]) => value === text);
    return entry ? `key ${entry[0]}: ` : option ? `with.${option[0]}: ` : '';
  };
  const isNamed = ([name]: readonly [string, unknown]): boolean => input.functions.includes(name);
  const define = (name: string, value: unknown): void => {
    Object.defineProperty(scope, name, { value, configurable: false, writable: false });
  };
  for (const [name, quote] of Object.entries(quotings.text).filter(isNamed)) {
    define(name, (value: unknown, argument: never) => {
      if (typeof value === 'number' || typeof value === 'boolean') return quote(String(value), refuse, argument);
      return typeof value === 'string'
        ? quote(value, (why) => refuse(whose(value) + why), argument)
        : refuse(`${name}() takes text, not a value of type ${typeof value}`);
    });
  }
  for (const [name, quote] of Object.entries(quotings.value).filter(isNamed)) {
    define(name, (value: unknown, argument: never) => quote(value, refuse, argument));
  }
}

/** `b64of('keystore.p12')`: the bytes of an entry in base64, for those that aren't text. */
export function base64Inside(
  input: InsideInput,
  b64enc: (text: string, refuse: (why: string) => never) => string,
  fail: Failures['fail'],
): (key: unknown) => string {
  const texts = new Map(input.texts);
  const binaries = new Map(input.binaries);
  return (key) => {
    const text = texts.get(String(key));
    if (text !== undefined) return b64enc(text, (why) => fail({ kind: 'refused', why }));
    return binaries.get(String(key)) ?? fail({ kind: 'missing', key: String(key) });
  };
}
