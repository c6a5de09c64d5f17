// Reading of option objects, with better-sqlite3's messages.

/** `options[key]`, which must be a boolean when it is there at all. */
export function booleanOption(options: object, key: string): boolean {
  if (!(key in options)) return false;
  const value = (options as Record<string, unknown>)[key];
  if (typeof value !== 'boolean') throw new TypeError(`Expected the "${key}" option to be a boolean`);
  return value;
}

/** `options[key]`, which must be a function, or null or undefined where it is not required. */
export function functionOption(
  options: object,
  key: string,
  required: boolean,
): ((...args: never[]) => unknown) | null {
  const value = key in options ? (options as Record<string, unknown>)[key] : null;
  if (typeof value === 'function') return value as (...args: never[]) => unknown;
  if (value !== null && value !== undefined) throw new TypeError(`Expected the "${key}" option to be a function`);
  if (required) throw new TypeError(`Missing required option "${key}"`);
  return null;
}

/** `options[key]` as given, `fallback` when the key is absent. */
export function option(options: object, key: string, fallback: unknown): unknown {
  return key in options ? (options as Record<string, unknown>)[key] : fallback;
}

/** The boolean argument of pluck(), raw(), unsafeMode()...: true when no argument was given. */
export function toggle(args: readonly unknown[]): boolean {
  if (args.length === 0) return true;
  const value = args[0];
  if (typeof value !== 'boolean') throw new TypeError('Expected first argument to be a boolean');
  return value;
}

/** An options argument: null and undefined mean none. `position` is the ordinal for the message. */
export function optionsArgument(value: unknown, position: string): object {
  if (value === null || value === undefined) return {};
  if (typeof value !== 'object') throw new TypeError(`Expected ${position} argument to be an options object`);
  return value;
}

export function stringArgument(value: unknown, position: string): string {
  if (typeof value !== 'string') throw new TypeError(`Expected ${position} argument to be a string`);
  return value;
}

/** Names end at a NUL where better-sqlite3 hands them to SQLite as C strings. */
export function untilNul(text: string): string {
  const end = text.indexOf('\0');
  return end < 0 ? text : text.slice(0, end);
}

/** The `attached` option: a schema name. */
export function attachedOption(options: object): string {
  const name = option(options, 'attached', 'main');
  if (typeof name !== 'string') throw new TypeError('Expected the "attached" option to be a string');
  if (name === '') throw new TypeError('The "attached" option cannot be an empty string');
  return untilNul(name);
}
