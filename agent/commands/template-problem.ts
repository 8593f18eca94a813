/** What is wrong in a Go template, for the reader of the spec; undefined: nothing. The engine is loaded when there is one. */
export async function goTemplateProblem(text: string): Promise<string | undefined> {
  const { problemOfGoTemplate } = await import('../template/run-go-template.ts');
  return problemOfGoTemplate(text);
}
