import type { Refuse } from './quoting.ts';

/** What stands between the brackets of a section, which no reader lets be quoted: printable, no bracket, no blank at either end. */
export function sectionName(text: string, refuse: Refuse): string {
  if (/^$|^ | $|[[\]\p{Cc}]/u.test(text))
    return refuse('this is not the name of a section: no brackets, no blanks around it, one line');
  return text;
}
