/** What a match offers to a template: undefined for a group that took no part or doesn't exist. */
export interface Groups {
  /** 0 is the whole match. */
  readonly byNumber: (group: number) => string | undefined;
  /** Of equal names the first that took part. */
  readonly byName: (name: string) => string | undefined;
}

const reference = /\$(?:\$|(?<name>[\p{L}\p{Nd}_]+)|\{(?<braced>[\p{L}\p{Nd}_]+)\})/gu;

/**
 * Go's Regexp.Expand (gotemplate.md 17.3): `$1`, `${1}`, `$name`, `${name}`, `$$`. An unbraced name is as long as it can be, so
 * `$1x` is the group named `1x`. What doesn't exist is empty; any other `$` stands for itself; backslashes mean nothing.
 */
export function expandTemplate(template: string, groups: Groups): string {
  return template.replace(reference, (whole, unbraced: string | undefined, braced: string | undefined) => {
    const name = unbraced ?? braced;
    if (name === undefined) return whole === '$$' ? '$' : whole;
    return (isNumber(name) ? groups.byNumber(Number(name)) : groups.byName(name)) ?? '';
  });
}

/** Without leading zeros, and small enough that Go reads it as a number. */
function isNumber(name: string): boolean {
  return /^(?:0|[1-9][0-9]{0,8})$/.test(name);
}
