/** The part of yargs that help.ts uses: it lays out what the table of options says. */
declare module 'yargs' {
  interface Layout {
    scriptName(name: string): Layout;
    locale(name: string): Layout;
    help(isOn: false): Layout;
    version(isOn: false): Layout;
    wrap(columns: number): Layout;
    usage(text: string): Layout;
    command(name: string, summary: string): Layout;
    option(
      name: string,
      row: { readonly describe: string; readonly group?: string; readonly alias?: string; readonly boolean?: boolean },
    ): Layout;
    epilogue(text: string): Layout;
    getHelp(): Promise<string>;
  }
  // biome-ignore lint/style/noDefaultExport: it is how yargs exports it
  export default function yargs(argv: readonly string[]): Layout;
}
