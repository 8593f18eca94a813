import type { Refuse } from './quoting.ts';

/**
 * A value of Spring's configuration, in whatever file: Spring resolves placeholders in it, and what is injected by @Value is an expression
 * where it has a `#{`. Before Spring 6.2 nothing escapes them (Spring Framework, "PropertySource Abstraction").
 */
export function springText(text: string, refuse: Refuse): string {
  if (/\$\{.*\}/s.test(text)) return refuse('configuration of Spring can not hold a placeholder: a dollar sign before braces');
  if (text.includes('#{')) return refuse('configuration of Spring can not hold #{: it begins an expression');
  return text;
}
