/** package.json says the same: a test compares the two. */
export const version = '0.1.0';

/** Set by the build, where it is known (esbuild's `define`). */
declare const keytideCommit: string | undefined;

/** The commit that this was built from; undefined when it runs from source. */
export const commit: string | undefined = typeof keytideCommit === 'string' ? keytideCommit : undefined;
