import type { Refuse } from './quoting.ts';

/**
 * A value in a shared credentials or config file of AWS, as it is: the syntax knows no quoting ("Configuration and credential file
 * settings"), and its readers cut different things. JavaScript's and Go's take `#` or `;` after a blank for a comment, Go's takes quotes off,
 * all take blanks off both ends, each by its own list of blanks. What is held is what all of them read.
 */
export function awsValue(text: string, refuse: Refuse): string {
  const says = 'a shared credentials file can not hold';
  if (text === '') return refuse(`${says} an empty value: readers take it for the head of a subsection`);
  if (/[\0\r\n]/.test(text)) return refuse(`${says} a line break or a NUL`);
  const isBlank = (character: string): boolean => /\s/.test(character) || '\u001c\u001d\u001e\u001f\u0085'.includes(character);
  if (isBlank(text.charAt(0)) || isBlank(text.slice(-1))) return refuse(`${says} a blank at an end of a value: it is cut`);
  if (/\s[#;]/.test(text)) return refuse(`${says} # or ; after a blank: it begins a comment`);
  if (/^['"]/.test(text) && text.startsWith(text.slice(-1)))
    return refuse(`${says} a value in quotes: Go's reader takes them off`);
  return text;
}

/** The name of a profile in square brackets: what all readers take without quotes. A blank would make its first word a type. */
export function awsProfile(text: string, refuse: Refuse): string {
  const isName = /^[\w@+.%:/-]+$/.test(text) && text !== '__proto__';
  return isName ? text : refuse('this is not the name of a profile: letters, digits and _@+.%:/- without blanks');
}
