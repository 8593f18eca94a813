/**
 * How text is written in one syntax, so that a reader of that syntax gets exactly this text back. Such a function runs
 * inside the context of a template, where its source text is taken to: it may use its parameters and what JavaScript
 * itself has, and nothing else of this module or of Node (test/template/bundle.test.ts tries it). `argument` is what the template gives
 * beside the text: `pem(it.key, 'key')`.
 */
export type Quoting = (text: string, refuse: Refuse, argument: never) => string;

/** Ends the template: this syntax can't hold this text. The message never contains a value. */
export type Refuse = (why: string) => never;
