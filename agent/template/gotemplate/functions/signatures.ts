import { eso } from './eso-signatures.ts';
import { own } from './own-signatures.ts';
import { sprig } from './sprig-signatures.ts';

/**
 * Every function a template may call besides Go's own (builtins.ts), as Go declares it: the types decide how arguments are checked
 * and what an error says (gotemplate.md 6). A family is a module of its own, loaded when a template names one of its functions.
 */
export const signatures = { ...sprig, ...eso, ...own };
